// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/loss_detector.h"

#include <gtest/gtest.h>

#include <limits>

namespace kith::reputation {
namespace {

TEST(LossDetector, LeavesAHostAfterThreeLossesInARow) {
    LossDetector detector;
    detector.lost();
    detector.lost();
    EXPECT_FALSE(detector.alarm());
    detector.lost();
    EXPECT_TRUE(detector.alarm());
}

TEST(LossDetector, NeverFallsBelowZero) {
    LossDetector detector;
    for (int i = 0; i < 10; ++i)
        detector.kept();
    EXPECT_EQ(detector.level(), 0);
}

TEST(LossDetector, ForgivesAHostThatLostMuchAfterEnoughKeptCopies) {
    LossDetector detector;
    for (int i = 0; i < 1000; ++i)
        detector.lost();
    EXPECT_EQ(detector.level(), LossDetector::ceiling);
    int copies = 0;
    for (; detector.alarm(); ++copies)
        detector.kept();
    EXPECT_GT(copies, 500);
    EXPECT_LT(copies, 600);
}

TEST(LossDetector, TakesOnlySensibleLevelsBack) {
    EXPECT_EQ(LossDetector::from_level(3.5).level(), 3.5);
    EXPECT_EQ(LossDetector::from_level(-1).level(), 0);
    EXPECT_EQ(LossDetector::from_level(1e300).level(), LossDetector::ceiling);
    EXPECT_EQ(LossDetector::from_level(std::numeric_limits<double>::quiet_NaN()).level(), 0);
}

}  // namespace
}  // namespace kith::reputation
