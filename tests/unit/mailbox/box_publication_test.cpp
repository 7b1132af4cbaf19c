// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mailbox/box_world.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

using test::BoxWorld;
using test::Owner;
using test::refusal_of;

constexpr std::uint8_t all = 7;

class BoxPublicationTest : public testing::Test {
  protected:
    void publish(Owner& owner, const std::vector<Bytes>& beacons, const Bytes& body) {
        wire::CapSet set;
        set.beacons.assign(beacons.begin(), beacons.end());
        if (!body.empty()) set.bundle = body;
        ASSERT_FALSE(refusal_of(world.cap_set(owner, set)));
    }

    void give_prekeys(std::initializer_list<std::uint8_t> devices) {
        std::vector<Bytes> bodies;
        for (const std::uint8_t device : devices) {
            bodies.emplace_back(165, next_prekey_++);
            bodies.back()[0] = device;
        }
        wire::CapSet set;
        set.prekeys.assign(bodies.begin(), bodies.end());
        ASSERT_FALSE(refusal_of(world.cap_set(bob, set)));
    }

    Published get(std::uint8_t want = all, std::uint32_t q = 0) {
        wire::GetBundle request;
        request.q = q;
        request.blinded = account.array();
        request.want = want;
        auto outcome = world.box->get_bundle(request, world.now);
        world.commit(outcome);
        return *outcome.accepted();
    }

    BoxWorld world;
    Owner bob = world.owner(LeaseClass::Contact);
    crypto::BlindedAccountKey account{std::array<std::uint8_t, 32>{42}};
    Bytes bundle = Bytes(4096, 5);

  private:
    std::uint8_t next_prekey_ = 1;
};

TEST_F(BoxPublicationTest, AnAbsentOwnersBundleAndBeaconAreHandedOut) {
    const Bytes beacon = world.beacon(account, world.now.epoch);
    publish(bob, {beacon}, bundle);
    EXPECT_EQ(get().bundle, bundle);
    EXPECT_EQ(get().beacon, beacon);
    EXPECT_TRUE(get(wire::GetBundle::want_beacon).bundle.empty());
    EXPECT_TRUE(get(wire::GetBundle::want_bundle).beacon.empty());
    world.restart();
    EXPECT_EQ(get().bundle, bundle);
}

TEST_F(BoxPublicationTest, TheNewestBeaconOfThatNameIsGiven) {
    const Bytes older = world.beacon(account, world.now.epoch, 8);
    const Bytes newer = world.beacon(account, world.now.epoch, 9);
    const Bytes other = world.beacon(
        crypto::BlindedAccountKey(std::array<std::uint8_t, 32>{43}), world.now.epoch + 1, 99);
    publish(bob, {older, newer, other}, {});
    EXPECT_EQ(get().beacon, newer);
}

TEST_F(BoxPublicationTest, NobodyIsKnownUnderAnyOtherName) {
    publish(bob, {world.beacon(account, world.now.epoch)}, bundle);
    account = crypto::BlindedAccountKey(std::array<std::uint8_t, 32>{44});
    const Published nothing = get();
    EXPECT_TRUE(nothing.bundle.empty() && nothing.beacon.empty() && nothing.one_time.empty());
    const auto frame = nothing.frame(3);
    EXPECT_FALSE(frame.bundle || frame.beacon);
}

TEST_F(BoxPublicationTest, JunkIsNotKeptAsABeacon) {
    publish(bob, {world.beacon(account, 0)}, bundle);
    EXPECT_TRUE(get().bundle.empty());
}

TEST_F(BoxPublicationTest, NewBeaconsReplaceTheOldOnesAndLeaveTheBundle) {
    publish(bob, {world.beacon(account, world.now.epoch)}, bundle);
    const crypto::BlindedAccountKey tomorrow(std::array<std::uint8_t, 32>{45});
    publish(bob, {world.beacon(tomorrow, world.now.epoch + 1)}, {});
    EXPECT_TRUE(get().bundle.empty());
    account = tomorrow;
    EXPECT_EQ(get().bundle, bundle);
}

TEST_F(BoxPublicationTest, APrekeyIsHandedOutOnceAndOneOfEachDevice) {
    publish(bob, {world.beacon(account, world.now.epoch)}, bundle);
    give_prekeys({0, 0, 1});
    const auto first = get().one_time;
    ASSERT_EQ(first.size(), 2U);
    const auto second = get().one_time;
    ASSERT_EQ(second.size(), 1U);
    EXPECT_NE(first[0], second[0]);
    EXPECT_TRUE(get().one_time.empty());
    EXPECT_TRUE(world.rows.rows().prekeys.empty());
}

TEST_F(BoxPublicationTest, PrekeysAreHandedOutTwentyTimesADay) {
    publish(bob, {world.beacon(account, world.now.epoch)}, bundle);
    for (int i = 0; i < 30; ++i)
        give_prekeys({0});
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(get().one_time.size(), 1U);
    EXPECT_TRUE(get().one_time.empty());
    EXPECT_EQ(get().bundle, bundle) << "a session can be started all the same";
    world.pass(days(1));
    EXPECT_EQ(get().one_time.size(), 1U);
}

TEST_F(BoxPublicationTest, TheOwnerHearsHowManyAreLeft) {
    publish(bob, {world.beacon(account, world.now.epoch)}, bundle);
    give_prekeys({0, 0, 3});
    (void)get();
    const auto lease = world.lease(bob);
    ASSERT_TRUE(lease.accepted() != nullptr && lease.accepted()->prekeys);
    const std::array<std::uint8_t, 8> left{1};
    EXPECT_EQ(*lease.accepted()->prekeys, left);
}

TEST_F(BoxPublicationTest, NoPrekeyIsGivenThatCannotBeDeleted) {
    publish(bob, {world.beacon(account, world.now.epoch)}, bundle);
    give_prekeys({0});
    world.now.writable = false;
    EXPECT_TRUE(get().one_time.empty());
    world.now.writable = true;
    EXPECT_EQ(get().one_time.size(), 1U);
}

TEST_F(BoxPublicationTest, WhoAsksAgainIsAnsweredFromTheNextMailbox) {
    // Somebody who read the beacon gave it to us as his own, with junk beside it.
    const Bytes beacon = world.beacon(account, world.now.epoch);
    Owner thief = world.owner(LeaseClass::Contact);
    publish(thief, {beacon}, Bytes(4096, 6));
    publish(bob, {beacon}, bundle);
    EXPECT_TRUE(get(all, 1).bundle == bundle || get(all, 2).bundle == bundle);
    EXPECT_NE(get(all, 1).bundle, get(all, 2).bundle);
}

}  // namespace
}  // namespace kith::mailbox
