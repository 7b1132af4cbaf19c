// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/writer.h"

#include "core/base/assert.h"
#include "core/base/utf8.h"

#include <array>
#include <charconv>
#include <cmath>

namespace kith::api {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// General category Cf of Unicode 15, with the two line separators. A test compares it with
// utf8proc's tables.
constexpr std::array format_characters{
    Range{0x00AD, 0x00AD},   Range{0x0600, 0x0605},   Range{0x061C, 0x061C},
    Range{0x06DD, 0x06DD},   Range{0x070F, 0x070F},   Range{0x0890, 0x0891},
    Range{0x08E2, 0x08E2},   Range{0x180E, 0x180E},   Range{0x200B, 0x200F},
    Range{0x2028, 0x202E},   Range{0x2060, 0x2064},   Range{0x2066, 0x206F},
    Range{0xFEFF, 0xFEFF},   Range{0xFFF9, 0xFFFB},   Range{0x110BD, 0x110BD},
    Range{0x110CD, 0x110CD}, Range{0x13430, 0x1343F}, Range{0x1BCA0, 0x1BCA3},
    Range{0x1D173, 0x1D17A}, Range{0xE0001, 0xE0001}, Range{0xE0020, 0xE007F},
};

// Bytes that go out as they are.
constexpr std::array<bool, 256> plain_bytes = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < 0x7F; ++byte)
        plain[byte] = byte != '"' && byte != '\\';
    return plain;
}();

void append_unit(std::string& out, std::uint32_t unit) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U})
        out.push_back(digits[(unit >> shift) & 0xFU]);
}

void append_escaped(std::string& out, char32_t code_point) {
    if (code_point < 0x10000) {
        append_unit(out, code_point);
        return;
    }
    const std::uint32_t offset = code_point - 0x10000;
    append_unit(out, 0xD800 + (offset >> 10));
    append_unit(out, 0xDC00 + (offset & 0x3FFU));
}

void append_ascii(std::string& out, char character) {
    switch (character) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            append_unit(out, static_cast<std::uint8_t>(character));
    }
}

template <class T>
void append_number(std::string& out, T value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end.ptr);
}

}  // namespace

bool is_escaped(std::uint32_t code_point) {
    if (code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F)) return true;
    for (const Range range : format_characters) {
        if (code_point < range.first) return false;
        if (code_point <= range.last) return true;
    }
    return false;
}

void Writer::separate() {
    if (!first_ && !named_) out_.push_back(',');
    first_ = false;
    named_ = false;
}

void Writer::open(char bracket) {
    separate();
    out_.push_back(bracket);
    first_ = true;
}

void Writer::close(char bracket) {
    out_.push_back(bracket);
    first_ = false;
}

void Writer::name(std::string_view name) {
    separate();
    append_quoted(name);
    out_.push_back(':');
    named_ = true;
}

void Writer::text(std::string_view value) {
    separate();
    append_quoted(value);
}

void Writer::append_quoted(std::string_view value) {
    out_.push_back('"');
    std::size_t at = 0;
    while (at < value.size()) {
        std::size_t run = at;
        while (run < value.size() && plain_bytes[static_cast<std::uint8_t>(value[run])])
            ++run;
        out_.append(value, at, run - at);
        at = run;
        if (at == value.size()) break;
        if (static_cast<std::uint8_t>(value[at]) < 0x80) {
            append_ascii(out_, value[at++]);
            continue;
        }
        const Utf8Step step = decode_utf8(value, at);
        if (!step.valid) {
            append_utf8(out_, replacement_character);
        } else if (is_escaped(step.code_point)) {
            append_escaped(out_, step.code_point);
        } else {
            out_.append(value, at, step.length);
        }
        at += step.length;
    }
    out_.push_back('"');
}

void Writer::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
}

void Writer::integer(std::int64_t value) {
    separate();
    append_number(out_, value);
}

void Writer::unsigned_number(std::uint64_t value) {
    separate();
    append_number(out_, value);
}

void Writer::real(double value) {
    KITH_ASSERT(std::isfinite(value));  // JSON has no other numbers
    separate();
    append_number(out_, value);
}

void Writer::time(Timestamp value) {
    separate();
    out_.push_back('"');
    append_rfc3339(out_, value);
    out_.push_back('"');
}

void Writer::raw(std::string_view json) {
    separate();
    out_ += json;
}

}  // namespace kith::api
