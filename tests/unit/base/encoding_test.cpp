// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

// RFC 4648 10, without padding.
TEST(Encoding, GivesTheRfc4648Values) {
    EXPECT_EQ(to_base32(as_bytes("foobar")), "MZXW6YTBOI");
    EXPECT_EQ(to_base32(as_bytes("fooba")), "MZXW6YTB");
    EXPECT_EQ(to_base32(as_bytes("f")), "MY");
    EXPECT_EQ(to_base64url(as_bytes("foobar")), "Zm9vYmFy");
    EXPECT_EQ(to_base64url(as_bytes("foob")), "Zm9vYg");
    EXPECT_EQ(to_base64url(Bytes{0xfb, 0xff}), "-_8");
    EXPECT_EQ(to_hex(as_bytes("foobar")), "666f6f626172");
}

TEST(Encoding, RoundTripsEveryLength) {
    Bytes bytes;
    for (int i = 0; i < 70; ++i) {
        EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
        EXPECT_EQ(from_base32(to_base32(bytes)).value(), bytes);
        EXPECT_EQ(from_base64url(to_base64url(bytes)).value(), bytes);
        bytes.push_back(static_cast<std::uint8_t>(i * 37 + 11));
    }
}

TEST(Encoding, HasOneTextForEachByteString) {
    EXPECT_FALSE(from_base64url("Zh"));  // unused bits set
    EXPECT_FALSE(from_base64url("Z"));   // impossible length
    EXPECT_FALSE(from_base64url("Zg=="));
    EXPECT_FALSE(from_base64url("Z+=/"));
    EXPECT_FALSE(from_base32("MZ"));  // unused bits set
    EXPECT_FALSE(from_base32("M"));
    EXPECT_FALSE(from_base32("my"));  // lower case
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("0G"));
    EXPECT_FALSE(from_hex("AB"));
}

TEST(Encoding, GroupsForTheEye) {
    EXPECT_EQ(grouped("abcdefghij"), "abcd efgh ij");
    EXPECT_EQ(grouped(""), "");
}

}  // namespace
}  // namespace kith
