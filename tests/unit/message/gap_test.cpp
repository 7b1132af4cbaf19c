// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/gap.h"

#include "tests/support/seeded_random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace kith::message {
namespace {

using Seen = GapTracker::Seen;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Gaps, MessagesInOrderLeaveNone) {
    GapTracker gaps;
    for (std::uint64_t seq = 1; seq <= 5; ++seq)
        EXPECT_EQ(gaps.observe(seq), Seen::Next);
    EXPECT_THAT(gaps.missing(), IsEmpty());
    EXPECT_EQ(gaps.observe(3), Seen::Known);
    EXPECT_EQ(gaps.observe(0), Seen::Known);
}

TEST(Gaps, AJumpIsMissingUntilItIsFilled) {
    GapTracker gaps;
    EXPECT_EQ(gaps.observe(5), Seen::Ahead);
    EXPECT_THAT(gaps.missing(), ElementsAre(Gap{1, 4}));
    EXPECT_EQ(gaps.observe(2), Seen::Filled);
    EXPECT_THAT(gaps.missing(), ElementsAre(Gap{1, 1}, Gap{3, 4}));
    EXPECT_EQ(gaps.observe(4), Seen::Filled);
    EXPECT_EQ(gaps.observe(1), Seen::Filled);
    EXPECT_THAT(gaps.missing(), ElementsAre(Gap{3, 3}));
    EXPECT_EQ(gaps.missing_count(), 1U);
    EXPECT_EQ(gaps.observe(3), Seen::Filled);
    EXPECT_THAT(gaps.missing(), IsEmpty());
}

TEST(Gaps, WhatWasGivenUpIsLostAndNoLongerMissing) {
    GapTracker gaps;
    gaps.observe(4);
    gaps.give_up();
    EXPECT_EQ(gaps.lost(), 3U);
    EXPECT_THAT(gaps.missing(), IsEmpty());
    EXPECT_EQ(gaps.observe(2), Seen::Known);
}

TEST(Gaps, AWildSenderCostsAFixedAmount) {
    GapTracker gaps;
    for (std::uint64_t i = 1; i <= 1000; ++i)
        gaps.observe(3 * i);
    EXPECT_EQ(gaps.missing().size(), gap_ranges);
    EXPECT_EQ(gaps.missing_count() + gaps.lost(), 2000U);
    EXPECT_EQ(gaps.observe(std::numeric_limits<std::uint64_t>::max()), Seen::Ahead);
    EXPECT_EQ(gaps.missing().size(), gap_ranges);
    EXPECT_EQ(GapTracker::decode(gaps.encode()).value(), gaps);
}

TEST(Gaps, SplittingAGapStaysWithinTheBound) {
    GapTracker gaps;
    gaps.observe(1000);
    for (std::uint64_t seq = 2; seq < 1000; seq += 2)
        gaps.observe(seq);
    EXPECT_EQ(gaps.missing().size(), gap_ranges);
}

TEST(Gaps, AgreeWithASetOfNumbersInAnyOrder) {
    kith::test::SeededRandom random(4);
    for (int round = 0; round < 50; ++round) {
        GapTracker gaps;
        std::set<std::uint64_t> seen;
        for (int i = 0; i < 40; ++i) {
            const std::uint64_t seq = 1 + random.below(60);
            const bool known = seen.contains(seq);
            EXPECT_EQ(gaps.observe(seq) == Seen::Known, known);
            seen.insert(seq);
        }
        std::uint64_t missing = 0;
        for (std::uint64_t seq = 1; seq < gaps.highest(); ++seq) {
            missing += seen.contains(seq) ? 0U : 1U;
        }
        EXPECT_EQ(gaps.missing_count(), missing);
        EXPECT_EQ(GapTracker::decode(gaps.encode()).value(), gaps);
    }
}

TEST(Gaps, RowsThatContradictThemselvesAreCorrupt) {
    GapTracker gaps;
    gaps.observe(5);
    gaps.observe(3);
    const Bytes row = gaps.encode();
    for (std::size_t size = 0; size < row.size(); ++size) {
        EXPECT_FALSE(GapTracker::decode(ByteView(row).first(size)));
    }
    // [5, 0, [[1, 2], [4, 4]]] with the first gap moved onto the second.
    Bytes overlapping = row;
    overlapping[5] = 4;
    overlapping[6] = 4;
    EXPECT_EQ(GapTracker::decode(overlapping).error().code, Code::Corrupt);
}

TEST(Gaps, UnknownParentsAreNamed) {
    const auto known = MessageId::copy_of(Bytes(16, 1));
    const auto unknown = MessageId::copy_of(Bytes(16, 2));
    const std::array parents{known, unknown};
    EXPECT_THAT(unknown_parents(parents, [&](const MessageId& id) { return id == known; }),
                ElementsAre(unknown));
}

}  // namespace
}  // namespace kith::message
