// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mailbox/box_world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::mailbox {
namespace {

using test::BoxWorld;
using test::Depositor;
using test::Owner;
using test::refusal_of;
using wire::RefuseCode;

class BoxPickupTest : public testing::Test {
  protected:
    Bytes leave(std::size_t size, std::uint32_t env_id = 7) {
        Bytes envelope = world.envelope(size, env_id);
        EXPECT_FALSE(refusal_of(world.deposit(alice, envelope)));
        return envelope;
    }

    wire::Pickup request(std::uint64_t cursor = 0) const {
        wire::Pickup out;
        out.lease = bob.lease.array();
        out.cursor = cursor;
        out.bytes = 1 << 20;
        return out;
    }

    BoxWorld world;
    Owner bob = world.owner(LeaseClass::Contact);
    Depositor alice = world.depositor(bob);
};

TEST_F(BoxPickupTest, GivesEverythingInTheOrderItCame) {
    std::vector<Bytes> left;
    for (int i = 0; i < 600; ++i)
        left.push_back(leave(i % 7 == 0 ? 16384 : 1024));
    const HeldBatch got = world.collect(bob);
    ASSERT_EQ(got.items.size(), left.size());
    EXPECT_FALSE(got.more);
    for (std::size_t i = 0; i < left.size(); ++i)
        ASSERT_EQ(got.items[i].envelope, left[i]);
    EXPECT_TRUE(std::ranges::is_sorted(got.items, std::less{}, &HeldBatch::Item::seq));
    EXPECT_EQ(got.cursor, got.items.back().seq);
    EXPECT_TRUE(world.collect(bob, got.cursor).items.empty());
}

TEST_F(BoxPickupTest, GivesADeviceItsOwnAndPassesTheOthers) {
    const Bytes mine = leave(1024, 1);
    leave(1024, 2);
    const HeldBatch got = world.collect(bob, 0, {1, 5});
    ASSERT_EQ(got.items.size(), 1U);
    EXPECT_EQ(got.items[0].envelope, mine);
    EXPECT_EQ(got.cursor, 2U) << "what is not mine need not be passed again";
    EXPECT_FALSE(got.more);
}

TEST_F(BoxPickupTest, StopsWhenTheBytesAreUsedAndSaysThatThereIsMore) {
    for (int i = 0; i < 5; ++i)
        leave(1024);
    HeldBatch got = world.collect(bob, 0, {}, 2500);
    EXPECT_EQ(got.items.size(), 2U);
    EXPECT_TRUE(got.more);
    got = world.collect(bob, got.cursor, {}, 3072);
    EXPECT_EQ(got.items.size(), 3U);
    EXPECT_FALSE(got.more) << "complete";
}

TEST_F(BoxPickupTest, WithNoBytesItOnlyProvesWhoAsks) {
    EXPECT_FALSE(world.collect(bob, 0, {}, 0).more);
    leave(1024);
    const HeldBatch got = world.collect(bob, 0, {}, 0);
    EXPECT_TRUE(got.items.empty());
    EXPECT_TRUE(got.more);
    EXPECT_EQ(got.cursor, 0U);
}

TEST_F(BoxPickupTest, EveryBatchFitsAFrame) {
    // Checked by BoxWorld::collect for each batch.
    for (const std::size_t size : {1024U, 4096U, 16384U, 65536U, 1024U, 65536U, 16384U})
        leave(size);
    EXPECT_EQ(world.collect(bob).items.size(), 7U);
}

TEST_F(BoxPickupTest, NeedsTheOwnersSignatureForThisLink) {
    leave(1024);
    HostLink link = world.link();
    EXPECT_EQ(refusal_of(world.box->pickup(link, request())), RefuseCode::Unknown);
    wire::Pickup forged = request();
    forged.proof = prove_owner(bob.key, bob.link.exporter, world.box->id()).array();
    EXPECT_EQ(refusal_of(world.box->pickup(link, forged)), RefuseCode::Unknown)
        << "made for another link";
    const Owner carol = world.someone();
    forged.proof = prove_owner(carol.key, link.exporter, world.box->id()).array();
    EXPECT_EQ(refusal_of(world.box->pickup(link, forged)), RefuseCode::Unknown);
    EXPECT_TRUE(link.owned.empty());
    wire::Pickup good = request();
    good.proof = prove_owner(bob.key, link.exporter, world.box->id()).array();
    EXPECT_FALSE(refusal_of(world.box->pickup(link, good)));
    EXPECT_FALSE(refusal_of(world.box->pickup(link, request()))) << "once on a link";
}

TEST_F(BoxPickupTest, AFalseProofIsRefusedEvenOnAnOwnersLink) {
    wire::Pickup forged = request();
    forged.proof = std::array<std::uint8_t, 64>{};
    EXPECT_EQ(refusal_of(world.box->pickup(bob.link, forged)), RefuseCode::Unknown);
}

TEST_F(BoxPickupTest, AnUnknownLeaseIsRefusedLikeAFalseProof) {
    Owner carol = world.someone();
    wire::Pickup unknown = request();
    unknown.lease = carol.lease.array();
    unknown.proof = prove_owner(carol.key, carol.link.exporter, world.box->id()).array();
    EXPECT_EQ(refusal_of(world.box->pickup(carol.link, unknown)), RefuseCode::Unknown);
}

TEST_F(BoxPickupTest, ServesNothingThatIsNotSyncedYet) {
    const Bytes envelope = world.envelope(1024);
    const auto outcome =
        world.box->deposit(alice.link, world.deposit_request(alice, envelope), world.now);
    world.commit(outcome);
    EXPECT_TRUE(world.collect(bob).items.empty());
    world.box->committed(outcome.arrivals);
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
}

TEST_F(BoxPickupTest, APlaceIsNeverGivenAwayTwice) {
    // Else an owner whose cursor stands behind it would not see the second envelope.
    leave(1024);
    const Bytes last = leave(1024);
    const std::uint64_t cursor = world.collect(bob).cursor;
    world.acknowledge(bob, {last});
    world.restart();
    leave(1024);
    EXPECT_EQ(world.collect(bob, cursor).items.size(), 1U);
    world.sweep();
    world.pass(days(2));
    world.sweep();
    EXPECT_TRUE(world.collect(bob).items.empty());
    const std::uint64_t end = world.rows.rows().leases.at(bob.lease).next_seq;
    world.restart();
    world.lease(bob);
    leave(1024);
    EXPECT_GE(world.collect(bob).items.at(0).seq, end);
}

TEST_F(BoxPickupTest, AcknowledgedMailGoesOnceAndNothingElse) {
    const Bytes one = leave(1024);
    const Bytes two = leave(4096);
    const auto outcome = world.acknowledge(bob, {one, one, world.envelope(1024)});
    EXPECT_EQ(outcome.accepted()->count, 1U);
    EXPECT_EQ(outcome.places, std::vector<std::uint64_t>{1});
    EXPECT_EQ(world.acknowledge(bob, {one}).accepted()->count, 0U) << "repeated";
    const HeldBatch left = world.collect(bob);
    ASSERT_EQ(left.items.size(), 1U);
    EXPECT_EQ(left.items[0].envelope, two);
    EXPECT_EQ(world.box->total().used, 4096U);
    EXPECT_TRUE(world.consistent());
}

TEST_F(BoxPickupTest, OnlyTheOwnerDeletes) {
    const Bytes envelope = leave(1024);
    Owner carol = world.owner(LeaseClass::Contact);
    EXPECT_EQ(world.acknowledge(carol, {envelope}).accepted()->count, 0U);
    wire::AckDel forged;
    forged.lease = bob.lease.array();
    forged.envelopes.push_back(test::tag_bytes(envelope));
    EXPECT_EQ(refusal_of(world.box->ackdel(carol.link, forged, world.now)), RefuseCode::Unknown);
    EXPECT_EQ(world.collect(bob).items.size(), 1U);
}

TEST_F(BoxPickupTest, DeletionWaitsWhileTheStoreTakesNothing) {
    const Bytes envelope = leave(1024);
    world.now.writable = false;
    EXPECT_EQ(refusal_of(world.acknowledge(bob, {envelope})), RefuseCode::Busy);
    EXPECT_EQ(world.collect(bob).items.size(), 1U) << "but collecting goes on";
}

}  // namespace
}  // namespace kith::mailbox
