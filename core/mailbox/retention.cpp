// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/retention.h"

#include "core/base/limits.h"
#include "core/mailbox/quota.h"

#include <algorithm>

namespace kith::mailbox {

std::optional<Term> term_of(LeaseClass lease_class,
                            bool stranger,
                            std::uint32_t ttl_seconds,
                            Timestamp now) {
    const Duration ttl = seconds(ttl_seconds);
    const Duration most = stranger ? stranger_ttl : terms_of(lease_class).ttl;
    if (ttl < ttl_min || ttl > most) return std::nullopt;
    const Timestamp stored = from_unix_seconds(unix_seconds(now));
    const Timestamp expires = stored + ttl;
    return Term{expires, stranger ? std::min(expires, stored + stranger_promise) : expires};
}

bool ExpiryGate::open(SteadyTime steady, Timestamp wall, bool sane) {
    if (!steady_) {
        quiet_until_ = steady + step_pause;
    } else {
        const Duration step = (wall - wall_) - (steady - *steady_);
        if (std::chrono::abs(step) > limits::wall_jump) quiet_until_ = steady + step_pause;
    }
    // Time under an insane clock is not time in which somebody could have corrected it.
    if (!sane) quiet_until_ = steady + step_pause;
    steady_ = steady;
    wall_ = wall;
    return steady >= quiet_until_;
}

}  // namespace kith::mailbox
