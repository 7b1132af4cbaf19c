// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/skipped_keys.h"

#include "tests/support/seeded_random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Timestamp noon = from_unix_seconds(1728100000);

struct SkippedKeysTest : testing::Test {
    kith::test::SeededRandom random{5};
    SkippedKeys keys;
    SkippedChange change;

    /// Keys first..last of a chain, its header key made of the number of the chain.
    void add(std::uint32_t chain, std::uint32_t first, std::uint32_t last, Timestamp now = noon) {
        std::vector<SkippedKey> list;
        for (std::uint32_t number = first; number <= last; ++number) {
            list.push_back({number, crypto::draw_secret<MessageKey>(random)});
        }
        keys.add(chain, header(chain), std::move(list), now, change);
    }

    static HeaderKey header(std::uint32_t chain) {
        return HeaderKey::copy_of(Bytes(32, static_cast<std::uint8_t>(chain)));
    }
};

TEST_F(SkippedKeysTest, FindsAndForgetsOneKey) {
    add(1, 3, 5);
    EXPECT_NE(keys.find({1, 4}), nullptr);
    EXPECT_EQ(keys.find({1, 6}), nullptr);
    EXPECT_EQ(keys.find({2, 4}), nullptr);
    change = {};
    keys.remove({1, 4}, change);
    EXPECT_THAT(change.removed, ElementsAre(SkippedId{1, 4}));
    EXPECT_EQ(keys.find({1, 4}), nullptr);
    EXPECT_EQ(keys.size(), 2U);
    keys.remove({1, 4}, change);
    EXPECT_EQ(change.removed.size(), 1U);
}

TEST_F(SkippedKeysTest, AChainGoesWithItsLastKey) {
    add(1, 0, 1);
    keys.remove({1, 0}, change);
    keys.remove({1, 1}, change);
    EXPECT_THAT(keys.chains(), IsEmpty());
}

TEST_F(SkippedKeysTest, TrimmingTakesTheLowestFirst) {
    add(1, 0, 2);
    add(2, 0, 2);
    change = {};
    keys.trim(2, change);
    EXPECT_EQ(keys.size(), 2U);
    EXPECT_THAT(change.removed,
                ElementsAre(SkippedId{1, 0}, SkippedId{1, 1}, SkippedId{1, 2}, SkippedId{2, 0}));
    EXPECT_NE(keys.find({2, 1}), nullptr);
}

TEST_F(SkippedKeysTest, OldChainsAreCountedBelowTheCurrentOne) {
    for (std::uint32_t chain = 1; chain <= 6; ++chain)
        add(chain, 0, 1);
    change = {};
    keys.drop_old_chains(6, change);
    EXPECT_THAT(change.removed, IsEmpty());
    keys.drop_old_chains(7, change);
    EXPECT_THAT(change.removed, ElementsAre(SkippedId{1, 0}, SkippedId{1, 1}));
}

TEST_F(SkippedKeysTest, KeysWaitThreeWeeks) {
    add(1, 0, 0, noon);
    add(2, 0, 0, noon + days(1));
    change = {};
    keys.expire(noon + days(21), change);
    EXPECT_THAT(change.removed, ElementsAre(SkippedId{1, 0}));
    EXPECT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys.chains().size(), 1U);
}

TEST_F(SkippedKeysTest, WhatCameAndWentInOneStepIsNoChange) {
    add(1, 0, 3);
    keys.trim(3, change);
    change.settle();
    EXPECT_THAT(change.added, ElementsAre(SkippedId{1, 1}, SkippedId{1, 2}, SkippedId{1, 3}));
    EXPECT_THAT(change.removed, IsEmpty());
}

TEST_F(SkippedKeysTest, RowsComeBackInAnyOrder) {
    add(1, 0, 2);
    add(2, 5, 5);
    SkippedKeys restored;
    for (const SkippedId id :
         {SkippedId{2, 5}, SkippedId{1, 1}, SkippedId{1, 2}, SkippedId{1, 0}}) {
        ASSERT_TRUE(restored.restore_row(id, keys.encode_row(id)));
    }
    EXPECT_EQ(restored.size(), 4U);
    for (const SkippedId id :
         {SkippedId{1, 0}, SkippedId{1, 1}, SkippedId{1, 2}, SkippedId{2, 5}}) {
        EXPECT_EQ(restored.encode_row(id), keys.encode_row(id));
    }
}

TEST_F(SkippedKeysTest, RowsThatDoNotFitAreCorrupt) {
    add(1, 0, 0);
    add(2, 0, 0);
    const Bytes row = keys.encode_row({1, 0});
    SkippedKeys restored;
    ASSERT_TRUE(restored.restore_row({1, 0}, row));
    EXPECT_EQ(restored.restore_row({1, 0}, row).error().code, Code::Corrupt);
    EXPECT_EQ(restored.restore_row({1, 1}, keys.encode_row({2, 0})).error().code, Code::Corrupt);
    EXPECT_EQ(restored.restore_row({1, 1}, ByteView(row).first(71)).error().code, Code::Corrupt);
    EXPECT_EQ(restored.size(), 1U);
}

}  // namespace
}  // namespace kith::session
