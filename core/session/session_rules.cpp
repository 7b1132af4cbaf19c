// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_rules.h"

#include <algorithm>

namespace kith::session {
namespace {

constexpr Duration replacements_counted = hours(24);

/// Our own INIT and this one were on their way at the same time.
bool crossed(const Session::Facts& active, Timestamp now) {
    if (active.role != Role::Initiator) return false;
    return !active.acknowledged || now - active.created < crossing_window;
}

bool too_many(const Replacements& replacements, Timestamp now) {
    const auto recent = [&](Timestamp time) { return now - time < replacements_counted; };
    return static_cast<std::size_t>(std::ranges::count_if(replacements, recent)) >=
           replacements_a_day;
}

}  // namespace

Admission admit(const Session::Facts* active,
                const Incoming& incoming,
                bool retired,
                const Replacements& replacements,
                Timestamp now) {
    if (retired) return Admission::Old;
    if (active == nullptr) return Admission::Active;
    if (!incoming.carries_reset) {
        if (crossed(*active, now)) {
            return incoming.id < active->id ? Admission::Active : Admission::Old;
        }
        if (now - active->created <= replace_after) return Admission::Old;
    }
    return too_many(replacements, now) ? Admission::Hold : Admission::Active;
}

bool is_replacement(const Session::Facts* active, const Incoming& incoming, Timestamp now) {
    return active != nullptr && (incoming.carries_reset || !crossed(*active, now));
}

}  // namespace kith::session
