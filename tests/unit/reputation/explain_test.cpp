// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/explain.h"

#include <gtest/gtest.h>

#include <cmath>

namespace kith::reputation {
namespace {

using Answer = Admission::Answer;
constexpr Timestamp start = from_unix_seconds(1728100000);

Record contact() {
    Record record(Context::Person, start);
    record.accept(start);
    return record;
}

/// One record for each tier.
std::vector<Record> everybody() {
    std::vector<Record> all;
    Record trusted = contact();
    for (int i = 0; i < 20; ++i)
        trusted.add(Event::Reply, 20, false, start);
    all.push_back(trusted);
    all.push_back(contact());
    all.push_back(contact());
    all.back().set_bulk(true);
    all.push_back(contact());
    all.back().report(start);
    for (const Entry entry : {Entry::Invited, Entry::Introduced, Entry::None}) {
        all.emplace_back(Context::Person, start);
        all.back().set_entry(entry);
    }
    all.emplace_back(Context::Person, start);
    all.back().add(Event::Malformed, 10, false, start);
    all.emplace_back(Context::Person, start);
    all.back().block(start);
    return all;
}

TEST(Explain, LimitsShownAreLimitsEnforced) {
    std::size_t tier = 0;
    for (Record record : everybody()) {
        const Standing shown = explain(record, start).standing;
        SCOPED_TRACE(to_string(shown.tier));
        ASSERT_EQ(static_cast<std::size_t>(shown.tier), tier++);
        if (shown.unread && *shown.unread > 0) {
            Record copy = record;
            EXPECT_NE(copy.admit(*shown.unread - 1, 1, start).answer, Answer::WaitUnread);
            EXPECT_EQ(copy.admit(*shown.unread, 1, start).answer, Answer::WaitUnread);
        }
        std::uint32_t taken = 0;
        Admission answer;
        while (taken < 100'000 && answer.answer == Answer::Take) {
            answer = record.admit(0, 1, start);
            if (answer.answer == Answer::Take) ++taken;
        }
        if (!shown.pace) {
            EXPECT_EQ(taken, 100'000U);
        } else {
            EXPECT_EQ(taken, shown.burst);
            EXPECT_EQ(answer.answer, shown.burst == 0 ? Answer::Drop : Answer::WaitRate);
            EXPECT_EQ(answer.wait, shown.burst == 0 ? Duration() : shown.pace->interval);
        }
    }
    EXPECT_EQ(tier, 9U);
}

TEST(Explain, NamesTheThreeLargestReasons) {
    Record record = contact();
    for (int day = 0; day < 30; ++day)
        record.observe(Event::Reply, start + days(day));
    record.observe(Event::Replayed, start + days(30));
    record.observe(Event::Oversize, start + days(30));
    record.report(start + days(30));
    const Explanation why = explain(record, start + days(36));
    ASSERT_EQ(why.because.size(), 3U);
    EXPECT_EQ(why.because[0].event, Event::Reply);
    EXPECT_EQ(why.because[0].count, 30U);
    EXPECT_EQ(why.because[0].last, start + days(29));
    EXPECT_GT(why.because[0].effect, 0);
    EXPECT_EQ(why.because[1].event, Event::Reported);
    EXPECT_DOUBLE_EQ(why.because[1].weight, -10);
    EXPECT_NEAR(why.because[1].left, -10 * std::exp2(-6.0 / 60), 1e-9);
    EXPECT_LT(why.because[1].effect, 0);
}

TEST(Explain, ReasonsAddUpToTheEvidence) {
    Record record = contact();
    for (int day = 0; day < 40; ++day) {
        record.observe(Event::Reply, start + days(day));
        if (day % 9 == 0) record.observe(Event::Malformed, start + days(day));
    }
    record.report(start + days(40));
    const Timestamp now = start + days(50);
    double good = 0;
    double bad = 0;
    for (const Reason& reason : reasons_of(record, now, 100))
        (reason.left > 0 ? good : bad) += reason.left;
    EXPECT_NEAR(good, record.good(now), 1e-9);
    EXPECT_NEAR(-bad, record.bad(now), 1e-9);
}

TEST(Explain, TellsWhenThePriceOfWorkFalls) {
    Record record(Context::Person, start);
    record.observe(Event::Declined, start);
    const Explanation why = explain(record, start);
    EXPECT_EQ(why.standing.work, 32U);
    EXPECT_EQ(why.request_refused_until, start + days(30));
    EXPECT_EQ(why.remedy, Remedy::Accept);
    ASSERT_TRUE(why.next);
    EXPECT_EQ(why.next->standing.work, 16U);
    EXPECT_EQ(record.standing(why.next->when).work, 16U);
    EXPECT_EQ(record.standing(why.next->when - minutes(1)).work, 32U);
    EXPECT_NEAR(why.next->standing.score, 0.14, 0.001);
}

TEST(Explain, TellsWhenASuspectMayAskAgain) {
    Record record(Context::Person, start);
    record.observe(Event::Malformed, start);
    ASSERT_EQ(explain(record, start).standing.tier, Tier::Suspect);
    const auto next = explain(record, start).next;
    ASSERT_TRUE(next);
    EXPECT_EQ(next->standing.tier, Tier::Stranger);
    EXPECT_NEAR(next->standing.score, 0.12, 0.001);
}

TEST(Explain, TellsThatTrustFadesWhenNobodyWrites) {
    Record record = contact();
    for (int day = 0; day < 60; ++day)
        record.observe(Event::Reply, start + days(day));
    const Timestamp now = start + days(60);
    ASSERT_EQ(explain(record, now).standing.tier, Tier::Trusted);
    EXPECT_EQ(explain(record, now).next->standing.tier, Tier::Contact);
    EXPECT_EQ(explain(record, now).remedy, Remedy::None);
}

TEST(Explain, ARestrictionDoesNotEndByItself) {
    Record record = contact();
    record.report(start);
    const Explanation why = explain(record, start);
    EXPECT_FALSE(why.next);
    EXPECT_EQ(why.remedy, Remedy::Forgive);
    EXPECT_EQ(why.request_refused_until, std::nullopt);
    Record blocked(Context::Person, start);
    blocked.block(start);
    EXPECT_EQ(explain(blocked, start).remedy, Remedy::Forgive);
    EXPECT_FALSE(explain(blocked, start).next);
}

TEST(Explain, AContactIsLimitedByNothingAPersonNotices) {
    const Explanation why = explain(contact(), start);
    EXPECT_EQ(why.remedy, Remedy::None);
    EXPECT_FALSE(why.next);
    EXPECT_EQ(why.standing.burst, 1000U);
}

TEST(Explain, HostsAndNodesHaveAScoreAndReasons) {
    Record host(Context::Host, start);
    host.observe(Event::Lost, start);
    const Explanation why = explain(host, start);
    EXPECT_EQ(why.context, Context::Host);
    EXPECT_NEAR(why.standing.score, 2.0 / 7, 1e-12);
    EXPECT_EQ(why.remedy, Remedy::Leave);
    ASSERT_EQ(why.because.size(), 1U);
    EXPECT_EQ(why.because[0].event, Event::Lost);
    EXPECT_TRUE(explain(Record(Context::Nodes, start), start).because.empty());
}

}  // namespace
}  // namespace kith::reputation
