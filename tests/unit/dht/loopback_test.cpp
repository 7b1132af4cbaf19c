// SPDX-License-Identifier: GPL-3.0-or-later
// The port over real sockets: join, publish, read back, look up, stop.
#include "core/crypto/kdf.h"
#include "tests/support/directory/beacon_maker.h"
#include "tests/unit/dht/loopback_network.h"

#include <gtest/gtest.h>

namespace kith::dht {
namespace {

using directory::Connection;
using Node = test::LoopbackNetwork::Node;

class Loopback : public testing::Test {
  protected:
    test::LoopbackNetwork net_;
    test::BeaconMaker alice_{1};

    Result<directory::Published> publish(Node& node, directory::Revision revision = {0, 8}) {
        auto records = alice_.records(net_.epoch(), revision);
        return net_.run(node.directory.publish(std::move(records), net_.in(seconds(20))));
    }

    Result<Bytes> lookup(Node& node) {
        const auto slots = alice_.slots(net_.epoch());
        auto accept = alice_.accept(net_.clock().wall());
        return net_.run(node.directory.lookup(slots, std::move(accept), net_.in(seconds(5))));
    }

    std::optional<directory::Revision> revision_found(Node& node) {
        const auto found = lookup(node);
        if (!found) return std::nullopt;
        return alice_.accept(net_.clock().wall())(*found);
    }
};

TEST_F(Loopback, TwoNodesFindEachOtherFromOneAddress) {
    Node& first = net_.add();
    EXPECT_EQ(first.directory.state().connection, Connection::Joining);
    Node& second = net_.add({first.endpoint()});
    net_.wait_until([&] { return first.good() == 1 && second.good() == 1; });
    EXPECT_EQ(first.directory.state().connection, Connection::Weak);
    ASSERT_EQ(second.directory.peers().size(), 1U);
    EXPECT_EQ(second.directory.peers()[0].endpoint, first.endpoint());
}

TEST_F(Loopback, ANodeIsOnlineOnceARecordCameBackThroughOthers) {
    const auto nodes = net_.grow(5);
    net_.wait_until(
        [&] { return nodes.back()->directory.state().connection == Connection::Online; });
    const auto test = nodes.back()->directory.state().self_test;
    ASSERT_TRUE(test.has_value());
    EXPECT_TRUE(test->passed);
    EXPECT_GE(test->holders, 1);
}

TEST_F(Loopback, APublishedRecordIsHeldAndFoundByOthers) {
    const auto nodes = net_.grow(5);
    const auto published = publish(*nodes[1]);
    ASSERT_TRUE(published) << published.error().context;
    EXPECT_EQ(published->holders, 4);
    for (Node* const node : nodes) {
        EXPECT_TRUE(lookup(*node));
    }
}

TEST_F(Loopback, TheNewestRevisionReplacesTheOlderEverywhere) {
    const auto nodes = net_.grow(4);
    ASSERT_TRUE(publish(*nodes[1], {0, 8}));
    ASSERT_TRUE(publish(*nodes[2], {0, 16}));
    EXPECT_EQ(revision_found(*nodes[3]), (directory::Revision{0, 16}));
    // An older one, published again, is kept by nobody else.
    const auto rolled_back = publish(*nodes[3], {0, 9});
    ASSERT_TRUE(rolled_back);
    EXPECT_EQ(rolled_back->holders, 0);
    EXPECT_EQ(revision_found(*nodes[0]), (directory::Revision{0, 16}));
}

TEST_F(Loopback, ALookUpOfAnUnknownAccountEndsEarly) {
    const auto nodes = net_.grow(3);
    const SteadyTime begin = net_.clock().now();
    const auto found = lookup(*nodes[2]);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::NotFound);
    EXPECT_LT(net_.clock().now() - begin, seconds(2));
}

TEST_F(Loopback, AColdStartReachesTheFirstRecordInNoTime) {
    const auto nodes = net_.grow(3);
    ASSERT_TRUE(publish(*nodes[1]));
    const SteadyTime begin = net_.clock().now();
    Node& cold = net_.add({nodes[0]->endpoint()});
    EXPECT_TRUE(lookup(cold));
    // 3 ms on an idle machine; the bound is for busy ones and sanitizers.
    EXPECT_LT(net_.clock().now() - begin, milliseconds(500));
}

TEST_F(Loopback, APublicationWaitsForTheFirstOtherNode) {
    Node& first = net_.add();
    auto records = alice_.records(net_.epoch());
    const auto early =
        net_.run(first.directory.publish(std::move(records), net_.in(milliseconds(100))));
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, Code::Unreachable);
    Node& second = net_.add({first.endpoint()});
    net_.wait_until([&] { return lookup(second).has_value(); });
}

TEST_F(Loopback, ARecordThatOthersWouldRefuseIsNotPublished) {
    const auto nodes = net_.grow(2);
    auto records = alice_.records(net_.epoch());
    std::swap(records[0].slot, records[1].slot);
    const auto published =
        net_.run(nodes[1]->directory.publish(std::move(records), net_.in(seconds(5))));
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().code, Code::InvalidArgument);
    EXPECT_EQ(published.error().context, "wrong_location");
}

