// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/envelope.h"
#include "tests/support/mailbox/box_world.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

using test::BoxWorld;
using test::Depositor;
using test::Owner;
using test::receipt_of;
using test::refusal_of;
using wire::RefuseCode;

constexpr std::uint64_t MiB = std::uint64_t{1} << 20;

class BoxDepositTest : public testing::Test {
  protected:
    BoxWorld world;
    Owner bob = world.owner(LeaseClass::Contact);
    Depositor alice = world.depositor(bob);
};

TEST_F(BoxDepositTest, GivesAReceiptThatOnlyThisHostCanHaveSigned) {
    const Bytes envelope = world.envelope(4096);
    const auto outcome = world.deposit(alice, envelope, 86400);
    const auto receipt = receipt_of(world, outcome, envelope);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->stored_at, unix_seconds(world.now.wall));
    EXPECT_EQ(receipt->expires, receipt->stored_at + 86400);
    ASSERT_EQ(outcome.arrivals.size(), 1U);
    EXPECT_EQ(outcome.arrivals[0].lease, bob.lease);
    EXPECT_EQ(outcome.arrivals[0].env_id, 7U);
    EXPECT_EQ(outcome.arrivals[0].size, 4096U);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxDepositTest, ARepeatGetsTheSameReceiptAndIsNotKeptTwice) {
    const Bytes envelope = world.envelope(1024);
    const auto first = world.deposit(alice, envelope);
    const auto rows = world.rows.rows();
    world.pass(hours(3));
    Depositor elsewhere{alice.key.clone(), world.link()};
    const auto again = world.deposit(elsewhere, envelope, 99999);
    EXPECT_EQ(*receipt_of(world, first, envelope), *receipt_of(world, again, envelope));
    EXPECT_TRUE(again.arrivals.empty());
    EXPECT_FALSE(again.changes.empty()) << "so that it waits for the batch of the first";
    EXPECT_EQ(world.rows.rows(), rows);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxDepositTest, AnotherCapabilityOfTheOwnerGetsTheSameReceiptForTheSameEnvelope) {
    const Bytes envelope = world.envelope(1024);
    const auto first = world.deposit(alice, envelope);
    Depositor hand_off = world.depositor(bob);
    const auto again = world.deposit(hand_off, envelope);
    EXPECT_EQ(*receipt_of(world, first, envelope), *receipt_of(world, again, envelope));
}

TEST_F(BoxDepositTest, OnlyFourSizesExist) {
    for (const std::size_t size : {0U, 1U, 1023U, 1025U, 4097U, 65535U, 65537U}) {
        const Bytes envelope(size);
        EXPECT_EQ(refusal_of(world.deposit(alice, envelope)), RefuseCode::Size) << size;
    }
    for (const std::size_t size : wire::envelope_sizes)
        EXPECT_FALSE(refusal_of(world.deposit(alice, world.envelope(size)))) << size;
}

TEST_F(BoxDepositTest, AVolunteerTakesSmallerOnes) {
    Owner carol = world.owner(LeaseClass::Volunteer);
    Depositor dave = world.depositor(carol);
    EXPECT_FALSE(refusal_of(world.deposit(dave, world.envelope(16384))));
    EXPECT_EQ(refusal_of(world.deposit(dave, world.envelope(65536))), RefuseCode::Size);
}

TEST_F(BoxDepositTest, AnInvitationLeavesThreeSmallEnvelopes) {
    wire::CapabilityGrant grant;
    grant.kind = CapabilityKind::Invite;
    grant.envelopes = invite_envelopes;
    Depositor invited = world.depositor(bob, grant);
    EXPECT_EQ(refusal_of(world.deposit(invited, world.envelope(65536))), RefuseCode::Size);
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(refusal_of(world.deposit(invited, world.envelope(16384))));
    EXPECT_EQ(refusal_of(world.deposit(invited, world.envelope(1024))), RefuseCode::Share);
}

TEST_F(BoxDepositTest, ASignatureThatIsNotAboutThisDepositIsUnknown) {
    const Bytes envelope = world.envelope(1024);
    const auto good = world.deposit_request(alice, envelope);
    wire::Deposit bad = good;
    bad.ttl += 1;
    EXPECT_EQ(refusal_of(world.deposit(alice, bad)), RefuseCode::Unknown);
    bad = good;
    const Bytes other = world.envelope(1024);
    bad.envelope = other;
    EXPECT_EQ(refusal_of(world.deposit(alice, bad)), RefuseCode::Unknown);
    bad = good;
    std::get<wire::DepositCapability>(bad.right).sig[5] ^= 1;
    EXPECT_EQ(refusal_of(world.deposit(alice, bad)), RefuseCode::Unknown);
    Depositor elsewhere{alice.key.clone(), world.link()};
    EXPECT_EQ(refusal_of(world.deposit(elsewhere, good)), RefuseCode::Unknown)
        << "made for another link";
    EXPECT_TRUE(world.rows.rows().items.empty());
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxDepositTest, AnEndedCapabilityOrLeaseIsUnknown) {
    wire::CapabilityGrant grant;
    grant.expires = unix_seconds(world.now.wall + days(5));
    Depositor short_lived = world.depositor(bob, grant);
    world.pass(days(5) - seconds(1));
    EXPECT_FALSE(refusal_of(world.deposit(short_lived, world.envelope(1024))));
    world.pass(seconds(1));
    EXPECT_EQ(refusal_of(world.deposit(short_lived, world.envelope(1024))), RefuseCode::Unknown);
    EXPECT_FALSE(refusal_of(world.deposit(alice, world.envelope(1024))));
    world.pass(days(25));
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Unknown);
}

