// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/gcra.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

constexpr Timestamp start = from_unix_seconds(1728100000);

TEST(Gcra, TellsTheWaitAndTakesNothingMeanwhile) {
    Gcra<Timestamp> state;
    const Pace pace = Pace::of(3, hours(1));
    EXPECT_EQ(state.take(pace, start, 3), Duration::zero());
    const Gcra before = state;
    EXPECT_EQ(state.take(pace, start), hours(1));
    EXPECT_EQ(state.take(pace, start + minutes(30), 2), minutes(90));
    EXPECT_EQ(state, before);
    EXPECT_EQ(state.take(pace, start + hours(1)), Duration::zero());
}

TEST(Gcra, GivesNoCreditForTimeBeyondTheBurst) {
    Gcra<Timestamp> state;
    const Pace pace = Pace::of(3, hours(1));
    EXPECT_EQ(state.take(pace, start), Duration::zero());
    EXPECT_EQ(state.wait(pace, start + hours(1000), 3), Duration::zero());
    EXPECT_EQ(state.wait(pace, start + hours(1000), 4), hours(1));
}

TEST(Gcra, ASavedStateGoesOnAsItWas) {
    Gcra<Timestamp> state;
    const Pace pace = Pace::of(5, minutes(1));
    EXPECT_EQ(state.take(pace, start, 4), Duration::zero());
    const Gcra<Timestamp> saved(state.arrival());
    EXPECT_EQ(saved, state);
    EXPECT_EQ(saved.wait(pace, start, 2), minutes(1));
}

TEST(Gcra, WhatIsGivenBackCanBeTakenAgain) {
    Gcra<Timestamp> state;
    const Pace pace = Pace::of(4, seconds(1));
    EXPECT_EQ(state.take(pace, start, 4), Duration::zero());
    state.give_back(pace, 3);
    EXPECT_EQ(state.take(pace, start, 3), Duration::zero());
    EXPECT_EQ(state.take(pace, start), seconds(1));
}

TEST(Gcra, AStepOfTheClockBackCostsAtMostOneBurst) {
    Gcra<Timestamp> state;
    const Pace pace = Pace::of(10, seconds(1));
    EXPECT_EQ(state.take(pace, start + hours(24)), Duration::zero());
    EXPECT_EQ(state.take(pace, start), seconds(1));
    EXPECT_EQ(state.take(pace, start + seconds(1)), Duration::zero());
}

TEST(Gcra, AQuickerPaceDoesNotInheritTheDebtOfASlowOne) {
    Gcra<Timestamp> state;
    EXPECT_EQ(state.take(Pace::of(5, hours(1)), start, 5), Duration::zero());
    const Pace quick = Pace::of(1000, milliseconds(20));
    EXPECT_EQ(state.take(quick, start), milliseconds(20));
    EXPECT_EQ(state.wait(quick, start + seconds(20), 1000), Duration::zero());
}

}  // namespace
}  // namespace kith
