// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/daily_caps.h"

#include <gtest/gtest.h>

namespace kith::node {
namespace {

constexpr Timestamp start{days(20000)};

TEST(DailyCaps, LimitEachOneAndNoOther) {
    DailyCaps<int> caps(3);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(caps.take(1, start)) << i;
    EXPECT_FALSE(caps.has(1, start));
    EXPECT_FALSE(caps.take(1, start));
    EXPECT_TRUE(caps.take(2, start));
}

TEST(DailyCaps, GiveBackWithTime) {
    DailyCaps<int> caps(3);
    for (int i = 0; i < 3; ++i)
        caps.take(1, start);
    EXPECT_FALSE(caps.take(1, start + hours(7)));
    EXPECT_TRUE(caps.take(1, start + hours(8)));
    EXPECT_FALSE(caps.take(1, start + hours(8)));
}

TEST(DailyCaps, LookingTakesNothing) {
    DailyCaps<int> caps(1);
    EXPECT_TRUE(caps.has(1, start));
    EXPECT_TRUE(caps.has(1, start));
    EXPECT_TRUE(caps.take(1, start));
    EXPECT_FALSE(caps.has(1, start));
}

}  // namespace
}  // namespace kith::node
