// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"

#include "core/base/refusal.h"

namespace kith {
namespace {

constexpr std::string_view hex_alphabet = "0123456789abcdef";
constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode_bits(ByteView bytes, std::string_view alphabet, unsigned width) {
    std::string out;
    out.reserve((bytes.size() * 8 + width - 1) / width);
    std::uint32_t pool = 0;
    unsigned bits = 0;
    const std::uint32_t mask = (1U << width) - 1;
    for (const std::uint8_t byte : bytes) {
        pool = (pool << 8) | byte;
        for (bits += 8; bits >= width; bits -= width) {
            out.push_back(alphabet[(pool >> (bits - width)) & mask]);
        }
    }
    if (bits > 0) out.push_back(alphabet[(pool << (width - bits)) & mask]);
    return out;
}

Result<Bytes> decode_bits(std::string_view text, std::string_view alphabet, unsigned width) {
    Bytes out;
    out.reserve(text.size() * width / 8);
    std::uint32_t pool = 0;
    unsigned bits = 0;
    for (const char character : text) {
        const std::size_t value = alphabet.find(character);
        if (value == std::string_view::npos) {
            return refuse(Code::Malformed, "bad_char", "a character outside the alphabet");
        }
        pool = (pool << width) | static_cast<std::uint32_t>(value);
        bits += width;
        if (bits >= 8) {
            bits -= 8;
            out.push_back(static_cast<std::uint8_t>(pool >> bits));
        }
        pool &= (1U << bits) - 1;
    }
    if (bits >= width) return refuse(Code::Malformed, "bad_length", "an impossible length");
    if (pool != 0) return refuse(Code::Malformed, "bad_padding", "unused bits are not zero");
    return out;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    return encode_bits(bytes, hex_alphabet, 4);
}

Result<Bytes> from_hex(std::string_view text) {
    return decode_bits(text, hex_alphabet, 4);
}

std::string to_base32(ByteView bytes) {
    return encode_bits(bytes, base32_alphabet, 5);
}

Result<Bytes> from_base32(std::string_view text) {
    return decode_bits(text, base32_alphabet, 5);
}

std::string to_base64url(ByteView bytes) {
    return encode_bits(bytes, base64url_alphabet, 6);
}

Result<Bytes> from_base64url(std::string_view text) {
    return decode_bits(text, base64url_alphabet, 6);
}

std::string grouped(std::string_view text, std::size_t group) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += group) {
        if (i > 0) out.push_back(' ');
        out.append(text.substr(i, group));
    }
    return out;
}

}  // namespace kith
