// SPDX-License-Identifier: GPL-3.0-or-later
// The table of commands: the parser, the help, and later man pages and completions are built from
// it, so they cannot drift apart.
#pragma once

#include "cli/arguments.h"
#include "core/api/failure.h"

#include <array>
#include <span>
#include <string_view>

namespace kith::cli {

class Context;

/// A word without dashes.
struct Parameter {
    std::string_view name;  // "WHO"
    std::string_view what;
    bool required = true;
    bool many = false;    // takes all words that are left
    bool secret = false;  // overwritten in the process list
};

/// A word with dashes.
struct Option {
    std::string_view names;  // "-f,--follow": the last is its name in Arguments
    std::string_view value;  // "N"; empty: a switch
    std::string_view what;
};

/// Unused places of the arrays have an empty name.
struct Command {
    std::string_view path;  // "contacts add"
    std::string_view what;
    std::array<Parameter, 3> parameters;
    std::array<Option, 8> options;
    /// What the command does. A failure becomes the error and the exit code.
    api::Outcome<> (*run)(Context& context, const Arguments& arguments);
};

/// Every command; a group ("contacts") before its members, and doing what it does by itself.
std::span<const Command> command_table();
/// nullptr: no such command.
const Command* find_command(std::string_view path);

/// Options of every command.
std::span<const Option> global_options();

/// "--follow" of "-f,--follow".
std::string_view long_name(const Option& option);

}  // namespace kith::cli
