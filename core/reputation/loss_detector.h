// SPDX-License-Identifier: GPL-3.0-or-later
// Finds a mailbox host that loses what it promised to keep: a one-sided CUSUM test of the loss rate
// q1 = 5 % against q0 = 0.2 % (Page 1954).
//
//   G = max(0, G + step)     step = ln(q1/q0) = +3.219 for a proven loss,
//                            ln((1-q1)/(1-q0)) = -0.0493 for a copy served as promised
//
// G >= 9.2 is the alarm: three losses close together. Only a loss that the host's own receipt
// proves may be counted, so nobody can slander a host. Specification:
// docs/spec/reputation.md#hosts.
#pragma once

#include <compare>

namespace kith::reputation {

/// One for each host. Value type, 8 bytes of state.
class LossDetector {
  public:
    /// Level at which a host is left.
    static constexpr double alarm_level = 9.2;
    /// Largest level that is kept: far beyond the alarm, so that a host which lost much is not
    /// trusted again after a few good copies, and bounded, so that it is not condemned for ever.
    static constexpr double ceiling = 4 * alarm_level;

    LossDetector() = default;

    /// The detector as it was saved. A level outside 0..ceiling is clamped, NaN is 0.
    static LossDetector from_level(double level);

    /// A copy was handed over as promised.
    void kept();
    /// A copy was lost, and the host's signed receipt proves it.
    void lost();

    /// G, dimensionless; what from_level() takes.
    double level() const { return level_; }

    /// The host loses too much: choose another, then leave it. Stays on until enough copies were
    /// kept.
    bool alarm() const { return level_ >= alarm_level; }

    friend auto operator<=>(const LossDetector&, const LossDetector&) = default;

  private:
    double level_ = 0;
};

}  // namespace kith::reputation
