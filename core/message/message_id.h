// SPDX-License-Identifier: GPL-3.0-or-later
// The id of a message: chosen once by its sender, the same on every path, and with the sender's
// account the reader's key against duplicates. 48 bits of milliseconds, then 80 random bits, so
// that ids sort by the time they were made; nothing trusts that time.
//
// People see 26 characters of Crockford's base32 (upper case, no I, L, O, U), which sort alike.
// Specification: docs/spec/message.md#ids.
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"

#include <string>
#include <string_view>

namespace kith::message {

using crypto::MessageId;

/// Characters of the text form.
inline constexpr std::size_t message_id_text = 26;

MessageId make_message_id(Timestamp now, Random& random);

/// When the sender says it made the id; never later than the year 9999.
Timestamp time_of(const MessageId& id);

/// "01J9ZK3Q8V...": 26 characters.
std::string to_text(const MessageId& id);

/// Takes lower case, and I, L as 1, O as 0. Malformed: another length or character, or a first
/// character above 7, which no 128-bit number has.
Result<MessageId> parse_message_id(std::string_view text);

}  // namespace kith::message
