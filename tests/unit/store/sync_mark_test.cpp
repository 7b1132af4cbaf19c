// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sync_mark.h"

#include <gtest/gtest.h>

namespace kith::store {
namespace {

class SyncMarkTest : public testing::Test {
  protected:
    Bytes file(SyncMark first, SyncMark second) const {
        return concat(encode_mark(cipher, first), encode_mark(cipher, second));
    }

    RowCipher cipher{crypto::MasterKey::copy_of(std::array<std::uint8_t, 32>{1})};
};

TEST_F(SyncMarkTest, TheNewerSlotCounts) {
    EXPECT_EQ(decode_marks(cipher, file({1, 10}, {1, 9})), (SyncMark{1, 10}));
    EXPECT_EQ(decode_marks(cipher, file({1, 10}, {1, 11})), (SyncMark{1, 11}));
    EXPECT_EQ(decode_marks(cipher, file({2, 3}, {1, 11})), (SyncMark{2, 3}));
}

TEST_F(SyncMarkTest, ATornSlotLeavesTheOther) {
    Bytes torn = file({1, 10}, {1, 11});
    torn[mark_slot_size + 9] ^= 1;
    EXPECT_EQ(decode_marks(cipher, torn), (SyncMark{1, 10}));
    torn[0] ^= 1;
    EXPECT_EQ(decode_marks(cipher, torn), std::nullopt);
    EXPECT_EQ(decode_marks(cipher, ByteView(file({1, 10}, {1, 11})).first(40)), (SyncMark{1, 10}));
    EXPECT_EQ(decode_marks(cipher, {}), std::nullopt);
}

TEST_F(SyncMarkTest, AnotherProfilesMarkSaysNothing) {
    const RowCipher other(crypto::MasterKey::copy_of(std::array<std::uint8_t, 32>{2}));
    EXPECT_EQ(decode_marks(other, file({1, 10}, {1, 11})), std::nullopt);
}

}  // namespace
}  // namespace kith::store
