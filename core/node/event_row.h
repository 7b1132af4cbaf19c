// SPDX-License-Identifier: GPL-3.0-or-later
// One row of the journal: what one batch changed, as references. A run of messages or receipts is
// one reference and as many cursors.
#pragma once

#include "core/node/delivery_log.h"

#include <string>
#include <variant>
#include <vector>

namespace kith::node {

/// Lines first..last of a chat, one event each.
struct MessagesRef {
    crypto::AccountKey chat;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// One outcome for our messages first..last of a chat, one event each.
struct ReceiptsRef {
    crypto::AccountKey chat;
    crypto::DeviceId device;
    Outcome outcome = Outcome::Delivered;
    Run run;
};

/// A contact changed; the event shows it as it is when it is read.
struct ContactRef {
    crypto::AccountKey account;
};

struct NoticeRef {
    std::string code;
    std::string level;
    std::string message;
    std::string hint;
};

struct GapRef {
    crypto::AccountKey chat;
    std::uint64_t missing = 0;
    bool healed = false;
};

using EventRef = std::variant<MessagesRef, ReceiptsRef, ContactRef, NoticeRef, GapRef>;

/// Cursors that the reference takes.
std::uint64_t count_of(const EventRef& ref);

struct EventRow {
    Timestamp time;
    std::vector<EventRef> refs;
};

Bytes encode(const EventRow& row);
/// Corrupt: not a row of the journal.
Result<EventRow> decode_event_row(ByteView row);

}  // namespace kith::node
