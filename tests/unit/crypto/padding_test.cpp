// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/padding.h"

#include <gtest/gtest.h>

namespace kith::crypto {
namespace {

TEST(Padding, ComesBackForEveryLength) {
    constexpr std::size_t size = 64;
    for (std::size_t used = 0; used < size; ++used) {
        const Bytes data(used, 0x80);
        const Bytes block = pad(data, size);
        ASSERT_EQ(block.size(), size);
        const auto back = unpad(block);
        ASSERT_TRUE(back) << used;
        EXPECT_TRUE(equal(*back, data)) << used;

        Bytes in_place(size, 0xee);
        std::ranges::copy(data, in_place.begin());
        pad_in_place(in_place, used);
        EXPECT_EQ(in_place, block) << used;
    }
}

TEST(Padding, ComesBackFromBlocksOfEveryLength) {
    for (std::size_t size = 1; size <= 100; ++size) {
        for (std::size_t used = 0; used < size; ++used) {
            const Bytes block = pad(Bytes(used, 1), size);
            EXPECT_EQ(unpadded_size(block).value(), used) << size;
        }
    }
}

TEST(Padding, RefusesEveryOtherForm) {
    const Bytes zeros(16);
    EXPECT_EQ(unpad(zeros).error().code, Code::Malformed);
    EXPECT_FALSE(unpad({}));
    EXPECT_FALSE(unpad(Bytes(16, 'a')));
    for (int byte = 1; byte < 256; ++byte) {
        Bytes block(16);
        block[3] = static_cast<std::uint8_t>(byte);
        EXPECT_EQ(unpad(block).has_value(), byte == 0x80) << byte;
        block[2] = 0x80;  // an earlier mark does not excuse a wrong last byte
        EXPECT_EQ(unpad(block).has_value(), byte == 0x80) << byte;
    }
}

TEST(PaddingDeathTest, NeedsRoomForTheMark) {
    EXPECT_DEATH((void)pad(Bytes(16), 16), "bug in kith");
    Bytes block(16);
    EXPECT_DEATH(pad_in_place(block, 16), "bug in kith");
}

}  // namespace
}  // namespace kith::crypto
