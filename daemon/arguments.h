// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of kithd. A dozen flags, so a table and thirty lines read them; the library that
// `kith` uses takes half a minute to compile.
#pragma once

#include "core/api/failure.h"
#include "core/base/profile_paths.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kith::daemon {

/// What kithd is asked to do; all but Run print something and end.
enum class Job { Run, Config, PrintConfig, CheckConfig, Limits, Version, Help };

struct Arguments {
    Job job = Job::Run;
    PathFlags paths;
    bool foreground = false;             // log to the standard error
    bool json = false;                   // objects of schema v1 instead of text
    std::vector<std::string> listen;     // daemon.listen
    std::vector<std::string> bootstrap;  // network.bootstrap
    bool mailbox = false;                // mailbox.serve = network
    std::optional<std::string> log_level;
    std::optional<int> ready_fd;
    std::vector<std::string> config;  // the words after --config
};

/// Without the program's name. usage: an unknown flag, with the nearest one.
api::Outcome<Arguments> parse_arguments(std::span<const std::string> words);

/// The text of --help.
std::string help_text();

}  // namespace kith::daemon
