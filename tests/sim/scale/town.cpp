// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/scale/town.h"

#include <stdexcept>
#include <thread>

namespace kith::sim {
namespace {

// Of ten neighbours one serves, so they go to the districts by tens.
std::size_t part_of(std::size_t number) {
    return number / 10 % Town::parts;
}

template <std::size_t Part>
bool is_in(const Endpoint& host) {
    return part_of(number_of(host)) == Part;
}

}  // namespace

Town::Town(std::uint64_t seed)
    : districts_{std::make_unique<District>(seed * 2), std::make_unique<District>(seed * 2 + 1)},
      time_(districts_[0]->clock, districts_[0]->opendht_random),
      roads_{Road(is_in<1>), Road(is_in<0>)} {
    for (std::size_t part = 0; part < parts; ++part) {
        District& here = *districts_[part];
        District& there = *districts_[1 - part];
        here.datagrams.latency = latency;
        here.datagrams.connect(roads_[part], there.datagrams);
        here.links.connect(roads_[part], there.links);
    }
}

Town::~Town() {
    std::atomic<std::size_t> on = residents_.size();
    const auto off = [](Resident& one, std::atomic<std::size_t>& left) -> Task<> {
        co_await one.switch_off();
        --left;
    };
    for (const auto& one : residents_)
        one->district.start(off(*one, on));
    run_until([&on] { return on == 0; });
    residents_.clear();
    for (const auto& one : districts_)
        one->strand.settle();
}

Resident& Town::settle(const Role& role) {
    const std::size_t number = residents_.size();
    District& where = *districts_[part_of(number)];
    residents_.push_back(std::make_unique<Resident>(where, number, role, parking));
    return *residents_.back();
}

Task<> Town::visit(District& here, District& there, std::function<Task<>()> what) {
    if (&here == &there) {
        co_await what();
        co_return;
    }
    AsyncEvent over(here.strand.io.get_executor());
    const auto back = [&](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
        there.links.beyond().call_at(there.now() + latency, [&over] { over.set(); });
    };
    here.links.beyond().call_at(here.now() + latency,
                                [&] { asio::co_spawn(there.strand.io, what(), back); });
    co_await over.wait();
}

void Town::run(std::size_t part, SteadyTime end) {
    District& here = *districts_[part];
    Road& out = roads_[part];
    Road& in = roads_[1 - part];
    const auto attempt = [&](SteadyTime until) {
        try {
            here.run_before(until);
        } catch (...) {
            errors_[part] = std::current_exception();
        }
    };
    std::uint64_t window = window_;
    attempt(here.now());
    for (;; ++window) {
        auto& due = due_[window % 2];
        due[part] = std::min(here.clock.next().value_or(SteadyTime::max()), out.first());
        if (errors_[part]) due[part] = never;
        meeting_.wait(part);
        const SteadyTime first = std::min(due[0], due[1]);
        if (first > end || first == never) break;
        const SteadyTime until = std::min(first + latency, end + Duration(1));
        in.unload(window, here);
        out.open(until);
        attempt(until);
    }
    // Both end with the same window, and the other has read where to begin.
    if (part == 0) window_ = window;
}

void Town::run_for(Duration duration) {
    const SteadyTime end = now() + duration;
    std::thread second([this, end] {
        const VirtualTime time(districts_[1]->clock, districts_[1]->opendht_random);
        run(1, end);
    });
    run(0, end);
    second.join();
    for (std::exception_ptr& error : errors_) {
        if (error) std::rethrow_exception(std::exchange(error, nullptr));
    }
    for (const auto& one : districts_)
        one->wait_until(end);
}

void Town::run_until(const std::function<bool()>& holds) {
    const SteadyTime limit = now() + hours(4);
    while (!holds()) {
        if (now() >= limit) throw std::runtime_error("waited in vain");
        run_for(seconds(10));
    }
}

std::uint64_t Town::digest() const {
    return districts_[0]->datagrams.digest() * 31 + districts_[1]->datagrams.digest();
}

}  // namespace kith::sim
