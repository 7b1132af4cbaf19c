// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/stranger_desk.h"

#include "tests/unit/reputation/desk_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace kith::reputation {
namespace {

using Verdict = StrangerDesk::Verdict;
using Decision = StrangerDesk::Decision;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Desk, ShowsTenColdRequestsAtOnceAndThenTenADay) {
    StrangerDesk desk = make_desk();
    for (std::uint32_t i = 0; i < 100; ++i)
        EXPECT_EQ(desk.offer(request(i), start).verdict, Verdict::Take);
    EXPECT_EQ(desk.show(start).size(), 10U);
    EXPECT_EQ(desk.waiting(), 90U);
    EXPECT_THAT(desk.show(start), IsEmpty());
    EXPECT_EQ(desk.next_show(start), start + Duration(days(1)) / 10);
    EXPECT_EQ(desk.show(start + Duration(days(1)) / 10).size(), 1U);
    EXPECT_EQ(desk.show(start + days(1)).size(), 9U);
}

TEST(Desk, ColdRequestsNeverTakeThePlacesOfOthers) {
    StrangerDesk desk = make_desk();
    for (std::uint32_t i = 0; i < 200; ++i)
        desk.offer(request(i), start);
    for (int day = 0; day < 6; ++day)
        desk.show(start + days(day));
    EXPECT_EQ(desk.shown().size(), StrangerDesk::shown_cold_max);
    EXPECT_EQ(desk.next_show(start + days(6)), std::nullopt);
    desk.offer(request(1000, Way::Introduced), start + days(6));
    desk.offer(request(1001, Way::Invited), start + days(6));
    EXPECT_THAT(desk.show(start + days(6)), ElementsAre(id(1001), id(1000)));
}

TEST(Desk, ShowsAtMostFiftyUndecidedRequests) {
    StrangerDesk desk = make_desk();
    for (std::uint32_t i = 0; i < 64; ++i)
        EXPECT_EQ(desk.offer(request(i, Way::Invited), start).verdict, Verdict::Take);
    EXPECT_EQ(desk.show(start).size(), StrangerDesk::shown_max);
    EXPECT_EQ(desk.waiting(), 14U);
    ASSERT_TRUE(desk.decide(desk.shown().front().claim.id, Decision::Accepted, start));
    EXPECT_EQ(desk.show(start).size(), 1U);
}

TEST(Desk, IntroducedRequestsHaveSlotsOfTheirOwn) {
    StrangerDesk desk = make_desk();
    for (std::uint32_t i = 0; i < 20; ++i) {
        desk.offer(request(i), start);
        desk.offer(request(100 + i, Way::Introduced), start);
    }
    EXPECT_EQ(desk.show(start).size(), 20U);
    EXPECT_THAT(desk.show(start), IsEmpty());
}

TEST(Desk, InvitedRequestsNeedNoSlot) {
    StrangerDesk desk = make_desk({AcceptRequests::All, 1});
    for (std::uint32_t i = 0; i < 30; ++i)
        desk.offer(request(i, Way::Invited), start);
    EXPECT_EQ(desk.show(start).size(), 30U);
}

TEST(Desk, MoreWorkIsShownFirst) {
    StrangerDesk desk = make_desk({AcceptRequests::All, 1});
    for (std::uint32_t i = 0; i < 50; ++i)
        desk.offer(request(i, Way::Cold, 500), start);
    desk.offer(request(77, Way::Cold, 1000), start);
    EXPECT_THAT(desk.show(start), ElementsAre(id(77)));
}

