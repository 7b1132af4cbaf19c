// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/clock/fake_clock.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace kith::test {
namespace {

constexpr SteadyTime start{hours(1000)};
constexpr Timestamp new_year_2026{seconds(1767225600)};

}  // namespace

// A heap with four children a place. A town of 2,000 nodes has 100,000 alarms, most of which are
// called off: what is compared lies together, and an alarm knows its place.
class FakeClock::Queue {
  public:
    void add(SteadyTime when, std::uint64_t number, Entry& entry) {
        heap_.push_back({when, number, &entry});
        rise(heap_.size() - 1);
    }

    void remove(std::size_t place);

    bool empty() const { return heap_.empty(); }

    std::size_t size() const { return heap_.size(); }

    SteadyTime first_time() const { return heap_.front().when; }

    Entry& first() const { return *heap_.front().entry; }

  private:
    static constexpr std::size_t children = 4;

    struct Place {
        SteadyTime when;
        std::uint64_t number = 0;
        Entry* entry = nullptr;

        bool before(const Place& other) const {
            return when != other.when ? when < other.when : number < other.number;
        }
    };

    void put(std::size_t at, const Place& place);
    void rise(std::size_t at);
    void sink(std::size_t at);

    std::vector<Place> heap_;
};

struct FakeClock::Entry final : Alarm::Entry {
    Entry(std::shared_ptr<Queue> in, std::function<void()> call)
        : queue(std::move(in)), action(std::move(call)) {}

    ~Entry() override {
        if (place != none) queue->remove(place);
    }

    static constexpr std::size_t none = SIZE_MAX;

    std::shared_ptr<Queue> queue;
    std::function<void()> action;
    std::size_t place = none;  // in the heap
};

void FakeClock::Queue::put(std::size_t at, const Place& place) {
    heap_[at] = place;
    place.entry->place = at;
}

void FakeClock::Queue::rise(std::size_t at) {
    const Place rising = heap_[at];
    while (at > 0) {
        const std::size_t parent = (at - 1) / children;
        if (!rising.before(heap_[parent])) break;
        put(at, heap_[parent]);
        at = parent;
    }
    put(at, rising);
}

void FakeClock::Queue::sink(std::size_t at) {
    const Place sinking = heap_[at];
    for (;;) {
        const std::size_t begin = at * children + 1;
        if (begin >= heap_.size()) break;
        const std::size_t end = std::min(begin + children, heap_.size());
        std::size_t least = begin;
        for (std::size_t child = begin + 1; child < end; ++child) {
            if (heap_[child].before(heap_[least])) least = child;
        }
        if (!heap_[least].before(sinking)) break;
        put(at, heap_[least]);
        at = least;
    }
    put(at, sinking);
}

void FakeClock::Queue::remove(std::size_t place) {
    heap_[place].entry->place = Entry::none;
    const Place last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return;
    put(place, last);
    rise(place);
    sink(last.entry->place);
}

FakeClock::FakeClock() : FakeClock(new_year_2026) {}

FakeClock::FakeClock(Timestamp wall)
    : now_(start),
      wall_offset_(wall - start.time_since_epoch()),
      queue_(std::make_shared<Queue>()) {}

Alarm FakeClock::call_at(SteadyTime when, std::function<void()> action) {
    auto entry = std::make_unique<Entry>(queue_, std::move(action));
    queue_->add(when, ++set_, *entry);
    return Alarm(std::move(entry));
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
    return queue_->first_time();
}

std::size_t FakeClock::alarms() const {
    return queue_->size();
}

void FakeClock::ring_until(SteadyTime end) {
    while (!queue_->empty() && queue_->first_time() <= end) {
        now_ = std::max(now_, queue_->first_time());
        Entry& first = queue_->first();
        // Taken out first: what rings may destroy its own alarm.
        const auto action = std::move(first.action);
        queue_->remove(first.place);
        action();
    }
    now_ = end;
}

}  // namespace kith::test
