// SPDX-License-Identifier: GPL-3.0-or-later
// The Clock port: both times, and calls at a later time. Production: SystemClock. Test: FakeClock
// (tests/support), which jumps to the next deadline and can move the wall clock alone.
#pragma once

#include "core/base/async_event.h"
#include "core/base/time.h"

#include <functional>
#include <memory>

namespace kith {

/// A call that is due later; destroying or resetting it calls it off. Move-only.
class Alarm {
  public:
    /// What a clock keeps for one alarm; its destructor calls the alarm off.
    struct Entry {
        Entry() = default;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        virtual ~Entry() = default;
    };

    Alarm() = default;

    explicit Alarm(std::unique_ptr<Entry> entry) : entry_(std::move(entry)) {}

    void cancel() { entry_.reset(); }

  private:
    std::unique_ptr<Entry> entry_;
};

class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    virtual SteadyTime now() const = 0;
    virtual Timestamp wall() const = 0;

    /// How long this host has slept in all; the steady clock stood still meanwhile.
    virtual Duration suspended() const { return Duration::zero(); }

    /// Calls `action` on the strand at `when` or soon after, never inside call_at itself. The
    /// action may destroy its own Alarm.
    [[nodiscard]] virtual Alarm call_at(SteadyTime when, std::function<void()> action) = 0;

    [[nodiscard]] Alarm call_after(Duration delay, std::function<void()> action) {
        return call_at(now() + delay, std::move(action));
    }
};

/// Sleeps until `when`, or until `stop` is set if that comes first: true = slept to the end.
[[nodiscard]] inline Task<bool> sleep_until(Clock& clock, SteadyTime when, AsyncEvent& stop) {
    bool due = false;
    const Alarm alarm = clock.call_at(when, [&due, &stop] {
        due = true;
        stop.pulse();
    });
    while (!due && !stop.is_set())
        co_await stop.wait_pulse();
    co_return due && !stop.is_set();
}

[[nodiscard]] inline Task<bool> sleep_for(Clock& clock, Duration delay, AsyncEvent& stop) {
    return sleep_until(clock, clock.now() + delay, stop);
}

}  // namespace kith
