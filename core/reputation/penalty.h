// SPDX-License-Identifier: GPL-3.0-or-later
// Shuts somebody out for a while, twice as long each time, and never for ever. One rule for sources
// of false work (1 to 60 min) and for DHT nodes that misbehave (1 to 24 h).
#pragma once

#include "core/base/time.h"

#include <algorithm>
#include <cstdint>

namespace kith::reputation {

/// Value type, 16 bytes. `Time` as in Gcra.
template <class Time>
class Penalty {
  public:
    /// Shuts out for first, 2 first, 4 first .. longest. All is forgotten when nothing happened for
    /// `longest` after the end of the last one. Requires: 0 < first <= longest.
    void strike(Duration first, Duration longest, Time now) {
        if (now >= until_ + longest) strikes_ = 0;
        Duration length = first;
        for (std::uint32_t i = 0; i < strikes_ && length < longest; ++i)
            length *= 2;
        ++strikes_;
        until_ = std::max(until_, now + std::min(length, longest));
    }

    bool active(Time now) const { return now < until_; }

    /// How long it lasts yet; zero when it is over.
    Duration left(Time now) const { return std::max(until_ - now, Duration::zero()); }

    Time until() const { return until_; }

  private:
    Time until_{};
    std::uint32_t strikes_ = 0;
};

}  // namespace kith::reputation
