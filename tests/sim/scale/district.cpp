// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/scale/district.h"

#include <thread>

namespace kith::sim {

District::District(std::uint64_t seed)
    : random(seed * 4 + 1),
      opendht_random(seed * 4 + 2),
      datagrams(clock, seed * 4),
      links(clock, random),
      worker(io.get_executor()) {}

void District::start(Task<> task) {
    asio::co_spawn(io, std::move(task), [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    });
}

Task<> District::pause(Duration duration) {
    // An event of its own: the end of a sleep wakes all who wait for the same one.
    AsyncEvent never(io.get_executor());
    co_await sleep_for(clock, duration, never);
}

void District::arrive(SteadyTime when, std::function<void()> action) {
    const std::uint64_t number = ++arrived_;
    under_way_[number] = clock.call_at(when, [this, number, action = std::move(action)] {
        under_way_.erase(number);
        action();
    });
}

void District::settle() {
    for (;;) {
        // Asked first: what it has done by then is on the strand, and poll() takes it.
        const bool idle = worker.idle();
        io.restart();
        if (io.poll() > 0) continue;
        if (idle) return;
        std::this_thread::yield();  // run_one_for() would wait by a clock that stands still
    }
}

void District::run_before(SteadyTime end) {
    for (;;) {
        settle();
        const auto next = clock.next();
        if (!next || *next >= end) return;
        clock.jump();
    }
}

void District::wait_until(SteadyTime time) {
    if (now() < time) clock.advance(time - now());
}

}  // namespace kith::sim
