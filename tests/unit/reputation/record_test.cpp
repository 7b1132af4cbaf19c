// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/record.h"

#include <gtest/gtest.h>

namespace kith::reputation {
namespace {

using Answer = Admission::Answer;
constexpr Timestamp start = from_unix_seconds(1728100000);

Record person() {
    return Record(Context::Person, start);
}

Record contact() {
    Record record = person();
    record.accept(start);
    return record;
}

/// Replies daily for so long.
Record friend_of(int days_long) {
    Record record = contact();
    for (int day = 0; day < days_long; ++day)
        record.observe(Event::Reply, start + days(day));
    return record;
}

TEST(Record, AnUnknownPersonScoresAFifth) {
    EXPECT_DOUBLE_EQ(person().score(start), 0.2);
    EXPECT_EQ(person().standing(start).tier, Tier::Stranger);
    EXPECT_EQ(person().standing(start).work, 8U);
}

TEST(Record, AThousandAutomaticFaultsLeaveAContactAContact) {
    Record record = contact();
    for (int i = 0; i < 1000; ++i)
        record.add(Event::PastBusy, 0.2, false, start);
    EXPECT_NEAR(record.raw(start), 0.0286, 0.0001);
    EXPECT_DOUBLE_EQ(record.score(start), Record::contact_floor);
    EXPECT_EQ(record.standing(start).tier, Tier::Contact);
    EXPECT_EQ(record.standing(start).lands, Lands::Inbox);
}

TEST(Record, AReportRestrictsAContactAndForgivingUndoesIt) {
    Record record = friend_of(60);
    ASSERT_EQ(record.standing(start + days(60)).tier, Tier::Trusted);
    record.report(start + days(60));
    const Standing after = record.standing(start + days(60));
    EXPECT_EQ(after.tier, Tier::Restricted);
    EXPECT_EQ(after.unread, 5U);
    EXPECT_EQ(after.lands, Lands::Requests);
    record.forgive(start + days(61));
    EXPECT_EQ(record.standing(start + days(61)).tier, Tier::Contact);
    EXPECT_EQ(record.find(Event::Reported), nullptr);
    EXPECT_NEAR(record.bad(start + days(61)), 0, 1e-12);
}

TEST(Record, AReportBlocksAStranger) {
    Record record = person();
    record.report(start);
    EXPECT_EQ(record.standing(start).tier, Tier::Blocked);
    EXPECT_EQ(record.admit(0, 1, start).answer, Answer::Drop);
}

TEST(Record, ForgivingTakesBackOneReportOnly) {
    Record record = friend_of(30);
    record.report(start + days(30));
    record.report(start + days(30));
    record.forgive(start + days(30));
    EXPECT_EQ(record.find(Event::Reported)->count, 1U);
    EXPECT_DOUBLE_EQ(record.bad(start + days(30)), 10);
}

TEST(Record, GoodEvidenceAccruesAtALimitedRate) {
    Record record = person();
    for (int i = 0; i < 100; ++i)
        record.observe(Event::Reply, start);
    EXPECT_DOUBLE_EQ(record.good(start), 2);
    record.observe(Event::Reply, start + hours(12));
    EXPECT_NEAR(record.good(start + hours(12)), 2.5, 0.02);
}

TEST(Record, TheFirstFourReadsOfADayCount) {
    Record record = contact();
    const double before = record.good(start);
    for (int i = 0; i < 50; ++i)
        record.observe(Event::Read, start);
    EXPECT_NEAR(record.good(start) - before, 0.2, 1e-12);
    EXPECT_EQ(record.find(Event::Read)->count, 4U);
    record.observe(Event::Read, start + days(1));
    EXPECT_EQ(record.find(Event::Read)->count, 5U);
}

TEST(Record, TwoBurstsAnHourPastBusyCount) {
    Record record = person();
    const Timestamp hour = from_unix_seconds(1728100800);  // a full hour
    for (int minute = 0; minute < 60; ++minute)
        record.observe(Event::PastBusy, hour + minutes(minute));
    EXPECT_NEAR(record.bad(hour + minutes(59)), 0.4, 1e-3);
    record.observe(Event::PastBusy, hour + hours(1));
    EXPECT_EQ(record.find(Event::PastBusy)->count, 3U);
}

TEST(Record, EvidenceIsBoundedOnBothSides) {
    Record record = contact();
    for (int i = 0; i < 100; ++i) {
        record.add(Event::Reply, 50, false, start);
        record.add(Event::Malformed, 50, false, start);
    }
    EXPECT_DOUBLE_EQ(record.good(start), Record::good_max);
    EXPECT_DOUBLE_EQ(record.bad(start), Record::bad_max);
}

TEST(Record, AStepOfTheClockBackCountsAsNoTime) {
    Record record = contact();
    record.observe(Event::Reply, start + days(10));
    const double score = record.score(start + days(10));
    EXPECT_DOUBLE_EQ(record.score(start), score);
    record.observe(Event::Declined, start);
    EXPECT_EQ(record.find(Event::Declined)->last, unix_seconds(start + days(10)));
}

TEST(Record, ContactsMayWriteTheirBurstAndThenTheirRate) {
    Record record = contact();
    EXPECT_EQ(record.admit(0, 1000, start).answer, Answer::Take);
    const Admission next = record.admit(0, 1, start);
    EXPECT_EQ(next.answer, Answer::WaitRate);
    EXPECT_EQ(next.wait, milliseconds(20));
    EXPECT_EQ(record.admit(0, 50, start + seconds(1)).answer, Answer::Take);
    EXPECT_EQ(record.admit(0, 1, start + seconds(1)).answer, Answer::WaitRate);
}

TEST(Record, UnreadCreditGrowsWithWhatWeWrite) {
    Record record = contact();
    EXPECT_EQ(record.admit(4999, 1, start).answer, Answer::Take);
    EXPECT_EQ(record.admit(5000, 1, start).answer, Answer::WaitUnread);
    record.wrote(start);
    EXPECT_EQ(record.admit(5009, 1, start).answer, Answer::Take);
    EXPECT_EQ(record.admit(5010, 1, start).answer, Answer::WaitUnread);
    EXPECT_EQ(record.admit(5004, 1, start + days(7)).answer, Answer::Take);
    EXPECT_EQ(record.admit(5005, 1, start + days(7)).answer, Answer::WaitUnread);
}

TEST(Record, WhatIsOverCreditTakesNothingFromTheRate) {
    Record record = contact();
    for (int i = 0; i < 2000; ++i)
        ASSERT_EQ(record.admit(5000, 1, start).answer, Answer::WaitUnread);
    EXPECT_EQ(record.admit(0, 1000, start).answer, Answer::Take);
}

TEST(Record, BulkFreesAContactOfBothLimitsUntilItIsReported) {
    Record record = contact();
    record.set_bulk(true);
    EXPECT_EQ(record.admit(1'000'000, 100'000, start).answer, Answer::Take);
    EXPECT_EQ(record.standing(start).lands, Lands::InboxSilent);
    record.report(start);
    EXPECT_EQ(record.standing(start).tier, Tier::Restricted);
}

TEST(Record, BulkIsForContactsOnly) {
    Record record = person();
    record.set_bulk(true);
    EXPECT_EQ(record.standing(start).tier, Tier::Stranger);
}

TEST(Record, ALiftedRestrictionLeavesNoDebt) {
    Record record = contact();
    record.report(start);
    EXPECT_EQ(record.admit(0, 5, start).answer, Answer::Take);
    EXPECT_EQ(record.admit(0, 1, start).wait, hours(1));
    record.forgive(start);
    EXPECT_EQ(record.admit(0, 1, start).answer, Answer::WaitRate);
    EXPECT_EQ(record.admit(0, 1, start + milliseconds(20)).answer, Answer::Take);
}

TEST(Record, StrangersHaveOneMessageADay) {
    Record record = person();
    EXPECT_EQ(record.admit(0, 1, start).answer, Answer::Take);
    EXPECT_EQ(record.admit(1, 1, start).answer, Answer::WaitUnread);
    EXPECT_EQ(record.admit(0, 1, start).answer, Answer::WaitRate);
    EXPECT_EQ(record.admit(0, 1, start + days(1)).answer, Answer::Take);
}

TEST(Record, SuspectsAndTheBlockedAreDropped) {
    Record record = person();
    record.observe(Event::Declined, start);
    EXPECT_EQ(record.standing(start).tier, Tier::Stranger);
    EXPECT_EQ(record.standing(start).work, 32U);
    record.observe(Event::Declined, start);
    EXPECT_EQ(record.standing(start).tier, Tier::Suspect);
    EXPECT_EQ(record.standing(start).work, std::nullopt);
    EXPECT_EQ(record.admit(0, 1, start).answer, Answer::Drop);
    record.set_entry(Entry::Introduced);
    EXPECT_EQ(record.standing(start).tier, Tier::Suspect);
    record.set_entry(Entry::Invited);
    EXPECT_EQ(record.standing(start).tier, Tier::Invited);
    record.block(start);
    EXPECT_EQ(record.standing(start).tier, Tier::Blocked);
}

TEST(Record, ADeclinedOrIgnoredPersonMayAskAgainAfterAMonth) {
    Record record = person();
    EXPECT_EQ(record.request_refused_until(start), std::nullopt);
    record.observe(Event::Ignored, start);
    EXPECT_EQ(record.request_refused_until(start), start + days(30));
    record.observe(Event::Declined, start + days(5));
    EXPECT_EQ(record.request_refused_until(start + days(5)), start + days(35));
    EXPECT_EQ(record.request_refused_until(start + days(35)), std::nullopt);
}

TEST(Record, AFormerContactIsKnownFromBefore) {
    Record record = friend_of(60);
    record.set_bulk(true);
    record.remove(start + days(60));
    EXPECT_EQ(record.standing(start + days(60)).tier, Tier::Introduced);
    EXPECT_EQ(record.standing(start + days(60)).work, 1U);
    record.accept(start + days(61));
    EXPECT_FALSE(record.is_bulk());
}

TEST(Record, MembersOfAGroupHaveTheLimitsOfContactsWithoutTheFloor) {
    Record record(Context::Member, start);
    EXPECT_EQ(record.standing(start).tier, Tier::Contact);
    record.observe(Event::Malformed, start);
    EXPECT_LT(record.score(start), Record::contact_floor);
    EXPECT_EQ(record.standing(start).tier, Tier::Restricted);
    EXPECT_EQ(record.admit(0, 1, start).answer, Answer::Take);
    record.report(start);
    EXPECT_EQ(record.standing(start).tier, Tier::Blocked);
}

TEST(Record, IntroductionsComeThreeAtOnceAndThenEveryThreeDays) {
    Record record = contact();
    EXPECT_TRUE(record.take_vouch(start));
    EXPECT_TRUE(record.take_vouch(start));
    EXPECT_TRUE(record.take_vouch(start));
    EXPECT_FALSE(record.take_vouch(start));
    EXPECT_FALSE(record.take_vouch(start + days(2)));
    EXPECT_TRUE(record.take_vouch(start + days(3) + seconds(1)));
}

TEST(Record, OnlyContactsInGoodStandingVouch) {
    EXPECT_FALSE(person().take_vouch(start));
    Record record = contact();
    record.report(start);
    EXPECT_FALSE(record.take_vouch(start));
    record.forgive(start);
    record.block(start);
    EXPECT_FALSE(record.take_vouch(start));
}

TEST(Record, ABadIntroductionCostsVouchingAndNothingElse) {
    Record record = contact();
    const Standing before = record.standing(start);
    record.vouched(false, start);
    EXPECT_FALSE(record.take_vouch(start));
    EXPECT_FALSE(record.take_vouch(start + days(60)));
    EXPECT_TRUE(record.take_vouch(start + days(90)));
    const Standing after = record.standing(start);
    EXPECT_EQ(after.tier, before.tier);
    EXPECT_EQ(after.score, before.score);
    EXPECT_EQ(after.unread, before.unread);
}

TEST(Record, IsForgettableWhenItSaysNothing) {
    Record record = person();
    EXPECT_TRUE(record.is_forgettable(start));
    record.observe(Event::Replayed, start);
    EXPECT_FALSE(record.is_forgettable(start));
    EXPECT_TRUE(record.is_forgettable(start + days(1)));
    record.observe(Event::Declined, start + days(1));
    EXPECT_FALSE(record.is_forgettable(start + days(1) + days(30)));
    EXPECT_TRUE(record.is_forgettable(start + days(400)));
    record.block(start + days(400));
    EXPECT_FALSE(record.is_forgettable(start + days(4000)));
    EXPECT_FALSE(contact().is_forgettable(start + days(4000)));
}

TEST(Record, AFreshMessageOfAStrangerIsNotForgotten) {
    Record record = person();
    EXPECT_EQ(record.admit(0, 1, start).answer, Answer::Take);
    EXPECT_FALSE(record.is_forgettable(start));
    EXPECT_TRUE(record.is_forgettable(start + days(1)));
}

TEST(Events, HaveDistinctNamesAndBelongToOneContext) {
    std::vector<std::string_view> names;
    for (const Context context : {Context::Person, Context::Host, Context::Nodes}) {
        for (const EventRule& rule : rules_of(context)) {
            EXPECT_EQ(to_string(rule.event), rule.name);
            EXPECT_GT(rule.weight, 0);
            EXPECT_EQ(rule.at_most == 0, rule.window == Duration::zero());
            names.push_back(rule.name);
        }
    }
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
    EXPECT_EQ(find_rule(Context::Host, Event::Reply), nullptr);
    EXPECT_EQ(rules_of(Context::Member).data(), rules_of(Context::Person).data());
}

}  // namespace
}  // namespace kith::reputation
