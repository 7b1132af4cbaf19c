// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/duration_text.h"

#include <charconv>

namespace kith {
namespace {

std::optional<Duration> unit_of(char letter) {
    switch (letter) {
        case 's':
            return seconds(1);
        case 'm':
            return minutes(1);
        case 'h':
            return hours(1);
        case 'd':
            return days(1);
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const auto unit = unit_of(text.back());
    const char* end = text.data() + text.size() - 1;
    std::uint32_t count = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, count);
    if (!unit || error != std::errc{} || stop != end || count == 0) return std::nullopt;
    if (count > days(3650) / *unit) return std::nullopt;  // the product might not fit either
    return *unit * static_cast<Duration::rep>(count);
}

}  // namespace kith
