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

class BoxSettingsTest : public testing::Test {
  protected:
    wire::CapSet adding(const Depositor& depositor) const {
        wire::CapSet set;
        set.add.push_back(world.grant_for(depositor));
        return set;
    }

    Outcome<wire::Lease> send(wire::CapSet set) {
        set.lease = bob.lease.array();
        auto outcome = world.box->cap_set(bob.link, set, world.now);
        world.commit(outcome);
        return outcome;
    }

    BoxWorld world;
    Owner bob = world.owner(LeaseClass::Contact);
    Depositor alice = world.stranger();
};

TEST_F(BoxSettingsTest, ACapabilityOpensTheMailboxAndItsRemovalClosesIt) {
    const Bytes envelope = world.envelope(1024);
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope)), RefuseCode::Unknown);
    EXPECT_EQ(world.cap_set(bob, adding(alice)).accepted()->revision, 1U);
    EXPECT_FALSE(refusal_of(world.deposit(alice, envelope)));
    wire::CapSet removal;
    removal.remove.push_back(alice.key.public_key().array());
    EXPECT_EQ(world.cap_set(bob, removal).accepted()->revision, 2U);
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Unknown);
    EXPECT_EQ(world.collect(bob).items.size(), 1U) << "what was left stays";
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxSettingsTest, ANumberOutOfOrderChangesNothingAndTellsTheRightOne) {
    wire::CapSet set = adding(alice);
    const auto before = world.rows.rows();
    for (const std::uint32_t revision : {2U, 7U}) {
        set.revision = revision;
        const auto outcome = send(set);
        EXPECT_TRUE(outcome.changes.empty());
        EXPECT_EQ(outcome.accepted()->revision, 0U);
    }
    EXPECT_EQ(world.rows.rows(), before);
    set.revision = 1;
    EXPECT_EQ(send(set).accepted()->revision, 1U);
    const auto after = world.rows.rows();
    EXPECT_EQ(send(set).accepted()->revision, 1U) << "repeated";
    EXPECT_EQ(world.rows.rows(), after);
}

TEST_F(BoxSettingsTest, NumberZeroForgetsEverythingAndStartsAnew) {
    wire::CapSet set = adding(alice);
    const Bytes bundle(4096, 3);
    set.bundle = bundle;
    const Bytes prekey(165, 0);
    set.prekeys = {prekey};
    world.cap_set(bob, set);
    EXPECT_EQ(world.rows.rows().prekeys.size(), 1U);
    wire::CapSet anew;
    EXPECT_EQ(send(anew).accepted()->revision, 0U);
    EXPECT_TRUE(world.rows.rows().capabilities.empty());
    EXPECT_TRUE(world.rows.rows().publications.empty());
    EXPECT_TRUE(world.rows.rows().prekeys.empty());
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Unknown);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxSettingsTest, OnlyTheOwnerOfTheLinkMaySet) {
    wire::CapSet set = adding(alice);
    set.revision = 1;
    set.lease = bob.lease.array();
    const HostLink other = world.link();
    EXPECT_EQ(refusal_of(world.box->cap_set(other, set, world.now)), RefuseCode::Unknown);
    Owner carol = world.owner(LeaseClass::Contact);
    EXPECT_EQ(refusal_of(world.box->cap_set(carol.link, set, world.now)), RefuseCode::Unknown);
    EXPECT_TRUE(world.rows.rows().capabilities.empty());
}

TEST_F(BoxSettingsTest, TheNumberOfCapabilitiesIsBounded) {
    BoxLimits limits = world.box->limits();
    limits.capabilities = 3;
    world.box->set_limits(limits);
    wire::CapSet set;
    std::vector<Depositor> all;
    for (int i = 0; i < 4; ++i) {
        all.push_back(world.stranger());
        set.add.push_back(world.grant_for(all.back()));
    }
    EXPECT_EQ(refusal_of(world.cap_set(bob, set)), RefuseCode::Full);
    EXPECT_TRUE(world.rows.rows().capabilities.empty());
    set.add.pop_back();
    EXPECT_FALSE(refusal_of(world.cap_set(bob, set)));
    wire::CapSet swap;
    swap.remove.push_back(set.add[0].key);
    swap.add.push_back(world.grant_for(all.back()));
    EXPECT_FALSE(refusal_of(world.cap_set(bob, swap))) << "one goes, one comes";
}

