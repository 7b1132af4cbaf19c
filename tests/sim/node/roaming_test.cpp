// SPDX-License-Identifier: GPL-3.0-or-later
// A device that moves to another network keeps its people: links from the old address are given up
// at once, everybody is called, and the new address is told.
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

namespace kith::test {
namespace {

using node::MessageState;

const Endpoint elsewhere = Endpoint::v4(203, 0, 99, 7, 4222);

class Roaming : public testing::TestWithParam<std::uint64_t> {
  protected:
    Roaming()
        : seed(seed_or(GetParam())),
          world(seed),
          alice(world.person("Alice")),
          bob(world.person("Bob")) {
        RecordProperty("seed", std::to_string(seed));
        // The work of a stranger is not what this is about.
        alice.switch_off();
        alice.settings.request_effort = 0;
        alice.switch_on();
        alice.found();
        bob.join(alice);
    }

    std::size_t linked(const Person& person) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            person.node().peers(),
            [](const auto& peer) { return peer.role == "contact" && peer.good; }));
    }

    // Carol knows only the address, and nobody there has ever heard of it from anybody else.
    bool is_found_by_a_stranger(Person& person) {
        Person& carol = world.person("Carol");
        carol.join(bob);
        bob.switch_off();
        (void)world.get(carol.node().add_contact(to_string(person.node().identity()->address), ""));
        world.run(seconds(10));
        return person.node().status().requests == 1;
    }

    std::uint64_t seed;
    World world;
    Person& alice;
    Person& bob;
};

TEST_P(Roaming, WhatIsSaidRightAfterAMoveArrivesBothWays) {
    alice.send(bob, "here");
    world.run(seconds(2));
    alice.move_to(elsewhere);
    alice.send(bob, "moved");
    bob.send(alice, "where are you?");
    world.run(seconds(5));
    EXPECT_EQ(bob.heard_from(alice), (std::vector<std::string>{"here", "moved"}));
    EXPECT_EQ(alice.heard_from(bob), std::vector<std::string>{"where are you?"});
}

// Whose link stays when both called at once depends on who has the smaller id; a link that only one
// end still knows must not win, whoever that is.
TEST_P(Roaming, EitherEndMayMoveRightAfterTheLinkOpened) {
    for (Person* const mover : {&bob, &alice}) {
        Person& other = mover == &bob ? alice : bob;
        mover->move_to(Endpoint::v4(203, 0, mover == &bob ? 98 : 97, 7, 4222));
        const auto sent = other.send(*mover, "found you");
        world.run(seconds(4));
        EXPECT_EQ(other.state_of(sent), MessageState::Delivered) << "seed " << seed;
    }
}

TEST_P(Roaming, WithNothingToSayALinkComesBack) {
    world.run(seconds(15));
    alice.move_to(elsewhere);
    world.run(seconds(5));
    EXPECT_EQ(linked(alice), 1U);
    EXPECT_GE(linked(bob), 1U);
}

TEST_P(Roaming, WhoIsWhereTheyWereIsNotLookedUp) {
    bob.switch_off();
    world.run(minutes(1));
    bob.switch_on();
    bob.send(alice, "back");
    world.run(seconds(5));
    EXPECT_EQ(alice.heard_from(bob), (std::vector<std::string>{"back"}));
    EXPECT_EQ(bob.lookups(), 0U) << "seed " << seed;
}

TEST_P(Roaming, TheNewAddressIsPublished) {
    world.run(seconds(5));
    alice.move_to(elsewhere);
    world.run(seconds(5));
    EXPECT_TRUE(is_found_by_a_stranger(alice));
}

TEST_P(Roaming, AfterARestartTheNewAddressIsPublishedHoweverOftenOthersWereJustBefore) {
    world.run(seconds(5));
    for (std::uint8_t i = 0; i < 6; ++i) {
        alice.move_to(Endpoint::v4(203, 0, 80 + i, 7, 4222));
        world.run(milliseconds(300));
    }
    alice.switch_off();
    alice.move_to(elsewhere);
    alice.switch_on();
    world.run(milliseconds(500));
    EXPECT_TRUE(is_found_by_a_stranger(alice));
}

TEST_P(Roaming, WhatWasPublishedWithAClockThatWasAheadDoesNotStandInTheWay) {
    world.run(seconds(5));
    // So far that readers refuse the beacon, though nodes store it.
    world.clock.step_wall(hours(3));
    alice.switch_off();
    alice.switch_on();
    world.run(seconds(5));
    world.clock.step_wall(-hours(3));
    alice.switch_off();
    alice.move_to(elsewhere);
    alice.switch_on();
    world.run(seconds(5));
    EXPECT_TRUE(is_found_by_a_stranger(alice));
}

TEST_P(Roaming, ALinkThatDoesNotAnswerIsGivenUpInFiveSeconds) {
    world.run(seconds(15));
    ASSERT_EQ(linked(alice), 1U);
    world.cut(alice, bob);
    alice.node().network_changed();
    world.run(seconds(4));
    EXPECT_EQ(linked(alice), 1U);
    world.run(seconds(2));
    EXPECT_EQ(linked(alice), 0U);
}

TEST_P(Roaming, ALinkThatAnswersStays) {
    world.run(seconds(15));
    const auto since = alice.node().peers().front().since;
    world.run(seconds(15));
    alice.node().network_changed();
    world.run(seconds(30));
    ASSERT_EQ(linked(alice), 1U);
    EXPECT_EQ(alice.node().peers().front().since, since);
}

TEST_P(Roaming, APeerThatRestartedMeanwhileIsCalledOnceItsLinkProvesDead) {
    world.run(seconds(15));
    world.network.isolate(bob.address());
    bob.switch_off();
    bob.switch_on();
    world.run(seconds(10));
    world.network.rejoin(bob.address());
    ASSERT_EQ(linked(bob), 0U);
    alice.node().network_changed();
    world.run(seconds(8));
    EXPECT_EQ(linked(bob), 1U);
}

TEST_P(Roaming, WhoWasAwayForDaysIsCalledAtOnceWhenTheNetworkIsBack) {
    alice.send(bob, "before");
    world.run(seconds(5));
    bob.switch_off();
    alice.send(bob, "after");
    world.run(hours(50));
    world.network.isolate(alice.address());
    bob.switch_on();
    world.run(seconds(30));
    world.network.rejoin(alice.address());
    alice.node().network_changed();
    world.run(seconds(2));
    EXPECT_EQ(bob.heard_from(alice), (std::vector<std::string>{"before", "after"}));
}

TEST_P(Roaming, APublicationUnderWayDoesNotHoldUpTheNext) {
    world.run(seconds(5));
    world.space.latency = seconds(8);
    const std::size_t before = world.space.publications;
    alice.move_to(elsewhere);
    world.run(seconds(1));
    EXPECT_EQ(world.space.publications, before + 1);
    alice.move_to(Endpoint::v4(203, 0, 98, 7, 4222));
    world.run(seconds(1));
    EXPECT_EQ(world.space.publications, before + 2);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Roaming, testing::Range<std::uint64_t>(1, last_seed_or(20) + 1));

}  // namespace
}  // namespace kith::test
