// SPDX-License-Identifier: GPL-3.0-or-later
// Text forms of bytes: hex, base32 (RFC 4648, upper case) and base64url (RFC 4648 5), both without
// padding. Decoders are strict: one text for one byte string, unused bits zero. What they refuse
// has a word (refusal.h): bad_char, bad_length, bad_padding.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <string>
#include <string_view>

namespace kith {

std::string to_hex(ByteView bytes);
Result<Bytes> from_hex(std::string_view text);

std::string to_base32(ByteView bytes);
/// Malformed: a character outside A-Z 2-7, an impossible length, or unused bits set.
Result<Bytes> from_base32(std::string_view text);

std::string to_base64url(ByteView bytes);
/// Malformed: a character outside the alphabet, an impossible length, or unused bits set.
Result<Bytes> from_base64url(std::string_view text);

/// Four base32 characters in lower case, then a blank, and so on: how people compare keys.
std::string grouped(std::string_view text, std::size_t group = 4);

}  // namespace kith
