// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/scale/town.h"

#include <stdexcept>
#include <thread>

namespace kith::sim {

Town::Town(std::uint64_t seed)
    : datagrams(clock, seed * 4),
      random(seed * 4 + 1),
      opendht_random_(seed * 4 + 2),
      time_(clock, opendht_random_),
      links(clock, random),
      worker(io.get_executor()) {}

Town::~Town() {
    std::size_t on = residents_.size();
    const auto off = [](Resident& one, std::size_t& left) -> Task<> {
        co_await one.switch_off();
        --left;
    };
    for (const auto& one : residents_)
        start(off(*one, on));
    run_until([&on] { return on == 0; });
    residents_.clear();
    settle_strand();
}

Resident& Town::settle(const Role& role) {
    residents_.push_back(std::make_unique<Resident>(*this, residents_.size() + 1, role));
    return *residents_.back();
}

void Town::start(Task<> task) {
    asio::co_spawn(io, std::move(task), [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    });
}

Task<> Town::pause(Duration duration) {
    // An event of its own: the end of a sleep wakes all who wait for the same one.
    AsyncEvent never(io.get_executor());
    co_await sleep_for(clock, duration, never);
}

void Town::settle_strand() {
    for (;;) {
        io.restart();
        if (io.poll() > 0) continue;
        if (worker.idle()) return;
        std::this_thread::yield();  // run_one_for() would wait by a clock that stands still
    }
}

// False when nothing is due until `end`.
bool Town::step(SteadyTime end) {
    settle_strand();
    const auto next = clock.next();
    if (!next || *next > end) return false;
    clock.jump();
    return true;
}

void Town::run_for(Duration duration) {
    const SteadyTime end = now() + duration;
    while (step(end)) {
    }
    if (now() < end) clock.advance(end - now());
    settle_strand();
}

void Town::run_until(const std::function<bool()>& holds) {
    const SteadyTime limit = now() + hours(4);
    for (;;) {
        settle_strand();
        if (holds()) return;
        if (!step(limit)) throw std::runtime_error("waited in vain");
    }
}

}  // namespace kith::sim
