// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/account.h"

#include "core/base/refusal.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

template <class T>
std::string word(const Result<T>& result) {
    return result ? "" : std::string(refusal_word(result.error()));
}

TEST(Account, RecoveryKeysAreThoseOfTheVectors) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("address").cases) {
        if (c["in"]["kind"] != "recovery") continue;
        SCOPED_TRACE(test::id_of(c));
        const auto root = crypto::AccountKeyPair::from_seed(test::hex(c["in"]["seed"]));
        EXPECT_EQ(recovery_key(root), c["out"]["text"]);
        const auto back = from_recovery_key(c["out"]["text"].get<std::string>());
        ASSERT_TRUE(back);
        EXPECT_EQ(back->public_key(), root.public_key());
        ++cases;
    }
    EXPECT_EQ(cases, 2U);
}

TEST(Account, BadRecoveryKeysAreRefusedWithTheirCode) {
    std::size_t refused = 0;
    for (const auto& c : test::protocol_section("address").bad) {
        if (c["in"]["kind"] != "recovery") continue;
        SCOPED_TRACE(test::id_of(c));
        EXPECT_EQ(word(from_recovery_key(c["in"]["text"].get<std::string>())), c["code"]);
        ++refused;
    }
    EXPECT_EQ(refused, 4U);
}

TEST(Account, TheFrozenRecoveryKeyHasSeventyTwoCharacters) {
    const std::string text = recovery_key(root_of("A"));
    EXPECT_EQ(text, "KITH-SECRET-1QXWKRVVAAL745C96S390FYHV9NZYGJW9D9ANY6GEWQA6CQCU4ELKQX4ED39");
    EXPECT_EQ(text.size(), 72U);
}

TEST(Account, EveryTruncationOfARecoveryKeyIsRefused) {
    const std::string text = recovery_key(root_of("A"));
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(from_recovery_key(text.substr(0, size))) << size;
    for (std::size_t more = 1; more <= 64; ++more)
        EXPECT_FALSE(from_recovery_key(text + std::string(more, 'Q'))) << more;
}

TEST(Account, BoxIdsAndLeaseKeysAreThoseOfTheVectors) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("identity").cases) {
        SCOPED_TRACE(test::id_of(c));
        if (c["in"].contains("msk")) {
            const auto id = box_id(test::hex_as<crypto::MailboxKey>(c["in"]["msk"]));
            EXPECT_EQ(test::to_text(id), c["out"]["box_id"]);
            EXPECT_EQ(test::to_text(call_id(id)), c["out"]["cid"]);
            ++cases;
        }
        if (c["in"].contains("beacon_seed")) {
            const auto seed = test::hex_as<crypto::BeaconSeed>(c["in"]["beacon_seed"]);
            const auto box = test::hex_as<crypto::BoxId>(c["in"]["box_id"]);
            const auto key = lease_key(seed, box);
            EXPECT_EQ(test::to_text(key.expose_seed()), c["mid"]["lk_seed"]);
            EXPECT_EQ(test::to_text(key.public_key()), c["out"]["lk"]);
            EXPECT_EQ(test::to_text(lease_id(key.public_key(), box)), c["out"]["lease_id"]);
            ++cases;
        }
    }
    EXPECT_EQ(cases, 3U);
}

TEST(Account, PublicKeysFollowFromTheSeedsOfTheVectors) {
    for (const std::string_view name : {"A", "B"}) {
        const auto& c = key_case("account " + std::string(name));
        EXPECT_EQ(test::to_text(root_of(name).public_key()), c["out"]["ak"]);
    }
    const auto& c = key_case("mailbox");
    const auto msk = crypto::MailboxKeyPair::from_seed(test::hex(c["in"]["msk_seed"]));
    EXPECT_EQ(test::to_text(msk.public_key()), c["out"]["msk"]);
    EXPECT_EQ(test::to_text(box_id(msk.public_key())), c["out"]["box_id"]);
}

TEST(Account, ANewAccountIsPrivateUnlessAskedOtherwise) {
    test::SeededRandom random(1);
    const Account account = Account::generate(random);
    EXPECT_EQ(account.address().type, AddressType::Private);
    ASSERT_TRUE(account.root);
    EXPECT_EQ(account.root->public_key(), account.key);
    EXPECT_EQ(Account::generate(random, AddressType::Public).address().type, AddressType::Public);
}

TEST(Account, ARestoredAccountHasTheSameKeyAndANewReachSecret) {
    test::SeededRandom random(2);
    const Account account = Account::generate(random);
    auto root = from_recovery_key(recovery_key(*account.root)).value();
    const Account restored = Account::restore(std::move(root), random);
    EXPECT_EQ(restored.key, account.key);
    EXPECT_NE(restored.reach, account.reach);
    EXPECT_FALSE(restored.beacon_seed == account.beacon_seed);
}

TEST(Account, ItsRowReadsBack) {
    test::SeededRandom random(3);
    Account account = Account::generate(random);
    account.beacon_generation = 7;
    for (const bool admin : {true, false}) {
        if (!admin) account.root.reset();
        const Bytes row = account.encode();
        const Account back = Account::decode(row).value();
        EXPECT_EQ(back.key, account.key);
        EXPECT_EQ(back.reach, account.reach);
        EXPECT_TRUE(back.beacon_seed == account.beacon_seed);
        EXPECT_EQ(back.beacon_generation, 7U);
        EXPECT_EQ(back.root.has_value(), admin);
        EXPECT_EQ(back.encode(), row);
        for (std::size_t size = 0; size < row.size(); ++size)
            EXPECT_FALSE(Account::decode(ByteView(row).first(size))) << size;
    }
}

TEST(Account, ARowWithTheSeedOfAnotherKeyIsRefused) {
    test::SeededRandom random(4);
    Account account = Account::generate(random);
    account.root = root_of("B");
    EXPECT_EQ(Account::decode(account.encode()).error().code, Code::BadKey);
}

}  // namespace
}  // namespace kith::identity
