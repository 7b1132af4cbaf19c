// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/size_text.h"

#include <charconv>

namespace kith {

std::optional<std::uint64_t> parse_size(std::string_view text) {
    constexpr std::string_view units = "KMGT";
    constexpr std::uint64_t most = std::uint64_t{1} << 50;
    if (text.size() < 2) return std::nullopt;
    const auto unit = units.find(text.back());
    const char* const end = text.data() + text.size() - 1;
    std::uint32_t count = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, count);
    if (unit == std::string_view::npos || error != std::errc{} || stop != end) return std::nullopt;
    const std::uint64_t one = std::uint64_t{1} << (10 * (unit + 1));
    if (count == 0 || count > most / one) return std::nullopt;
    return count * one;
}

}  // namespace kith
