// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/host_score.h"

#include "core/reputation/penalty.h"

#include <gtest/gtest.h>

namespace kith::reputation {
namespace {

constexpr Timestamp start = from_unix_seconds(1728100000);

TEST(HostScore, AnUnknownHostScoresTwoThirds) {
    const HostScore host(start);
    EXPECT_NEAR(host.score(start), 2.0 / 3, 1e-12);
    EXPECT_FALSE(host.should_leave(start));
}

TEST(HostScore, LossesCloseTogetherEndItWhateverTheScore) {
    HostScore host(start);
    Timestamp now = start;
    for (int i = 0; i < 200; ++i, now += hours(12))
        host.observe(Event::Kept, now);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(host.losses().alarm());
        host.observe(Event::Lost, now);
    }
    EXPECT_GT(host.score(now), HostScore::leave_below);
    EXPECT_TRUE(host.should_leave(now));
}

TEST(HostScore, ALowScoreEndsItWithoutALoss) {
    HostScore host(start);
    while (host.score(start) >= HostScore::leave_below)
        host.observe(Event::Withheld, start);
    EXPECT_TRUE(host.should_leave(start));
    EXPECT_FALSE(host.losses().alarm());
    EXPECT_GE(host.weight(start), HostScore::least_weight);
}

TEST(HostScore, JunkCostsAtMostOneADay) {
    HostScore host(start);
    for (int i = 0; i < 1000; ++i)
        host.observe(Event::Junk, start);
    EXPECT_NEAR(host.record().bad(start), 1, 1e-12);
}

TEST(HostScore, EveryHostKeepsAChance) {
    HostScore host(start);
    for (int i = 0; i < 40; ++i)
        host.observe(Event::Lost, start);
    EXPECT_DOUBLE_EQ(host.weight(start), HostScore::least_weight);
}

TEST(HostScore, IsStored) {
    HostScore host(start);
    host.observe(Event::Kept, start);
    host.observe(Event::Lost, start + hours(5));
    host.observe(Event::Junk, start + hours(6));
    const Bytes row = host.encode();
    EXPECT_EQ(HostScore::decode(row).value(), host);
    EXPECT_EQ(HostScore::decode(ByteView(row).first(row.size() - 1)).error().code, Code::Corrupt);
    const HostScore fresh(start);
    EXPECT_EQ(HostScore::decode(fresh.encode()).value(), fresh);
}

TEST(Penalty, DoublesAndIsForgotten) {
    Penalty<SteadyTime> penalty;
    SteadyTime now{hours(1000)};
    EXPECT_FALSE(penalty.active(now));
    for (const int length : {1, 2, 4, 8, 16, 24, 24}) {
        penalty.strike(hours(1), hours(24), now);
        EXPECT_EQ(penalty.left(now), hours(length));
        now += hours(length);
        EXPECT_FALSE(penalty.active(now));
    }
    now += hours(24);
    penalty.strike(hours(1), hours(24), now);
    EXPECT_EQ(penalty.left(now), hours(1));
}

}  // namespace
}  // namespace kith::reputation
