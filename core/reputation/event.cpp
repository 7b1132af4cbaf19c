// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/event.h"

#include "core/base/assert.h"

#include <algorithm>
#include <array>

namespace kith::reputation {
namespace {

constexpr bool good = true;
constexpr bool bad = false;
constexpr bool uncapped = true;
constexpr Duration day = days(1);

constexpr std::array of_people{
    EventRule{Event::Reply, "reply", good, 1.0},
    // Reading is cheap: four a day say that the peer is read, not how much it writes.
    EventRule{Event::Read, "read", good, 0.05, false, 4, day},
    EventRule{Event::Accepted, "accepted", good, 5.0, uncapped},
    EventRule{Event::Reported, "report", bad, 10.0},
    EventRule{Event::Declined, "declined", bad, 3.0},
    EventRule{Event::Ignored, "ignored", bad, 1.0},
    EventRule{Event::Malformed, "malformed", bad, 5.0},
    EventRule{Event::FalseWork, "false-work", bad, 1.0},
    EventRule{Event::Oversize, "oversize", bad, 1.0},
    // What was on its way when BUSY left is no fault, and one burst is one fault.
    EventRule{Event::PastBusy, "busy", bad, 0.2, false, 2, hours(1)},
    EventRule{Event::Replayed, "replay", bad, 0.1},
};

constexpr std::array of_hosts{
    EventRule{Event::Kept, "receipt", good, 0.2},
    EventRule{Event::Lost, "loss", bad, 4.0},
    EventRule{Event::Withheld, "withheld", bad, 1.0},
    EventRule{Event::AuditWrong, "audit-wrong", bad, 2.0},
    EventRule{Event::AuditSilent, "audit-silent", bad, 0.3},
    EventRule{Event::Resent, "resent", bad, 0.5},
    // 1 for sixteen and at most 1 a day: a contact can fake junk with deposits at one host.
    EventRule{Event::Junk, "junk", bad, 1.0 / 16, false, 16, day},
    EventRule{Event::Shortchanged, "shortchanged", bad, 0.2},
    EventRule{Event::FalselyGone, "falsely-gone", bad, 3.0},
    EventRule{Event::StaleRecord, "stale-record", bad, 1.0},
};

constexpr std::array of_nodes{
    EventRule{Event::Answered, "answered", good, 0.01},
    EventRule{Event::TimedOut, "timed-out", bad, 0.02},
    EventRule{Event::BadSignature, "bad-signature", bad, 2.0},
    EventRule{Event::FarAnswer, "far-answer", bad, 1.0},
};

constexpr std::array all_contexts{Context::Person, Context::Host, Context::Nodes};

}  // namespace

std::span<const EventRule> rules_of(Context context) {
    switch (context) {
        case Context::Person:
        case Context::Member:
            return of_people;
        case Context::Host:
            return of_hosts;
        case Context::Nodes:
            return of_nodes;
    }
    return {};
}

const EventRule* find_rule(Context context, Event event) {
    const auto rules = rules_of(context);
    const auto found = std::ranges::find(rules, event, &EventRule::event);
    return found == rules.end() ? nullptr : &*found;
}

const EventRule& rule_of(Context context, Event event) {
    const EventRule* const found = find_rule(context, event);
    KITH_ASSERT(found != nullptr);
    return *found;
}

std::string_view to_string(Event event) {
    for (const Context context : all_contexts) {
        if (const EventRule* const rule = find_rule(context, event)) return rule->name;
    }
    return "unknown";
}

}  // namespace kith::reputation
