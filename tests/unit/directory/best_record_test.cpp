// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/best_record.h"

#include "tests/support/directory/beacon_maker.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

// A toy record: reissue, rev, then filler; refused if it begins with 0xff.
Bytes toy(std::uint8_t reissue, std::uint8_t rev, std::uint8_t filler = 0) {
    Bytes out(80, filler);
    out[0] = reissue;
    out[1] = rev;
    return out;
}

std::optional<Revision> accept_toy(ByteView data) {
    if (data.empty() || data[0] == 0xff) return std::nullopt;
    return Revision{data[0], data[1]};
}

TEST(BestRecord, IsTheHighestPairOfReissueAndRev) {
    BestRecord best(accept_toy);
    EXPECT_FALSE(best.record());
    EXPECT_TRUE(best.offer(0, toy(0, 9)));
    EXPECT_FALSE(best.offer(1, toy(0, 8)));
    EXPECT_TRUE(best.offer(1, toy(1, 1)));
    EXPECT_FALSE(best.offer(0, toy(0, 200)));
    EXPECT_EQ(*best.record(), toy(1, 1));
}

TEST(BestRecord, OfEqualsIsTheOneWithTheLargerSignature) {
    for (const bool smaller_first : {true, false}) {
        BestRecord best(accept_toy);
        best.offer(0, toy(0, 9, smaller_first ? 1 : 2));
        best.offer(1, toy(0, 9, smaller_first ? 2 : 1));
        EXPECT_EQ(*best.record(), toy(0, 9, 2));
    }
}

TEST(BestRecord, IgnoresJunkAndRepeats) {
    BestRecord best(accept_toy);
    EXPECT_FALSE(best.offer(0, toy(0xff, 1)));
    EXPECT_TRUE(best.offer(0, toy(0, 1)));
    EXPECT_FALSE(best.offer(1, toy(0, 1)));
}

TEST(BestRecord, LooksAtThirtyTwoValuesOfASlotAndThenOnlyAtTheOther) {
    int looked = 0;
    BestRecord best([&looked](ByteView data) {
        ++looked;
        return accept_toy(data);
    });
    for (int i = 0; i < 1000; ++i) {
        best.offer(0, toy(0xff, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)));
    }
    EXPECT_EQ(looked, 32);
    EXPECT_FALSE(best.offer(0, toy(0, 1)));
    EXPECT_TRUE(best.offer(1, toy(0, 1)));
}

TEST(BestRecord, ReadsNoMoreThanThirtyTwoKilobytesOfASlot) {
    int looked = 0;
    BestRecord best([&looked](ByteView) -> std::optional<Revision> {
        ++looked;
        return std::nullopt;
    });
    for (int i = 0; i < 20; ++i) {
        best.offer(0, Bytes(4096, static_cast<std::uint8_t>(i)));
    }
    EXPECT_EQ(looked, 8);
}

TEST(BestRecord, FindsTheBeaconBehindJunkThatFitsTheCaps) {
    test::BeaconMaker alice(1);
    const Epoch epoch(20000);
    const auto records = alice.records(epoch);
    BestRecord best(alice.accept(epoch_start(epoch)));
    for (std::uint8_t i = 0; i < 31; ++i) {
        Bytes junk = records[0].data;
        junk[200] ^= static_cast<std::uint8_t>(i + 1);
        EXPECT_FALSE(best.offer(0, junk));
    }
    EXPECT_TRUE(best.offer(0, records[0].data));
}

}  // namespace
}  // namespace kith::directory
