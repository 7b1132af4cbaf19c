// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/prompt.h"

#include "core/text/display.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

namespace kith::cli {
namespace {

using api::failure;
using api::Problem;

// No echo while it lives. Ctrl+C is read as a byte, so the terminal is always put back.
class NoEcho {
  public:
    explicit NoEcho(int terminal) : terminal_(terminal) {
        changed_ = ::tcgetattr(terminal_, &before_) == 0;
        if (!changed_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        ::tcsetattr(terminal_, TCSAFLUSH, &silent);
    }

    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

    ~NoEcho() {
        if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }

  private:
    int terminal_;
    termios before_{};
    bool changed_ = false;
};

constexpr char interrupt = '\x03';

}  // namespace

bool Prompt::possible() const {
    return !forbidden_ && ::isatty(in_) != 0 && ::isatty(err_) != 0;
}

api::Outcome<std::string> Prompt::read_line(std::string_view question) const {
    const std::string shown = text::display(question, text::Kind::Line) + " ";
    [[maybe_unused]] const auto written = ::write(err_, shown.data(), shown.size());
    std::string line;
    for (char byte = 0;;) {
        const auto got = ::read(in_, &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 || byte == '\n') break;
        if (byte == interrupt) return failure(Problem::InputNeeded, "nothing was answered");
        line.push_back(byte);
    }
    return line;
}

api::Outcome<std::string> Prompt::ask(std::string_view question, std::string_view flag) const {
    if (!possible()) {
        return failure(Problem::InputNeeded,
                       "an answer is needed, and there is nobody to ask",
                       std::string(flag));
    }
    return read_line(question);
}

api::Outcome<bool> Prompt::confirm(std::string_view question) const {
    if (yes_) return true;
    const auto answer = ask(fmt::format("{} [y/N]", question), "--yes");
    if (!answer) return tl::unexpected(answer.error());
    return *answer == "y" || *answer == "Y" || *answer == "yes";
}

api::Outcome<std::string> Prompt::secret(std::string_view question, std::string_view flag) const {
    const NoEcho silence(possible() ? in_ : -1);
    auto answer = ask(question, flag);
    if (answer) [[maybe_unused]]
        const auto written = ::write(err_, "\n", 1);
    return answer;
}

}  // namespace kith::cli
