// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/clock/fake_clock.h"

#include <utility>

namespace kith::test {
namespace {

constexpr SteadyTime start{hours(1000)};
constexpr Timestamp new_year_2026{seconds(1767225600)};

}  // namespace

struct FakeClock::Entry final : Alarm::Entry {
    Entry(std::shared_ptr<Queue> in, Key at) : queue(std::move(in)), key(at) {}

    ~Entry() override { queue->erase(key); }

    std::shared_ptr<Queue> queue;
    Key key;
};

FakeClock::FakeClock() : FakeClock(new_year_2026) {}

FakeClock::FakeClock(Timestamp wall) : now_(start), wall_offset_(wall - start.time_since_epoch()) {}

Alarm FakeClock::call_at(SteadyTime when, std::function<void()> action) {
    const Key key{when, ++set_};
    queue_->emplace(key, std::move(action));
    return Alarm(std::make_unique<Entry>(queue_, key));
}

void FakeClock::advance(Duration by) {
    ring_until(now_ + by);
}

bool FakeClock::jump() {
    const auto due = next();
    if (!due) return false;
    ring_until(std::max(*due, now_));
    return true;
}

std::optional<SteadyTime> FakeClock::next() const {
    if (queue_->empty()) return std::nullopt;
    return queue_->begin()->first.first;
}

void FakeClock::ring_until(SteadyTime end) {
    while (!queue_->empty() && queue_->begin()->first.first <= end) {
        const auto first = queue_->begin();
        now_ = std::max(now_, first->first.first);
        // Taken out first: what rings may destroy its own alarm.
        const auto action = std::move(first->second);
        queue_->erase(first);
        action();
    }
    now_ = end;
}

}  // namespace kith::test
