// SPDX-License-Identifier: GPL-3.0-or-later
// Proves that records put by this node come back through others: a record of a throw-away account
// is put, and others are asked for it until one has it. When a node comes, and every few hours.
#pragma once

#include "core/base/async_event.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/directory/network_state.h"
#include "dht/dht_node.h"
#include "dht/operation_gate.h"

namespace kith::dht {

class SelfTester {
  public:
    static constexpr Duration every = hours(6);
    static constexpr Duration again_after_failure = minutes(1);

    /// `stop` ends the pauses of a test. All references must outlive it.
    SelfTester(asio::any_io_executor executor,
               Clock& clock,
               Random& random,
               OperationGate& gate,
               AsyncEvent& stop);

    void start(DhtNode& node) { node_ = &node; }

    /// The node is not used any more.
    void stop() { node_ = nullptr; }

    bool due() const { return node_ != nullptr && !running_ && clock_.now() >= next_; }

    /// One test, with the answer at `deadline` at the latest.
    [[nodiscard]] Task<directory::SelfTest> run(SteadyTime deadline);

  private:
    [[nodiscard]] Task<int> ask(SteadyTime deadline);
    [[nodiscard]] Task<int> count_others(directory::Record record, SteadyTime deadline);

    asio::any_io_executor executor_;
    Clock& clock_;
    Random& random_;
    OperationGate& gate_;
    AsyncEvent& stop_;
    DhtNode* node_ = nullptr;
    bool running_ = false;
    SteadyTime next_{};
};

}  // namespace kith::dht
