// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/publications.h"

#include "core/directory/record_rules.h"
#include "dht/put_schedule.h"

#include <algorithm>
#include <limits>

namespace kith::dht {

using directory::Published;

namespace {

// A get asks three times, a second apart; it does not take longer.
constexpr Duration read_back_time = seconds(5);

constexpr std::size_t enough_holders = 3;

// Among so many all hold everything.
constexpr std::size_t few_nodes = 8;

}  // namespace

Publications::Publications(AsyncScope& scope,
                           Clock& clock,
                           Random& random,
                           OperationGate& gate,
                           std::function<void()> changed)
    : scope_(scope),
      clock_(clock),
      random_(random),
      gate_(gate),
      changed_(std::move(changed)),
      moved_(scope.executor()) {}

void Publications::stop() {
    stopped_ = true;
    for (const auto& kept : kept_) {
        drop(*kept);
    }
    kept_.clear();
    moved_.pulse();
}

void Publications::drop(Kept& kept) {
    kept.dropped = true;
    kept.told.set();
}

void Publications::good_nodes(std::size_t count) {
    const bool came = count > good_nodes_;
    good_nodes_ = count;
    if (came) moved_.pulse();
}

bool Publications::short_of_holders() const {
    return std::ranges::any_of(kept_, [](const auto& kept) { return kept->short_of_holders; });
}

int Publications::wanted_holders() const {
    return static_cast<int>(std::clamp<std::size_t>(good_nodes_, 1, enough_holders));
}

// True: time to go on. False: dropped meanwhile.
Task<bool> Publications::pause(std::shared_ptr<Kept> kept, Duration delay) {
    bool due = false;
    const Alarm alarm = clock_.call_after(delay, [this, &due] {
        due = true;
        moved_.pulse();
    });
    while (!due && !kept->dropped)
        co_await moved_.wait_pulse();
    while (good_nodes_ == 0 && !kept->dropped)
        co_await moved_.wait_pulse();
    co_return !kept->dropped;
}

// True: there are twice as many nodes as now. False: dropped meanwhile.
Task<bool> Publications::wait_for_growth(std::shared_ptr<Kept> kept) {
    const std::size_t many = 2 * std::max(good_nodes_, few_nodes);
    while (good_nodes_ < many && !kept->dropped)
        co_await moved_.wait_pulse();
    co_return !kept->dropped;
}

Publications::BothSlots Publications::both_slots() const {
    return {AwaitableBridge<int>(scope_.executor()), AwaitableBridge<int>(scope_.executor())};
}

// The smaller of both results; 0 for one that did not come until `deadline`.
Task<int> Publications::worse_of(BothSlots slots, SteadyTime deadline) {
    int worse = std::numeric_limits<int>::max();
    for (auto& slot : slots) {
        const std::optional<int> result = co_await slot.wait(clock_, deadline);
        worse = std::min(worse, result.value_or(0));
    }
    co_return worse;
}

Task<int> Publications::read_back(std::shared_ptr<Kept> kept) {
    BothSlots counts = both_slots();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        node_->count_holders(kept->records[i], counts[i].callback());
    }
    co_return co_await worse_of(counts, clock_.now() + read_back_time);
}

Task<std::optional<Published>> Publications::put_and_read_back(std::shared_ptr<Kept> kept) {
    const auto pass = co_await gate_.enter();
    if (!pass || kept->dropped) co_return std::nullopt;
    BothSlots puts = both_slots();
    for (std::size_t i = 0; i < puts.size(); ++i) {
        node_->put(kept->records[i], puts[i].callback());
    }
    const SteadyTime begin = clock_.now();
    Published out;
    out.acked = co_await worse_of(puts, begin + read_back_after);
    if (kept->dropped) co_return std::nullopt;
    const bool under_way = !puts[0].settled() || !puts[1].settled();
    out.holders = co_await read_back(kept);
    if (under_way && out.holders < wanted_holders() && !kept->dropped) {
        // Asked before the put had placed anything: it first waits for its eight nodes, and those
        // that died lately are still among them.
        out.acked = co_await worse_of(puts, begin + put_time);
        if (kept->dropped) co_return std::nullopt;
        out.holders = co_await read_back(kept);
    }
    if (kept->dropped) co_return std::nullopt;
    co_return out;
}

Task<> Publications::keep(std::shared_ptr<Kept> kept) {
    const SteadyTime forgotten = clock_.now() + directory::record_lifetime;
    PutSchedule schedule;
    std::optional<Duration> delay = Duration::zero();
    while (delay && clock_.now() < forgotten) {
        const bool go_on = co_await pause(kept, *delay);
        if (!go_on) break;
        kept->result = co_await put_and_read_back(kept);
        kept->told.set();
        if (kept->dropped) break;
        const int holders = kept->result ? kept->result->holders : 0;
        const bool enough = holders >= wanted_holders();
        delay = enough ? std::nullopt : schedule.next(holders, random_);
        kept->short_of_holders = !enough && !delay;
        changed_();
        if (!enough) continue;
        const bool grown = co_await wait_for_growth(kept);
        if (!grown) break;
        delay = Duration::zero();
        schedule = {};
    }
    if (!kept->dropped && kept->short_of_holders) co_return;  // still counts, until replaced
    drop(*kept);
    std::erase(kept_, kept);
}

Task<Result<Published>> Publications::publish(std::array<directory::Record, 2> records,
                                              SteadyTime deadline,
                                              bool patient) {
    if (stopped_) co_return fail(Code::Cancelled);
    kept_.remove_if([&](const auto& other) {
        const bool same = other->records[0].slot == records[0].slot;
        if (same) drop(*other);
        return same;
    });
    if (kept_.size() >= most) {
        drop(*kept_.front());
        kept_.pop_front();
    }
    moved_.pulse();
    const auto kept = std::make_shared<Kept>(scope_.executor());
    kept->records = std::move(records);
    kept_.push_back(kept);
    scope_.spawn(keep(kept));
    if (good_nodes_ == 0 && !patient) co_return fail(Code::Unreachable, "no other node yet");
    const Alarm alarm = clock_.call_at(deadline, [kept] { kept->told.set(); });
    co_await kept->told.wait();
    if (stopped_) co_return fail(Code::Cancelled);
    if (kept->result) co_return *kept->result;
    if (kept->dropped) co_return fail(Code::Cancelled, "a newer record took its place");
    co_return fail(good_nodes_ == 0 ? Code::Unreachable : Code::Timeout);
}

}  // namespace kith::dht
