// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/blind.h"

#include "core/base/encoding.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <set>

namespace kith::crypto {
namespace {

using test::hex;
using test::hex_as;
using test::json;
using Scalar = std::array<std::uint8_t, 32>;

TEST(Blind, EqualsTheFrozenCases) {
    for (const json& c : test::protocol_section("blinding").cases) {
        SCOPED_TRACE(test::id_of(c));
        const json& in = c["in"];
        const auto account = AccountKeyPair::from_seed(hex(in["ak_seed"]));
        const auto reach = hex_as<ReachSecret>(in["s"]);
        const std::uint64_t epoch = in["e"];
        const auto pair = BlindedPair::derive(account, reach, epoch);
        EXPECT_EQ(to_hex(pair.public_key()), c["out"]["A_e"]);
        EXPECT_EQ(blind_key(hex_as<AccountKey>(in["ak"]), reach, epoch).value(), pair.public_key());

        test::ScriptedRandom random(hex(in["Z"]));
        const Bytes message = hex(in["M"]);
        const Signature signature = pair.sign_unlabelled(message, random);
        EXPECT_EQ(to_hex(signature), c["out"]["sig"]);
        EXPECT_TRUE(random.exhausted());
        EXPECT_TRUE(detail::verify_message(pair.public_key(), message, signature));

        const auto expanded = detail::expand(account.expose_seed());
        EXPECT_EQ(to_hex(expanded.scalar.expose()), c["mid"]["a"]);
        EXPECT_EQ(to_hex(expanded.nonce_key.expose()), c["mid"]["rh"]);

        const auto e = be_bytes<std::uint64_t>(epoch);
        for (std::uint8_t slot = 0; slot < 2; ++slot) {
            const auto i = be_bytes<std::uint8_t>(slot);
            EXPECT_EQ(to_hex(hash(Label::Loc, pair.public_key(), e, i).view().first(20)),
                      c["out"]["loc"][slot]);
            EXPECT_EQ(to_hex(hash(Label::BcnId, pair.public_key(), e, i).view().first(8)),
                      c["out"]["vid"][slot]);
        }
        const auto cipher = kdf<BeaconCipherKey>(
            Label::BcnEnc, pair.public_key(), concat(account.public_key(), reach), e);
        EXPECT_EQ(to_hex(cipher.expose()), c["out"]["K_e"]);
    }
}

TEST(Blind, RefusesTheFrozenBadCases) {
    for (const json& c : test::protocol_section("blinding").bad) {
        SCOPED_TRACE(test::id_of(c));
        const json& in = c["in"];
        if (in.contains("ak")) {
            const auto key =
                blind_key(hex_as<AccountKey>(in["ak"]), hex_as<ReachSecret>(in["s"]), in["e"]);
            EXPECT_EQ(key.error().code, Code::BadKey);
            continue;
        }
        const auto verified =
            detail::verify_message(hex(in["pk"]), hex(in["M"]), hex_as<Signature>(in["sig"]));
        ASSERT_FALSE(verified);
        EXPECT_EQ(verified.error().code,
                  c["code"] == "bad_point" ? Code::BadKey : Code::BadSignature);
    }
}

TEST(Blind, EqualsTheTorArithmetic) {
    const auto set = test::published_set("tor_ed25519_blinding.json");
    if (!set) return;
    for (const json& c : (*set)["cases"]) {
        SCOPED_TRACE(c["id"].dump());
        Bytes factor = hex(c["blinding_param"]);
        factor[0] &= 0xf8;
        factor[31] = static_cast<std::uint8_t>((factor[31] & 0x7f) | 0x40);
        const auto h = detail::BlindScalar::copy_of(factor);
        const auto account = AccountKeyPair::from_seed(hex(c["seed"]));
        EXPECT_EQ(to_hex(account.public_key()), c["public"]);
        const auto key = detail::multiply_point(h.expose(), account.public_key());
        EXPECT_EQ(to_hex(key.value()), c["blinded_public"]);
        const auto expanded = detail::expand(account.expose_seed());
        const auto scalar = detail::multiply(h.expose(), expanded.scalar.expose());
        EXPECT_EQ(to_hex(scalar.expose()), c["blinded_secret"].get<std::string>().substr(0, 64));
        const auto nonce_key = c["expanded_secret"].get<std::string>().substr(64);
        EXPECT_EQ(to_hex(expanded.nonce_key.expose()), nonce_key);
        EXPECT_EQ(to_hex(detail::sign_message(account.expose(), account.public_key())),
                  c["self_signature"]);
    }
    EXPECT_EQ((*set)["cases"].size(), 10U);
    test::report_set("tor_ed25519_blinding.json", (*set)["cases"].size(), 0);
}

// The first case of the Tor set, compiled in.
TEST(Blind, EqualsTorsFirstCase) {
    Bytes factor = hex("54a513898b471d1d448a2f3c55c1de2c0ef718c447b04497eeb999ed32027823");
    factor[0] &= 0xf8;
    factor[31] = static_cast<std::uint8_t>((factor[31] & 0x7f) | 0x40);
    const auto h = detail::BlindScalar::copy_of(factor);
    const auto account = AccountKeyPair::from_seed(
        hex("26c76712d89d906e6672dafa614c42e5cb1caac8c6568e4d2493087db51f0d36"));
    EXPECT_EQ(to_hex(detail::multiply_point(h.expose(), account.public_key()).value()),
              "1fc1fa4465bd9d4956fdbdc9d3acb3c7019bb8d5606b951c2e1dfe0b42eaeb41");
}

/// What an observer knows of one blind signature.
struct Observed {
    Signature signature;
    BlindedAccountKey key;
    Bytes message;
    std::uint64_t epoch;
};

/// h_e and k, from public values.
Scalar reduced(const Hash64& wide) {
    Scalar out{};
    crypto_core_ed25519_scalar_reduce(out.data(), wide.data());
    return out;
}

Scalar factor_of(const AccountKey& account, const ReachSecret& reach, std::uint64_t epoch) {
    return reduced(sha512(label_bytes(Label::Blind, LabelUse::Inside),
                          account,
                          reach,
                          be_bytes<std::uint64_t>(epoch)));
}

Scalar challenge_times_factor(const Observed& seen,
                              const AccountKey& account,
                              const ReachSecret& reach) {
    const Scalar k = reduced(sha512(seen.signature.view().first(32), seen.key, seen.message));
    const Scalar h = factor_of(account, reach, seen.epoch);
    Scalar out{};
    crypto_core_ed25519_scalar_mul(out.data(), k.data(), h.data());
    return out;
}

/// The attack: two signatures S_i = r + k_i h_i a with one r give a = (S_1 - S_2) / (k_1 h_1 -
/// k_2 h_2). Returns whether that a is the account's root scalar.
bool recovers_root(const Observed& one,
                   const Observed& two,
                   const AccountKey& account,
                   const ReachSecret& reach) {
    const Scalar x1 = challenge_times_factor(one, account, reach);
    const Scalar x2 = challenge_times_factor(two, account, reach);
    Scalar difference{};
    Scalar divisor{};
    crypto_core_ed25519_scalar_sub(
        difference.data(), one.signature.data() + 32, two.signature.data() + 32);
    crypto_core_ed25519_scalar_sub(divisor.data(), x1.data(), x2.data());
    Scalar inverse{};
    EXPECT_EQ(crypto_core_ed25519_scalar_invert(inverse.data(), divisor.data()), 0);
    Scalar root{};
    crypto_core_ed25519_scalar_mul(root.data(), difference.data(), inverse.data());
    AccountKey guessed;
    EXPECT_EQ(crypto_scalarmult_ed25519_base_noclamp(guessed.data(), root.data()), 0);
    return guessed == account;
}

struct Attack : testing::Test {
    AccountKeyPair account = AccountKeyPair::from_seed(Bytes(32, 1));
    ReachSecret reach = ReachSecret::copy_of(Bytes(16, 2));
    Bytes message = to_bytes(as_bytes("one message"));

