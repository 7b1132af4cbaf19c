// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/operation_gate.h"

#include "core/base/async_scope.h"

#include <gtest/gtest.h>

#include <list>

namespace kith::dht {
namespace {

class OperationGateTest : public testing::Test {
  protected:
    void enter() { scope_.spawn(enter_one()); }

    Task<> enter_one() {
        auto pass = co_await gate_.enter();
        if (pass) {
            inside_.push_back(*std::move(pass));
        } else {
            refused_.push_back(pass.error().code);
        }
    }

    void poll() {
        io_.restart();
        io_.poll();
    }

    asio::io_context io_;
    AsyncScope scope_{io_.get_executor()};
    OperationGate gate_{io_.get_executor(), 2, 3};
    std::list<OperationGate::Pass> inside_;
    std::vector<Code> refused_;
};

TEST_F(OperationGateTest, LetsAsManyInAsMayRun) {
    for (int i = 0; i < 4; ++i) {
        enter();
    }
    poll();
    EXPECT_EQ(inside_.size(), 2U);
    EXPECT_EQ(gate_.size(), 4U);
    inside_.pop_front();
    poll();
    EXPECT_EQ(inside_.size(), 2U);
    EXPECT_EQ(gate_.size(), 3U);
}

TEST_F(OperationGateTest, IsBusyWhenTooManyWait) {
    for (int i = 0; i < 7; ++i) {
        enter();
    }
    poll();
    EXPECT_EQ(gate_.size(), 5U);
    EXPECT_EQ(refused_, (std::vector{Code::Busy, Code::Busy}));
}

TEST_F(OperationGateTest, SendsThoseWhoWaitAwayWhenItCloses) {
    for (int i = 0; i < 4; ++i) {
        enter();
    }
    poll();
    gate_.close();
    poll();
    EXPECT_EQ(refused_, (std::vector{Code::Cancelled, Code::Cancelled}));
    enter();
    poll();
    EXPECT_EQ(refused_.back(), Code::Cancelled);
}

}  // namespace
}  // namespace kith::dht
