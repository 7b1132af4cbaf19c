// SPDX-License-Identifier: GPL-3.0-or-later
// How the threads of two districts keep step, after Chandy and Misra ("Asynchronous distributed
// simulation via a sequence of parallel computations", CACM 1981): nothing reaches the other
// district sooner than the shortest latency, so both may run that far from the first thing that is
// due in either. What one sends in such a window the other takes in before the next one.
#pragma once

#include "core/base/assert.h"
#include "tests/sim/scale/district.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace kith::sim {

/// Two threads that wait for each other. A window takes microseconds, so they do not sleep.
class Meeting {
  public:
    void wait(std::size_t who) {
        const std::uint64_t number = came_[who].times.load(std::memory_order_relaxed) + 1;
        came_[who].times.store(number, std::memory_order_release);
        const auto& other = came_[1 - who].times;
        for (int tries = 0; other.load(std::memory_order_acquire) < number; ++tries) {
            if (tries > patience) std::this_thread::yield();  // there may be but one processor
        }
    }

  private:
    static constexpr int patience = 20'000;

    struct alignas(64) Count {
        std::atomic<std::uint64_t> times{0};
    };

    std::array<Count, 2> came_;
};

/// From one district to the other. The sender writes in one window while the receiver takes what
/// was sent in the window before.
class Road final : public test::Beyond {
  public:
    using There = bool (*)(const Endpoint& host);

    explicit Road(There there) : there_(there) {}

    bool holds(const Endpoint& host) const override { return there_(host); }

    void call_at(SteadyTime when, std::function<void()> action) override {
        KITH_ASSERT(when >= open_until_);
        Load& load = loads_[window_ % 2];
        load.first = std::min(load.first, when);
        load.items.push_back({when, std::move(action)});
    }

    /// When the first of what was sent in this window is due. For the sender, as open() is.
    SteadyTime first() const { return loads_[window_ % 2].first; }

    /// The next window: what is sent in it is due at its end or later.
    void open(SteadyTime until) {
        ++window_;
        open_until_ = until;
    }

    /// What was sent in the window before `window`. For the receiver.
    void unload(std::uint64_t window, District& into) {
        Load& load = loads_[(window - 1) % 2];
        for (Item& item : load.items)
            into.arrive(item.when, std::move(item.action));
        load.items.clear();
        load.first = SteadyTime::max();
    }

  private:
    struct Item {
        SteadyTime when;
        std::function<void()> action;
    };

    struct alignas(64) Load {
        std::vector<Item> items;
        SteadyTime first = SteadyTime::max();
    };

    There there_;
    std::array<Load, 2> loads_;
    std::uint64_t window_ = 0;
    SteadyTime open_until_{};
};

}  // namespace kith::sim
