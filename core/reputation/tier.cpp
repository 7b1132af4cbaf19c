// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/tier.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kith::reputation {
namespace {

constexpr Duration hour = hours(1);
constexpr Duration day = days(1);
// A contact writes 1,000 at once and 50 a second, a trusted one 5,000 and 200: what a machine of a
// friend does when it empties its outbox, and what this device takes without trouble.
constexpr Duration contact_interval = milliseconds(20);
constexpr Duration trusted_interval = milliseconds(5);

constexpr std::array rules{
    TierRule{Tier::Trusted, "trusted", 5000, trusted_interval, 10000, 16, Lands::Inbox},
    TierRule{Tier::Contact, "contact", 1000, contact_interval, 5000, 8, Lands::Inbox},
    TierRule{Tier::Bulk, "bulk", 0, std::nullopt, std::nullopt, 4, Lands::InboxSilent},
    TierRule{Tier::Restricted, "restricted", 5, hour, 5, 1, Lands::Requests},
    TierRule{Tier::Invited, "invited", 3, day, 3, 8, Lands::RequestsTop},
    TierRule{Tier::Introduced, "introduced", 3, day, 3, 4, Lands::Requests},
    TierRule{Tier::Stranger, "stranger", 1, day, 1, 1, Lands::Requests},
    TierRule{Tier::Suspect, "suspect", 0, day, 0, 0, Lands::Nowhere},
    TierRule{Tier::Blocked, "blocked", 0, day, 0, 0, Lands::Nowhere},
};

constexpr bool in_enum_order() {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (static_cast<std::size_t>(rules[i].tier) != i) return false;
    }
    return true;
}

static_assert(in_enum_order(), "rule_of() indexes the table by the enumerator");

// Ten unread messages for each that we wrote lately, up to these.
constexpr double credit_for_each_written = 10;
constexpr double trusted_ceiling = 50000;
constexpr double contact_ceiling = 20000;

}  // namespace

const TierRule& rule_of(Tier tier) {
    return rules[static_cast<std::size_t>(tier)];
}

std::string_view to_string(Tier tier) {
    return rule_of(tier).name;
}

std::optional<std::uint32_t> unread_credit(Tier tier, double written) {
    const auto least = rule_of(tier).unread;
    if (tier != Tier::Trusted && tier != Tier::Contact) return least;
    // The rounding of a decayed count must not cost the last message.
    const double earned = std::floor(credit_for_each_written * written + 1e-9);
    const double ceiling = tier == Tier::Trusted ? trusted_ceiling : contact_ceiling;
    return static_cast<std::uint32_t>(std::min(ceiling, *least + earned));
}

WorkEighths stranger_work(double raw_score) {
    const double steps = std::clamp(std::floor((0.2 - raw_score) / 0.04 + 0.5), 0.0, 3.0);
    return WorkEighths{8} << static_cast<unsigned>(steps);
}

}  // namespace kith::reputation
