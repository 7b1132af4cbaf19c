// SPDX-License-Identifier: GPL-3.0-or-later
// bech32m (BIP-350): text for bytes that people copy, with a prefix that says what it is and a
// checksum that finds any four wrong characters.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <string>
#include <string_view>

namespace kith {

/// The longest text for which the checksum promises something.
inline constexpr std::size_t bech32m_max = 90;

/// A text whose checksum is right: its prefix in lower case, and its data as groups of 5 bits,
/// one a byte.
struct Bech32m {
    std::string prefix;
    Bytes groups;

    friend bool operator==(const Bech32m&, const Bech32m&) = default;
};

/// Any prefix. Malformed, with the word of the protocol vectors: size (more than 90 characters),
/// bad_prefix (none, or characters that it cannot have, or no room for a checksum), mixed_case,
/// bad_char, bad_checksum.
Result<Bech32m> parse_bech32m(std::string_view text);

/// Lower case. Requires: a lower-case prefix; the text is not longer than 90 characters.
std::string format_bech32m(const Bech32m& value);

/// The bytes of a text with this prefix. Malformed as above, bad_prefix also for another prefix,
/// and bad_padding (unused bits set, or a whole unused group).
Result<Bytes> from_bech32m(std::string_view prefix, std::string_view text);

/// As format_bech32m, for bytes.
std::string to_bech32m(std::string_view prefix, ByteView bytes);

/// The characters between prefix and checksum alone: 8 for 5 bytes, rounded up.
std::string bech32_characters(ByteView bytes);

}  // namespace kith
