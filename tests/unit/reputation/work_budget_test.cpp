// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/work_budget.h"

#include <gtest/gtest.h>

namespace kith::reputation {
namespace {

using Answer = WorkBudget::Answer;
constexpr Duration evaluation = milliseconds(1);
constexpr SteadyTime start{hours(5)};

Endpoint v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d = 1) {
    return Endpoint::v4(a, b, c, d, 4222);
}

Endpoint v6(std::uint8_t at_4, std::uint8_t at_5 = 0, std::uint8_t at_6 = 0) {
    Endpoint out;
    out.address = {0x20, 0x01, 0x0d, 0xb8, at_4, at_5, at_6};
    out.port = 1;
    return out;
}

Answer check_once(WorkBudget& budget, const Endpoint& source, SteadyTime now, bool valid = true) {
    const auto permit = budget.ask(source, now);
    if (permit.answer == Answer::Check) budget.finished(source, 4, valid, now);
    return permit.answer;
}

TEST(WorkBudget, IsATenthOfACoreWithinLimits) {
    EXPECT_EQ(WorkBudget(milliseconds(1)).per_second(), 100U);
    EXPECT_EQ(WorkBudget(Duration(100)).per_second(), 200U);
    EXPECT_EQ(WorkBudget(Duration(0)).per_second(), 200U);
    EXPECT_EQ(WorkBudget(seconds(1)).per_second(), 4U);
}

TEST(WorkBudget, OneSourceGetsFiveProofsAndThenOneASecond) {
    WorkBudget budget(evaluation);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(check_once(budget, v4(1, 2, 3), start), Answer::Check);
    EXPECT_EQ(check_once(budget, v4(1, 2, 3, 200), start), Answer::Later);
    EXPECT_EQ(check_once(budget, v4(1, 2, 4), start), Answer::Check);
    EXPECT_EQ(check_once(budget, v4(1, 2, 3), start + seconds(1)), Answer::Check);
}

TEST(WorkBudget, AllSourcesTogetherStayWithinTheTotal) {
    WorkBudget budget(evaluation);
    unsigned checked = 0;
    for (int second = 0; second < 10; ++second) {
        for (int i = 0; i < 250; ++i) {
            const auto source =
                v4(1, static_cast<std::uint8_t>(second), static_cast<std::uint8_t>(i));
            if (check_once(budget, source, start + seconds(second)) == Answer::Check) ++checked;
        }
    }
    EXPECT_EQ(checked, 25U + 9 * 25U);  // 100 evaluations a second, four each
}

TEST(WorkBudget, WhatWasNotEvaluatedIsGivenBack) {
    WorkBudget budget(evaluation);
    unsigned checked = 0;
    for (int i = 0; i < 250; ++i) {
        const auto source = v4(1, 2, static_cast<std::uint8_t>(i));
        if (budget.ask(source, start).answer != Answer::Check) continue;
        budget.finished(source, 1, false, start);
        ++checked;
    }
    EXPECT_EQ(checked, 97U);  // the last one needs four
}

TEST(WorkBudget, AtMostEightProofsAreCheckedAtOnce) {
    WorkBudget budget(evaluation);
    for (std::uint8_t i = 0; i < WorkBudget::at_once; ++i)
        EXPECT_EQ(budget.ask(v4(1, 2, i), start).answer, Answer::Check);
    EXPECT_EQ(budget.ask(v4(1, 2, 100), start).answer, Answer::Later);
    budget.finished(v4(1, 2, 0), 4, true, start);
    EXPECT_EQ(budget.ask(v4(1, 2, 100), start).answer, Answer::Check);
}

TEST(WorkBudget, FalseWorkShutsASourceOutForLongerEachTime) {
    WorkBudget budget(evaluation);
    SteadyTime now = start;
    for (const int length : {1, 2, 4, 8, 16, 32, 60, 60}) {
        EXPECT_EQ(check_once(budget, v4(1, 2, 3), now, false), Answer::Check);
        const auto permit = budget.ask(v4(1, 2, 3, 77), now);
        EXPECT_EQ(permit.answer, Answer::Drop);
        EXPECT_EQ(permit.wait, minutes(length));
        now += minutes(length);
    }
    EXPECT_EQ(check_once(budget, v4(1, 2, 3), now + minutes(61), false), Answer::Check);
    EXPECT_EQ(budget.ask(v4(1, 2, 3), now + minutes(61)).wait, minutes(1));
}

TEST(WorkBudget, AWidePrefixOfIpv6CountsAsTenSources) {
    WorkBudget budget(Duration(500));
    unsigned checked = 0;
    for (int second = 0; second < 4; ++second) {
        for (int i = 0; i < 256; ++i) {
            const auto source = v6(static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(second));
            if (check_once(budget, source, start + seconds(second)) == Answer::Check) ++checked;
        }
    }
    EXPECT_EQ(checked, 50U + 3 * 10U);
}

TEST(WorkBudget, Ipv6IsCountedByA48) {
    EXPECT_EQ(work_source(v6(1, 2, 3)), work_source(v6(1, 2, 4)));
    EXPECT_NE(work_source(v6(1, 2)), work_source(v6(1, 3)));
    EXPECT_EQ(work_source(v4(1, 2, 3, 4)), work_source(v4(1, 2, 3, 5)));
    EXPECT_NE(work_source(v4(1, 2, 3)), work_source(v4(1, 2, 4)));
}

TEST(WorkBudget, RemembersABoundedNumberOfLiars) {
    WorkBudget budget(Duration(500));
    SteadyTime now = start;
    std::size_t most = 0;
    for (int i = 0; i < 20'000; ++i, now += milliseconds(5)) {
        const auto source =
            v4(1, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i & 255));
        if (budget.ask(source, now).answer != Answer::Check) continue;
        budget.finished(source, 1, false, now);
        most = std::max(most, budget.sources());
    }
    EXPECT_EQ(most, WorkBudget::sources_max);
    EXPECT_EQ(check_once(budget, v4(9, 9, 9), now + minutes(70)), Answer::Check);
    EXPECT_LT(budget.sources(), WorkBudget::sources_max);
}

