// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/render.h"

#include "cli/clock.h"
#include "core/base/encoding.h"
#include "core/text/display.h"

#include <fmt/format.h>

#include <algorithm>

namespace kith::cli {
namespace {

constexpr std::size_t widest_name = 24;

std::string padded(std::string text, std::size_t width) {
    const std::size_t taken = text::columns(text);
    if (taken < width) text.append(width - taken, ' ');
    return text;
}

}  // namespace

std::string one_line(std::string_view text) {
    return text::display(text, text::Kind::Line);
}

std::string shown_name(const api::Contact& contact) {
    const bool accepted = contact.state == api::ContactState::Accepted;
    if (accepted && !contact.tagged.value_or(false)) {
        return text::display(contact.name, text::Kind::Name);
    }
    return text::tagged(contact.name, contact.tag);
}

std::string shown_name(const api::Message& message) {
    if (message.dir == api::Direction::Out) return "you";
    if (message.tag && message.tagged.value_or(false)) {
        return text::tagged(message.name, *message.tag);
    }
    return text::display(message.name, text::Kind::Name);
}

std::string_view mark(api::MessageState state, bool ascii) {
    switch (state) {
        case api::MessageState::Queued:
        case api::MessageState::Sent:
            return ascii ? ".." : "…";
        case api::MessageState::Stored:
            return ascii ? ">" : "✓";
        case api::MessageState::Delivered:
            return ascii ? ">>" : "✓✓";
        case api::MessageState::Read:
            return ascii ? ">>*" : "✓✓ read";
        case api::MessageState::Failed:
        case api::MessageState::Expired:
            return "!";
        default:
            return "";
    }
}

std::vector<std::string> table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], text::columns(row[i]));
    }
    std::vector<std::string> lines;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += i + 1 < row.size() ? padded(row[i], widths[i] + 2) : row[i];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string indented(std::string_view heading, std::string_view text, bool ascii) {
    const auto symbols = ascii ? text::Symbols::Ascii : text::Symbols::Unicode;
    const std::string shown = text::display(text, text::Kind::Text, symbols);
    std::string out(heading);
    const std::string margin = "\n" + std::string(text::columns(heading), ' ');
    for (const char byte : shown) {
        if (byte == '\n') {
            out += margin;
        } else {
            out.push_back(byte);
        }
    }
    return out;
}

std::string message_line(const api::Message& message, std::size_t names, bool ascii) {
    const std::string heading =
        fmt::format("{} {}  ", local_time(message.time), padded(shown_name(message), names));
    std::string line = indented(heading, message.text, ascii);
    if (message.dir != api::Direction::Out) return line;
    const std::string_view sign = mark(message.state, ascii);
    return sign.empty() ? line : fmt::format("{}  {}", line, sign);
}

std::vector<std::string> conversation(const std::vector<api::Message>& messages, bool ascii) {
    std::size_t names = 0;
    for (const api::Message& message : messages)
        names = std::max(names, std::min(text::columns(shown_name(message)), widest_name));
    std::vector<std::string> items;
    std::string day;
    for (const api::Message& message : messages) {
        if (const std::string date = local_date(message.time); date != day) {
            day = date;
            items.push_back(fmt::format("{0} {1} {0}", ascii ? "--" : "──", day));
        }
        items.push_back(message_line(message, names, ascii));
    }
    return items;
}

std::string size_words(std::uint64_t bytes) {
    constexpr double step = 1024;
    double value = static_cast<double>(bytes);
    for (const std::string_view unit : {"B", "KiB", "MiB", "GiB"}) {
        if (value < step || unit == "GiB") {
            return fmt::format("{:.{}f} {}", value, unit == "B" ? 0 : 1, unit);
        }
        value /= step;
    }
    return {};
}

std::string in_groups(std::string_view text, std::size_t group) {
    return grouped(text, group);
}

}  // namespace kith::cli
