// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/recent_set.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

TEST(RecentSet, ForgetsTheOldestAndNotTheSmallest) {
    RecentSet<int> set(3);
    for (const int item : {9, 1, 5, 7})
        set.insert(item);
    EXPECT_FALSE(set.contains(9));
    for (const int item : {1, 5, 7})
        EXPECT_TRUE(set.contains(item)) << item;
    EXPECT_EQ(set.size(), 3U);
}

TEST(RecentSet, CountsNothingTwice) {
    RecentSet<int> set(2);
    set.insert(1);
    set.insert(2);
    set.insert(2);
    EXPECT_TRUE(set.contains(1));
    set.insert(3);
    EXPECT_FALSE(set.contains(1)) << "its turn was not put off";
}

}  // namespace
}  // namespace kith
