// SPDX-License-Identifier: GPL-3.0-or-later
// The Clock of tests: time stands still until the test moves it.
//
// Alarms ring inside advance() and jump(), in the order of their times, then in the order in which
// they were set; what rings sees the time that it was set for. Both clocks move together; the wall
// clock can be moved alone.
#pragma once

#include "core/base/clock.h"

#include <memory>
#include <optional>

namespace kith::test {

class FakeClock final : public Clock {
  public:
    /// Steady time begins at an arbitrary point, the wall clock at 2026-01-01 UTC.
    FakeClock();
    explicit FakeClock(Timestamp wall);

    SteadyTime now() const override { return now_; }

    Timestamp wall() const override { return now_.time_since_epoch() + wall_offset_; }

    Duration suspended() const override { return suspended_; }

    [[nodiscard]] Alarm call_at(SteadyTime when, std::function<void()> action) override;

    /// Moves on by `by` and rings all that becomes due, also what is set meanwhile.
    void advance(Duration by);

    /// Moves to the next alarm and rings all of that time; false when none is set.
    bool jump();

    /// When the next alarm is due, which may be in the past.
    std::optional<SteadyTime> next() const;

    std::size_t alarms() const;

    /// Somebody sets the wall clock.
    void set_wall(Timestamp wall) { wall_offset_ = wall - now_.time_since_epoch(); }

    void step_wall(Duration by) { wall_offset_ += by; }

    /// The host slept: the wall clock goes on, the steady clock does not.
    void sleep(Duration time) {
        suspended_ += time;
        wall_offset_ += time;
    }

  private:
    class Queue;
    struct Entry;

    void ring_until(SteadyTime end);

    SteadyTime now_;
    Timestamp wall_offset_;
    Duration suspended_{};
    std::uint64_t set_ = 0;
    std::shared_ptr<Queue> queue_;  // with alarms that outlive us
};

}  // namespace kith::test
