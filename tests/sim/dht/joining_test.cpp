// SPDX-License-Identifier: GPL-3.0-or-later
// Coming in, being cut off, coming back: minutes and hours that no other test could wait for.
#include "tests/sim/dht/dht_world.h"
#include "tests/support/directory/beacon_maker.h"

#include <gtest/gtest.h>

#include <deque>

namespace kith::sim {
namespace {

using directory::Connection;

class Joining : public testing::Test {
  protected:
    Result<directory::Published> publish(DhtNodeInWorld& node,
                                         directory::Revision revision = {0, 8}) {
        return world_.run(node.directory->publish(alice_.records(world_.epoch(), revision),
                                                  world_.in(seconds(20))));
    }

    Result<Bytes> lookup(DhtNodeInWorld& node) {
        return world_.run(node.directory->lookup(alice_.slots(world_.epoch()),
                                                 alice_.accept(world_.clock.wall()),
                                                 world_.in(seconds(5))));
    }

    std::uint64_t sent_in(Duration time) {
        const std::uint64_t before = world_.net.datagrams();
        world_.run_for(time);
        return world_.net.datagrams() - before;
    }

    DhtWorld world_{1};
    test::BeaconMaker alice_{1};
};

TEST_F(Joining, ALonelyNodeCallsLessAndLessOftenAndNeverStops) {
    const Endpoint nobody = Endpoint::v4(10, 9, 9, 9, 4222);
    DhtNodeInWorld& node = world_.add({nobody});
    const std::uint64_t first = sent_in(seconds(20));
    EXPECT_GE(first, 4U);
    EXPECT_EQ(node.state().connection, Connection::Joining);
    world_.run_for(seconds(11));
    EXPECT_EQ(node.state().connection, Connection::Alone);
    world_.run_for(minutes(10));
    const std::uint64_t later = sent_in(minutes(10));
    EXPECT_GE(later, 10U);
    // Each call is three datagrams, a second apart.
    EXPECT_LE(later, 3 * 10 * 60 / 30U);
}

TEST_F(Joining, ALonelyNodeFindsTheOneItKnowsWhenThatComesHoursLater) {
    DhtNodeInWorld& first = world_.add();
    world_.net.unplug(first.address);
    DhtNodeInWorld& second = world_.add({first.address});
    world_.run_for(hours(3));
    EXPECT_EQ(second.state().connection, Connection::Alone);
    EXPECT_EQ(publish(second).error().code, Code::Unreachable);
    world_.net.plug(first.address);
    world_.run_for(minutes(2));
    EXPECT_EQ(second.state().connection, Connection::Weak);
    EXPECT_TRUE(lookup(first)) << "what waited went out";
}

TEST_F(Joining, ALookUpWaitsWhileANodeJoins) {
    world_.grow(8);
    ASSERT_TRUE(publish(world_[3]));
    DhtNodeInWorld& cold = world_.add();
    const SteadyTime begin = world_.clock.now();
    EXPECT_TRUE(lookup(cold));
    // One round trip to the node it knows, one or two to the holders; 20 to 60 ms each.
    EXPECT_LT(world_.clock.now() - begin, milliseconds(400));
}

TEST_F(Joining, WhoIsToldWhichNodesAreGoneDoesNotWaitForThem) {
    world_.grow(5);
    world_.run_for(seconds(30));
    for (std::size_t i = 1; i < 4; ++i)
        world_.kill(world_[i]);
    world_.net.reports = true;
    DhtNodeInWorld& fresh = world_.add({world_[0].address});
    const SteadyTime begin = world_.clock.now();
    ASSERT_TRUE(publish(fresh));
    EXPECT_LT(world_.clock.now() - begin, milliseconds(500));
}

TEST_F(Joining, AloneALookUpIsAnsweredAtOnce) {
    DhtNodeInWorld& node = world_.add({});
    world_.run_for(seconds(31));
    const SteadyTime begin = world_.clock.now();
    EXPECT_EQ(lookup(node).error().code, Code::Unreachable);
    EXPECT_EQ(world_.clock.now(), begin);
}

TEST_F(Joining, APublicationThatNobodyHeldIsRepeated) {
    world_.grow(6);
    world_.run_for(seconds(10));
    for (std::size_t i = 1; i < 6; ++i) {
        world_.net.unplug(world_[i].address);
    }
    const auto published = publish(world_[0]);
    ASSERT_TRUE(published);
    EXPECT_EQ(published->holders, 0);
    for (std::size_t i = 1; i < 6; ++i) {
        world_.net.plug(world_[i].address);
    }
    world_.run_for(seconds(15));
    world_.kill(world_[0]);
    EXPECT_TRUE(lookup(world_[4])) << "from the others";
}

TEST_F(Joining, APublicationThatStaysShortMakesANodeWeak) {
    world_.grow(6);
    world_.run_for(seconds(30));
    ASSERT_EQ(world_[0].state().connection, Connection::Online);
    // Deaf to what is put, though the node still counts them as good.
    world_.net.side = [this](const Endpoint& address) { return address == world_[0].address; };
    const auto published = publish(world_[0]);
    ASSERT_TRUE(published);
    EXPECT_EQ(published->holders, 0);
    world_.run_for(minutes(20));
    EXPECT_NE(world_[0].state().connection, Connection::Online);
    world_.net.side = {};
    world_[0].directory->connectivity_changed();
    world_.run_for(seconds(5));
    ASSERT_TRUE(publish(world_[0], {0, 16}));
    world_.run_for(minutes(2));
    EXPECT_EQ(world_[0].state().connection, Connection::Online);
}

TEST_F(Joining, HalvesThatWereCutApartFindEachOtherAgain) {
    world_.grow(16);
    world_.run_for(seconds(10));
    world_.net.side = [](const Endpoint& address) { return address.address[14] % 2; };
    world_.run_for(minutes(2));
    // Published on one side of the cut.
    ASSERT_TRUE(publish(world_[2]));
    world_.net.side = {};
    for (std::size_t i = 0; i < world_.size(); ++i) {
        world_[i].directory->connectivity_changed();
    }
    world_.run_for(minutes(1));
    EXPECT_TRUE(lookup(world_[3]));
    EXPECT_TRUE(lookup(world_[5]));
}

TEST_F(Joining, ARecordLivesADayAndNoLonger) {
    world_.grow(5);
    ASSERT_TRUE(publish(world_[1]));
    const auto slots = alice_.slots(world_.epoch());
    const auto accept = alice_.accept(world_.clock.wall());
    const auto found = [&] {
        auto task = world_[3].directory->lookup(slots, accept, world_.in(seconds(5)));
        return world_.run(std::move(task)).has_value();
    };
    world_.run_for(hours(23));
    EXPECT_TRUE(found());
    world_.run_for(hours(2));
    EXPECT_FALSE(found());
}

TEST_F(Joining, WhatWasPublishedAmongFewIsFoundAmongMany) {
    world_.grow(9);
    world_.run_for(seconds(10));
    std::deque<test::BeaconMaker> people;
    for (std::size_t i = 0; i < 8; ++i) {
        people.emplace_back(50 + i);
        const auto records = people.back().records(world_.epoch(), {0, 8});
        ASSERT_TRUE(world_.run(world_[i].directory->publish(records, world_.in(seconds(20)))));
    }
    world_.grow(120);
    world_.run_for(minutes(1));
    std::size_t found = 0;
    for (auto& person : people) {
        auto task = world_.any().directory->lookup(person.slots(world_.epoch()),
                                                   person.accept(world_.clock.wall()),
                                                   world_.in(seconds(5)));
        found += world_.run(std::move(task)) ? 1U : 0U;
    }
    EXPECT_EQ(found, people.size());
}

TEST_F(Joining, AnIdleNetworkStaysWithinItsBudget) {
    constexpr std::uint64_t budget_a_day = 5'000'000;
    world_.grow(32);
    world_.run_for(minutes(5));
    const std::uint64_t before = world_.net.bytes();
    world_.run_for(hours(1));
    // Sent is received: each byte counts for two nodes.
    const std::uint64_t node_a_day = (world_.net.bytes() - before) * 2 * 24 / world_.size();
    std::printf("idle: %llu bytes a node and day\n", static_cast<unsigned long long>(node_a_day));
    EXPECT_LT(node_a_day, budget_a_day / 2);
}

}  // namespace
}  // namespace kith::sim
