// SPDX-License-Identifier: GPL-3.0-or-later
// GCRA, the generic cell rate algorithm (ITU-T I.371): a token bucket that stores one time.
#pragma once

#include "core/base/time.h"

#include <algorithm>

namespace kith {

/// `per_second` on average, `burst` at once. Value type; the time is an argument.
class RateLimit {
  public:
    RateLimit(double per_second, double burst)
        : interval_(static_cast<Duration::rep>(1e6 / per_second)),
          tolerance_(static_cast<Duration::rep>(1e6 / per_second * burst)) {}

    /// Takes `cost` cells if they conform; otherwise takes nothing and says no.
    bool take(SteadyTime now, unsigned cost = 1) {
        const SteadyTime from = std::max(arrival_, now);
        const SteadyTime next = from + interval_ * static_cast<Duration::rep>(cost);
        if (next - now > tolerance_) return false;
        arrival_ = next;
        return true;
    }

    /// How long until one cell conforms; zero when it does now.
    Duration wait(SteadyTime now) const {
        const Duration over = std::max(arrival_, now) + interval_ - now - tolerance_;
        return std::max(over, Duration::zero());
    }

    /// Nothing owed: the state equals that of a new bucket and may be forgotten.
    bool idle(SteadyTime now) const { return arrival_ <= now; }

  private:
    Duration interval_;
    Duration tolerance_;
    SteadyTime arrival_{};  // the theoretical arrival time of the next cell
};

}  // namespace kith
