// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/hash.h"

#include "core/base/encoding.h"

#include <gtest/gtest.h>
#include <sodium.h>

namespace kith::crypto {
namespace {

std::string blake2b_text(std::string_view text) {
    return to_hex(Blake2b().update(as_bytes(text)).finish());
}

// RFC 7693 appendix A has 64 bytes of output, which the protocol does not use: the library itself.
TEST(Hash, LibraryEqualsRfc7693) {
    std::array<std::uint8_t, 64> out{};
    const ByteView abc = as_bytes("abc");
    crypto_generichash(out.data(), out.size(), abc.data(), abc.size(), nullptr, 0);
    EXPECT_EQ(to_hex(out),
              "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
              "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

TEST(Hash, EqualsKnownBlake2bOf32Bytes) {
    EXPECT_EQ(blake2b_text(""), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    EXPECT_EQ(blake2b_text("abc"),
              "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Hash, EqualsFips180Sha512) {
    EXPECT_EQ(to_hex(sha512(as_bytes("abc"))),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    EXPECT_EQ(sha512(as_bytes("a"), as_bytes("bc")), sha512(as_bytes("abc")));
}

TEST(Hash, PrefixesEachPartWithItsLength) {
    const ByteView ab = as_bytes("ab");
    const ByteView c = as_bytes("c");
    EXPECT_EQ(hash(Label::Did, ab, c),
              Blake2b()
                  .update(as_bytes(std::string_view("kith1/did\0\0\0\0\2ab\0\0\0\1c", 21)))
                  .finish());
    EXPECT_NE(hash(Label::Did, ab, c), hash(Label::Did, as_bytes("a"), as_bytes("bc")));
    EXPECT_NE(hash(Label::Did, ab, c), hash(Label::Did, as_bytes("abc")));
    EXPECT_NE(hash(Label::Did), hash(Label::Did, ByteView{}));
    EXPECT_NE(hash(Label::Did, ab), hash(Label::Box, ab));
}

TEST(Hash, AddsPartsOneByOne) {
    const ByteView a = as_bytes("a");
    EXPECT_EQ(LabelHash(Label::Att).add(a).add({}).finish(), hash(Label::Att, a, ByteView{}));
}

TEST(Hash, GivesTheFirstBytesAsAnId) {
    const ByteView a = as_bytes("a");
    EXPECT_TRUE(equal(hash_as<DeviceId>(Label::Did, a), hash(Label::Did, a).view().first(16)));
}

}  // namespace
}  // namespace kith::crypto
