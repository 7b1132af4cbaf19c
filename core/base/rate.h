// SPDX-License-Identifier: GPL-3.0-or-later
// A rate limit that does not change: GCRA (gcra.h) with its pace.
#pragma once

#include "core/base/gcra.h"
#include "core/base/time.h"

namespace kith {

/// `per_second` on average, `burst` at once. Value type; the time is an argument.
class RateLimit {
  public:
    RateLimit(double per_second, double burst)
        : pace_{Duration(static_cast<Duration::rep>(1e6 / per_second)),
                Duration(static_cast<Duration::rep>(1e6 / per_second * burst))} {}

    /// Takes `cost` cells if they conform; otherwise takes nothing and says no.
    bool take(SteadyTime now, unsigned cost = 1) {
        return state_.take(pace_, now, cost) == Duration::zero();
    }

    /// How long until one cell conforms; zero when it does now.
    Duration wait(SteadyTime now) const { return state_.wait(pace_, now); }

    /// Nothing owed: the state equals that of a new bucket and may be forgotten.
    bool idle(SteadyTime now) const { return state_.idle(now); }

  private:
    Pace pace_;
    Gcra<SteadyTime> state_;
};

}  // namespace kith
