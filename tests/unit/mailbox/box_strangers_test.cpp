// SPDX-License-Identifier: GPL-3.0-or-later
// Deposits of strangers, who have work instead of a capability.
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

class BoxStrangersTest : public testing::Test {
  protected:
    BoxStrangersTest() { publish(bob, account, world.now.epoch); }

    void publish(Owner& owner, const crypto::BlindedAccountKey& name, std::uint64_t epoch) {
        const Bytes beacon = world.beacon(name, epoch);
        wire::CapSet set;
        set.beacons = {beacon};
        ASSERT_FALSE(refusal_of(world.cap_set(owner, set)));
    }

    WorkId fresh_work() { return crypto::draw_public<WorkId>(world.random); }

    DepositOutcome leave(std::uint32_t difficulty, std::size_t size = 4096) {
        last = world.envelope(size);
        return world.deposit(world.stranger(),
                             account,
                             last,
                             WorkClaim{world.now.epoch, difficulty, 1},
                             fresh_work());
    }

    /// Fills the pool with entries of this work.
    void fill(std::uint32_t difficulty) {
        std::optional<RefuseCode> refused;
        while (!(refused = refusal_of(leave(difficulty))))
            mine.push_back(last);
    }

    BoxWorld world;
    Owner bob = world.owner(LeaseClass::Contact);
    crypto::BlindedAccountKey account{std::array<std::uint8_t, 32>{42}};
    Bytes last;
    std::vector<Bytes> mine;
};

TEST_F(BoxStrangersTest, WorkOpensTheMailboxForAnHourAtLeast) {
    const auto outcome = leave(100);
    const auto receipt = receipt_of(world, outcome, last);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->promised_seconds(), 3600U);
    EXPECT_EQ(world.collect(bob).items.at(0).envelope, last);
    EXPECT_EQ(world.box->leases().at(0).pool.envelopes, 1U);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxStrangersTest, TheNodeLearnsWhichPuzzleToCheck) {
    const Bytes envelope = world.envelope(1024);
    wire::Deposit request;
    request.envelope = envelope;
    request.ttl = 3600;
    const Bytes proof(78, 1);
    request.right = wire::DepositWork{account.array(), proof};
    const WorkClaim claim{world.now.epoch, 100, 1};
    const auto screened = world.box->screen(world.link(), request, claim, world.now);
    const auto* check = std::get_if<WorkToCheck>(&screened);
    ASSERT_NE(check, nullptr);
    EXPECT_EQ(check->account, account);
    ASSERT_EQ(check->signers.size(), 1U);
    EXPECT_EQ(to_bytes(check->signers[0]), Bytes(32, 9));
}

TEST_F(BoxStrangersTest, WorkBelowWhatAnybodyAsksIsTooLittle) {
    const auto refused = leave(62);
    ASSERT_EQ(refusal_of(refused), RefuseCode::Effort);
    EXPECT_EQ(refused.refused()->effort, 1);
    EXPECT_FALSE(refusal_of(leave(63)));
}

TEST_F(BoxStrangersTest, AnAccountOfNoOwnerOrOfAnotherDayIsUnknown) {
    const auto ask = [&](const crypto::BlindedAccountKey& name, std::uint64_t epoch) {
        return refusal_of(world.deposit(
            world.stranger(), name, world.envelope(1024), {epoch, 100, 1}, fresh_work()));
    };
    EXPECT_EQ(ask(crypto::BlindedAccountKey(std::array<std::uint8_t, 32>{43}), world.now.epoch),
              RefuseCode::Unknown);
    EXPECT_EQ(ask(account, world.now.epoch + 1), RefuseCode::Unknown);
    world.now.epoch += 1;
    EXPECT_FALSE(ask(account, world.now.epoch - 1));
    world.now.epoch += 1;
    EXPECT_EQ(ask(account, world.now.epoch - 2), RefuseCode::Unknown);
    world.now.epoch -= 3;
    EXPECT_FALSE(ask(account, world.now.epoch + 1));
    world.now.epoch -= 1;
    EXPECT_EQ(ask(account, world.now.epoch + 2), RefuseCode::Unknown);
}

TEST_F(BoxStrangersTest, TheLargestSizeIsNotForStrangers) {
    EXPECT_EQ(refusal_of(leave(100, 65536)), RefuseCode::Size);
    EXPECT_FALSE(refusal_of(leave(100, 16384)));
}

TEST_F(BoxStrangersTest, AFullPoolOfFreshEntriesTakesNobody) {
    fill(100);
    EXPECT_EQ(mine.size(), 128U);
    EXPECT_EQ(refusal_of(leave(1000000)), RefuseCode::Strangers);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxStrangersTest, AfterTheHourMoreWorkDisplacesLess) {
    fill(100);
    world.pass(hours(1));
    const auto refused = leave(100);
    ASSERT_EQ(refusal_of(refused), RefuseCode::Effort) << "equal work does not";
    EXPECT_EQ(refused.refused()->effort, 1);
    EXPECT_FALSE(refusal_of(leave(101)));
    EXPECT_EQ(world.box->leases().at(0).pool.envelopes, 128U);
    EXPECT_EQ(world.collect(bob).items.size(), 128U);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxStrangersTest, TheRefusalSaysHowMuchWorkWouldDo) {
    fill(4 * 250);
    world.pass(hours(1));
    EXPECT_EQ(leave(900).refused()->effort, 5);
}