TEST(Desk, WorkBeyondTheCapBuysNoBetterRank) {
    std::set<crypto::MessageId> first;
    for (std::uint8_t secret = 0; secret < 20; ++secret) {
        StrangerDesk desk(DeskSecret::copy_of(Bytes(32, secret)), {AcceptRequests::All, 1}, start);
        desk.offer(request(1, Way::Cold, 128'000), start);
        desk.offer(request(2, Way::Cold, 4'000'000), start);
        first.insert(desk.show(start).front());
    }
    EXPECT_EQ(first.size(), 2U);
}

TEST(Desk, TheLotteryIsDrawnAnewEachPeriod) {
    StrangerDesk desk = make_desk({AcceptRequests::All, 1});
    desk.show(start);
    std::set<crypto::MessageId> winners;
    for (std::uint32_t draw = 0; draw < 20; ++draw) {
        StrangerDesk copy = make_desk({AcceptRequests::All, 1});
        for (std::uint32_t i = 0; i < 8; ++i)
            copy.offer(request(i), start);
        winners.insert(copy.show(start + effort_period * draw).front());
    }
    EXPECT_GT(winners.size(), 3U);
}

TEST(Desk, AFullQueueLetsGoOfTheLowestRank) {
    StrangerDesk desk = make_desk();
    desk.offer(request(0, Way::Cold, 500), start);
    for (std::uint32_t i = 1; i < StrangerDesk::cold_queue; ++i)
        desk.offer(request(i, Way::Cold, 1000), start);
    EXPECT_EQ(desk.judge(request(5000, Way::Cold, 499).claim, start), Verdict::Full);
    const auto outcome = desk.offer(request(5000, Way::Cold, 2000), start);
    EXPECT_EQ(outcome.verdict, Verdict::Take);
    EXPECT_THAT(outcome.gone, ElementsAre(id(0)));
    EXPECT_EQ(desk.waiting(), StrangerDesk::cold_queue);
    EXPECT_EQ(desk.offer(request(5001, Way::Cold, 250), start).verdict, Verdict::Full);
    EXPECT_EQ(desk.find(id(5001)), nullptr);
}

TEST(Desk, StaysWithinItsMemoryUnderTenThousandRequests) {
    StrangerDesk desk = make_desk();
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        DeskRequest big = request(i, static_cast<Way>(i % 3), 500 + i);
        big.content.name = std::string(message::name_max, 'n');
        big.content.text = std::string(message::request_text_max, 't');
        desk.offer(std::move(big), start);
        desk.show(start);
    }
    EXPECT_LE(desk.memory(), std::size_t{1} << 20);
    EXPECT_LE(
        desk.waiting(),
        StrangerDesk::cold_queue + StrangerDesk::introduced_queue + StrangerDesk::invited_queue);
    EXPECT_LE(desk.shown().size(), StrangerDesk::shown_max);
}

TEST(Desk, KeepsOneRequestOfASenderAndRaisesItForMoreWork) {
    StrangerDesk desk = make_desk({AcceptRequests::All, 1});
    desk.offer(request(1, Way::Cold, 1000), start);
    desk.offer(request(2, Way::Cold, 500), start);
    EXPECT_EQ(desk.offer(request(2, Way::Cold, 500), start).verdict, Verdict::Known);
    const auto raised = desk.offer(request(2, Way::Cold, 2000), start + hours(1));
    EXPECT_EQ(raised.verdict, Verdict::Take);
    EXPECT_THAT(raised.gone, IsEmpty());
    EXPECT_EQ(desk.waiting(), 2U);
    EXPECT_EQ(desk.find(id(2))->arrived, start);
    EXPECT_THAT(desk.show(start + hours(1)), ElementsAre(id(2)));
    EXPECT_EQ(desk.offer(request(2, Way::Cold, 4000), start + hours(1)).verdict, Verdict::Known);
}

TEST(Desk, EachPaidTryIsAnotherTicketInTheLottery) {
    StrangerDesk desk = make_desk();
    desk.offer(request(1, Way::Cold, 1000), start);
    EXPECT_EQ(desk.offer(request(1, Way::Cold, 1000), start).verdict, Verdict::Known);
    EXPECT_EQ(desk.find(id(1))->tickets, 1);
    DeskRequest next_day = request(1, Way::Cold, 1000);
    ++next_day.claim.epoch;
    EXPECT_EQ(desk.offer(next_day, start).verdict, Verdict::Take);
    EXPECT_EQ(desk.find(id(1))->tickets, 2);
    EXPECT_EQ(desk.find(id(1))->claim.epoch, epoch + 1);
    ++next_day.claim.epoch;
    next_day.claim.difficulty = 499;
    EXPECT_EQ(desk.offer(next_day, start).verdict, Verdict::Take);
    EXPECT_EQ(desk.find(id(1))->tickets, 2);
    EXPECT_EQ(desk.find(id(1))->claim.difficulty, 1000U);
    desk.offer(request(1, Way::Cold, 2000), start);
    EXPECT_EQ(desk.find(id(1))->tickets, 1);
    for (std::uint32_t i = 1; i < 20; ++i)
        desk.offer(request(1, Way::Cold, 2000 + i), start);
    EXPECT_EQ(desk.find(id(1))->tickets, DeskRequest::tickets_max);
    EXPECT_EQ(desk.waiting(), 1U);
}

TEST(Desk, MoreTicketsWinMoreOften) {
    unsigned won = 0;
    for (std::uint8_t secret = 0; secret < 200; ++secret) {
        StrangerDesk desk(DeskSecret::copy_of(Bytes(32, secret)), {AcceptRequests::All, 1}, start);
        desk.offer(request(2), start);
        for (std::uint32_t i = 0; i < 3; ++i)
            desk.offer(request(1, Way::Cold, 500 + i), start);
        won += desk.show(start).front() == id(1) ? 1U : 0U;
    }
    EXPECT_NEAR(won, 150, 25);  // three of four tickets; four deviations
}

TEST(Desk, AnotherRequestOfAWaitingSenderReplacesTheFirst) {
    StrangerDesk desk = make_desk();
    desk.offer(request(1), start);
    DeskRequest second = request(2, Way::Introduced);
    second.claim.sender = sender(1);
    EXPECT_THAT(desk.offer(second, start).gone, ElementsAre(id(1)));
    EXPECT_EQ(desk.waiting(), 1U);
}

TEST(Desk, AFullQueueDoesNotCostAWaitingSenderItsPlace) {
    StrangerDesk desk = make_desk();
    for (std::uint32_t i = 0; i < StrangerDesk::invited_queue; ++i)
        desk.offer(request(i, Way::Invited), start);
    desk.offer(request(100), start);
    EXPECT_EQ(desk.offer(request(100, Way::Invited), start).verdict, Verdict::Full);
    EXPECT_NE(desk.find(id(100)), nullptr);
}

TEST(Desk, TakesOnlyWhatTheUserTakes) {
    StrangerDesk introduced = make_desk({AcceptRequests::Introduced, 10});
    EXPECT_EQ(introduced.judge(request(1).claim, start), Verdict::Closed);
    EXPECT_EQ(introduced.judge(request(1, Way::Introduced).claim, start), Verdict::Take);
    StrangerDesk nobody = make_desk({AcceptRequests::InvitedOnly, 10});
    EXPECT_EQ(nobody.judge(request(1, Way::Introduced).claim, start), Verdict::Closed);
    EXPECT_EQ(nobody.judge(request(1, Way::Invited).claim, start), Verdict::Take);
}

TEST(Desk, ClosingItHidesWhatWaits) {
    StrangerDesk desk = make_desk();
    desk.offer(request(1), start);
    desk.set({AcceptRequests::InvitedOnly, 10});
    EXPECT_THAT(desk.show(start), IsEmpty());
    desk.set({});
    EXPECT_THAT(desk.show(start), ElementsAre(id(1)));
}

TEST(Desk, ARequestWaitsSevenDaysAfterItsEpoch) {
    StrangerDesk desk = make_desk({AcceptRequests::All, 1});
    desk.offer(request(1), start);
    desk.show(start);
    desk.offer(request(2), start);
    EXPECT_EQ(desk.judge(request(3).claim, start + days(8)), Verdict::Expired);
    EXPECT_EQ(desk.judge(request(3).claim, start + days(8) - seconds(1)), Verdict::Take);
    EXPECT_THAT(desk.sweep(start + days(8) - seconds(1)), IsEmpty());
    const auto gone = desk.sweep(start + days(8));
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].request.claim.id, id(2));
    EXPECT_FALSE(gone[0].ignored);
}

