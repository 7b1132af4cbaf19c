// SPDX-License-Identifier: GPL-3.0-or-later
// Messages: the objects `message`, `receipt`, `trace` and `gap`, and the methods message.*.
#pragma once

#include "core/api/codec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kith::api {

/// One message's way, and of receipts. `received` is the state of every incoming message.
enum class MessageState {
    Unknown,
    Queued,
    Sent,
    Stored,
    Delivered,
    Read,
    Failed,
    Expired,
    Received,
};
std::string_view to_string(MessageState state);

enum class Direction { Unknown, In, Out };
std::string_view to_string(Direction direction);

/// How a peer is reached.
struct Path {
    std::string kind;  // direct, mailbox
    std::optional<std::uint64_t> rtt_ms;

    friend bool operator==(const Path&, const Path&) = default;
};

/// `message`
struct Message {
    std::string id;                     // 26 characters
    std::optional<std::string> cursor;  // of the event that brought it
    std::string chat;                   // "u:..." of the other account; our own for notes to self
    std::string from;                   // "u:..."
    std::string name;                   // of `from`
    std::optional<std::string> tag;
    std::optional<bool> tagged;  // true: the name is not to be shown without its tag
    Direction dir = Direction::Unknown;
    Timestamp time;                     // the sender's clock
    std::optional<Timestamp> received;  // our clock; incoming only
    std::string text;
    MessageState state = MessageState::Unknown;
    bool verified = false;
    std::optional<bool> unread;  // true or absent
    std::optional<std::string> reply;
    std::optional<Timestamp> expires;
    std::optional<Path> path;

    friend bool operator==(const Message&, const Message&) = default;
};

/// `receipt`
struct Receipt {
    std::string id;
    std::optional<std::string> chat;
    MessageState state = MessageState::Unknown;
    std::optional<std::string> device;  // name of the device that said so
    std::optional<Timestamp> time;

    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// One step of a message's way.
struct TraceStep {
    Timestamp time;
    std::string step;               // queued direct look-up deposit stored delivered read failed
    std::optional<std::string> to;  // device, host or address
    std::optional<std::string> result;   // what came of it
    std::optional<Timestamp> until;      // how long a mailbox keeps it
    std::optional<std::string> receipt;  // of a mailbox, hex: box id, hash, times, signature

    friend bool operator==(const TraceStep&, const TraceStep&) = default;
};

/// `trace`
struct Trace {
    std::string id;
    std::optional<std::string> chat;
    std::optional<std::string> name;  // of the chat
    MessageState state = MessageState::Unknown;
    std::vector<TraceStep> steps;
    std::optional<Timestamp> next_retry;
    std::optional<std::string> waits;  // for the other side: unread, rate or store

    friend bool operator==(const Trace&, const Trace&) = default;
};

/// `gap`: messages of one sender that others have seen and we have not.
struct Gap {
    std::string chat;
    std::optional<std::string> from;
    std::optional<std::string> device;
    std::uint64_t missing = 0;
    std::string state;  // asking healed lost

    friend bool operator==(const Gap&, const Gap&) = default;
};

/// `message.send`: durable when answered. The same `id` again gives the same answer and sends
/// nothing twice. no-contact, text-too-long, key-changed, blocked, no-space, busy
struct MessageSend {
    using Result = Message;
    std::string to;
    std::string text;               // at most limits::text bytes
    std::optional<std::string> id;  // 26 characters, chosen by the caller
    std::optional<std::string> reply;
    std::optional<std::uint64_t> expire_ms;  // not before milestone C: refused
};

/// `message.wait`: answered when the message is in `state` or beyond, or can no longer get there
/// (state failed or expired). no-message, timeout
struct MessageWait {
    using Result = Receipt;
    std::string id;
    MessageState state = MessageState::Delivered;  // sent stored delivered read
    std::uint64_t timeout_ms = 10000;
};

/// `message.trace`. no-message
struct MessageTrace {
    using Result = Trace;
    std::string id;
};

/// `message.retry`. no-message
struct MessageRetry {
    using Result = Message;
    std::string id;
};

/// `message.cancel`: forbidden when it has left this device. no-message
struct MessageCancel {
    using Result = Nothing;
    std::string id;
};

/// `message.history`: oldest first. Without `before` and `after` the newest `limit` messages.
/// A page is at most one line: when it must be cut, the messages next to the asked end stay (the
/// newest, or with `after` the oldest), and the client asks again until a page is empty.
struct MessageHistory {
    using Result = std::vector<Message>;
    std::string chat;
    std::optional<std::string> before;  // message id
    std::optional<std::string> after;   // message id
    std::optional<Timestamp> since;
    std::uint64_t limit = 50;           // at most 500
    std::optional<std::string> search;  // not before milestone C: refused
};

/// `message.unread`: newest first, of all chats.
struct MessageUnread {
    using Result = std::vector<Message>;
    std::optional<std::uint64_t> limit;  // default 50, at most 500
    std::optional<std::string> after;    // message id: the page after this one
};

/// `message.read`: the chat is read up to and with this message. no-message
struct MessageRead {
    using Result = Nothing;
    std::string chat;
    std::string up_to;
};

}  // namespace kith::api
