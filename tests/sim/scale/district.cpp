// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/scale/district.h"

namespace kith::sim {

District::District(std::uint64_t seed)
    : random(seed * 4 + 1),
      opendht_random(seed * 4 + 2),
      datagrams(clock, seed * 4),
      links(clock, random) {}

void District::start(Task<> task) {
    asio::co_spawn(strand.io, std::move(task), [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    });
}

Task<> District::pause(Duration duration) {
    // An event of its own: the end of a sleep wakes all who wait for the same one.
    AsyncEvent never(strand.io.get_executor());
    co_await sleep_for(clock, duration, never);
}

void District::arrive(SteadyTime when, std::function<void()> action) {
    const std::uint64_t number = ++arrived_;
    under_way_[number] = clock.call_at(when, [this, number, action = std::move(action)] {
        under_way_.erase(number);
        action();
    });
}

void District::run_before(SteadyTime end) {
    for (;;) {
        strand.settle();
        const auto next = clock.next();
        if (!next || *next >= end) return;
        clock.jump();
    }
}

void District::wait_until(SteadyTime time) {
    if (now() < time) clock.advance(time - now());
}

}  // namespace kith::sim
