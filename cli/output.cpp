// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/output.h"

#include "core/text/display.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace kith::cli {
namespace {

// A pipe that was closed ends the process by SIGPIPE, as it should.
void write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) return;
        if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
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
    write_all(out_, buffer_);
    buffer_.clear();
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