TEST_F(BoxSettingsTest, AVolunteerKnowsFewerCapabilities) {
    Owner carol = world.owner(LeaseClass::Volunteer);
    wire::CapSet set;
    for (std::uint8_t i = 0; i < 64; ++i) {
        wire::CapabilityGrant grant = world.grant_for(alice);
        grant.key[0] = i;
        set.add.push_back(grant);
    }
    EXPECT_FALSE(refusal_of(world.cap_set(carol, set)));
    EXPECT_EQ(refusal_of(world.cap_set(carol, adding(alice))), RefuseCode::Full);
}

TEST_F(BoxSettingsTest, ABundleHasOneOfFourSizes) {
    for (const std::size_t size : {4095U, 1U, 65000U}) {
        wire::CapSet set;
        const Bytes bundle(size, 3);
        set.bundle = bundle;
        EXPECT_EQ(refusal_of(world.cap_set(bob, set)), RefuseCode::Size) << size;
    }
    for (const std::size_t size : {4096U, 8192U, 16384U, 32768U}) {
        wire::CapSet set;
        const Bytes bundle(size, 3);
        set.bundle = bundle;
        EXPECT_FALSE(refusal_of(world.cap_set(bob, set))) << size;
    }
}

TEST_F(BoxSettingsTest, APrekeyOfADeviceThatCannotBeIsRefused) {
    wire::CapSet set;
    const Bytes prekey(165, 8);
    set.prekeys = {prekey};
    EXPECT_EQ(refusal_of(world.cap_set(bob, set)), RefuseCode::Size);
}

TEST_F(BoxSettingsTest, NewPrekeysPushOutTheOldestOfTheirDevice) {
    std::vector<Bytes> bodies;
    for (int i = 0; i < 100; ++i) {
        Bytes body(165, static_cast<std::uint8_t>(i));
        body[0] = i % 2 == 0 ? 0 : 1;
        bodies.push_back(body);
    }
    wire::CapSet set;
    set.prekeys.assign(bodies.begin(), bodies.end());
    for (int round = 0; round < 3; ++round)
        ASSERT_FALSE(refusal_of(world.cap_set(bob, set)));
    const auto left = world.rows.prekeys(bob.lease, 1000).value();
    ASSERT_EQ(left.size(), 200U);
    EXPECT_EQ(left.front().number, 101U) << "the first hundred held fifty of each device";
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxSettingsTest, OneSetThatCannotBeReadChangesNothing) {
    world.cap_set(bob, adding(alice));
    const auto before = world.rows.rows();
    wire::CapSet set;
    set.revision = 0;
    set.lease = bob.lease.array();
    world.rows.break_reads(true);
    const auto outcome = world.box->cap_set(bob.link, set, world.now);
    world.rows.break_reads(false);
    EXPECT_EQ(refusal_of(outcome), RefuseCode::Busy);
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_EQ(world.rows.rows(), before);
}

TEST_F(BoxSettingsTest, SurvivesARestart) {
    world.cap_set(bob, adding(alice));
    world.restart();
    EXPECT_FALSE(refusal_of(world.deposit(alice, world.envelope(1024))));
    wire::CapSet again = adding(alice);
    again.revision = 1;
    EXPECT_TRUE(send(again).changes.empty());
}

TEST_F(BoxSettingsTest, BusyWhileTheStoreTakesNothing) {
    world.now.writable = false;
    EXPECT_EQ(refusal_of(world.cap_set(bob, adding(alice))), RefuseCode::Busy);
}

}  // namespace
}  // namespace kith::mailbox
