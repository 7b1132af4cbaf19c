// SPDX-License-Identifier: GPL-3.0-or-later
// Questions to the person at the terminal, on the standard error. Only if both the standard input
// and the standard error are terminals and --no-input is absent; otherwise input-needed, with the
// flag that would have answered.
#pragma once

#include "core/api/failure.h"

#include <string>
#include <string_view>

namespace kith::cli {

class Prompt {
  public:
    Prompt(int in, int err) : in_(in), err_(err) {}

    void forbid() { forbidden_ = true; }

    /// Answers every yes-or-no question: --yes.
    void say_yes() { yes_ = true; }

    bool possible() const;

    /// One line. `flag` would have answered: "--name NAME".
    api::Outcome<std::string> ask(std::string_view question, std::string_view flag) const;
    /// Nothing but y or yes is yes.
    api::Outcome<bool> confirm(std::string_view question) const;
    /// Without echo.
    api::Outcome<std::string> secret(std::string_view question, std::string_view flag) const;

  private:
    api::Outcome<std::string> read_line(std::string_view question) const;

    int in_;
    int err_;
    bool forbidden_ = false;
    bool yes_ = false;
};

}  // namespace kith::cli
