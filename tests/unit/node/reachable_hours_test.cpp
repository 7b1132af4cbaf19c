// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/reachable_hours.h"

#include <gtest/gtest.h>

namespace kith::node {
namespace {

const Timestamp start = from_unix_seconds(1'790'000'000);

TEST(ReachableHours, ShareIsThatOfTheLastSevenDays) {
    ReachableHours record;
    EXPECT_EQ(record.share(start), 0);
    for (int hour = 0; hour < 84; ++hour)
        record.note(start + hours(hour));
    EXPECT_DOUBLE_EQ(record.share(start + hours(83)), 0.5);
    EXPECT_DOUBLE_EQ(record.share(start + hours(167)), 0.5);
    EXPECT_DOUBLE_EQ(record.share(start + hours(168)), 83.0 / 168);
    EXPECT_EQ(record.share(start + hours(400)), 0);
}

TEST(ReachableHours, AnHourIsNewsOnce) {
    ReachableHours record;
    EXPECT_TRUE(record.note(start));
    EXPECT_FALSE(record.note(start + minutes(1)));
    EXPECT_TRUE(record.note(start + hours(1)));
    EXPECT_FALSE(record.note(start)) << "an hour back is no other hour";
}

TEST(ReachableHours, AGapCountsAsAbsence) {
    ReachableHours record;
    record.note(start);
    record.note(start + hours(100));
    EXPECT_DOUBLE_EQ(record.share(start + hours(100)), 2.0 / 168);
    record.note(start + hours(1000));
    EXPECT_DOUBLE_EQ(record.share(start + hours(1000)), 1.0 / 168);
}

TEST(ReachableHours, AClockThatWasAheadDoesNotCountForWhatComes) {
    ReachableHours record;
    for (int hour = 0; hour < 168; ++hour)
        record.note(start + days(30) + hours(hour));
    EXPECT_TRUE(record.note(start));
    EXPECT_DOUBLE_EQ(record.share(start), 1.0 / 168);
}

TEST(ReachableHours, ComesBackFromItsBytesAndJunkIsEmpty) {
    ReachableHours record;
    for (const int hour : {0, 1, 5, 90, 167})
        record.note(start + hours(hour));
    EXPECT_EQ(ReachableHours::decode(record.encode()), record);
    EXPECT_EQ(record.encode().size(), 29U);
    EXPECT_EQ(ReachableHours::decode(as_bytes("junk")), ReachableHours());
    EXPECT_EQ(ReachableHours::decode({}), ReachableHours());
}

}  // namespace
}  // namespace kith::node
