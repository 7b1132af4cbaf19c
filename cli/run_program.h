// SPDX-License-Identifier: GPL-3.0-or-later
// Runs another program and waits for it: an event's command, an editor, kithd for settings.
#pragma once

#include "core/base/result.h"

#include <string>
#include <vector>

namespace kith::cli {

struct Program {
    std::vector<std::string> words{};        // words[0] is looked up in PATH; no shell
    std::string input{};                     // its standard input
    bool inherit_input = false;              // use ours instead
    bool capture_output = false;             // into Ended::output instead of our standard output
    bool capture_errors = false;             // into Ended::errors instead of our standard error
    std::vector<std::string> environment{};  // "NAME=value", before our own
};

struct Ended {
    int status = 0;  // exit status; 128 + number for a signal; 127: it could not be run
    std::string output;
    std::string errors;
};

/// Internal: the system gives no process. Output beyond 4 MiB is dropped.
Result<Ended> run_program(const Program& program);

/// As execve() takes words: one pointer into each text, then nullptr.
std::vector<char*> pointers(std::vector<std::string>& texts);

/// Words between blanks; no quotes, no shell.
std::vector<std::string> split_words(std::string_view command);

}  // namespace kith::cli