TEST_F(Loopback, AWatchTellsARecordThatComesLater) {
    const auto nodes = net_.grow(3);
    std::optional<Bytes> heard;
    const auto watch = nodes[2]->directory.watch(alice_.slots(net_.epoch()),
                                                 alice_.accept(net_.clock().wall()),
                                                 net_.in(minutes(1)),
                                                 [&](Bytes record) { heard = std::move(record); });
    EXPECT_TRUE(watch.active());
    EXPECT_FALSE(heard.has_value());
    ASSERT_TRUE(publish(*nodes[1]));
    net_.wait_until([&] { return heard.has_value(); });
}

TEST_F(Loopback, OnlyTwoWatchesRunAtOnce) {
    const auto nodes = net_.grow(2);
    const auto begin = [&] {
        return nodes[1]->directory.watch(
            alice_.slots(net_.epoch()), {}, net_.in(minutes(1)), [](Bytes) {});
    };
    auto first = begin();
    const auto second = begin();
    EXPECT_FALSE(begin().active());
    first.cancel();
    EXPECT_TRUE(begin().active());
}

TEST_F(Loopback, TheStateIsToldToListenersUntilTheyLeave) {
    Node& first = net_.add();
    std::vector<Connection> heard;
    auto subscription = first.directory.on_state(
        [&](const directory::State& state) { heard.push_back(state.connection); });
    net_.add({first.endpoint()});
    net_.wait_until([&] { return !heard.empty() && heard.back() == Connection::Weak; });
    subscription.cancel();
    const auto told = heard.size();
    net_.run(first.directory.stop());
    EXPECT_EQ(first.directory.state().connection, Connection::Offline);
    EXPECT_EQ(heard.size(), told);
}

TEST_F(Loopback, StoppingEndsEveryOperation) {
    Node& lonely = net_.add();
    std::vector<Code> ends;
    const auto note = [&ends](auto result) {
        ends.push_back(result ? Code::Internal : result.error().code);
    };
    const auto run = [&](auto task) {
        asio::co_spawn(net_.executor(), std::move(task), [&](std::exception_ptr, auto result) {
            note(std::move(result));
        });
    };
    for (int i = 0; i < 3; ++i) {
        run(lonely.directory.lookup(
            alice_.slots(net_.epoch()), alice_.accept(net_.clock().wall()), net_.in(seconds(20))));
        run(lonely.directory.publish(alice_.records(net_.epoch()), net_.in(seconds(20))));
    }
    // A newer publication of the same record ends the older.
    net_.wait_until([&] { return ends.size() == 2; });
    net_.run(lonely.directory.stop());
    net_.wait_until([&] { return ends.size() == 6; });
    for (const Code code : ends) {
        EXPECT_EQ(code, Code::Cancelled);
    }
    EXPECT_EQ(lookup(lonely).error().code, Code::Cancelled);
}

TEST_F(Loopback, ANodeComesBackThroughTheNodesItSaved) {
    const auto file = std::filesystem::path(testing::TempDir()) / "kith-nodes-loopback";
    std::filesystem::remove(file);
    const auto nodes = net_.grow(3);
    ASSERT_TRUE(publish(*nodes[1]));
    auto config = test::LoopbackNetwork::config();
    config.last_run = std::make_shared<NodesFile>(file);
    Node& before = net_.add({nodes[0]->endpoint()}, 1, config);
    net_.wait_until([&] { return before.good() == 3; });
    net_.run(before.directory.stop());
    ASSERT_TRUE(std::filesystem::exists(file));

    Node& after = net_.add({}, 1, config);
    EXPECT_TRUE(lookup(after));
    std::filesystem::remove(file);
}

TEST_F(Loopback, ABootstrapNodeIsCalledWhenItIsAdded) {
    Node& first = net_.add();
    Node& second = net_.add();
    const auto add = [&](const std::string& address, Duration patience) {
        return net_.run(second.directory.add_bootstrap(address, net_.in(patience)));
    };
    EXPECT_EQ(add("nonsense", seconds(1)).error().code, Code::InvalidArgument);
    EXPECT_EQ(add("host:99999", seconds(1)).error().code, Code::InvalidArgument);
    const auto nobody = add("127.0.0.1:9", milliseconds(200));
    ASSERT_TRUE(nobody);
    EXPECT_FALSE(nobody->answered);
    const auto node = add(to_string(first.endpoint()), seconds(5));
    ASSERT_TRUE(node);
    EXPECT_TRUE(node->answered);
    EXPECT_GT(second.good(), 0U);
    EXPECT_EQ(second.directory.bootstrap().size(), 2U);
    EXPECT_TRUE(second.directory.remove_bootstrap("127.0.0.1:9"));
    EXPECT_EQ(second.directory.remove_bootstrap("127.0.0.1:9").error().code, Code::NotFound);
}

