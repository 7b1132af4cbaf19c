// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mailbox/box_world.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

using test::BoxWorld;
using test::Depositor;
using test::Owner;
using test::refusal_of;
using wire::RefuseCode;

class BoxSweepTest : public testing::Test {
  protected:
    BoxSweepTest() { world.sweep(); }

    Bytes leave(Duration ttl) {
        Bytes envelope = world.envelope(1024);
        EXPECT_FALSE(refusal_of(
            world.deposit(alice, envelope, static_cast<std::uint32_t>(ttl / seconds(1)))));
        return envelope;
    }

    std::size_t held() { return world.rows.rows().items.size(); }

    BoxWorld world;
    Owner bob = world.owner(LeaseClass::Contact);
    Depositor alice = world.depositor(bob);
};

TEST_F(BoxSweepTest, WhatHasExpiredGoesAndIsRemembered) {
    const Bytes early = leave(hours(1));
    const Bytes late = leave(hours(5));
    world.pass(hours(1) - seconds(1));
    world.sweep();
    EXPECT_EQ(held(), 2U) << "not a second early";
    world.pass(seconds(1));
    world.sweep();
    EXPECT_EQ(held(), 1U);
    EXPECT_EQ(world.stat(alice, {early, late}), (Bytes{3, 1}));
    EXPECT_EQ(world.box->total().used, 1024U);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxSweepTest, TombstonesGoAfterThreeWeeks) {
    const Bytes read = leave(days(1));
    world.acknowledge(bob, {read});
    world.pass(days(21) - seconds(1));
    world.sweep();
    EXPECT_EQ(world.rows.rows().index.size(), 1U);
    world.pass(seconds(1));
    world.sweep();
    EXPECT_TRUE(world.rows.rows().index.empty());
}

TEST_F(BoxSweepTest, NothingExpiresByAStepOfTheClock) {
    for (const Duration step : {Duration(days(1)), Duration(-days(1)), Duration(days(3650))}) {
        const Bytes envelope = leave(hours(2));
        world.step_wall(step);
        world.sweep();
        world.pass(minutes(9));
        world.sweep();
        EXPECT_EQ(world.collect(bob).items.size(), 1U);
        world.step_wall(-step);
        world.sweep();
        world.pass(minutes(10));
        world.sweep();
        EXPECT_EQ(world.collect(bob).items.size(), 1U);
        world.acknowledge(bob, {envelope});
        ASSERT_TRUE(world.consistent());
    }
}

TEST_F(BoxSweepTest, NothingExpiresUnderAClockThatOthersContradict) {
    leave(hours(2));
    world.step_wall(days(3650));
    world.now.clock_sane = false;
    for (int hour = 0; hour < 48; ++hour) {
        world.pass(hours(1));
        world.sweep();
    }
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
    world.now.clock_sane = true;
    world.step_wall(-days(3650));
    world.sweep();
    world.pass(minutes(10));
    world.sweep();
    EXPECT_TRUE(world.collect(bob).items.empty()) << "kept no longer than it must";
}

TEST_F(BoxSweepTest, ABatchIsBoundedAndTheRestFollows) {
    BoxLimits limits = world.box->limits();
    limits.capability = Pace::of(100000, milliseconds(1));
    limits.source = Pace::of(100000, milliseconds(1));
    world.box->set_limits(limits);
    for (int i = 0; i < 1500; ++i)
        leave(hours(1));
    world.pass(hours(2));
    const auto first = world.box->sweep(world.now);
    EXPECT_LE(first.size(), sweep_rows + 1);
    world.rows.apply(first);
    EXPECT_EQ(held(), 500U);
    world.sweep();
    EXPECT_EQ(held(), 0U);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxSweepTest, EndedCapabilitiesGo) {
    wire::CapabilityGrant grant;
    grant.expires = unix_seconds(world.now.wall + hours(1));
    world.depositor(bob, grant);
    EXPECT_EQ(world.rows.rows().capabilities.size(), 2U);
    world.pass(hours(1));
    world.sweep();
    EXPECT_EQ(world.rows.rows().capabilities.size(), 1U);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxSweepTest, AnEndedLeaseServesItsMailThenGoes) {
    Owner carol = world.owner(LeaseClass::Volunteer);
    Depositor dave = world.depositor(carol);
    world.pass(days(29));
    const Bytes envelope = world.envelope(1024);
    ASSERT_FALSE(refusal_of(world.deposit(dave, envelope, 10 * 86400)));
    world.pass(days(2));
    world.sweep();
    EXPECT_EQ(refusal_of(world.deposit(dave, world.envelope(1024))), RefuseCode::Unknown);
    EXPECT_EQ(world.collect(carol).items.size(), 1U);
    EXPECT_TRUE(world.rows.rows().leases.contains(carol.lease));
    world.pass(days(9));
    world.sweep();
    EXPECT_FALSE(world.rows.rows().leases.contains(carol.lease));
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxSweepTest, AContactsGrantOutlivesItsLease) {
    world.pass(days(31));
    world.sweep();
    EXPECT_EQ(world.rows.rows().leases.at(bob.lease).quota, 0U);
    EXPECT_EQ(world.lease(bob).accepted()->revision, 0U) << "it has to be told everything again";
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxSweepTest, WorkIsForgottenWhenItIsVoid) {
    const crypto::BlindedAccountKey account(std::array<std::uint8_t, 32>{42});
    const Bytes beacon = world.beacon(account, world.now.epoch);
    wire::CapSet set;
    set.beacons = {beacon};
    world.cap_set(bob, set);
    ASSERT_FALSE(refusal_of(world.deposit(
        world.stranger(), account, world.envelope(1024), {world.now.epoch, 100, 1}, WorkId())));
    EXPECT_EQ(world.rows.rows().work.size(), 1U);
    world.pass(days(5));
    world.sweep();
    EXPECT_TRUE(world.rows.rows().work.empty());
}

TEST_F(BoxSweepTest, NothingGoesWhileTheStoreTakesNothing) {
    leave(hours(1));
    world.pass(hours(2));
    world.now.writable = false;
    EXPECT_TRUE(world.box->sweep(world.now).empty());
    EXPECT_EQ(world.box->total().used, 1024U);
}

}  // namespace
}  // namespace kith::mailbox