TEST(Desk, AShownRequestIsIgnoredAfterTwoWeeks) {
    StrangerDesk desk = make_desk();
    desk.offer(request(1), start);
    desk.show(start);
    EXPECT_THAT(desk.sweep(start + days(14) - seconds(1)), IsEmpty());
    const auto gone = desk.sweep(start + days(14));
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_TRUE(gone[0].ignored);
    EXPECT_EQ(gone[0].request.claim.sender, sender(1));
    EXPECT_THAT(desk.shown(), IsEmpty());
}

TEST(Desk, OnlyAShownRequestCanBeDecided) {
    StrangerDesk desk = make_desk({AcceptRequests::All, 1});
    desk.offer(request(1), start);
    EXPECT_EQ(desk.decide(id(1), Decision::Accepted, start).error().code, Code::NotFound);
    desk.show(start);
    const auto decided = desk.decide(id(1), Decision::Declined, start);
    ASSERT_TRUE(decided);
    EXPECT_EQ(decided->content.text, "it is me");
    EXPECT_FALSE(desk.decide(id(1), Decision::Accepted, start));
}

TEST(Desk, ForgetsASenderEverywhere) {
    StrangerDesk desk = make_desk({AcceptRequests::All, 1});
    desk.offer(request(1), start);
    desk.show(start);
    desk.offer(request(2), start);
    EXPECT_THAT(desk.remove(sender(1)), ElementsAre(id(1)));
    EXPECT_THAT(desk.remove(sender(2)), ElementsAre(id(2)));
    EXPECT_EQ(desk.waiting() + desk.shown().size(), 0U);
}

