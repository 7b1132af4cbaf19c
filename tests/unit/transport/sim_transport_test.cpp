// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated transport keeps the port's promises, and its network does what tests ask of it.
#include "tests/support/transport/sim_transport.h"

#include "tests/support/clock/fake_clock.h"
#include "tests/unit/transport/pending.h"
#include "tests/unit/transport/people.h"

#include <gtest/gtest.h>

namespace kith::transport {
namespace {

using test::SimNetwork;
using test::SimPath;
using test::SimTransport;
using wire::FrameType;

using DialResult = Result<std::unique_ptr<Channel>>;

Bytes msg(std::uint32_t number, std::size_t size = 100) {
    Bytes body;
    append_be<std::uint32_t>(body, number);
    body.resize(size);
    Bytes out;
    wire::append_frame(out, FrameType::Msg, body);
    return out;
}

// What lies beyond is run by the same clock here; who calls and who is called never meet otherwise.
class NextDoor final : public test::Beyond {
  public:
    NextDoor(test::FakeClock& clock, const Endpoint& host) : clock_(clock), host_(host) {}

    bool holds(const Endpoint& host) const override { return host == host_; }

    void call_at(SteadyTime when, std::function<void()> action) override {
        EXPECT_GE(when, clock_.now() + SimPath().latency);
        alarms_.push_back(clock_.call_at(when, std::move(action)));
    }

  private:
    test::FakeClock& clock_;
    Endpoint host_;
    std::vector<Alarm> alarms_;
};

class SimTransportTest : public testing::Test {
  protected:
    struct Station {
        Station(SimTransportTest& of, SimNetwork& in, std::uint64_t seed, const Endpoint& at)
            : person(seed), transport(of.runner.executor(), in, at, person.random) {}

        Person person;
        SimTransport transport;
    };

    SimTransportTest() : SimTransportTest(false) {}

    explicit SimTransportTest(bool apart) : bob_network(apart ? far_network : network) {
        if (apart) {
            network.connect(to_bob, far_network);
            far_network.connect(to_alice, network);
        }
        alice.person.learn(bob.person);
        bob.person.learn(alice.person);
        alice.transport.start(alice.person.policy());
        bob.transport.start(bob.person.policy());
    }

    ~SimTransportTest() override {
        runner.run(alice.transport.stop());
        runner.run(bob.transport.stop());
    }

    // Lets virtual time pass until `condition` holds; false when nothing is left to happen.
    bool pass_until(const std::function<bool()>& condition) {
        for (;;) {
            runner.settle();
            if (condition()) return true;
            if (!clock.jump()) return false;
        }
    }

    template <class T>
    T& get(Pending<T>& pending) {
        EXPECT_TRUE(pass_until([&] { return pending.done(); }));
        return pending.get();
    }

    DialRequest request() const {
        DialRequest out;
        out.callee = bob.person.as_callee();
        out.as = LinkRole::Device;
        out.candidates = bob.transport.listening();
        return out;
    }

    Pending<DialResult> dial() {
        return {runner, alice.transport.dial(request(), clock.now() + seconds(30))};
    }

    Pending<DialResult> accept() { return {runner, bob.transport.accept()}; }

    Pending<Result<wire::Frame>> receive(Channel& channel) { return {runner, channel.receive()}; }

    // Links the two and keeps the channels.
    void link() {
        auto accepted = accept();
        auto dialled = dial();
        ours = std::move(get(dialled).value());
        theirs = std::move(get(accepted).value());
    }

