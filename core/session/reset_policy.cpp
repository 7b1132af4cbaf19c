// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/reset_policy.h"

#include "core/base/assert.h"

#include <algorithm>

namespace kith::session {

std::optional<Timestamp> ResetPolicy::next() const {
    if (wait_ == Duration{0}) return std::nullopt;
    return last_ + wait_;
}

bool ResetPolicy::allowed(Timestamp now) const {
    const auto at = next();
    return !at || now >= *at;
}

void ResetPolicy::record(Timestamp now) {
    KITH_ASSERT(allowed(now));
    const bool quiet = wait_ == Duration{0} || now - last_ >= wait_ + reset_longest_wait;
    wait_ = quiet ? Duration(reset_first_wait) : std::min<Duration>(wait_ * 2, reset_longest_wait);
    last_ = now;
}

ResetPolicy ResetPolicy::restore(Timestamp last, Duration wait) {
    ResetPolicy policy;
    policy.last_ = last;
    policy.wait_ = std::clamp<Duration>(wait, Duration{0}, reset_longest_wait);
    return policy;
}

ResetCause judge_silence(Timestamp oldest_unreceipted,
                         std::uint32_t unreceipted,
                         bool beacons_fresh,
                         Timestamp now) {
    if (unreceipted == 0 || !beacons_fresh) return ResetCause::None;
    const bool silent =
        unreceipted >= receipt_patience_messages || now - oldest_unreceipted >= receipt_patience;
    return silent ? ResetCause::NoReceipts : ResetCause::None;
}

}  // namespace kith::session
