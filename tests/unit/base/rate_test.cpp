// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/rate.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

TEST(RateLimit, AllowsTheBurstAndThenTheRate) {
    RateLimit limit(10, 5);
    SteadyTime now{seconds(100)};
    int taken = 0;
    while (limit.take(now))
        ++taken;
    EXPECT_EQ(taken, 5);
    EXPECT_EQ(limit.wait(now), milliseconds(100));
    for (int i = 0; i < 1000; ++i) {
        now += milliseconds(10);
        taken += limit.take(now);
    }
    EXPECT_EQ(taken, 5 + 100);
}

TEST(RateLimit, TakesNothingWhenTheCostDoesNotConform) {
    RateLimit limit(10, 5);
    const SteadyTime now{seconds(100)};
    EXPECT_FALSE(limit.take(now, 6));
    EXPECT_TRUE(limit.take(now, 5));
    EXPECT_FALSE(limit.take(now));
}

TEST(RateLimit, ForgetsWhenNothingIsOwed) {
    RateLimit limit(10, 5);
    const SteadyTime now{seconds(100)};
    EXPECT_TRUE(limit.idle(now));
    EXPECT_TRUE(limit.take(now));
    EXPECT_FALSE(limit.idle(now));
    EXPECT_TRUE(limit.idle(now + milliseconds(100)));
}

}  // namespace
}  // namespace kith