TEST(WorkBudget, DoesNotRememberWhoWasNotServed) {
    WorkBudget budget(evaluation);
    for (std::uint8_t i = 0; i < 25; ++i)
        check_once(budget, v4(1, 2, i), start);
    for (std::uint8_t i = 0; i < 250; ++i)
        EXPECT_EQ(budget.ask(v4(2, 2, i), start).answer, Answer::Later);
    EXPECT_EQ(budget.sources(), 25U);
}

TEST(WorkBudget, OfMailKnowsNoSourceAndPunishesNobody) {
    WorkBudget budget(milliseconds(1));
    for (int i = 0; i < 6; ++i) {
        ASSERT_EQ(budget.ask(std::nullopt, start).answer, WorkBudget::Answer::Check);
        budget.finished(std::nullopt, 1, false, start);
    }
    EXPECT_EQ(budget.ask(std::nullopt, start).answer, WorkBudget::Answer::Check);
    EXPECT_EQ(budget.sources(), 0U);
}

TEST(WorkBudget, OfLoopbackKnowsNoSourceOnlyTheTotal) {
    WorkBudget budget(milliseconds(1));  // 25 proofs a second
    const auto local = [](std::uint16_t port) { return Endpoint::v4(127, 0, 0, 1, port); };
    for (std::uint16_t i = 0; i < 25; ++i)
        EXPECT_EQ(check_once(budget, local(i), start, false), Answer::Check) << i;
    EXPECT_EQ(budget.ask(local(99), start).answer, Answer::Later);
    // Neither its address nor its ports fill the book of those who lied.
    EXPECT_EQ(budget.sources(), 0U);
    EXPECT_EQ(check_once(budget, local(1), start + seconds(1)), Answer::Check);
}

}  // namespace
}  // namespace kith::reputation
