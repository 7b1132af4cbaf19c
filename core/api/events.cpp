// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/events.h"

#include "core/api/fields.h"

#include <algorithm>
#include <array>

namespace kith::api {

KITH_API_ELSEWHERE(Message)
KITH_API_ELSEWHERE(Receipt)
KITH_API_ELSEWHERE(Contact)
KITH_API_ELSEWHERE(Presence)
KITH_API_ELSEWHERE(Network)
KITH_API_ELSEWHERE(Gap)
KITH_API_ELSEWHERE(Notice)

namespace {

// In the order of the alternatives of Event.
constexpr std::array<std::string_view, std::variant_size_v<Event>> event_types{
    "message", "receipt", "contact", "presence", "network", "gap", "notice"};

template <std::size_t I = 0>
Outcome<Event> read_alternative(std::string_view type, Value event) {
    if constexpr (I == event_types.size()) {
        return failure(Problem::Parameters, "an event of a type that is not known here");
    } else {
        if (event_types[I] != type) return read_alternative<I + 1>(type, event);
        KITH_TRY(auto body, read<std::variant_alternative_t<I, Event>>(event));
        return Event(std::in_place_index<I>, std::move(body));
    }
}

}  // namespace

std::string_view type_of(const Event& event) {
    return event_types[event.index()];
}

bool is_event_type(std::string_view name) {
    return std::ranges::find(event_types, name) != event_types.end();
}

std::string to_json(const Event& event) {
    return std::visit([](const auto& body) { return api::to_json(body); }, event);
}

Outcome<Event> decode_event(Value event) {
    return read_alternative(event["type"].text().value_or(""), event);
}

template <>
struct Fields<Subscription> : Object {
    static constexpr std::string_view type = "subscription";

    static void list(auto& self, auto& member) {
        member("subscription", self.subscription);
        member("cursor", self.cursor);
        member("behind", self.behind);
    }
};

template <>
struct Fields<EventsSubscribe> : Parameters {
    static void list(auto& self, auto& member) {
        member.if_any("types", self.types);
        member("from", self.from);
        member("as", self.as);
        member("window", self.window);
    }
};

template <>
struct Fields<EventsAck> : Parameters {
    static void list(auto& self, auto& member) {
        member("as", self.as);
        member("cursor", self.cursor);
    }
};

template <>
struct Fields<EventsUnsubscribe> : Parameters {
    static void list(auto& self, auto& member) { member("subscription", self.subscription); }
};

template <>
struct Fields<Consumer> : Object {
    static constexpr std::string_view type = "consumer";

    static void list(auto& self, auto& member) {
        member("name", self.name);
        member("cursor", self.cursor);
        member("behind", self.behind);
        member("seen", self.seen);
    }
};

template <>
struct Fields<EventsConsumers> : NoParameters {};

template <>
struct Fields<EventsForget> : Parameters {
    static void list(auto& self, auto& member) { member("as", self.as); }
};

KITH_API_OBJECT(Subscription)
KITH_API_OBJECT(EventsSubscribe)
KITH_API_OBJECT(EventsAck)
KITH_API_OBJECT(EventsUnsubscribe)
KITH_API_OBJECT(Consumer)
KITH_API_OBJECT(EventsConsumers)
KITH_API_OBJECT(EventsForget)

}  // namespace kith::api
