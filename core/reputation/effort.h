// SPDX-License-Identifier: GPL-3.0-or-later
// What a cold request costs: the effort that a recipient advertises in its beacon, and what follows
// from it for both sides.
//
// One rCPU is 1,000 evaluations of the puzzle's function, whatever the machine. The advertised
// effort doubles while more requests come than can be shown, and falls back when they stop; it is
// capped, so that a rich caller can buy more tickets in the lottery, never a better rank.
// Specification: docs/spec/reputation.md#effort.
#pragma once

#include "core/base/time.h"
#include "core/reputation/tier.h"

#include <cstdint>

namespace kith::reputation {

/// Least and most advertised effort, in rCPU.
inline constexpr double effort_min = 2;
inline constexpr double effort_max = 512;
/// How often it is adapted; aligned to the epoch (floor(unix / 21600)).
inline constexpr Duration effort_period = hours(6);
/// Evaluations in one rCPU, and sub-puzzles in one proof. Part of the format.
inline constexpr std::uint32_t evaluations_each_rcpu = 1000;
inline constexpr std::uint32_t sub_puzzles = 4;

/// Number of the period, the draw of the lottery.
std::uint64_t period_at(Timestamp now);

/// The recipient's side. Value type.
class Effort {
  public:
    Effort() = default;

    /// As it was saved: value(). Clamped; NaN is the least.
    static Effort from_value(double rcpu);

    /// Between the limits, in rCPU.
    double value() const { return rcpu_; }

    /// As the beacon says it: rounded up.
    std::uint16_t published() const;

    /// Adapts to one period. @param arrivals  cold requests whose work was checked
    /// @param reports  cold requests that the user reported  @param slots  places in a period
    void end_period(double arrivals, std::uint64_t reports, double slots);

    friend auto operator<=>(const Effort&, const Effort&) = default;

  private:
    double rcpu_ = effort_min;
};

/// Difficulty d of each of the four sub-puzzles that is asked at an advertised effort: expected
/// evaluations of one. Rounded up.
std::uint32_t difficulty_for(std::uint16_t published_effort, WorkEighths price);

// --- The sender's side
// ----------------------------------------------------------------------------

/// A request is tried so often, a day apart, while nobody has seen it.
inline constexpr unsigned request_tries = 4;
inline constexpr Duration request_retry = days(1);
/// Then the sender gives up: "ask for an invite".
inline constexpr Duration request_term = days(7);

/// What try 0..3 pays: four times as much each, at most effort_max, in rCPU.
std::uint16_t effort_of_try(unsigned number, std::uint16_t published_effort);

/// What solving takes in the mean. @param evaluation  measured time of one evaluation
Duration expected_time(std::uint32_t difficulty, Duration evaluation);

}  // namespace kith::reputation
