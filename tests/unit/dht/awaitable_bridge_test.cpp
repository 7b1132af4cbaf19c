// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/awaitable_bridge.h"

#include "tests/support/clock/fake_clock.h"

#include <gtest/gtest.h>

namespace kith::dht {
namespace {

class AwaitableBridgeTest : public testing::Test {
  protected:
    // Waits for the bridge in the background.
    void wait(Duration patience = seconds(1)) {
        auto task = bridge_.wait(clock_, clock_.now() + patience);
        asio::co_spawn(
            io_, std::move(task), [this](const std::exception_ptr&, std::optional<int> result) {
                ended_ = true;
                result_ = result;
            });
    }

    void poll() {
        io_.restart();
        io_.poll();
    }

    asio::io_context io_;
    test::FakeClock clock_;
    AwaitableBridge<int> bridge_{io_.get_executor()};
    bool ended_ = false;
    std::optional<int> result_;
};

TEST_F(AwaitableBridgeTest, GivesWhatTheCallbackWasCalledWith) {
    const auto callback = bridge_.callback();
    wait();
    poll();
    EXPECT_FALSE(ended_);
    callback(7);
    EXPECT_FALSE(ended_) << "never inside the callback";
    poll();
    EXPECT_EQ(result_, 7);
}

TEST_F(AwaitableBridgeTest, TakesACallThatComesBeforeTheWait) {
    bridge_.callback()(7);
    wait();
    poll();
    EXPECT_EQ(result_, 7);
}

TEST_F(AwaitableBridgeTest, TakesTheFirstOfManyCalls) {
    const auto callback = bridge_.callback();
    const auto copy = callback;
    wait();
    callback(1);
    copy(2);
    callback(3);
    poll();
    EXPECT_EQ(result_, 1);
}

TEST_F(AwaitableBridgeTest, EndsWhenTheLastCopyGoesUncalled) {
    auto callback = bridge_.callback();
    auto copy = callback;
    wait();
    callback = nullptr;
    poll();
    EXPECT_FALSE(ended_);
    copy = nullptr;
    poll();
    EXPECT_TRUE(ended_);
    EXPECT_EQ(result_, std::nullopt);
}

TEST_F(AwaitableBridgeTest, EndsAtTheDeadline) {
    const auto callback = bridge_.callback();
    wait(seconds(1));
    poll();
    EXPECT_FALSE(ended_);
    clock_.advance(seconds(1));
    poll();
    EXPECT_TRUE(ended_);
    EXPECT_EQ(result_, std::nullopt);
    EXPECT_FALSE(bridge_.settled());
}

TEST_F(AwaitableBridgeTest, ASecondWaitGetsWhatTheFirstHadNoTimeFor) {
    const auto callback = bridge_.callback();
    wait(seconds(1));
    poll();
    clock_.advance(seconds(1));
    poll();
    ended_ = false;
    wait(seconds(1));
    callback(7);
    poll();
    EXPECT_TRUE(ended_);
    EXPECT_EQ(result_, 7);
    EXPECT_TRUE(bridge_.settled());
}

}  // namespace
}  // namespace kith::dht
