// SPDX-License-Identifier: GPL-3.0-or-later
// One line of the history of a chat, as it is stored.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"
#include "core/node/views.h"

#include <cstdint>
#include <optional>
#include <string>

namespace kith::node {

struct LogEntry {
    crypto::MessageId id;
    Direction direction = Direction::In;
    Timestamp time;      // the sender's clock
    Timestamp received;  // ours; equals `time` for outgoing ones
    /// Content type of docs/spec/message.md; what this version cannot show keeps its number.
    std::uint8_t type = 1;
    std::string text;
    std::optional<crypto::MessageId> reply;
    /// Outgoing: number of this message among those of this device in this chat, from 1.
    std::uint64_t sequence = 0;
};

/// The stored form. Our own data, bounded by what was checked when it came in.
Bytes encode(const LogEntry& entry);
/// Corrupt: not a stored entry.
Result<LogEntry> decode_log_entry(ByteView row);

}  // namespace kith::node
