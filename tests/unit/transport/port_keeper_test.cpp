// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/port_keeper.h"

#include "tests/support/clock/fake_clock.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/transport/runner.h"

#include <gtest/gtest.h>

#include <mutex>

namespace kith::transport {
namespace {

// The router of the test. Asked on the worker thread.
struct Router {
    std::mutex mutex;
    std::vector<MapRequest> asked;
    std::vector<Code> answers;  // for the next requests; then yes
    std::array<std::uint8_t, 4> address{203, 0, 113, 9};

    Result<MappedPort> ask(const MapRequest& request) {
        const std::scoped_lock lock(mutex);
        asked.push_back(request);
        if (!answers.empty()) {
            const Code code = answers.front();
            answers.erase(answers.begin());
            return fail(code, "no");
        }
        const auto& a = address;
        return MappedPort{Endpoint::v4(a[0], a[1], a[2], a[3], request.external_port),
                          MapProtocol::Upnp};
    }
};

MappedPort mapped_at(std::uint8_t last) {
    return {Endpoint::v4(203, 0, 113, last, 4222), MapProtocol::Upnp};
}

class PortKeeperTest : public testing::Test {
  protected:
    ~PortKeeperTest() override {
        if (!stopped) runner.run(keeper.stop());
    }

    std::size_t asked() {
        const std::scoped_lock lock(router.mutex);
        return router.asked.size();
    }

    MapRequest last() {
        const std::scoped_lock lock(router.mutex);
        return router.asked.back();
    }

    // Until so many requests are answered and the keeper waits again.
    void wait_for(std::size_t requests) {
        runner.wait_until([&] { return asked() >= requests && clock.alarms() > 0; });
    }

    Runner runner;
    test::FakeClock clock;
    test::SeededRandom random{4};
    Router router;
    std::vector<std::optional<MappedPort>> changes;
    Worker worker{runner.executor()};
    bool stopped = false;
    PortKeeper keeper{runner.executor(),
                      clock,
                      random,
                      worker,
                      [this](const MapRequest& request) { return router.ask(request); },
                      [this](const std::optional<MappedPort>& now) { changes.push_back(now); }};
};

TEST_F(PortKeeperTest, AsksForTheListenPortForTwoHours) {
    keeper.start(4222);
    wait_for(1);
    EXPECT_EQ(last().internal_port, 4222);
    EXPECT_EQ(last().external_port, 4222);
    EXPECT_EQ(last().lease, hours(2));
    EXPECT_EQ(keeper.mapped(), mapped_at(9));
    EXPECT_EQ(changes.size(), 1U);
}

TEST_F(PortKeeperTest, RenewsAfterAnHourWithoutNewsForAnybody) {
    keeper.start(4222);
    wait_for(1);
    clock.advance(minutes(59));
    runner.settle();
    EXPECT_EQ(asked(), 1U);
    clock.advance(minutes(1));
    wait_for(2);
    EXPECT_EQ(changes.size(), 1U);
}

TEST_F(PortKeeperTest, TriesThreeOtherPortsWhenTheRouterSaysNo) {
    router.answers = {Code::Refused, Code::Refused};
    keeper.start(4222);
    wait_for(3);
    ASSERT_TRUE(keeper.mapped().has_value());
    EXPECT_GE(keeper.mapped()->external.port, 49152);
    // The port that was given is the one to renew.
    const auto given = keeper.mapped()->external.port;
    keeper.renew();
    wait_for(4);
    EXPECT_EQ(last().external_port, given);
    EXPECT_EQ(last().internal_port, 4222);
}

TEST_F(PortKeeperTest, GivesUpUntilTheNextTimeAfterFourRefusals) {
    router.answers = {Code::Refused, Code::Refused, Code::Refused, Code::Refused};
    keeper.start(4222);
    wait_for(4);
    runner.settle();
    EXPECT_EQ(asked(), 4U);
    EXPECT_FALSE(keeper.mapped().has_value());
    EXPECT_TRUE(changes.empty());
    clock.advance(hours(1));
    wait_for(5);
    EXPECT_TRUE(keeper.mapped().has_value());
}

TEST_F(PortKeeperTest, DoesNotTryPortsWhereThereIsNoRouter) {
    router.answers = {Code::Unreachable};
    keeper.start(4222);
    wait_for(1);
    runner.settle();
    EXPECT_EQ(asked(), 1U);
}

TEST_F(PortKeeperTest, TellsWhenTheAddressChangesOrGoes) {
    keeper.start(4222);
    wait_for(1);
    {
        const std::scoped_lock lock(router.mutex);
        router.address = {203, 0, 113, 10};
    }
    keeper.renew();
    runner.wait_until([this] { return changes.size() == 2; });
    EXPECT_EQ(changes.back(), mapped_at(10));
    {
        const std::scoped_lock lock(router.mutex);
        router.answers = {Code::Unreachable};
    }
    keeper.renew();
    runner.wait_until([this] { return changes.size() == 3; });
    EXPECT_EQ(changes.back(), std::nullopt);
}

TEST_F(PortKeeperTest, TakesThePortBackAtTheEnd) {
    keeper.start(4222);
    wait_for(1);
    runner.run(keeper.stop());
    stopped = true;
    EXPECT_EQ(asked(), 2U);
    EXPECT_EQ(last().lease, Duration::zero());
    EXPECT_EQ(last().external_port, 4222);
    EXPECT_EQ(changes.size(), 1U);
}

TEST_F(PortKeeperTest, TakesNothingBackThatItDidNotGet) {
    router.answers = {Code::Unreachable};
    keeper.start(4222);
    wait_for(1);
    runner.run(keeper.stop());
    stopped = true;
    EXPECT_EQ(asked(), 1U);
}

}  // namespace
}  // namespace kith::transport
