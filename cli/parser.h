// SPDX-License-Identifier: GPL-3.0-or-later
// From words to a command, by the table of commands. The only file that knows CLI11, which takes
// 25 s to compile with optimisation; its exit codes and texts never leave it.
#pragma once

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/globals.h"
#include "core/base/profile_paths.h"

namespace kith::cli {

struct Invocation {
    const Command* command = nullptr;  // nullptr: none was named
    Arguments arguments;
    Globals globals;
    bool help = false;     // -h: print the help of the command, or the overview
    bool version = false;  // -V
};

/// usage: an unknown word, with the nearest known one; a missing or surplus word; a bad value.
api::Outcome<Invocation> parse(int argc, const char* const* argv, const Environment& environment);

/// Only the globals that decide how a failure of parse() is shown: --json and --no-color.
Globals peek_globals(int argc, const char* const* argv, const Environment& environment);

/// Overwrites the secret words of `invocation` in argv, so that the list of processes forgets them.
void hide_secrets(const Invocation& invocation, int argc, char** argv);

}  // namespace kith::cli
