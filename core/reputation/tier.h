// SPDX-License-Identifier: GPL-3.0-or-later
// What a score means: nine tiers, and for each how fast, how much unread, how soon and at what
// price.
//
// The limits of contacts bound memory, disk and processor, nothing else: no person who writes to a
// friend meets them. Specification: docs/spec/reputation.md#tiers.
#pragma once

#include "core/base/gcra.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace kith::reputation {

/// From the most trusted to the least. The first whose condition holds, in the order blocked,
/// restricted, bulk, trusted or contact, invited, suspect, introduced, stranger.
enum class Tier : std::uint8_t {
    Trusted,     ///< contact with a score of 0.85 or more
    Contact,     ///< any other contact
    Bulk,        ///< contact that the user freed of limits: bots, machines
    Restricted,  ///< contact after a report
    Invited,     ///< holds one of our invitations
    Introduced,  ///< a contact vouched for it, or it was a contact once
    Stranger,
    Suspect,  ///< not a contact, score below 0.12
    Blocked,
};

/// "trusted", "contact", ...
std::string_view to_string(Tier tier);

/// Where messages of a tier land.
enum class Lands : std::uint8_t {
    Inbox,
    InboxSilent,  ///< without notification
    RequestsTop,  ///< top of the request inbox
    Requests,     ///< request inbox, in turn
    Nowhere,      ///< dropped; the sender learns nothing
};

/// Price of a request, as a multiple of the advertised effort, in eighths: 1 = E/8, 8 = E, 64 = 8E.
using WorkEighths = std::uint32_t;

struct TierRule {
    Tier tier;
    std::string_view name;
    /// Messages at once; 0: none at all. Without meaning if there is no `interval`.
    std::uint32_t burst = 0;
    /// One more message each; nullopt: no limit of rate (bulk).
    std::optional<Duration> interval;
    /// Unread messages that our device stores; nullopt: no limit (bulk). Of trusted and contact the
    /// least: see unread_credit().
    std::optional<std::uint32_t> unread;
    /// Share of what is written and worked on while others wait (deficit round robin).
    std::uint32_t weight = 0;
    Lands lands = Lands::Nowhere;
};

const TierRule& rule_of(Tier tier);

/// Unread messages of a peer that our device stores before it answers BUSY; nullopt: no limit. The
/// peer keeps what is refused and sends it as we read: nothing is lost.
/// @param written  messages that we wrote to the peer, decayed (Record::written())
std::optional<std::uint32_t> unread_credit(Tier tier, double written);

/// Price for somebody who is no contact, from S_raw: E, 2E at 0.18 and below, 4E at 0.14, 8E at
/// 0.10.
WorkEighths stranger_work(double raw_score);

/// Everything that follows from a record at one moment. What is enforced and what is shown to the
/// user are the same object.
struct Standing {
    Tier tier = Tier::Stranger;
    double raw = 0;            ///< S_raw, 0..1
    double score = 0;          ///< S: S_raw with the floor of contacts
    std::optional<Pace> pace;  ///< nullopt: no limit of rate; tolerance 0: nothing passes
    std::uint32_t burst = 0;   ///< messages at once, for people to read
    std::optional<std::uint32_t> unread;  ///< nullopt: no limit
    std::uint32_t weight = 0;
    Lands lands = Lands::Nowhere;
    /// 0: none asked. nullopt: no work helps (suspect, blocked).
    std::optional<WorkEighths> work;
};

}  // namespace kith::reputation
