// SPDX-License-Identifier: GPL-3.0-or-later
// Starts kithd when nobody answers: the one beside our own executable, else the one in PATH.
//
// kithd says on a pipe when it is ready or why it cannot start. Two starters at once are harmless:
// the profile's lock lets one daemon live, and the loser connects to it.
#pragma once

#include "core/api/failure.h"
#include "core/base/time.h"

#include <string>
#include <vector>

namespace kith::cli {

/// The directory of our own executable, without a slash at its end.
std::string own_directory();

/// Path of the kithd that belongs to this kith.
std::string daemon_program();

struct Started {
    int pid = 0;
    bool raced = false;  // another daemon has the profile: connect to that one
};

struct DaemonStart {
    std::string program;
    std::vector<std::string> arguments{};
    std::vector<std::string> environment{};  // "NAME=value" before our own, "NAME=" to hide one
    Duration timeout = seconds(5);
    bool ends_with_us = false;  // killed when this process ends, however it ends
};

/// Runs kithd, detached from this terminal, and waits until it is ready. no-daemon with its own
/// words otherwise; newer-data and bad-config as they are.
api::Outcome<Started> start_daemon(const DaemonStart& wanted);

}  // namespace kith::cli
