// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/sign.h"

#include "core/base/encoding.h"
#include "core/crypto/hash.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>
#include <sodium.h>

namespace kith::crypto {
namespace {

using test::hex;
using test::json;

AccountKeyPair account() {
    return AccountKeyPair::from_seed(
        hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
}

struct Rfc8032 {
    const char* seed;
    const char* key;
    const char* message;
    const char* signature;
};

constexpr Rfc8032 rfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Sign, EqualsRfc8032) {
    for (const Rfc8032& c : rfc8032) {
        const auto pair = AccountKeyPair::from_seed(hex(c.seed));
        EXPECT_EQ(to_hex(pair.public_key()), c.key);
        EXPECT_EQ(to_hex(pair.expose_seed()), c.seed);
        const Bytes message = hex(c.message);
        const Signature signature = detail::sign_message(pair.expose(), message);
        EXPECT_EQ(to_hex(signature), c.signature);
        EXPECT_TRUE(detail::verify_message(pair.public_key(), message, signature));
    }
}

TEST(Sign, EqualsWycheproof) {
    const auto set = test::published_set("ed25519_test.json");
    if (!set) return;
    std::size_t cases = 0;
    std::size_t refused = 0;
    for (const json& group : (*set)["testGroups"]) {
        const Bytes key = hex(group["publicKey"]["pk"]);
        for (const json& c : group["tests"]) {
            SCOPED_TRACE(c["tcId"].dump());
            const auto signature = Signature::from(hex(c["sig"]));
            const bool accepted =
                signature && detail::verify_message(key, hex(c["msg"]), *signature);
            EXPECT_EQ(accepted, c["result"] == "valid");
            ++cases;
            if (!accepted) ++refused;
        }
    }
    EXPECT_EQ(cases, 151U);
    EXPECT_EQ(refused, 63U);
    test::report_set("ed25519_test.json", cases, refused);
}

TEST(Sign, CoversLabelAndBody) {
    const auto pair = account();
    const ByteView body = as_bytes("body");
    const Signature signature = sign(Label::Spk, pair, body);
    EXPECT_TRUE(verify(Label::Spk, pair.public_key(), body, signature));
    EXPECT_EQ(
        signature,
        detail::sign_message(pair.expose(), as_bytes(std::string_view("kith1/sig/spk\0body", 18))));
    EXPECT_EQ(verify(Label::Spk, pair.public_key(), as_bytes("bodz"), signature).error().code,
              Code::BadSignature);
}

// Every signed object into every other verifier: only its own passes.
TEST(Sign, AcceptsNoOtherLabel) {
    const auto pair = account();
    for (const LabelEntry& signer : label_table()) {
        if (signer.use != LabelUse::Sign) continue;
        const Signature signature = sign(signer.label, pair, as_bytes("body"));
        for (const LabelEntry& verifier : label_table()) {
            if (verifier.use != LabelUse::Sign) continue;
            EXPECT_EQ(
                verify(verifier.label, pair.public_key(), as_bytes("body"), signature).has_value(),
                signer.label == verifier.label)
                << signer.name() << " as " << verifier.name();
        }
    }
}

TEST(Sign, RefusesKeysThatAreNotOfPrimeOrder) {
    const auto pair = account();
    const Signature signature = sign(Label::Spk, pair, {});
    for (const char* bad : {
             "0000000000000000000000000000000000000000000000000000000000000000",  // order 4
             "0100000000000000000000000000000000000000000000000000000000000000",  // identity
             "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 2
             "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",  // order 8
             "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5",  // P + T2
             "ad38a8f0b22ab7ca46ecee7bbef12b5f336c182652fac34392f859dbd9666a7d",  // P + T4
             "9158312a9a8d6e3b34c891d6d61444f8b8211c5117ebad15bdb0bd68b07e0245",  // P + T8
             "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y = p + 1
             "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y >= p
             "0200000000000000000000000000000000000000000000000000000000000000",  // off the curve
         }) {
        const auto key = test::hex_as<AccountKey>(bad);
        EXPECT_FALSE(is_valid(key)) << bad;
        EXPECT_EQ(verify(Label::Spk, key, {}, signature).error().code, Code::BadKey) << bad;
    }
    EXPECT_TRUE(is_valid(pair.public_key()));
}

// P + T2 as a key: with a challenge that is even, the equation without cofactor holds, so libsodium
// alone would accept this signature under two keys.
TEST(Sign, RefusesASignatureThatHoldsUnderAMixedOrderKey) {
    const auto pair = account();
    const auto mixed = test::hex_as<AccountKey>(
        "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5");
    std::array<std::uint8_t, 64> scalars{};
    crypto_hash_sha512(scalars.data(), pair.expose_seed().data(), 32);
    scalars[0] &= 0xf8;
    scalars[31] = static_cast<std::uint8_t>((scalars[31] & 0x7f) | 0x40);
    test::SeededRandom random(1);
    for (int attempt = 0; attempt < 64; ++attempt) {
        const auto wide = random.array<64>();
        std::array<std::uint8_t, 32> r{};
        crypto_core_ed25519_scalar_reduce(r.data(), wide.data());
        Signature signature;
        ASSERT_EQ(crypto_scalarmult_ed25519_base_noclamp(signature.data(), r.data()), 0);
        const Hash64 digest = sha512(signature.view().first(32), mixed, as_bytes("m"));
        std::array<std::uint8_t, 32> k{};
        std::array<std::uint8_t, 32> ka{};
        crypto_core_ed25519_scalar_reduce(k.data(), digest.data());
        crypto_core_ed25519_scalar_mul(ka.data(), k.data(), scalars.data());
        crypto_core_ed25519_scalar_add(signature.data() + 32, r.data(), ka.data());
        const bool library_accepts =
            crypto_sign_verify_detached(signature.data(), as_bytes("m").data(), 1, mixed.data()) ==
            0;
        EXPECT_EQ(library_accepts, (k[0] & 1) == 0);
        EXPECT_FALSE(detail::verify_message(mixed, as_bytes("m"), signature));
    }
}

TEST(Sign, RefusesSPlusLAndOddR) {
    const auto pair = account();
    const ByteView body = as_bytes("body");
    const Signature good = sign(Label::Spk, pair, body);
    Signature plus_order = good;
    const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += unsigned{plus_order.data()[32 + i]} + order[i];
        plus_order.data()[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    EXPECT_FALSE(verify(Label::Spk, pair.public_key(), body, plus_order));

    // R = identity, in its canonical and another encoding, with the S that belongs to it.
    for (const char* odd_r : {"0100000000000000000000000000000000000000000000000000000000000000",
                              "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        std::array<std::uint8_t, 64> scalars{};
        crypto_hash_sha512(scalars.data(), pair.expose_seed().data(), 32);
        scalars[0] &= 0xf8;
        scalars[31] = static_cast<std::uint8_t>((scalars[31] & 0x7f) | 0x40);
        Signature signature = Signature::copy_of(concat(hex(odd_r), Bytes(32)));
        const Hash64 digest = sha512(hex(odd_r), pair.public_key(), body);
        std::array<std::uint8_t, 32> k{};
        crypto_core_ed25519_scalar_reduce(k.data(), digest.data());
        crypto_core_ed25519_scalar_mul(signature.data() + 32, k.data(), scalars.data());
        EXPECT_FALSE(detail::verify_message(pair.public_key(), body, signature)) << odd_r;
    }
}

TEST(Sign, RefusesEveryFlippedBit) {
    const auto pair = account();
    const Signature good = sign(Label::Spk, pair, as_bytes("body"));
    for (std::size_t bit = 0; bit < 512; ++bit) {
        Signature bad = good;
        bad.data()[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        EXPECT_FALSE(verify(Label::Spk, pair.public_key(), as_bytes("body"), bad)) << bit;
    }
}

TEST(SigningPair, IsGeneratedFromTheGivenRandom) {
    test::ScriptedRandom random(hex(rfc8032[0].seed));
    const auto pair = DeviceSigningPair::generate(random);
    EXPECT_EQ(to_hex(pair.public_key()), rfc8032[0].key);
    EXPECT_EQ(pair.clone().public_key(), pair.public_key());
    EXPECT_TRUE(random.exhausted());
}

}  // namespace
}  // namespace kith::crypto
