// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/link_pace.h"

#include "core/base/limits.h"
#include "core/node/link_intake.h"

#include <gtest/gtest.h>

namespace kith::node {
namespace {

using wire::BusyCode;

void send(LinkPace& pace, std::uint32_t& next, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
        ASSERT_TRUE(pace.may_send());
        pace.sent();
        ++next;
    }
}

TEST(LinkPace, NothingLeavesAfterBusyUntilItMayGoOn) {
    LinkPace pace;
    std::uint32_t next = 1;
    send(pace, next, 1024);
    EXPECT_TRUE(pace.may_send());
    EXPECT_TRUE(pace.refused(51, next, BusyCode::Rate));
    EXPECT_FALSE(pace.may_send());
    pace.resume(next);
    EXPECT_TRUE(pace.may_send());
}

TEST(LinkPace, ARoundIsWhatWasTakenAndAQuarterMore) {
    LinkPace pace;
    std::uint32_t next = 1;
    send(pace, next, 1024);
    pace.refused(101, next, BusyCode::Rate);
    pace.resume(next);
    send(pace, next, 126);
    EXPECT_FALSE(pace.may_send()) << "100 were taken";
}

TEST(LinkPace, ARefusalOfARoundThatIsOverHoldsNothing) {
    LinkPace pace;
    std::uint32_t next = 1;
    send(pace, next, 200);
    pace.refused(51, next, BusyCode::Rate);
    pace.resume(next);
    EXPECT_FALSE(pace.refused(60, next, BusyCode::Rate)) << "it was under way then";
    EXPECT_TRUE(pace.may_send());
    EXPECT_FALSE(pace.refused(next, next, BusyCode::Rate)) << "never sent";
}

TEST(LinkPace, RoundsGrowWhileAllIsTakenAndThenFlowFreely) {
    LinkPace pace;
    std::uint32_t next = 1;
    send(pace, next, 1);
    pace.refused(1, next, BusyCode::Credit);
    pace.resume(next);
    std::uint32_t sent = 0;
    for (std::uint32_t round = 1; round <= limits::link_window; round *= 2) {
        send(pace, next, round);
        EXPECT_FALSE(pace.may_send());
        EXPECT_FALSE(pace.acknowledged(next - 2, next)) << "one is still under way";
        EXPECT_TRUE(pace.acknowledged(next - 1, next));
        sent += round;
    }
    send(pace, next, 5000);
    EXPECT_GT(sent, limits::link_window);
}

TEST(LinkPace, AMessageWithoutAnswerDoesNotEndTheFlow) {
    LinkPace pace;
    std::uint32_t next = 1;
    send(pace, next, 1);
    pace.refused(1, next, BusyCode::Credit);
    pace.one_more();
    EXPECT_FALSE(pace.may_send()) << "not while it is held";
    pace.resume(next);
    send(pace, next, 1);
    EXPECT_TRUE(pace.waits_for_answer());
    pace.one_more();
    send(pace, next, 1);
    EXPECT_TRUE(pace.acknowledged(next - 1, next));
    send(pace, next, 2);
}

TEST(LinkPace, ANewLinkToWhoeverTookNothingBeginsWithOne) {
    LinkPace pace;
    pace.begin_carefully();
    std::uint32_t next = 1;
    send(pace, next, 1);
    EXPECT_FALSE(pace.may_send());
}

// --- The other end

crypto::InnerId id(std::uint8_t number) {
    crypto::InnerId out;
    out.data()[0] = number;
    return out;
}

TEST(LinkIntake, NothingOvertakesWhatWasRefused) {
    LinkIntake intake;
    const SteadyTime now{};
    EXPECT_TRUE(intake.is_next(id(2), now));
    intake.shut({id(1), 7, BusyCode::Rate, seconds(1)}, now);
    EXPECT_FALSE(intake.is_next(id(2), now + milliseconds(999)));
    EXPECT_TRUE(intake.is_next(id(1), now));
    intake.open();
    EXPECT_TRUE(intake.is_next(id(2), now));
}

TEST(LinkIntake, AMessageThatWasGivenUpDoesNotBlockForEver) {
    LinkIntake intake;
    const SteadyTime now{};
    intake.shut({id(1), 7, BusyCode::Rate, seconds(1)}, now);
    intake.passed_by(now + milliseconds(600));
    EXPECT_FALSE(intake.is_next(id(2), now + seconds(1))) << "the peer has not paused";
    EXPECT_TRUE(intake.is_next(id(2), now + milliseconds(1600)));
}

TEST(LinkIntake, SaysOnceThatThePeerSendsOnThroughBusy) {
    LinkIntake intake;
    const SteadyTime now{};
    intake.shut({id(1), 7, BusyCode::Rate, seconds(1)}, now);
    for (std::size_t i = 0; i < limits::link_window; ++i)
        EXPECT_FALSE(intake.passed_by(now)) << "it may have been under way";
    EXPECT_TRUE(intake.passed_by(now));
    EXPECT_FALSE(intake.passed_by(now));
}

TEST(LinkIntake, NumbersAreSaidBeforeAFrameIsFull) {
    LinkIntake intake;
    for (std::uint32_t n = 1; n < limits::receipt_ids; ++n)
        EXPECT_FALSE(intake.refused(n));
    EXPECT_TRUE(intake.refused(limits::receipt_ids));
    EXPECT_EQ(intake.take_refused().size(), limits::receipt_ids);
    EXPECT_TRUE(intake.take_refused().empty());
}

}  // namespace
}  // namespace kith::node
