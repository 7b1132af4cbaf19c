// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/message_id.h"

#include <algorithm>
#include <array>

namespace kith::message {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t time_bytes = 6;
constexpr unsigned bits_per_character = 5;
// 26 characters have two bits more than the number.
constexpr unsigned spare_bits = message_id_text * bits_per_character - 128;

std::size_t value_of(char character) {
    if (character >= 'a' && character <= 'z') {
        character = static_cast<char>(character - 'a' + 'A');
    }
    if (character == 'I' || character == 'L') character = '1';
    if (character == 'O') character = '0';
    return alphabet.find(character);
}

}  // namespace

MessageId make_message_id(Timestamp now, Random& random) {
    MessageId id;
    const auto millis = be_bytes<std::uint64_t>(unix_millis(now));
    std::ranges::copy(ByteView(millis).last<time_bytes>(), id.data());
    random.fill(id.mutable_view().subspan(time_bytes));
    return id;
}

Timestamp time_of(const MessageId& id) {
    std::array<std::uint8_t, 8> millis{};
    std::ranges::copy(id.view().first<time_bytes>(), millis.begin() + 2);
    return from_unix_millis(read_be<std::uint64_t>(millis));
}

std::string to_text(const MessageId& id) {
    std::string text;
    text.reserve(message_id_text);
    // The number is preceded by the spare bits.
    std::uint32_t pool = 0;
    unsigned bits = spare_bits;
    for (const std::uint8_t byte : id.view()) {
        pool = (pool << 8) | byte;
        for (bits += 8; bits >= bits_per_character; bits -= bits_per_character) {
            text.push_back(alphabet[(pool >> (bits - bits_per_character)) & 31U]);
        }
    }
    return text;
}

Result<MessageId> parse_message_id(std::string_view text) {
    if (text.size() != message_id_text) {
        return fail(Code::Malformed, "a message id has 26 characters");
    }
    const std::size_t first = value_of(text[0]);
    if (first != std::string_view::npos && first >= (1U << (bits_per_character - spare_bits))) {
        return fail(Code::Malformed, "no message id is this large");
    }
    MessageId id;
    std::size_t at = 0;
    std::uint32_t pool = 0;
    // The spare bits of the first character are zero and belong to no byte.
    int bits = -static_cast<int>(spare_bits);
    for (const char character : text) {
        const std::size_t value = value_of(character);
        if (value == std::string_view::npos) {
            return fail(Code::Malformed, "a character that no message id has");
        }
        pool = (pool << bits_per_character) | static_cast<std::uint32_t>(value);
        bits += static_cast<int>(bits_per_character);
        if (bits >= 8) {
            bits -= 8;
            id.data()[at++] = static_cast<std::uint8_t>(pool >> bits);
        }
    }
    return id;
}

}  // namespace kith::message
