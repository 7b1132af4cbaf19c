// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/account.h"
#include "tests/support/mailbox/box_world.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

using test::BoxWorld;
using test::Owner;
using test::refusal_of;
using wire::RefuseCode;

constexpr std::uint64_t MiB = std::uint64_t{1} << 20;

class BoxLeaseTest : public testing::Test {
  protected:
    void serve(Serve serve) {
        BoxLimits limits = world.box->limits();
        limits.serve = serve;
        world.box->set_limits(limits);
    }

    Outcome<wire::Lease> ask(Owner& owner, bool worked) {
        auto outcome = world.box->lease(owner.link, world.lease_request(owner), worked, world.now);
        world.commit(outcome);
        return outcome;
    }

    BoxWorld world;
};

TEST_F(BoxLeaseTest, AContactThatWasGrantedGetsItsMailbox) {
    Owner bob = world.someone();
    EXPECT_EQ(refusal_of(world.lease(bob)), RefuseCode::Unknown);
    world.rows.apply(world.box->grant(bob.key.public_key(), LeaseClass::Contact));
    const auto outcome = world.lease(bob);
    ASSERT_NE(outcome.accepted(), nullptr);
    const auto terms =
        accept_lease(*outcome.accepted(), bob.key.public_key(), world.key.public_key());
    ASSERT_TRUE(terms);
    EXPECT_EQ(terms->quota, 64 * MiB);
    EXPECT_EQ(terms->expires, unix_seconds(world.now.wall + days(30)));
    EXPECT_EQ(outcome.accepted()->revision, 0U);
    EXPECT_EQ(outcome.accepted()->used, 0U);
    EXPECT_TRUE(bob.link.owns(bob.lease));
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxLeaseTest, AskingForLessGivesLess) {
    Owner bob = world.someone();
    world.rows.apply(world.box->grant(bob.key.public_key(), LeaseClass::Contact));
    EXPECT_EQ(world.lease(bob, 5 * MiB).accepted()->quota, 5 * MiB);
    EXPECT_EQ(world.lease(bob, 500 * MiB).accepted()->quota, 64 * MiB);
}

TEST_F(BoxLeaseTest, AnOwnDeviceHasNoQuotaAndIsServedAlways) {
    serve(Serve::Off);
    Owner self = world.owner(LeaseClass::Own);
    EXPECT_EQ(world.lease(self).accepted()->quota, ~std::uint64_t{0});
    Owner bob = world.someone();
    world.rows.apply(world.box->grant(bob.key.public_key(), LeaseClass::Contact));
    EXPECT_EQ(refusal_of(world.lease(bob)), RefuseCode::Off);
}

TEST_F(BoxLeaseTest, AVolunteersOwnerWorksOnce) {
    serve(Serve::Network);
    Owner bob = world.someone();
    const auto refused = ask(bob, false);
    ASSERT_EQ(refusal_of(refused), RefuseCode::Effort);
    EXPECT_EQ(refused.refused()->effort, 64);
    EXPECT_TRUE(refused.changes.empty());
    EXPECT_EQ(ask(bob, true).accepted()->quota, 8 * MiB);
    world.pass(days(20));
    EXPECT_EQ(ask(bob, false).accepted()->expires, unix_seconds(world.now.wall + days(30)));
}

TEST_F(BoxLeaseTest, WorkOpensNothingAtAHostForContacts) {
    Owner bob = world.someone();
    EXPECT_EQ(refusal_of(ask(bob, true)), RefuseCode::Unknown);
}

TEST_F(BoxLeaseTest, ASignatureForAnotherLinkOrHostIsUnknown) {
    Owner bob = world.owner(LeaseClass::Contact);
    auto request = world.lease_request(bob);
    HostLink other = world.link();
    EXPECT_EQ(refusal_of(world.box->lease(other, request, false, world.now)), RefuseCode::Unknown);
    EXPECT_FALSE(other.owns(bob.lease));
    request.proof =
        prove_owner(bob.key, bob.link.exporter, crypto::BoxId(std::array<std::uint8_t, 16>{}))
            .array();
    EXPECT_EQ(refusal_of(world.box->lease(bob.link, request, false, world.now)),
              RefuseCode::Unknown);
}