TEST_F(BoxDepositTest, TheTermAskedForIsBounded) {
    const Bytes envelope = world.envelope(1024);
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope, 0)), RefuseCode::Ttl);
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope, 14 * 86400 + 1)), RefuseCode::Ttl);
    EXPECT_FALSE(refusal_of(world.deposit(alice, envelope, 14 * 86400)));
}

TEST_F(BoxDepositTest, WhatTheOwnerDeletedIsGone) {
    const Bytes envelope = world.envelope(1024);
    ASSERT_FALSE(refusal_of(world.deposit(alice, envelope)));
    world.acknowledge(bob, {envelope});
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope)), RefuseCode::Gone);
    world.pass(days(20));
    world.lease(bob);
    world.sweep();
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope)), RefuseCode::Gone);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxDepositTest, WhatExpiredMayBeLeftAgain) {
    const Bytes envelope = world.envelope(1024);
    ASSERT_FALSE(refusal_of(world.deposit(alice, envelope, 3600)));
    world.sweep();
    world.pass(hours(2));
    world.sweep();
    EXPECT_EQ(world.stat(alice, {envelope}), Bytes{3});
    const auto again = world.deposit(alice, envelope, 3600);
    ASSERT_TRUE(receipt_of(world, again, envelope));
    EXPECT_EQ(receipt_of(world, again, envelope)->stored_at, unix_seconds(world.now.wall));
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxDepositTest, OneCapabilityFillsAQuarterOfTheMailbox) {
    BoxLimits limits = world.box->limits();
    limits.capability = Pace::of(100000, milliseconds(1));
    world.box->set_limits(limits);
    std::uint64_t kept = 0;
    std::optional<RefuseCode> refused;
    while (!(refused = refusal_of(world.deposit(alice, world.envelope(65536)))))
        kept += 65536;
    EXPECT_EQ(kept, 16 * MiB);
    EXPECT_EQ(refused, RefuseCode::Share);
    Depositor carol = world.depositor(bob);
    EXPECT_FALSE(refusal_of(world.deposit(carol, world.envelope(65536))));
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxDepositTest, RatesOfACapabilityAndOfItsSourceHold) {
    BoxLimits limits = world.box->limits();
    limits.capability = Pace::of(3, seconds(1));
    limits.source = Pace::of(5, seconds(1));
    world.box->set_limits(limits);
    world.pass(hours(1));
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(refusal_of(world.deposit(alice, world.envelope(1024))));
    const auto refused = world.deposit(alice, world.envelope(1024));
    ASSERT_EQ(refusal_of(refused), RefuseCode::Rate);
    EXPECT_EQ(refused.refused()->retry, 1U);
    Depositor same_source = world.depositor(bob);
    same_source.link.source = alice.link.source;
    EXPECT_FALSE(refusal_of(world.deposit(same_source, world.envelope(1024))));
    EXPECT_EQ(refusal_of(world.deposit(same_source, world.envelope(1024))), RefuseCode::Rate);
    world.pass(seconds(1));
    EXPECT_FALSE(refusal_of(world.deposit(alice, world.envelope(1024))));
}

TEST_F(BoxDepositTest, SomebodyWhoOnlyKnowsAKeyCannotUseUpItsRate) {
    BoxLimits limits = world.box->limits();
    limits.capability = Pace::of(3, hours(1));
    world.box->set_limits(limits);
    Depositor mallory{alice.key.clone(), world.link()};
    const Bytes envelope = world.envelope(1024);
    wire::Deposit forged = world.deposit_request(mallory, envelope);
    std::get<wire::DepositCapability>(forged.right).sig[0] ^= 1;
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(refusal_of(world.deposit(mallory, forged)), RefuseCode::Unknown);
    EXPECT_FALSE(refusal_of(world.deposit(alice, envelope)));
}