TEST_F(Loopback, AConfiguredNodeIsCalledAtStart) {
    Node& first = net_.add();
    auto config = test::LoopbackNetwork::config();
    config.bootstrap = {to_string(first.endpoint()), "not an address"};
    Node& second = net_.add({}, 1, config);
    net_.wait_until([&] { return second.good() == 1; });
    ASSERT_EQ(second.directory.bootstrap().size(), 1U);
    EXPECT_TRUE(second.directory.bootstrap()[0].answered);
}

TEST_F(Loopback, AnotherNetworkGetsNoAnswerAtAll) {
    Node& node = net_.add();
    Node& stranger = net_.add({node.endpoint()}, 2);
    net_.run_for(milliseconds(700));
    EXPECT_EQ(stranger.good(), 0U);
    EXPECT_EQ(node.good(), 0U);
    EXPECT_GE(node.directory.traffic().foreign, 1U);
    EXPECT_EQ(node.directory.traffic().datagrams_out, 0U);
    EXPECT_EQ(stranger.directory.traffic().datagrams_in, 0U);
}

TEST_F(Loopback, JunkGetsNoAnswerAndDoesNoHarm) {
    Node& node = net_.add();
    UdpSocket junk(net_.executor());
    int answers = 0;
    const auto count = [&answers](ByteView, const Endpoint&) { ++answers; };
    ASSERT_TRUE(junk.open({Endpoint::v4(127, 0, 0, 1, 0)}, count, {}));
    test::SeededRandom random(5);
    constexpr std::uint64_t rounds = 2000;
    for (std::uint64_t i = 0; i < rounds; ++i) {
        Bytes datagram(random.below(1600));
        random.fill(datagram);
        junk.send(datagram, node.endpoint());
        if (i % 50 == 0) net_.run_for(milliseconds(1));
    }
    net_.wait_until([&] { return node.directory.traffic().foreign > rounds / 2; });
    EXPECT_EQ(answers, 0);
    EXPECT_EQ(node.directory.traffic().datagrams_out, 0U);
    EXPECT_EQ(node.directory.traffic().odd, 0U);
    Node& friendly = net_.add({node.endpoint()});
    net_.wait_until([&] { return friendly.good() == 1; });
    net_.run(junk.close());
}

TEST_F(Loopback, WhatNobodyTookIsSaidAndHindersNothingElse) {
    for (const bool v4 : {true, false}) {
        const auto here = v4 ? Endpoint::v4(127, 0, 0, 1, 0) : *parse_endpoint("[::1]:0");
        UdpSocket sender(net_.executor());
        UdpSocket receiver(net_.executor());
        UdpSocket gone(net_.executor());
        std::vector<Endpoint> undelivered;
        int received = 0;
        const bool opened =
            receiver.open({here}, [&](ByteView, const Endpoint&) { ++received; }, {}).has_value();
        if (!v4 && !opened) continue;  // a machine without IPv6
        ASSERT_TRUE(opened);
        ASSERT_TRUE(sender.open(
            {here},
            [](ByteView, const Endpoint&) {},
            [&](const Endpoint& to) { undelivered.push_back(to); }));
        ASSERT_TRUE(gone.open({here}, [](ByteView, const Endpoint&) {}, {}));
        const Endpoint nobody = gone.bound().front();
        net_.run(gone.close());
        constexpr int count = 100;
        for (int i = 0; i < count; ++i) {
            sender.send(Bytes(100), nobody);
            EXPECT_TRUE(sender.send(Bytes(100), receiver.bound().front()));
        }
        net_.wait_until([&] { return received == count && !undelivered.empty(); });
        for (const Endpoint& to : undelivered)
            EXPECT_EQ(to, nobody);
        net_.run(sender.close());
        net_.run(receiver.close());
    }
}

TEST_F(Loopback, AnAddressInUseIsSaid) {
    Node& first = net_.add();
    test::SeededRandom random(1);
    OpendhtDirectory second(
        net_.executor(), net_.clock(), random, udp_io(net_.executor(), {first.endpoint()}), {});
    const auto started = second.start(test::network_number(1), {});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, Code::AlreadyExists);
    net_.run(second.stop());
}

TEST_F(Loopback, ThirtyTwoNodesFindEveryRecord) {
    const auto nodes = net_.grow(32);
    for (std::uint64_t i = 0; i < 8; ++i) {
        test::BeaconMaker account(100 + i);
        const auto published = net_.run(
            nodes[i]->directory.publish(account.records(net_.epoch()), net_.in(seconds(20))));
        ASSERT_TRUE(published) << published.error().context;
        EXPECT_GE(published->holders, 6);
        const auto found = net_.run(nodes[31 - i]->directory.lookup(
            account.slots(net_.epoch()), account.accept(net_.clock().wall()), net_.in(seconds(5))));
        EXPECT_TRUE(found);
    }
    for (Node* const node : nodes) {
        EXPECT_EQ(node->directory.traffic().odd, 0U) << "our own packets are no odd ones";
    }
}

}  // namespace
}  // namespace kith::dht