TEST_F(BoxLeaseTest, AskedAgainItAnswersTheSameAndKeepsWhatIsThere) {
    Owner bob = world.owner(LeaseClass::Contact);
    auto alice = world.depositor(bob);
    const Bytes envelope = world.envelope(1024);
    ASSERT_FALSE(refusal_of(world.deposit(alice, envelope)));
    const auto first = world.lease(bob);
    const auto again = world.lease(bob);
    EXPECT_EQ(*first.accepted(), *again.accepted());
    EXPECT_EQ(again.accepted()->revision, 1U);
    EXPECT_EQ(again.accepted()->used, 1024U);
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
}

TEST_F(BoxLeaseTest, GivenBackItTakesNoMoreMailAndServesWhatItPromised) {
    Owner bob = world.owner(LeaseClass::Contact);
    auto alice = world.depositor(bob);
    const Bytes envelope = world.envelope(1024);
    ASSERT_FALSE(refusal_of(world.deposit(alice, envelope)));
    const auto ended = world.lease(bob, 0);
    EXPECT_EQ(ended.accepted()->quota, 0U);
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Unknown);
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
    EXPECT_TRUE(world.consistent());
    world.restart();
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Unknown);
}

TEST_F(BoxLeaseTest, ARemovedContactIsServedUntilItsMailExpiresAndGetsNoLeaseAgain) {
    Owner bob = world.owner(LeaseClass::Contact);
    auto alice = world.depositor(bob);
    ASSERT_FALSE(refusal_of(world.deposit(alice, world.envelope(1024))));
    world.rows.apply(world.box->withdraw(bob.key.public_key(), world.now));
    EXPECT_EQ(refusal_of(world.deposit(alice, world.envelope(1024))), RefuseCode::Unknown);
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
    EXPECT_EQ(refusal_of(world.lease(bob)), RefuseCode::Unknown);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxLeaseTest, PromisesNoMoreThanTheHostHas) {
    // Each mailbox may claim a quarter and the pool: 64 MiB x 0.31 = 19.84 MiB.
    BoxLimits limits = world.box->limits();
    limits.quota = 45 * MiB;
    world.box->set_limits(limits);
    Owner one = world.owner(LeaseClass::Contact);
    Owner two = world.owner(LeaseClass::Contact);
    Owner three = world.owner(LeaseClass::Contact);
    const auto quota = world.lease(three).accepted()->quota;
    EXPECT_NEAR(static_cast<double>(quota) / MiB, (45 - 2 * 19.84) / 0.31, 0.1);
    Owner four = world.someone();
    world.rows.apply(world.box->grant(four.key.public_key(), LeaseClass::Contact));
    EXPECT_EQ(refusal_of(world.lease(four)), RefuseCode::Full);
    EXPECT_EQ(world.lease(two).accepted()->quota, 64 * MiB) << "what a lease has it keeps";
    limits.quota = 5 * MiB;
    world.box->set_limits(limits);
    EXPECT_EQ(world.lease(one).accepted()->quota, 64 * MiB);
}

TEST_F(BoxLeaseTest, TakesNoMoreLeasesThanItsLimit) {
    BoxLimits limits = world.box->limits();
    limits.serve = Serve::Network;
    limits.leases = 2;
    world.box->set_limits(limits);
    world.owner(LeaseClass::Volunteer);
    world.owner(LeaseClass::Volunteer);
    Owner third = world.someone();
    EXPECT_EQ(refusal_of(ask(third, true)), RefuseCode::Full);
}

TEST_F(BoxLeaseTest, NothingIsLeasedWhileItCannotBeStoredOrDated) {
    Owner bob = world.someone();
    world.rows.apply(world.box->grant(bob.key.public_key(), LeaseClass::Contact));
    world.now.writable = false;
    EXPECT_EQ(refusal_of(world.lease(bob)), RefuseCode::Busy);
    world.now.writable = true;
    world.now.clock_sane = false;
    EXPECT_EQ(refusal_of(world.lease(bob)), RefuseCode::Busy);
}

TEST_F(BoxLeaseTest, ARunningLeaseKeepsItsClass) {
    Owner bob = world.owner(LeaseClass::Volunteer);
    world.rows.apply(world.box->grant(bob.key.public_key(), LeaseClass::Contact));
    EXPECT_EQ(world.box->leases().front().row.lease_class, LeaseClass::Volunteer);
    world.lease(bob, 0);
    world.rows.apply(world.box->withdraw(bob.key.public_key(), world.now));
    world.rows.apply(world.box->grant(bob.key.public_key(), LeaseClass::Contact));
    EXPECT_EQ(world.lease(bob).accepted()->quota, 64 * MiB);
    EXPECT_TRUE(world.consistent());
}

}  // namespace
}  // namespace kith::mailbox
