// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/pickup_plan.h"

#include "core/mailbox/push_window.h"
#include "core/mailbox/source_rates.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

TEST(PickupPlan, IsCompleteWhenNothingMoreIsThere) {
    PickupPlan plan(10);
    EXPECT_EQ(plan.bytes_to_ask(), pickup_bytes);
    EXPECT_TRUE(plan.took({{11, 12}, 2048, 12, true}));
    EXPECT_FALSE(plan.complete());
    EXPECT_EQ(plan.cursor(), 12U);
    EXPECT_TRUE(plan.took({{}, 0, 15, false}));
    EXPECT_TRUE(plan.complete());
    EXPECT_EQ(plan.cursor(), 15U);
}

TEST(PickupPlan, ABatchOutOfOrderIsRefusedAndChangesNothing) {
    PickupPlan plan(10);
    EXPECT_FALSE(plan.took({{}, 0, 9, false}));
    EXPECT_FALSE(plan.took({{10}, 1024, 12, false}));
    EXPECT_FALSE(plan.took({{12, 11}, 1024, 12, false}));
    EXPECT_FALSE(plan.took({{11, 11}, 1024, 12, false}));
    EXPECT_FALSE(plan.took({{13}, 1024, 12, false}));
    EXPECT_FALSE(plan.took({{11}, pickup_bytes + 1, 12, false}));
    EXPECT_EQ(plan.cursor(), 10U);
    EXPECT_FALSE(plan.complete());
}

TEST(PickupPlan, AFloodEndsAtItsBudget) {
    PickupPlan plan(0);
    std::uint64_t place = 0;
    int asked = 0;
    while (plan.bytes_to_ask() != 0) {
        ++place;
        ++asked;
        ASSERT_TRUE(plan.took({{place}, plan.bytes_to_ask(), place, true}));
    }
    EXPECT_EQ(asked, 16);
    EXPECT_FALSE(plan.complete());
}

TEST(PickupPlan, WhatIsLeftBehindIsTheNextStart) {
    PickupPlan plan(0);
    ASSERT_TRUE(plan.took({{1, 2, 3}, 3072, 3, false}));
    plan.left_behind(2);
    plan.left_behind(3);
    EXPECT_EQ(plan.cursor(), 1U);
}

TEST(PickupPlan, TimersAreSpread) {
    EXPECT_EQ(poll_delay(0.5), minutes(15));
    EXPECT_EQ(poll_delay(0.0), seconds(630));
    EXPECT_LT(poll_delay(0.999), seconds(1170));
    EXPECT_EQ(receipt_delay(0), Duration::zero());
    EXPECT_LT(receipt_delay(0.999), seconds(30));
}

TEST(PickupPlan, OnlyLargeEnvelopesAreDeletedEverywhereAtOnce) {
    EXPECT_FALSE(delete_everywhere(1024));
    EXPECT_FALSE(delete_everywhere(4096));
    EXPECT_TRUE(delete_everywhere(16384));
}

TEST(PushWindow, HoldsAQuarterMegabyteAndGivesRoomAsMailIsDeleted) {
    PushWindow window({});
    for (std::uint64_t seq = 1; seq <= 16; ++seq)
        EXPECT_TRUE(window.take(seq, 16384));
    EXPECT_FALSE(window.take(17, 1024));
    window.deleted({3, 99});
    EXPECT_EQ(window.unacknowledged(), push_window_bytes - 16384);
    EXPECT_TRUE(window.take(17, 1024));
    window.deleted({3});
    EXPECT_EQ(window.unacknowledged(), push_window_bytes - 16384 + 1024);
    EXPECT_TRUE(window.take(17, 1024)) << "twice the same counts once";
    EXPECT_EQ(window.unacknowledged(), push_window_bytes - 16384 + 1024);
}

TEST(PushWindow, KnowsWhichMailTheDeviceWants) {
    EXPECT_TRUE(PushWindow({}).wants(5));
    EXPECT_TRUE(PushWindow({4, 5}).wants(5));
    EXPECT_FALSE(PushWindow({4}).wants(5));
}

NetworkPrefix source(std::uint32_t number) {
    NetworkPrefix out{};
    std::ranges::copy(be_bytes<std::uint32_t>(number), out.begin());
    return out;
}

TEST(SourceRates, LimitEachSourceForItself) {
    SourceRates rates;
    const Pace pace = Pace::of(2, seconds(1));
    const SteadyTime now(hours(1));
    EXPECT_EQ(rates.take(pace, source(1), now), Duration::zero());
    EXPECT_EQ(rates.take(pace, source(1), now), Duration::zero());
    EXPECT_EQ(rates.take(pace, source(1), now), seconds(1));
    EXPECT_EQ(rates.take(pace, source(2), now), Duration::zero());
    EXPECT_EQ(rates.take(pace, source(1), now + seconds(1)), Duration::zero());
}

TEST(SourceRates, AreBoundedAndForgetWhoOwesNothing) {
    SourceRates rates;
    const Pace pace = Pace::of(2, seconds(1));
    SteadyTime now(hours(1));
    for (std::uint32_t i = 0; i < SourceRates::max_sources; ++i)
        EXPECT_EQ(rates.take(pace, source(i), now), Duration::zero());
    const std::uint32_t late = 100000;
    EXPECT_EQ(rates.take(pace, source(late), now), Duration::zero());
    EXPECT_EQ(rates.take(pace, source(late + 1), now), Duration::zero());
    EXPECT_NE(rates.take(pace, source(late + 2), now), Duration::zero())
        << "newcomers share one rate";
    EXPECT_EQ(rates.size(), SourceRates::max_sources);
    now += seconds(10);
    EXPECT_EQ(rates.take(pace, source(late), now), Duration::zero());
    EXPECT_EQ(rates.size(), 1U);
}

}  // namespace
}  // namespace kith::mailbox
