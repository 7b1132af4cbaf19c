// SPDX-License-Identifier: GPL-3.0-or-later
// Strict UTF-8 (RFC 3629), one code point at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kith {

inline constexpr char32_t replacement_character = 0xFFFD;

/// One step through a text.
struct Utf8Step {
    char32_t code_point = replacement_character;
    std::size_t length = 1;  // bytes taken
    bool valid = false;      // false: one byte that is no part of well-formed UTF-8
};

/// The code point at text[at]. Overlong forms, surrogates, values beyond U+10FFFF and truncated
/// sequences are invalid, each byte by itself. Requires: at < text.size().
constexpr Utf8Step decode_utf8(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < length) return {};
    char32_t value = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return {};
        value = (value << 6) | (byte(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (overlong || surrogate || value > 0x10FFFF) return {};
    return {value, length, true};
}

constexpr bool is_valid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        // Sixteen at once where there is nothing but ASCII.
        constexpr std::size_t run = 16;
        if (static_cast<std::uint8_t>(text[at]) < 0x80 && text.size() - at >= run) {
            std::uint8_t all = 0;
            for (std::size_t i = 0; i < run; ++i)
                all |= static_cast<std::uint8_t>(text[at + i]);
            if (all < 0x80) {
                at += run;
                continue;
            }
        }
        const Utf8Step step = decode_utf8(text, at);
        if (!step.valid) return false;
        at += step.length;
    }
    return true;
}

/// Requires: a scalar value.
inline void append_utf8(std::string& out, char32_t code_point) {
    const auto put = [&](char32_t bits) { out.push_back(static_cast<char>(bits)); };
    if (code_point < 0x80) {
        put(code_point);
        return;
    }
    if (code_point < 0x800) {
        put(0xC0U | (code_point >> 6));
    } else if (code_point < 0x10000) {
        put(0xE0U | (code_point >> 12));
        put(0x80U | ((code_point >> 6) & 0x3FU));
    } else {
        put(0xF0U | (code_point >> 18));
        put(0x80U | ((code_point >> 12) & 0x3FU));
        put(0x80U | ((code_point >> 6) & 0x3FU));
    }
    put(0x80U | (code_point & 0x3FU));
}

}  // namespace kith