    /// A signer whose nonce depends on the key and the message only.
    Observed sign_with_epoch_free_nonce(std::uint64_t epoch) const {
        const auto [root, nonce_key] = detail::expand(account.expose_seed());
        const Scalar h = factor_of(account.public_key(), reach, epoch);
        Scalar blinded{};
        crypto_core_ed25519_scalar_mul(blinded.data(), h.data(), root.expose().data());
        const auto key = blind_key(account.public_key(), reach, epoch).value();
        const Scalar r = reduced(sha512(nonce_key.expose(), message));
        Signature signature;
        EXPECT_EQ(crypto_scalarmult_ed25519_base_noclamp(signature.data(), r.data()), 0);
        const Scalar k = reduced(sha512(signature.view().first(32), key, message));
        Scalar product{};
        crypto_core_ed25519_scalar_mul(product.data(), k.data(), blinded.data());
        crypto_core_ed25519_scalar_add(signature.data() + 32, r.data(), product.data());
        EXPECT_TRUE(detail::verify_message(key, message, signature));
        return {signature, key, message, epoch};
    }

    Observed sign(std::uint64_t epoch, Random& random) const {
        const auto pair = BlindedPair::derive(account, reach, epoch);
        return {pair.sign_unlabelled(message, random), pair.public_key(), message, epoch};
    }
};

TEST_F(Attack, RecoversTheRootKeyFromAnEpochFreeNonce) {
    EXPECT_TRUE(recovers_root(sign_with_epoch_free_nonce(20000),
                              sign_with_epoch_free_nonce(20001),
                              account.public_key(),
                              reach));
}

TEST_F(Attack, FailsAgainstOurs) {
    test::SeededRandom random(1);
    EXPECT_FALSE(
        recovers_root(sign(20000, random), sign(20001, random), account.public_key(), reach));
    // Not even when the generator repeats itself: the nonce holds the epoch's key too.
    test::ScriptedRandom stuck(Bytes(64, 5));
    EXPECT_FALSE(
        recovers_root(sign(20000, stuck), sign(20001, stuck), account.public_key(), reach));
}

TEST_F(Attack, SeesFourNoncesInFourSignaturesOfOneMessage) {
    test::SeededRandom random(1);
    std::set<Bytes> nonces;
    for (const std::uint64_t epoch : {20000U, 20000U, 20001U, 20001U}) {
        nonces.insert(to_bytes(sign(epoch, random).signature.view().first(32)));
    }
    EXPECT_EQ(nonces.size(), 4U);
}

TEST(Blind, RefusesKeysOfMixedOrder) {
    for (const char* mixed : {"16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5",
                              "ad38a8f0b22ab7ca46ecee7bbef12b5f336c182652fac34392f859dbd9666a7d",
                              "9158312a9a8d6e3b34c891d6d61444f8b8211c5117ebad15bdb0bd68b07e0245"}) {
        EXPECT_EQ(blind_key(hex_as<AccountKey>(mixed), ReachSecret{}, 1).error().code,
                  Code::BadKey);
    }
}

TEST(Blind, SignsUnderALabel) {
    test::SeededRandom random(1);
    const auto pair =
        BlindedPair::derive(AccountKeyPair::from_seed(Bytes(32, 1)), ReachSecret{}, 7);
    const Signature signature = pair.sign(Label::BcnCert, as_bytes("body"), random);
    EXPECT_TRUE(verify(Label::BcnCert, pair.public_key(), as_bytes("body"), signature));
    EXPECT_FALSE(verify(Label::Beacon, pair.public_key(), as_bytes("body"), signature));
}

TEST(Blind, SharesNothingBetweenDaysAddressesAndAccounts) {
    const AccountKey a = AccountKeyPair::from_seed(Bytes(32, 1)).public_key();
    const AccountKey b = AccountKeyPair::from_seed(Bytes(32, 2)).public_key();
    const ReachSecret zero;
    const ReachSecret other = ReachSecret::copy_of(Bytes(16, 1));
    const std::set<BlindedAccountKey> keys{blind_key(a, zero, 1).value(),
                                           blind_key(a, zero, 2).value(),
                                           blind_key(a, other, 1).value(),
                                           blind_key(b, zero, 1).value()};
    EXPECT_EQ(keys.size(), 4U);
    EXPECT_FALSE(keys.contains(BlindedAccountKey::copy_of(a)));
}

}  // namespace
}  // namespace kith::crypto
