// SPDX-License-Identifier: GPL-3.0-or-later
// What can be said about a peer, and how much it counts.
//
// Good evidence comes from acts of our own user only: nothing that a peer does by itself raises its
// score. Bad evidence is what we saw ourselves. Nobody else's word is an event.
// Specification: docs/spec/reputation.md#events.
#pragma once

#include "core/base/time.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kith::reputation {

/// What a record is about; decides prior and events. Part of the disk format, never renumber.
enum class Context : std::uint8_t {
    Person = 1,  ///< an account that writes to us
    Member = 2,  ///< an account in one group, which is not a contact
    Host = 3,    ///< a mailbox host, by box_id
    Nodes = 4,   ///< DHT nodes behind one address prefix
};

/// Part of the disk format, never renumber.
enum class Event : std::uint8_t {
    // Person and Member
    Reply = 1,      ///< we replied to a message
    Read = 2,       ///< we read a message
    Accepted = 3,   ///< we accepted the contact
    Reported = 4,   ///< our user reported a message
    Declined = 5,   ///< our user declined a request
    Ignored = 6,    ///< a request that was shown stayed unanswered
    Malformed = 7,  ///< undecodable or unauthentic, after the link was up
    FalseWork = 8,  ///< work that does not check
    Oversize = 9,
    PastBusy = 10,  ///< sent on through BUSY
    Replayed = 11,  ///< sent again what had been refused
    // Host
    Kept = 20,          ///< handed a promised copy over
    Lost = 21,          ///< lost a copy, proven by its own receipt
    Withheld = 22,      ///< handed a copy over too late
    AuditWrong = 23,    ///< a wrong answer to an audit
    AuditSilent = 24,   ///< no answer to an audit though reachable
    Resent = 25,        ///< mail that had been collected
    Junk = 26,          ///< an envelope that opens for nobody
    Shortchanged = 27,  ///< refused a deposit within the agreed quota
    FalselyGone = 28,   ///< said "gone" and no receipt ever came
    StaleRecord = 29,   ///< handed out an outdated beacon or bundle
    // Nodes
    Answered = 40,
    TimedOut = 41,
    BadSignature = 42,
    FarAnswer = 43,  ///< an answer far from the key that was asked for
};

/// How an event counts.
struct EventRule {
    Event event;
    std::string_view name;  ///< stable, lower case: logs, JSON
    bool good = false;
    double weight = 0;  ///< > 0
    /// Good evidence accrues at a limited rate a day; this one does not count against it.
    bool uncapped = false;
    /// At most so many are counted in one `window`, aligned to the epoch; 0: all.
    std::uint8_t at_most = 0;
    Duration window{};
};

/// All events that a record of this context may hold, in ascending order.
std::span<const EventRule> rules_of(Context context);

/// nullptr if such an event does not belong to the context.
const EventRule* find_rule(Context context, Event event);

/// Requires: the event belongs to the context.
const EventRule& rule_of(Context context, Event event);

/// "reply", "report", "receipt".
std::string_view to_string(Event event);

}  // namespace kith::reputation
