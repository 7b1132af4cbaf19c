// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/output.h"

#include "core/text/display.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kith::cli {
namespace {

// 0, or the errno that ended it. A pipe that was closed ends the process by SIGPIPE, as it should.
int write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(descriptor, bytes.data(), bytes.size());
        if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
        if (count >= 0 || errno == EINTR) continue;
        if (errno != EAGAIN) return errno;
        // Whoever else has this pipe open has asked that nobody waits there; we do.
        pollfd room{descriptor, POLLOUT, 0};
        ::poll(&room, 1, -1);
    }
    return 0;
}

text::Symbols symbols(bool ascii) {
    return ascii ? text::Symbols::Ascii : text::Symbols::Unicode;
}

}  // namespace

bool Output::on_terminal() const {
    return !style_.json && ::isatty(out_) != 0;
}

std::string Output::shown(std::string_view text) const {
    return text::display(text, text::Kind::Text, symbols(style_.ascii));
}

void Output::line(std::string_view text) {
    if (style_.json) return;
    buffer_ += shown(text);
    buffer_.push_back('\n');
    if (buffer_.size() > 65536) flush();
}

void Output::json_line(std::string_view json) {
    buffer_ += json;
    buffer_.push_back('\n');
    flush();
}

void Output::drawing(std::string_view text) {
    if (!style_.json) buffer_ += text;
}

void Output::say(std::string_view text) {
    flush();
    write_all(err_, text);
}

void Output::note(std::string_view text) {
    if (style_.quiet || style_.json) return;
    say(shown(text) + "\n");
}

void Output::warning(const api::Notice& notice) {
    if (style_.json) {
        say(api::to_json(notice) + "\n");
        return;
    }
    std::string text = fmt::format("warning: {}\n", notice.message);
    if (notice.hint) text += fmt::format("try: {}\n", *notice.hint);
    say(shown(text));
}

void Output::failure(const api::Failure& failure) {
    if (style_.json) {
        say(api::to_json(failure) + "\n");
    } else {
        say(failure_text(failure, style_.colour, style_.ascii));
    }
}

void Output::flush() {
    const int failed = write_all(out_, buffer_);
    if (lost_ == 0) lost_ = failed;
    buffer_.clear();
}

api::Outcome<> Output::written() {
    flush();
    if (lost_ == 0) return {};
    const bool full = lost_ == ENOSPC || lost_ == EDQUOT;
    api::Failure failure(
        full ? api::Problem::NoSpace : api::Problem::Internal,
        fmt::format("the output could not be written: {}", std::generic_category().message(lost_)));
    failure.facts.emplace_back("what the command did stays done");
    return tl::unexpected(std::move(failure));
}

std::string failure_text(const api::Failure& failure, bool colour, bool ascii) {
    const auto shown = [ascii](std::string_view text) {
        return text::display(text, text::Kind::Line, symbols(ascii));
    };
    // Not delivered yet is a state, not a mistake: the work goes on.
    const bool waiting = failure.is(api::Problem::NotDelivered);
    std::string out;
    if (!waiting) out += colour ? "\x1b[1;31merror:\x1b[0m " : "error: ";
    out += shown(failure.message) + "\n";
    for (const std::string& fact : failure.facts)
        out += "  " + shown(fact) + "\n";
    if (!failure.hint.empty()) {
        out += fmt::format("{}: {}\n", waiting ? "see" : "try", shown(failure.hint));
    }
    return out;
}

}  // namespace kith::cli
