// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/backoff.h"

#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::node {
namespace {

TEST(Backoff, DialsWithinTwelveSecondsForTenMinutesThenSlowsDown) {
    test::SeededRandom random(1);
    Duration sum{};
    for (unsigned failures = 0; failures < 60; ++failures) {
        const Duration delay = dial_delay(failures, random);
        EXPECT_LE(delay, seconds(12));
        EXPECT_GE(delay, milliseconds(125));
        sum += delay;
    }
    EXPECT_GT(sum, minutes(6));
    EXPECT_GE(dial_delay(60, random), seconds(30));
    EXPECT_LE(dial_delay(100000, random), minutes(10));
    EXPECT_GE(dial_delay(100000, random), minutes(5));
}

TEST(Backoff, LooksUpRarelyForWhoeverStaysAway) {
    test::SeededRandom random(1);
    EXPECT_LE(lookup_delay(0, random), seconds(7));
    EXPECT_GE(lookup_delay(1000, random), hours(4));
    EXPECT_LE(lookup_delay(1000, random), hours(8));
}

}  // namespace
}  // namespace kith::node
