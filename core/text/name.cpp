// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/name.h"

#include "core/base/utf8.h"
#include "core/text/display.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <memory>

namespace kith::text {
namespace {

constexpr std::array<std::string_view, 4> reserved{"me", "you", "kith", "system"};
constexpr std::size_t max_name = 64;

std::string mapped(std::string_view text, int options) {
    utf8proc_uint8_t* out = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()),
                                     &out,
                                     static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
    if (length < 0) return std::string(text);
    return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(length)};
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80; }));
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

}  // namespace

std::span<const std::string_view> reserved_names() {
    return reserved;
}

Result<std::string> make_name(std::string_view typed) {
    if (!is_valid_utf8(typed)) return fail(Code::InvalidArgument, "the name is not valid UTF-8");
    std::string name = mapped(trimmed(typed), UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (name.empty()) return fail(Code::InvalidArgument, "a name must not be empty");
    if (code_points(name) > max_name) {
        return fail(Code::InvalidArgument, "a name has at most 64 characters");
    }
    if (display(name, Kind::Name) != name) {
        return fail(Code::InvalidArgument, "the name holds characters that cannot be shown");
    }
    const std::string key = name_key(name);
    if (std::ranges::find(reserved, key) != reserved.end()) {
        return fail(Code::InvalidArgument, "that name has a meaning of its own in kith");
    }
    // WHO also takes addresses and ids, and an option begins with a dash.
    for (const std::string_view prefix : {"kith1", "kith:", "u:", "g:", "d:", "n:", "-", "@"}) {
        if (key.starts_with(prefix)) {
            return fail(Code::InvalidArgument,
                        "a name must not begin with \"" + std::string(prefix) + "\"");
        }
    }
    return name;
}

std::string name_key(std::string_view name) {
    // What most names are needs no tables: of ASCII only the capitals fold.
    const auto is_ascii = [](char byte) { return static_cast<unsigned char>(byte) < 0x80; };
    if (std::ranges::all_of(name, is_ascii)) {
        std::string out(name);
        for (char& byte : out) {
            if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
        }
        return out;
    }
    return mapped(name, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

}  // namespace kith::text