    Runner runner;
    test::FakeClock clock;
    test::SeededRandom random{5};
    SimNetwork network{clock, random};
    SimNetwork far_network{clock, random};
    SimNetwork& bob_network;
    Endpoint alice_at = Endpoint::v4(198, 51, 100, 1, 4222);
    Endpoint bob_at = Endpoint::v4(203, 0, 113, 1, 4222);
    NextDoor to_alice{clock, alice_at};
    NextDoor to_bob{clock, bob_at};
    Station alice{*this, network, 1, alice_at};
    Station bob{*this, bob_network, 2, bob_at};
    std::unique_ptr<Channel> ours;
    std::unique_ptr<Channel> theirs;
};

// What holds in one network holds between two.
class SimTransportsTest : public SimTransportTest, public testing::WithParamInterface<bool> {
  protected:
    SimTransportsTest() : SimTransportTest(GetParam()) {}
};

INSTANTIATE_TEST_SUITE_P(OneNetworkAndTwo, SimTransportsTest, testing::Bool());

class SimTransportApartTest : public SimTransportTest {
  protected:
    SimTransportApartTest() : SimTransportTest(true) {}
};

TEST_F(SimTransportTest, LinksTwoDevicesAfterTheRoundTripsThatItTakes) {
    const SteadyTime start = clock.now();
    link();
    EXPECT_TRUE(ours->info().is_device_link());
    EXPECT_EQ(ours->info().binding, theirs->info().binding);
    EXPECT_EQ(theirs->info().remote.address, alice_at.address);
    // TCP, TLS, CALL to AUTH, AUTH to READY: four round trips of 40 ms.
    EXPECT_EQ(clock.now() - start, milliseconds(160));
    EXPECT_EQ(bob.transport.counters().opened_in, 1U);
}

TEST_F(SimTransportTest, DeliversFramesInOrderAfterTheLatency) {
    link();
    network.set_path(SimPath{milliseconds(50), milliseconds(30), 0.2});
    const SteadyTime start = clock.now();
    for (std::uint32_t i = 0; i < 500; ++i) {
        ASSERT_TRUE(ours->send(msg(i)).has_value());
        if (i % 7 == 0) runner.settle();
    }
    for (std::uint32_t i = 0; i < 500; ++i) {
        auto frame = receive(*theirs);
        ASSERT_EQ(read_be<std::uint32_t>(get(frame).value().body), i);
    }
    EXPECT_GE(clock.now() - start, milliseconds(50));
    EXPECT_GT(bob.transport.counters().traffic.frames_in, 500U);
}

TEST_F(SimTransportTest, HoldsEverythingDuringACutAndDeliversAfterIt) {
    link();
    network.cut(alice_at, bob_at);
    ASSERT_TRUE(ours->send(msg(1)).has_value());
    auto frame = receive(*theirs);
    runner.settle();
    clock.advance(seconds(15));
    runner.settle();
    EXPECT_FALSE(frame.done());
    network.heal(alice_at, bob_at);
    EXPECT_EQ(read_be<std::uint32_t>(get(frame).value().body), 1U);
}

TEST_F(SimTransportTest, EndsTheSenderAfterTwentySecondsAndLeavesTheOtherHalfOpen) {
    link();
    network.isolate(bob_at);
    ASSERT_TRUE(ours->send(msg(1)).has_value());
    auto at_bob = receive(*theirs);
    auto at_alice = receive(*ours);
    runner.settle();
    clock.advance(seconds(22));
    EXPECT_EQ(get(at_alice).error().code, Code::Unreachable);
    EXPECT_FALSE(at_bob.done());
    theirs->close();
    EXPECT_EQ(get(at_bob).error().code, Code::Cancelled);
}

TEST_P(SimTransportsTest, TellsThePeerWhenAChannelCloses) {
    link();
    ASSERT_TRUE(ours->send(msg(1)).has_value());
    ours->finish();
    auto first = receive(*theirs);
    EXPECT_TRUE(get(first).has_value());
    auto second = receive(*theirs);
    EXPECT_EQ(get(second).error().code, Code::Unreachable);
    EXPECT_EQ(bob.transport.counters().inbound, 0U);
}

TEST_P(SimTransportsTest, MakesASenderWaitForASlowReader) {
    link();
    std::uint32_t sent = 0;
    while (ours->send(msg(sent, 10'000)).has_value()) {
        ++sent;
        runner.settle();
    }
    // What the network holds, and what the link does.
    EXPECT_GT(sent, 40U);
    EXPECT_LT(sent, 60U);
    for (std::uint32_t i = 0; i < sent; ++i) {
        auto frame = receive(*theirs);
        ASSERT_EQ(read_be<std::uint32_t>(get(frame).value().body), i);
    }
    EXPECT_TRUE(pass_until([this] { return ours->unsent() == 0; }));
}

TEST_P(SimTransportsTest, CannotCallAHostBehindANat) {
    bob_network.set_callable(bob_at, false);
    auto dialled = dial();
    EXPECT_EQ(get(dialled).error().code, Code::Timeout);
    bob_network.set_callable(bob_at, true);
    link();
    EXPECT_TRUE(ours->info().is_device_link());
}

TEST_P(SimTransportsTest, RefusesAtOnceWhereNobodyListens) {
    bob_network.unlisten(bob_at);
    const SteadyTime start = clock.now();
    auto dialled = dial();
    EXPECT_EQ(get(dialled).error().code, Code::Unreachable);
    EXPECT_EQ(clock.now() - start, milliseconds(40));
}

TEST_F(SimTransportTest, IsFoundAtItsNewAddressAfterAMove) {
    const auto moved = Endpoint::v4(192, 0, 2, 77, 4222);
    bob.transport.move_to(moved);
    link();
    EXPECT_EQ(ours->info().remote, moved);
}

TEST_F(SimTransportApartTest, LinksAfterTheSameTimeAndDeliversInOrderBothWays) {
    const SteadyTime start = clock.now();
    link();
    EXPECT_EQ(ours->info().binding, theirs->info().binding);
    EXPECT_EQ(clock.now() - start, milliseconds(160));
    for (std::uint32_t i = 0; i < 200; ++i) {
        ASSERT_TRUE(ours->send(msg(i)).has_value());
        ASSERT_TRUE(theirs->send(msg(i)).has_value());
        if (i % 7 == 0) runner.settle();
    }
    for (std::uint32_t i = 0; i < 200; ++i) {
        auto there = receive(*theirs);
        ASSERT_EQ(read_be<std::uint32_t>(get(there).value().body), i);
        auto here = receive(*ours);
        ASSERT_EQ(read_be<std::uint32_t>(get(here).value().body), i);
    }
}

// The other side took the call meanwhile, and must hear that nobody is there.
TEST_F(SimTransportApartTest, ACallThatIsCalledOffEndsAtTheOtherSide) {
    {
        const Alarm call = network.connect(alice_at, bob_at, [](const auto&) { FAIL(); });
        clock.advance(milliseconds(25));
        EXPECT_EQ(bob.transport.counters().inbound, 1U);
    }
    EXPECT_TRUE(pass_until([this] { return bob.transport.counters().inbound == 0; }));
    EXPECT_LT(clock.now().time_since_epoch(), hours(1000) + seconds(1));
}

TEST_F(SimTransportTest, RunsTheSameWayTwice) {
    const auto run = [] {
        test::FakeClock time;
        test::SeededRandom seeded(9);
        SimNetwork net(time, seeded);
        net.set_path(SimPath{milliseconds(20), milliseconds(50), 0.3});
        const auto a = Endpoint::v4(198, 51, 100, 1, 1);
        const auto b = Endpoint::v4(203, 0, 113, 1, 1);
        std::vector<Duration> times;
        for (int i = 0; i < 100; ++i)
            times.push_back(net.travel_time(a, b));
        return times;
    };
    EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace kith::transport
