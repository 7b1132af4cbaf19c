// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/system_clock.h"

#include <time.h>

#include <algorithm>

namespace kith {
namespace {

struct SystemAlarm final : Alarm::Entry {
    SystemAlarm(const asio::any_io_executor& executor,
                std::chrono::steady_clock::time_point when,
                std::function<void()> run)
        : action(std::make_shared<std::function<void()>>(std::move(run))), timer(executor, when) {
        // Shared with the handler: the action may destroy this alarm while it runs.
        timer.async_wait([held = std::weak_ptr(action)](const boost::system::error_code& error) {
            const auto due = held.lock();
            if (!error && due) (*due)();
        });
    }

    std::shared_ptr<std::function<void()>> action;
    asio::steady_timer timer;
};

Duration read_clock(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return seconds(time.tv_sec) +
           std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

SteadyTime SystemClock::now() const {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return SteadyTime(std::chrono::duration_cast<Duration>(since));
}

Timestamp SystemClock::wall() const {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return Timestamp(std::chrono::duration_cast<Duration>(since));
}

Duration SystemClock::suspended() const {
    // The two differ by the time asleep alone; the second reading is the later one, so never less.
    const Duration awake = read_clock(CLOCK_MONOTONIC);
    return std::max(read_clock(CLOCK_BOOTTIME) - awake, Duration::zero());
}

Alarm SystemClock::call_at(SteadyTime when, std::function<void()> action) {
    const std::chrono::steady_clock::time_point due(when.time_since_epoch());
    return Alarm(std::make_unique<SystemAlarm>(executor_, due, std::move(action)));
}

}  // namespace kith