TEST_F(BoxStrangersTest, ALargeOneDisplacesAsManyAsItNeeds) {
    fill(100);
    world.pass(hours(1));
    EXPECT_FALSE(refusal_of(leave(500, 16384)));
    EXPECT_EQ(world.box->leases().at(0).pool.envelopes, 125U);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxStrangersTest, ContactsMailIsNeverDisplaced) {
    Depositor alice = world.depositor(bob);
    const Bytes kept = world.envelope(1024);
    ASSERT_FALSE(refusal_of(world.deposit(alice, kept)));
    fill(100);
    world.pass(hours(2));
    fill(1000);
    EXPECT_EQ(world.stat(alice, {kept}), Bytes{1});
}

TEST_F(BoxStrangersTest, OneProofPaysForSoManyEnvelopesAndRepeatsAreFree) {
    const WorkId work = fresh_work();
    const WorkClaim claim{world.now.epoch, 1000, 2};
    const Depositor carol = world.stranger();
    const Bytes one = world.envelope(1024);
    const Bytes two = world.envelope(1024);
    const auto first = world.deposit(carol, account, one, claim, work);
    ASSERT_FALSE(refusal_of(first));
    ASSERT_FALSE(refusal_of(world.deposit(carol, account, two, claim, work)));
    EXPECT_EQ(refusal_of(world.deposit(carol, account, world.envelope(1024), claim, work)),
              RefuseCode::Unknown);
    const auto again = world.deposit(carol, account, one, claim, work);
    EXPECT_EQ(*receipt_of(world, first, one), *receipt_of(world, again, one));
    world.acknowledge(bob, {one, two});
    EXPECT_EQ(refusal_of(world.deposit(carol, account, one, claim, work)), RefuseCode::Gone);
    EXPECT_EQ(refusal_of(world.deposit(carol, account, world.envelope(1024), claim, work)),
              RefuseCode::Unknown)
        << "collected mail gives no work back";
    world.restart();
    EXPECT_EQ(refusal_of(world.deposit(carol, account, world.envelope(1024), claim, work)),
              RefuseCode::Unknown);
}

TEST_F(BoxStrangersTest, ManyEnvelopesForOneProofRankLower) {
    fill(100);
    world.pass(hours(1));
    const Bytes envelope = world.envelope(4096);
    EXPECT_EQ(
        refusal_of(world.deposit(
            world.stranger(), account, envelope, WorkClaim{world.now.epoch, 400, 4}, fresh_work())),
        RefuseCode::Effort);
    EXPECT_FALSE(refusal_of(world.deposit(
        world.stranger(), account, envelope, WorkClaim{world.now.epoch, 404, 4}, fresh_work())));
}

TEST_F(BoxStrangersTest, ANumberOfEnvelopesThatCannotBeIsRefused) {
    for (const std::uint8_t envelopes : {std::uint8_t{0}, std::uint8_t{9}}) {
        EXPECT_EQ(refusal_of(world.deposit(world.stranger(),
                                           account,
                                           world.envelope(1024),
                                           WorkClaim{world.now.epoch, 1000, envelopes},
                                           fresh_work())),
                  RefuseCode::Unknown);
    }
}

TEST_F(BoxStrangersTest, WorkCannotBeUsedWhereACapabilityBelongs) {
    const Bytes envelope = world.envelope(1024);
    wire::Deposit request;
    request.envelope = envelope;
    request.ttl = 3600;
    const Bytes proof(78, 1);
    request.right = wire::DepositWork{account.array(), proof};
    EXPECT_EQ(refusal_of(world.box->deposit(world.link(), request, world.now)),
              RefuseCode::Unknown);
    Depositor alice = world.depositor(bob);
    const auto with_key = world.deposit_request(alice, envelope);
    const auto screened =
        world.box->screen(alice.link, with_key, {world.now.epoch, 100, 1}, world.now);
    EXPECT_TRUE(std::holds_alternative<wire::Refuse>(screened));
}

TEST_F(BoxStrangersTest, SomebodyElsesBeaconDrawsNoMailAway) {
    Owner thief = world.owner(LeaseClass::Contact);
    publish(thief, account, world.now.epoch);
    ASSERT_FALSE(refusal_of(leave(100)));
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
    EXPECT_EQ(world.collect(thief).items.size(), 1U);
    EXPECT_TRUE(world.consistent());
}

}  // namespace
}  // namespace kith::mailbox
