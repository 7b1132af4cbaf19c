// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/placement.h"

#include "core/mailbox/availability.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace kith::mailbox {
namespace {

class PlacementTest : public testing::Test {
  protected:
    HostCandidate& add(LeaseClass lease_class, double availability = 0.9) {
        HostCandidate host;
        host.id = crypto::draw_public<crypto::BoxId>(random);
        host.lease_class = lease_class;
        host.availability = availability;
        host.observed = days(30);
        host.network[0] = static_cast<std::uint8_t>(candidates.size() + 1);
        host.audited = true;
        candidates.push_back(host);
        return candidates.back();
    }

    Placement choose(std::size_t copies = copies_default) {
        return choose_hosts(candidates, copies, random);
    }

    bool added(const Placement& placement, std::size_t i) {
        return std::ranges::find(placement.add, candidates[i].id) != placement.add.end();
    }

    test::SeededRandom random{1};
    std::vector<HostCandidate> candidates;
};

TEST_F(PlacementTest, TakesOwnDevicesThenContactsThenVolunteers) {
    add(LeaseClass::Volunteer);
    add(LeaseClass::Contact);
    add(LeaseClass::Own);
    add(LeaseClass::Volunteer);
    add(LeaseClass::Contact);
    const Placement placement = choose();
    EXPECT_EQ(placement.add.size(), 3U);
    EXPECT_TRUE(added(placement, 2) && added(placement, 1) && added(placement, 4));
    EXPECT_EQ(placement.add.front(), candidates[2].id);
}

TEST_F(PlacementTest, ContactsThatAreSeldomThereComeLast) {
    add(LeaseClass::Contact, 0.3);
    add(LeaseClass::Volunteer, 0.9);
    add(LeaseClass::Contact, 0.9);
    const Placement placement = choose(2);
    EXPECT_FALSE(added(placement, 0));
    EXPECT_EQ(choose(3).add.back(), candidates[0].id) << "but they are better than none";
}

TEST_F(PlacementTest, HostsThatAreSeldomThereAreTwoMore) {
    for (int i = 0; i < 7; ++i)
        add(LeaseClass::Contact, 0.5);
    EXPECT_EQ(choose().add.size(), 5U);
    EXPECT_EQ(choose(1).add.size(), 3U);
    for (auto& host : candidates)
        host.availability = 0.8;
    EXPECT_EQ(choose().add.size(), 3U);
    EXPECT_EQ(choose(9).add.size(), 5U) << "never more";
}

TEST_F(PlacementTest, AVolunteerMustHaveProvedItself) {
    add(LeaseClass::Volunteer).audited = false;
    add(LeaseClass::Volunteer).observed = days(6);
    add(LeaseClass::Volunteer).availability = 0.69;
    add(LeaseClass::Volunteer).alarm = true;
    add(LeaseClass::Volunteer).leaving = true;
    add(LeaseClass::Volunteer).conduct = 0.34;
    add(LeaseClass::Volunteer).unreachable = hours(72);
    EXPECT_TRUE(choose().add.empty());
    add(LeaseClass::Volunteer);
    EXPECT_EQ(choose().add, std::vector{candidates.back().id});
}

TEST_F(PlacementTest, VolunteersDoNotShareANetwork) {
    for (int i = 0; i < 4; ++i)
        add(LeaseClass::Volunteer).network[0] = 9;
    EXPECT_EQ(choose().add.size(), 1U);
    auto& contact = add(LeaseClass::Contact);
    contact.network[0] = 9;
    EXPECT_EQ(choose().add, std::vector{candidates.back().id}) << "nor that of a contact";
}

TEST_F(PlacementTest, GoodHostsStay) {
    for (int i = 0; i < 3; ++i)
        add(LeaseClass::Contact).chosen = true;
    add(LeaseClass::Contact, 1.0).score = 1.0;
    const Placement placement = choose();
    EXPECT_EQ(placement.keep.size(), 3U);
    EXPECT_TRUE(placement.add.empty() && placement.drain.empty());
}

TEST_F(PlacementTest, ABadHostGoesWhenAnotherHasCome) {
    for (int i = 0; i < 3; ++i)
        add(LeaseClass::Contact).chosen = true;
    candidates[1].conduct = 0.2;
    add(LeaseClass::Contact);
    const Placement placement = choose();
    EXPECT_EQ(placement.keep, (std::vector{candidates[0].id, candidates[2].id}));
    EXPECT_EQ(placement.add, std::vector{candidates[3].id});
    EXPECT_EQ(placement.drain, std::vector{candidates[1].id});
}

TEST_F(PlacementTest, WithoutAnotherOnlyAHostThatIsAwayStays) {
    for (int i = 0; i < 5; ++i)
        add(LeaseClass::Contact).chosen = true;
    candidates[0].unreachable = hours(100);
    candidates[1].alarm = true;
    candidates[2].leaving = true;
    candidates[3].conduct = 0.2;
    const Placement placement = choose();
    EXPECT_EQ(placement.keep, (std::vector{candidates[4].id, candidates[0].id}));
    EXPECT_EQ(placement.drain.size(), 3U);
}

TEST_F(PlacementTest, OneOfLowScoreIsBetterThanNoneAtAll) {
    add(LeaseClass::Contact).chosen = true;
    candidates[0].conduct = 0.2;
    EXPECT_EQ(choose().keep, std::vector{candidates[0].id});
    candidates[0].leaving = true;
    EXPECT_EQ(choose().drain, std::vector{candidates[0].id});
}

TEST_F(PlacementTest, APinnedHostIsNeverReplaced) {
    auto& host = add(LeaseClass::Contact);
    host.chosen = host.pinned = host.alarm = host.leaving = true;
    EXPECT_FALSE(reason_to_leave(host));
    EXPECT_EQ(choose().keep, std::vector{candidates[0].id});
}

TEST_F(PlacementTest, EveryReasonToLeaveIsNamed) {
    HostCandidate host;
    host.chosen = true;
    EXPECT_FALSE(reason_to_leave(host));
    host.unreachable = hours(72);
    EXPECT_EQ(reason_to_leave(host), LeaveReason::Unreachable);
    host.conduct = 0.349;
    EXPECT_EQ(reason_to_leave(host), LeaveReason::Score);
    host.leaving = true;
    EXPECT_EQ(reason_to_leave(host), LeaveReason::Leaving);
    host.alarm = true;
    EXPECT_EQ(reason_to_leave(host), LeaveReason::Alarm);
    EXPECT_EQ(to_string(LeaveReason::Alarm), "lost mail");
    host.chosen = false;
    EXPECT_FALSE(reason_to_leave(host));
}

TEST_F(PlacementTest, AmongEqualsTheScoreWeighs) {
    for (int i = 0; i < 2; ++i)
        add(LeaseClass::Contact).score = i == 0 ? 0.9 : 0.45;
    int first = 0;
    for (int i = 0; i < 3000; ++i)
        first += added(choose(1), 0) ? 1 : 0;
    EXPECT_NEAR(first / 3000.0, 2.0 / 3, 0.04);
}

TEST_F(PlacementTest, OneVolunteerInFiveIsPickedBlindly) {
    for (int i = 0; i < 10; ++i)
        add(LeaseClass::Volunteer).score = i == 0 ? 1.0 : 0.35;
    int first = 0;
    for (int i = 0; i < 5000; ++i)
        first += added(choose(1), 0) ? 1 : 0;
    const double weighted = 1.0 / (1 + 9 * 0.35);
    EXPECT_NEAR(first / 5000.0, 0.8 * weighted + 0.2 * 0.1, 0.03);
}

TEST_F(PlacementTest, ADeviceOffersWhenItIsThereHasRoomAndIsNotMetered) {
    const OwnSituation good{0.7, std::uint64_t{2} << 30, false};
    EXPECT_TRUE(may_offer(good));
    EXPECT_FALSE(may_offer({0.69, good.free_bytes, false}));
    EXPECT_FALSE(may_offer({0.7, good.free_bytes - 1, false}));
    EXPECT_FALSE(may_offer({0.7, good.free_bytes, true}));
}

class AvailabilityTest : public testing::Test {
  protected:
    Timestamp now = from_unix_seconds(1728100000);
    Availability host;
};

TEST_F(AvailabilityTest, ANewHostCountsHalf) {
    EXPECT_EQ(host.share(now), 0.5);
    EXPECT_EQ(host.observed(now), Duration::zero());
}

TEST_F(AvailabilityTest, IsTheShareOfAnsweredPollsOfTwoWeeks) {
    for (int day = 0; day < 14; ++day) {
        for (int poll = 0; poll < 96; ++poll)
            host.record(poll % 4 != 0, now + days(day));
    }
    EXPECT_NEAR(host.share(now + days(13)), 0.75, 0.01);
    EXPECT_EQ(host.observed(now + days(13)), days(13));
    EXPECT_EQ(host.share(now + days(27)), 0.5) << "what is older does not count";
}

TEST_F(AvailabilityTest, KnowsWhenItLastAnswered) {
    host.record(true, now);
    host.record(false, now + hours(5));
    EXPECT_EQ(host.last_answer(), now);
    EXPECT_EQ(host.first_poll(), now);
}

TEST_F(AvailabilityTest, ComesBackFromItsBytes) {
    for (int day = 0; day < 20; ++day)
        host.record(day % 3 != 0, now + days(day));
    EXPECT_EQ(Availability::decode(host.encode()).value(), host);
    const Bytes good = host.encode();
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(Availability::decode(ByteView(good).first(size)));
}

}  // namespace
}  // namespace kith::mailbox
