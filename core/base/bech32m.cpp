// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bech32m.h"

#include "core/base/assert.h"
#include "core/base/refusal.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <array>

namespace kith {

namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_size = 6;
constexpr std::uint32_t bech32m_constant = 0x2bc830a3;
constexpr std::size_t group_bits = 5;

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

char lower(char c) {
    return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// One step of the BCH code of BIP-173 over GF(32).
std::uint32_t step(std::uint32_t state, std::uint8_t group) {
    constexpr std::array<std::uint32_t, 5> generator{
        0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = state >> 25;
    state = ((state & 0x1ffffff) << 5) ^ group;
    for (std::size_t i = 0; i < generator.size(); ++i) {
        if ((top >> i) & 1U) state ^= generator[i];
    }
    return state;
}

std::uint32_t checksum(std::string_view prefix, ByteView groups) {
    std::uint32_t state = 1;
    for (const char c : prefix)
        state = step(state, static_cast<std::uint8_t>(c) >> group_bits);
    state = step(state, 0);
    for (const char c : prefix)
        state = step(state, static_cast<std::uint8_t>(c) & 0x1fU);
    for (const std::uint8_t group : groups)
        state = step(state, group);
    return state;
}

// Recovery keys come through here: what is not handed out is overwritten. Reserved buffers do not
// move, so no copy stays behind.
struct Wiped {
    Bytes& bytes;

    explicit Wiped(Bytes& secret) : bytes(secret) {}

    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;

    ~Wiped() { explicit_bzero(bytes.data(), bytes.capacity()); }
};

tl::unexpected<Error> malformed(std::string_view word, std::string_view text) {
    return refuse(Code::Malformed, word, text);
}

// Prefix and groups, the six of the checksum included; the checksum itself is not looked at.
Result<Bech32m> split(std::string_view text) {
    if (text.size() > bech32m_max) return malformed("size", "longer than 90 characters");
    const std::size_t separator = text.rfind('1');
    if (separator == std::string_view::npos || separator == 0 ||
        text.size() - separator - 1 < checksum_size) {
        return malformed("bad_prefix", "no prefix, or nothing after it");
    }
    const std::string_view prefix = text.substr(0, separator);
    if (!std::ranges::all_of(prefix, [](char c) { return c > ' ' && c <= '~'; })) {
        return malformed("bad_prefix", "a character that no prefix can have");
    }
    if (std::ranges::any_of(text, is_lower) && std::ranges::any_of(text, is_upper)) {
        return malformed("mixed_case", "upper and lower case mixed");
    }
    Bech32m out;
    out.groups.reserve(bech32m_max);
    std::ranges::transform(prefix, std::back_inserter(out.prefix), lower);
    for (const char c : text.substr(separator + 1)) {
        const std::size_t group = alphabet.find(lower(c));
        if (group == std::string_view::npos) {
            return malformed("bad_char", "a character outside the alphabet");
        }
        out.groups.push_back(static_cast<std::uint8_t>(group));
    }
    return out;
}

// Checks the checksum and takes it off.
Result<> check(Bech32m& value) {
    if (checksum(value.prefix, value.groups) != bech32m_constant) {
        return malformed("bad_checksum", "a typing error somewhere");
    }
    value.groups.resize(value.groups.size() - checksum_size);
    return success();
}

// Gives `put` five bits at a time; the last ones are filled up with zeros.
template <class Put>
void each_group(ByteView bytes, Put put) {
    std::uint32_t bits = 0;
    std::size_t count = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8) | byte;
        for (count += 8; count >= group_bits; count -= group_bits)
            put(static_cast<std::uint8_t>((bits >> (count - group_bits)) & 0x1f));
    }
    if (count > 0) put(static_cast<std::uint8_t>((bits << (group_bits - count)) & 0x1f));
}

Bytes to_groups(ByteView bytes) {
    Bytes groups;
    groups.reserve(bech32m_max);
    each_group(bytes, [&groups](std::uint8_t group) { groups.push_back(group); });
    return groups;
}

Result<Bytes> from_groups(ByteView groups) {
    Bytes bytes;
    bytes.reserve(groups.size());
    std::uint32_t bits = 0;
    std::size_t count = 0;
    for (const std::uint8_t group : groups) {
        bits = (bits << group_bits) | group;
        count += group_bits;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<std::uint8_t>(bits >> count));
    }
    const std::uint32_t unused = bits & ((1U << count) - 1);
    if (count >= group_bits || unused != 0) {
        return malformed("bad_padding", "bits after the last byte");
    }
    return bytes;
}

}  // namespace

Result<Bech32m> parse_bech32m(std::string_view text) {
    KITH_TRY(Bech32m value, split(text));
    KITH_CHECK(check(value));
    return value;
}

std::string format_bech32m(const Bech32m& value) {
    std::string out;
    out.reserve(bech32m_max);
    out.append(value.prefix).push_back('1');
    const auto put = [&out](std::uint32_t group) { out.push_back(alphabet[group & 0x1f]); };
    std::ranges::for_each(value.groups, put);
    std::uint32_t sum = checksum(value.prefix, value.groups);
    for (std::size_t i = 0; i < checksum_size; ++i)
        sum = step(sum, 0);
    sum ^= bech32m_constant;
    for (std::size_t i = checksum_size; i > 0; --i)
        put(sum >> ((i - 1) * group_bits));
    KITH_ASSERT(out.size() <= bech32m_max);
    return out;
}

Result<Bytes> from_bech32m(std::string_view prefix, std::string_view text) {
    KITH_TRY(Bech32m value, split(text));
    const Wiped wiped(value.groups);
    if (value.prefix != prefix) return malformed("bad_prefix", "another kind of text");
    KITH_CHECK(check(value));
    return from_groups(value.groups);
}

std::string to_bech32m(std::string_view prefix, ByteView bytes) {
    Bech32m value{std::string(prefix), to_groups(bytes)};
    const Wiped wiped(value.groups);
    return format_bech32m(value);
}

std::string bech32_characters(ByteView bytes) {
    std::string out;
    out.reserve((bytes.size() * 8 + group_bits - 1) / group_bits);
    each_group(bytes, [&out](std::uint8_t group) { out.push_back(alphabet[group]); });
    return out;
}

}  // namespace kith