TEST_F(BoxDepositTest, SettingACapabilityAgainGivesNoNewBurst) {
    BoxLimits limits = world.box->limits();
    limits.capability = Pace::of(1, hours(1));
    world.box->set_limits(limits);
    EXPECT_FALSE(refusal_of(world.deposit(alice, world.envelope(1024))));
    wire::CapSet set;
    set.add.push_back(world.grant_for(alice));
    world.cap_set(bob, set);
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Rate);
}

TEST_F(BoxDepositTest, BusyWhenTheDiskIsFullTheClockWrongOrTheStoreDown) {
    const Bytes envelope = world.envelope(1024);
    world.now.free_bytes = world.box->limits().disk_reserve;
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope)), RefuseCode::Busy);
    world.now.free_bytes += 1024;
    world.now.clock_sane = false;
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope)), RefuseCode::Busy);
    world.now.clock_sane = true;
    world.now.writable = false;
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope)), RefuseCode::Busy);
    world.now.writable = true;
    world.rows.break_reads(true);
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope)), RefuseCode::Busy);
    world.rows.break_reads(false);
    EXPECT_FALSE(refusal_of(world.deposit(alice, envelope)));
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxDepositTest, OwnMailLeavesAGigabyteOfDiskForOthers) {
    Owner self = world.owner(LeaseClass::Own);
    Depositor friend_of_mine = world.depositor(self);
    world.now.free_bytes = (std::uint64_t{1} << 30) + 1023;
    EXPECT_EQ(refusal_of(world.deposit(friend_of_mine, world.envelope(1024))), RefuseCode::Busy);
    EXPECT_FALSE(refusal_of(world.deposit(alice, world.envelope(1024))));
}

TEST_F(BoxDepositTest, AHostThatServesNobodySaysSo) {
    BoxLimits off;
    off.serve = Serve::Off;
    BoxWorld nobody(2, off);
    Depositor someone = nobody.stranger();
    EXPECT_EQ(refusal_of(nobody.deposit(someone, nobody.envelope(1024))), RefuseCode::Off);
}

TEST_F(BoxDepositTest, AHostThatStopsTakesNothingMoreAndServesWhatItHas) {
    const Bytes kept = world.envelope(1024);
    ASSERT_FALSE(refusal_of(world.deposit(alice, kept)));
    Owner self = world.owner(LeaseClass::Own);
    Depositor friend_of_mine = world.depositor(self);
    BoxLimits limits = world.box->limits();
    limits.serve = Serve::Off;
    world.box->set_limits(limits);
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Off);
    EXPECT_EQ(world.stat(alice, {kept}), Bytes{1});
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
    EXPECT_FALSE(refusal_of(world.deposit(friend_of_mine, world.envelope(1024))));
}

TEST_F(BoxDepositTest, AnExpiredClockDoesNotMakeCapabilitiesUnknown) {
    world.now.clock_sane = false;
    world.step_wall(days(4000));
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Busy);
}

// Somebody who knows a deposit key, for instance another host of its owner, registers it as his own
// to draw the mail to himself.
class StolenKeyTest : public BoxDepositTest {
  protected:
    void SetUp() override {
        wire::CapSet set;
        set.add.push_back(world.grant_for(alice));
        ASSERT_FALSE(refusal_of(world.cap_set(thief, set)));
    }

    Owner thief = world.owner(LeaseClass::Contact);
};

TEST_F(StolenKeyTest, TheEnvelopeComesToItsOwnerAllTheSame) {
    const Bytes envelope = world.envelope(1024);
    ASSERT_TRUE(receipt_of(world, world.deposit(alice, envelope), envelope));
    ASSERT_EQ(world.collect(bob).items.size(), 1U);
    EXPECT_EQ(world.collect(bob).items[0].envelope, envelope);
    EXPECT_TRUE(world.consistent());
}

TEST_F(StolenKeyTest, TheThiefsDeletionDeletesNothingOfTheOwners) {
    const Bytes envelope = world.envelope(1024);
    world.deposit(alice, envelope);
    world.acknowledge(thief, {envelope});
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
    EXPECT_EQ(world.stat(alice, {envelope}), Bytes{1});
    EXPECT_TRUE(receipt_of(world, world.deposit(alice, envelope), envelope));
    world.acknowledge(bob, {envelope});
    EXPECT_EQ(refusal_of(world.deposit(alice, envelope)), RefuseCode::Gone);
}

TEST_F(StolenKeyTest, NoReceiptIsGivenWhenTheOwnersMailboxTookNothing) {
    wire::CapSet limited;
    auto grant = world.grant_for(alice);
    grant.envelopes = 1;
    limited.add.push_back(grant);
    ASSERT_FALSE(refusal_of(world.cap_set(bob, limited)));
    ASSERT_FALSE(refusal_of(world.deposit(alice, world.envelope(1024))));
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Share);
    EXPECT_EQ(world.collect(thief).items.size(), 1U);
    EXPECT_TRUE(world.consistent());
}

}  // namespace
}  // namespace kith::mailbox
