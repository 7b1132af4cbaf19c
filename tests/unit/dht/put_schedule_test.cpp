// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/put_schedule.h"

#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::dht {
namespace {

void expect_about(std::optional<Duration> pause, Duration middle) {
    ASSERT_TRUE(pause);
    EXPECT_GE(*pause, middle * 7 / 10);
    EXPECT_LE(*pause, middle * 13 / 10);
}

TEST(PutSchedule, HurriesWhileNobodyHasTheRecordThenGivesUpSlowly) {
    test::SeededRandom random(1);
    PutSchedule schedule;
    for (const Duration pause : PutSchedule::soon)
        expect_about(schedule.next(0, random), pause);
    for (const Duration pause : PutSchedule::later)
        expect_about(schedule.next(0, random), pause);
    EXPECT_FALSE(schedule.next(0, random));
}

TEST(PutSchedule, DoesNotHurryOnceSomebodyHasIt) {
    test::SeededRandom random(2);
    PutSchedule schedule;
    expect_about(schedule.next(0, random), seconds(2));
    expect_about(schedule.next(1, random), seconds(30));
    expect_about(schedule.next(2, random), minutes(2));
    expect_about(schedule.next(0, random), seconds(5));
    expect_about(schedule.next(1, random), minutes(10));
    EXPECT_FALSE(schedule.next(1, random));
}

TEST(PutSchedule, NodesThatStartTogetherDoNotPutTogether) {
    test::SeededRandom random(3);
    PutSchedule one;
    PutSchedule other;
    EXPECT_NE(one.next(0, random), other.next(0, random));
}

}  // namespace
}  // namespace kith::dht