TEST(Desk, TheEffortFollowsArrivalsAndReports) {
    StrangerDesk desk = make_desk();
    EXPECT_EQ(desk.effort(start).published(), 2);
    for (std::uint32_t i = 0; i < 6; ++i)
        desk.offer(request(i), start);
    EXPECT_EQ(desk.effort(start).published(), 2);
    EXPECT_EQ(desk.effort(start + effort_period).published(), 4);
    desk.show(start + effort_period);
    for (std::uint32_t i = 10; i < 12; ++i)
        desk.offer(request(i), start + effort_period);
    ASSERT_TRUE(
        desk.decide(desk.shown().front().claim.id, Decision::Reported, start + effort_period));
    EXPECT_EQ(desk.effort(start + effort_period * 2).published(), 6);
    EXPECT_EQ(desk.effort(start + days(7)).published(), 2);
}

TEST(Desk, InvitedAndIntroducedRequestsDoNotRaiseTheEffort) {
    StrangerDesk desk = make_desk();
    for (std::uint32_t i = 0; i < 40; ++i)
        desk.offer(request(i, i % 2 == 0 ? Way::Invited : Way::Introduced), start);
    EXPECT_EQ(desk.effort(start + effort_period).published(), 2);
}

TEST(Desk, IsQuietWhileTheUserReportsMoreThanItAccepts) {
    StrangerDesk desk = make_desk();
    for (std::uint32_t i = 0; i < 3; ++i)
        desk.offer(request(i), start);
    desk.show(start);
    EXPECT_TRUE(desk.notifies(start));
    ASSERT_TRUE(desk.decide(id(0), Decision::Reported, start));
    EXPECT_FALSE(desk.notifies(start));
    ASSERT_TRUE(desk.decide(id(1), Decision::Accepted, start));
    EXPECT_TRUE(desk.notifies(start));
    ASSERT_TRUE(desk.decide(id(2), Decision::Reported, start));
    EXPECT_FALSE(desk.notifies(start + days(60)));
}

TEST(Desk, AReadOnlyQuestionDoesNotCountAnArrival) {
    StrangerDesk desk = make_desk();
    for (std::uint32_t i = 0; i < 100; ++i)
        desk.judge(request(i).claim, start);
    EXPECT_EQ(desk.waiting(), 0U);
    EXPECT_EQ(desk.effort(start + effort_period).published(), 2);
}

}  // namespace
}  // namespace kith::reputation
