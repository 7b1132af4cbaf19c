// SPDX-License-Identifier: GPL-3.0-or-later
// The journal of events and those who follow it.
//
// An event is a row in the same synced batch as the change that it reports, so it exists exactly if
// the change does. Rows are references (which message, which contact); the event itself is read
// when it is delivered. Presence and network events are not journaled and carry no cursor.
// Guarantees: order by cursor, at least once, until every named consumer has acknowledged or the
// journal's bound is reached (docs/spec/control-api.md#events).
#pragma once

#include "core/base/async_event.h"
#include "core/base/result.h"
#include "core/node/views.h"

#include <functional>
#include <memory>
#include <variant>

namespace kith::node {

/// A place in the journal. Text form "e1.4711"; opaque to clients.
struct Cursor {
    std::uint64_t value = 0;

    friend auto operator<=>(const Cursor&, const Cursor&) = default;
};

std::string to_string(Cursor cursor);
/// Malformed: not a cursor of this journal.
Result<Cursor> parse_cursor(std::string_view text);

struct NoticeView {
    std::string code;
    std::string level;  // info, warning
    std::string message;
    std::string hint;  // may be empty
};

struct PresenceView {
    crypto::AccountKey account;
    bool online = false;
    std::optional<Duration> round_trip;
};

struct GapView {
    crypto::AccountKey chat;
    std::uint64_t missing = 0;
    bool healed = false;
};

using EventBody = std::
    variant<MessageView, ReceiptView, ContactView, GapView, NoticeView, PresenceView, NetworkView>;

struct Event {
    std::optional<Cursor> cursor;
    EventBody body;
};

/// "message", "receipt", ...: the type by which clients choose.
std::string_view type_of(const EventBody& body);

struct ConsumerView {
    std::string name;
    Cursor cursor;
    std::uint64_t behind = 0;
    Timestamp seen;
};

struct SubscribeOptions {
    enum class From { Now, Start, Last, At };
    std::vector<std::string> types;  // empty = all
    From from = From::Now;
    Cursor at;                 // with From::At: events after this one
    std::string as;            // consumer name; empty = anonymous, no acks
    std::size_t window = 256;  // unacknowledged events at most; 0 = no acks, no bound
};

/// One follower. Destroying it ends the subscription. Strand only.
class Subscription {
  public:
    Subscription() = default;
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    virtual ~Subscription() = default;

    /// Up to `count` next events, journaled ones first read from the store; empty when there is
    /// nothing to give now (or the window is full): `on_ready` is called when that changes.
    virtual Result<std::vector<Event>> take(std::size_t count) = 0;
    /// Events up to `cursor` are done with: opens the window. Durable acks: EventLog::ack.
    virtual void acknowledged(Cursor cursor) = 0;
    /// Where the stream stands: the last event given.
    virtual Cursor position() const = 0;
    virtual std::uint64_t behind() const = 0;
};

/// What daemon handlers use of the journal. Implemented by EventJournal (event_journal.h).
class EventLog {
  public:
    EventLog() = default;
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;
    virtual ~EventLog() = default;

    /// `on_ready` is called on the strand, never inside subscribe() or take(), each time when
    /// take() may give more. NotFound: `at` is older than the journal (`cursor-gone`).
    virtual Result<std::unique_ptr<Subscription>> subscribe(SubscribeOptions options,
                                                            std::function<void()> on_ready) = 0;
    /// Everything up to `cursor` is done for consumer `as`, durable before this returns.
    [[nodiscard]] virtual Task<Result<>> ack(std::string as, Cursor cursor) = 0;
    virtual std::vector<ConsumerView> consumers() const = 0;
    /// NotFound: no such consumer.
    [[nodiscard]] virtual Task<Result<>> forget(std::string as) = 0;
};

}  // namespace kith::node
