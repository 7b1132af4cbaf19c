// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/agree.h"

#include "core/base/encoding.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::crypto {
namespace {

using test::hex;
using test::json;

Result<SharedSecret> x25519(ByteView secret, ByteView peer) {
    return agree(EphemeralKeyPair::from_secret(secret), SignedPrekey::copy_of(peer));
}

TEST(Agree, EqualsRfc7748Section52) {
    EXPECT_EQ(to_hex(x25519(hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                            hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"))
                         .value()
                         .expose()),
              "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    // The second input has the top bit set: RFC 7748 masks it, we refuse it.
    const Bytes secret = hex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d");
    Bytes peer = hex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493");
    EXPECT_EQ(x25519(secret, peer).error().code, Code::BadKey);
    peer[31] &= 0x7f;
    EXPECT_EQ(to_hex(x25519(secret, peer).value().expose()),
              "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
}

TEST(Agree, EqualsRfc7748Iterated) {
    Bytes k = hex("0900000000000000000000000000000000000000000000000000000000000000");
    Bytes u = k;
    for (int i = 0; i < 1000; ++i) {
        Bytes next = to_bytes(x25519(k, u).value().expose());
        u = std::exchange(k, std::move(next));
        if (i == 0) {
            EXPECT_EQ(to_hex(k),
                      "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
        }
    }
    EXPECT_EQ(to_hex(k), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

TEST(Agree, EqualsRfc7748Section61) {
    const auto alice = DeviceDhPair::from_secret(
        hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
    const auto bob = SignedPrekeyPair::from_secret(
        hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    EXPECT_EQ(to_hex(alice.public_key()),
              "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    EXPECT_EQ(to_hex(bob.public_key()),
              "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    const auto shared = agree(alice, bob.public_key());
    EXPECT_EQ(to_hex(shared.value().expose()),
              "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    EXPECT_TRUE(*shared == *agree(bob, alice.public_key()));
}

TEST(Agree, EqualsWycheproofBelowTheStrictRules) {
    const auto set = test::published_set("x25519_test.json");
    if (!set) return;
    std::size_t cases = 0;
    std::size_t zero = 0;
    std::size_t not_canonical = 0;
    for (const json& group : (*set)["testGroups"]) {
        for (const json& c : group["tests"]) {
            SCOPED_TRACE(c["tcId"].dump());
            ++cases;
            const Bytes shared = hex(c["shared"]);
            const auto result = x25519(hex(c["private"]), hex(c["public"]));
            if (result) {
                EXPECT_TRUE(equal(result->expose(), shared));
                EXPECT_NE(shared, Bytes(32));
                continue;
            }
            EXPECT_EQ(result.error().code, Code::BadKey);
            ++(shared == Bytes(32) ? zero : not_canonical);
        }
    }
    EXPECT_EQ(cases, 518U);
    EXPECT_EQ(zero, 31U);
    EXPECT_EQ(not_canonical, 13U);
    test::report_set("x25519_test.json", cases, zero + not_canonical);
}

// All encodings of the small-order points and all values from p to 2^255 - 1, with either top bit.
TEST(Agree, RefusesEverySmallAndEveryNonCanonicalKey) {
    std::vector<Bytes> bad;
    for (const char* small : {"0000000000000000000000000000000000000000000000000000000000000000",
                              "0100000000000000000000000000000000000000000000000000000000000000",
                              "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                              "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                              "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        bad.push_back(hex(small));
    }
    for (unsigned low = 0xed; low <= 0xff; ++low) {
        Bytes value(32, 0xff);
        value[0] = static_cast<std::uint8_t>(low);
        value[31] = 0x7f;
        bad.push_back(value);
    }
    test::SeededRandom random(1);
    const auto own = RatchetKeyPair::generate(random);
    for (Bytes key : bad) {
        for (const std::uint8_t top : {std::uint8_t{0x00}, std::uint8_t{0x80}}) {
            key[31] = static_cast<std::uint8_t>((key[31] & 0x7f) | top);
            EXPECT_FALSE(is_valid(RatchetKey::copy_of(key))) << to_hex(key);
            EXPECT_EQ(agree(own, RatchetKey::copy_of(key)).error().code, Code::BadKey);
        }
    }
    Bytes top_bit = to_bytes(own.public_key());
    top_bit[31] |= 0x80;
    EXPECT_FALSE(is_valid(RatchetKey::copy_of(top_bit)));
}

TEST(Agree, AcceptsTheLargestCanonicalNeighbours) {
    Bytes key = hex("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    EXPECT_TRUE(is_valid(RatchetKey::copy_of(key)));
    key = hex("02000000000000000000000000000000000000000000000000000000000000");
    key.push_back(0);
    EXPECT_TRUE(is_valid(RatchetKey::copy_of(key)));
}

TEST(DhPair, KeepsItsSecretAsDrawn) {
    const Bytes drawn(32, 0xff);
    test::ScriptedRandom random(drawn);
    const auto pair = SignedPrekeyPair::generate(random);
    EXPECT_TRUE(equal(pair.expose(), drawn));
    const RatchetKeyPair ratchet = pair.repurposed<RatchetKey>();
    EXPECT_TRUE(equal(ratchet.public_key(), pair.public_key()));
    EXPECT_TRUE(equal(pair.clone().expose(), drawn));
}

}  // namespace
}  // namespace kith::crypto
