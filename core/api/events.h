// SPDX-License-Identifier: GPL-3.0-or-later
// The stream of events: at least once, in the order of their cursors, resumable. Methods events.*
// and the objects `subscription` and `consumer`. docs/spec/control-api.md#events
#pragma once

#include "core/api/status.h"

#include <variant>

namespace kith::api {

/// Types a client may subscribe to. Presence and network carry no cursor.
using Event = std::variant<Message, Receipt, Contact, Presence, Network, Gap, Notice>;

/// "message", "receipt" ...
std::string_view type_of(const Event& event);
bool is_event_type(std::string_view name);
std::string to_json(const Event& event);

/// One line of a stream.
struct StreamItem {
    std::uint64_t subscription = 0;
    std::optional<std::string> cursor;
    Value event;  // inside the Document of its line; its type is event["type"]
};

/// The event of a stream item. Problem::Parameters: a type that this version does not know.
Outcome<Event> decode_event(Value event);

/// `subscription`
struct Subscription {
    std::uint64_t subscription = 0;
    std::string cursor;        // where the stream begins: events after this one follow
    std::uint64_t behind = 0;  // events that wait already

    friend bool operator==(const Subscription&, const Subscription&) = default;
};

/// `events.subscribe`. cursor-gone
struct EventsSubscribe {
    using Result = Subscription;
    std::vector<std::string> types;       // empty: all
    std::optional<std::string> from;      // cursor, last, now, start
    std::optional<std::string> as;        // consumer name: durable acks
    std::optional<std::uint64_t> window;  // unacknowledged events at most; 0: no acks, no bound
};

/// `events.ack`: done with everything up to `cursor`; durable when answered. cursor-gone
struct EventsAck {
    using Result = Nothing;
    std::string as;
    std::string cursor;
};

/// `events.unsubscribe`
struct EventsUnsubscribe {
    using Result = Nothing;
    std::uint64_t subscription = 0;
};

/// `consumer`
struct Consumer {
    std::string name;
    std::string cursor;
    std::uint64_t behind = 0;
    std::optional<Timestamp> seen;

    friend bool operator==(const Consumer&, const Consumer&) = default;
};

/// `events.consumers`
struct EventsConsumers {
    using Result = std::vector<Consumer>;
};

/// `events.forget`
struct EventsForget {
    using Result = Nothing;
    std::string as;
};

}  // namespace kith::api
