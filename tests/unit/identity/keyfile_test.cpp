// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/keyfile.h"

#include "core/base/refusal.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

constexpr crypto::Argon2Cost quick{1, 8};

CostRule rule_of(const test::json& in) {
    return in["test_params"].get<bool>() ? CostRule::Any : CostRule::Production;
}

// As a program would: look what the file wants, then open it that way.
Result<crypto::MasterKey> open(ByteView file, ByteView secret, CostRule rule) {
    KITH_TRY(const KeyfileMode mode, keyfile_mode(file, rule));
    if (mode == KeyfileMode::Passphrase) return open_with_passphrase(file, secret, rule);
    return open_with_key(file, crypto::PassphraseKey::copy_of(secret));
}

crypto::MasterKey some_master() {
    return crypto::MasterKey::copy_of(Bytes(32, 0x5a));
}

Bytes sealed_quickly(ByteView passphrase) {
    test::SeededRandom random(8);
    return seal_with_passphrase(some_master(), passphrase, quick, random, CostRule::Any).value();
}

TEST(Keyfile, FilesAreThoseOfTheVectorsInBothDirections) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("keystore").cases) {
        SCOPED_TRACE(test::id_of(c));
        const auto& in = c["in"];
        const auto master = test::hex_as<crypto::MasterKey>(in["mk"]);
        const Bytes secret = test::hex(in["secret"]);
        test::ScriptedRandom random(concat(test::hex(in["salt"]), test::hex(in["nonce"])));
        Bytes file;
        if (in["mode"] == 1) {
            const crypto::Argon2Cost cost{in["ops"].get<std::uint32_t>(),
                                          in["mem_kib"].get<std::uint32_t>()};
            file = seal_with_passphrase(master, secret, cost, random, rule_of(in)).value();
        } else {
            file = seal_with_key(master, crypto::PassphraseKey::copy_of(secret), random);
        }
        EXPECT_EQ(test::to_text(file), c["out"]["file"]);
        EXPECT_TRUE(random.exhausted());
        const auto opened = open(file, secret, rule_of(in));
        ASSERT_TRUE(opened) << opened.error().context;
        EXPECT_TRUE(*opened == master);
        ++cases;
    }
    EXPECT_EQ(cases, 4U);
}

TEST(Keyfile, BadFilesAreRefusedWithTheirCode) {
    std::size_t refused = 0;
    for (const auto& c : test::protocol_section("keystore").bad) {
        SCOPED_TRACE(test::id_of(c));
        const auto& in = c["in"];
        const auto opened = open(test::hex(in["file"]), test::hex(in["secret"]), rule_of(in));
        ASSERT_FALSE(opened);
        EXPECT_EQ(refusal_word(opened.error()), c["code"].get<std::string>());
        ++refused;
    }
    EXPECT_EQ(refused, 19U);
}

TEST(Keyfile, EveryTruncationAndExtensionIsRefused) {
    const Bytes file = sealed_quickly(Bytes{1});
    for (std::size_t size = 0; size < file.size(); ++size) {
        const auto mode = keyfile_mode(ByteView(file).first(size), CostRule::Any);
        ASSERT_FALSE(mode);
        EXPECT_EQ(refusal_word(mode.error()), "size");
    }
    for (std::size_t more = 1; more <= 64; ++more) {
        EXPECT_FALSE(keyfile_mode(concat(file, Bytes(more)), CostRule::Any));
    }
}

TEST(Keyfile, EveryFlippedBitIsNoticed) {
    const Bytes secret{1, 2, 3};
    const Bytes file = sealed_quickly(secret);
    for (std::size_t i = 0; i < file.size(); ++i) {
        Bytes changed = file;
        changed[i] ^= 1;
        // A bit of the cost would make Argon2id slow; the others are cheap.
        if (i >= 6 && i < 14 && i != 9 && i != 13) continue;
        EXPECT_FALSE(open(changed, secret, CostRule::Any)) << i;
    }
}

TEST(Keyfile, TheCostIsHeldToItsBoundsBeforeAnyWork) {
    test::SeededRandom random(9);
    const auto word = [&](crypto::Argon2Cost cost) {
        const auto sealed = seal_with_passphrase(some_master(), Bytes{1}, cost, random);
        return sealed ? "" : std::string(refusal_word(sealed.error()));
    };
    EXPECT_EQ(word({2, 64 * 1024}), "kdf_floor");
    EXPECT_EQ(word({3, 64 * 1024 - 1}), "kdf_floor");
    EXPECT_EQ(word({17, 64 * 1024}), "kdf_ceiling");
    EXPECT_EQ(word({3, 1024 * 1024 + 1}), "kdf_ceiling");
    EXPECT_EQ(refusal_word(keyfile_mode(sealed_quickly(Bytes{1})).error()), "kdf_floor");
}

TEST(Keyfile, AFileOfOneModeIsNotOpenedAsTheOther) {
    test::SeededRandom random(10);
    const auto key = crypto::PassphraseKey::copy_of(Bytes(32, 1));
    const Bytes by_key = seal_with_key(some_master(), key, random);
    EXPECT_EQ(keyfile_mode(by_key).value(), KeyfileMode::Key);
    EXPECT_EQ(open_with_passphrase(by_key, Bytes{1}).error(),
              (Error{Code::InvalidArgument, "the key file wants a key, not a passphrase"}));
    test::SeededRandom more(11);
    const Bytes by_phrase =
        seal_with_passphrase(some_master(), Bytes{1}, crypto::passphrase_floor, more).value();
    EXPECT_EQ(keyfile_mode(by_phrase).value(), KeyfileMode::Passphrase);
    EXPECT_EQ(open_with_key(by_phrase, key).error().code, Code::InvalidArgument);
    EXPECT_TRUE(open_with_passphrase(by_phrase, Bytes{1}).value() == some_master());
}

TEST(Keyfile, ANewPassphraseWrapsTheSameKeyWithNewSalt) {
    test::SeededRandom random(12);
    const auto one = seal_with_passphrase(some_master(), Bytes{1}, quick, random, CostRule::Any);
    const auto two = seal_with_passphrase(some_master(), Bytes{2}, quick, random, CostRule::Any);
    EXPECT_FALSE(equal(ByteView(*one).subspan(18, 16), ByteView(*two).subspan(18, 16)));
    EXPECT_TRUE(open_with_passphrase(*two, Bytes{2}, CostRule::Any).value() == some_master());
    EXPECT_EQ(refusal_word(open_with_passphrase(*two, Bytes{1}, CostRule::Any).error()),
              "wrong_secret");
}

}  // namespace
}  // namespace kith::identity
