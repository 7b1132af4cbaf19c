// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/config_syntax.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace kith::daemon {
namespace {

constexpr std::array<std::pair<char, Duration>, 4> units{
    {{'d', days(1)}, {'h', hours(1)}, {'m', minutes(1)}, {'s', seconds(1)}}};

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    for (const auto& [letter, unit] : units) {
        if (text.back() != letter) continue;
        std::uint32_t count = 0;
        const char* end = text.data() + text.size() - 1;
        const auto [stop, error] = std::from_chars(text.data(), end, count);
        if (error != std::errc{} || stop != end || count == 0) return std::nullopt;
        const Duration duration = unit * static_cast<Duration::rep>(count);
        if (duration > days(3650)) return std::nullopt;
        return duration;
    }
    return std::nullopt;
}

std::string print_duration(Duration duration) {
    for (const auto& [letter, unit] : units) {
        if (duration >= unit && duration % unit == Duration::zero()) {
            return fmt::format("{}{}", duration / unit, letter);
        }
    }
    return fmt::format("{}s", std::chrono::ceil<seconds>(duration).count());
}

std::vector<std::string> split_list(std::string_view text) {
    constexpr std::string_view between = " \t,\"[]'";
    std::vector<std::string> items;
    for (std::size_t at = text.find_first_not_of(between); at != std::string_view::npos;) {
        // An address such as [::1]:4222 keeps its brackets: only a whole list is in brackets.
        if (at > 0 && text[at - 1] == '[' && text.find(']', at) != std::string_view::npos &&
            text.substr(text.find(']', at)).starts_with("]:")) {
            --at;
        }
        const std::size_t end = std::min(text.find_first_of(" \t,\"'", at), text.size());
        std::string_view item = text.substr(at, end - at);
        if (item.ends_with(']')) item.remove_suffix(1);
        items.emplace_back(item);
        at = text.find_first_not_of(between, end);
    }
    return items;
}

std::string quote_toml(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace kith::daemon
