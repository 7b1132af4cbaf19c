// SPDX-License-Identifier: GPL-3.0-or-later
// GCRA, the generic cell rate algorithm (ITU-T I.371), apart from its limit: the whole state is one
// time, which may be stored, and the limit may change between two calls. RateLimit (rate.h) joins
// both for a limit that does not change.
#pragma once

#include "core/base/time.h"

#include <algorithm>
#include <compare>

namespace kith {

/// So much at once, and so much in the long run.
struct Pace {
    Duration interval{};   ///< between two cells in the long run; > 0
    Duration tolerance{};  ///< burst times interval: how far cells may run ahead

    /// `burst` cells at once, then one each `interval`.
    static constexpr Pace of(std::uint32_t burst, Duration interval) {
        return {interval, interval * burst};
    }

    friend auto operator<=>(const Pace&, const Pace&) = default;
};

/// `Time` is SteadyTime, or Timestamp where the state outlives the process.
template <class Time>
class Gcra {
  public:
    Gcra() = default;

    /// The state as it was saved: arrival().
    explicit Gcra(Time arrival) : arrival_(arrival) {}

    /// How long until `cost` cells conform; zero when they do now.
    /// Requires: cost * interval fits a Duration.
    Duration wait(const Pace& pace, Time now, unsigned cost = 1) const {
        const Time next = start(pace, now) + pace.interval * static_cast<Duration::rep>(cost);
        return std::max(next - now - pace.tolerance, Duration::zero());
    }

    /// Takes `cost` cells if they conform and gives zero; otherwise takes nothing and gives the
    /// wait.
    Duration take(const Pace& pace, Time now, unsigned cost = 1) {
        // Also when nothing is taken: a bound that moved with the clock would never be reached.
        arrival_ = std::min(arrival_, now + pace.tolerance);
        const Duration left = wait(pace, now, cost);
        if (left == Duration::zero()) {
            arrival_ = start(pace, now) + pace.interval * static_cast<Duration::rep>(cost);
        }
        return left;
    }

    /// Undoes part of a take() that was not needed.
    void give_back(const Pace& pace, unsigned cost) {
        arrival_ -= pace.interval * static_cast<Duration::rep>(cost);
    }

    /// Nothing owed: the state equals a new one and may be forgotten.
    bool idle(Time now) const { return arrival_ <= now; }

    /// The theoretical arrival time of the next cell.
    Time arrival() const { return arrival_; }

    friend auto operator<=>(const Gcra&, const Gcra&) = default;

  private:
    // No run of cells under this pace reaches beyond now + tolerance: what does comes from a slower
    // pace or from before a step of the clock, and must not shut the peer out.
    Time start(const Pace& pace, Time now) const {
        return std::clamp(arrival_, now, now + pace.tolerance);
    }

    Time arrival_{};
};

}  // namespace kith
