// SPDX-License-Identifier: GPL-3.0-or-later
// What `kith help` prints: written from the tables, except for the topics.
#pragma once

#include "cli/command.h"

#include <optional>
#include <string>

namespace kith::cli {

/// All commands, one a line.
std::string overview();

/// Usage, parameters, options and members of one command.
std::string help_on(const Command& command);

/// "exit-codes", "environment", "json", "invites", "security", "files", "api"; nullopt: no such
/// topic.
std::optional<std::string> topic(std::string_view name);

}  // namespace kith::cli
