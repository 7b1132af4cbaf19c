// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/self_tester.h"

#include "dht/awaitable_bridge.h"
#include "dht/throwaway_record.h"

#include <array>

namespace kith::dht {

namespace {

// The record is asked for after these pauses: a put takes one to two round trips.
constexpr std::array<Duration, 3> pauses = {milliseconds(50), seconds(1), seconds(3)};

}  // namespace

SelfTester::SelfTester(asio::any_io_executor executor,
                       Clock& clock,
                       Random& random,
                       OperationGate& gate,
                       AsyncEvent& stop)
    : executor_(std::move(executor)), clock_(clock), random_(random), gate_(gate), stop_(stop) {}

Task<int> SelfTester::count_others(directory::Record record, SteadyTime deadline) {
    AwaitableBridge<int> bridge(executor_);
    node_->count_holders(record, bridge.callback());
    const std::optional<int> holders = co_await bridge.wait(clock_, deadline);
    co_return holders.value_or(0);
}

Task<int> SelfTester::ask(SteadyTime deadline) {
    const auto pass = co_await gate_.enter();
    if (!pass || node_ == nullptr) co_return 0;
    const directory::Record record = throwaway_record(clock_.wall(), random_)[0];
    node_->put(record, [](int) {});
    for (const Duration pause : pauses) {
        if (clock_.now() + pause >= deadline) break;
        const bool slept = co_await sleep_for(clock_, pause, stop_);
        if (!slept || node_ == nullptr) break;
        const int holders = co_await count_others(record, deadline);
        if (holders > 0) co_return holders;
    }
    co_return 0;
}

Task<directory::SelfTest> SelfTester::run(SteadyTime deadline) {
    const SteadyTime begin = clock_.now();
    running_ = true;
    directory::SelfTest out;
    out.holders = co_await ask(deadline);
    out.passed = out.holders > 0;
    out.took = clock_.now() - begin;
    out.at = clock_.wall();
    running_ = false;
    next_ = clock_.now() + (out.passed ? every : again_after_failure);
    co_return out;
}

}  // namespace kith::dht
