// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/address.h"

#include "core/base/refusal.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

Address address_of(const test::json& in) {
    return {static_cast<AddressType>(in["type"].get<int>()),
            test::hex_as<crypto::AccountKey>(in["ak"]),
            test::hex_as<crypto::ReachSecret>(in["s"])};
}

TEST(Address, AddressesAreThoseOfTheVectors) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("address").cases) {
        if (c["in"]["kind"] != "address") continue;
        SCOPED_TRACE(test::id_of(c));
        const Address address = address_of(c["in"]);
        EXPECT_EQ(to_string(address), c["out"]["text"]);
        EXPECT_EQ(parse_address(c["out"]["text"].get<std::string>()).value(), address);
        if (c["in"].contains("text_in")) {
            EXPECT_EQ(parse_address(c["in"]["text_in"].get<std::string>()).value(), address);
        }
        ++cases;
    }
    EXPECT_EQ(cases, 5U);
}

TEST(Address, BadAddressesAreRefusedWithTheirCode) {
    std::size_t refused = 0;
    for (const auto& c : test::protocol_section("address").bad) {
        if (c["in"]["kind"] != "address") continue;
        SCOPED_TRACE(test::id_of(c));
        const auto address = parse_address(c["in"]["text"].get<std::string>());
        ASSERT_FALSE(address);
        EXPECT_EQ(refusal_word(address.error()), c["code"].get<std::string>());
        ++refused;
    }
    EXPECT_EQ(refused, 20U);
}

TEST(Address, EveryTruncationAndExtensionIsRefused) {
    const auto account = root_of("A").public_key();
    for (const auto& reach : {crypto::ReachSecret{}, crypto::ReachSecret::copy_of(Bytes(16, 7))}) {
        const std::string text = to_string(Address::of(account, reach));
        for (std::size_t size = 0; size < text.size(); ++size)
            EXPECT_FALSE(parse_address(text.substr(0, size))) << size;
        for (const char filler : {'q', 'p', ' ', '1'}) {
            for (std::size_t more = 1; more <= 64; ++more)
                EXPECT_FALSE(parse_address(text + std::string(more, filler))) << more;
        }
    }
}

TEST(Address, AnAddressWithoutReachSecretIsPublic) {
    const auto account = root_of("A").public_key();
    EXPECT_EQ(Address::of(account, {}).type, AddressType::Public);
    EXPECT_EQ(to_string(Address::of(account, {})).size(), 64U);
    const auto reach = crypto::ReachSecret::copy_of(Bytes(16, 1));
    EXPECT_EQ(Address::of(account, reach).type, AddressType::Private);
    EXPECT_EQ(to_string(Address::of(account, reach)).size(), 90U);
}

TEST(Address, TheFingerprintStandsInEveryAddressOfTheAccount) {
    const auto account = root_of("A").public_key();
    const std::string print = fingerprint(account);
    EXPECT_EQ(print, "t44x qps2 cs4d 74f0 ld8j tyqu aqac tj70");
    std::string plain = print;
    std::erase(plain, ' ');
    for (const auto& reach : {crypto::ReachSecret{}, crypto::ReachSecret::copy_of(Bytes(16, 7))}) {
        EXPECT_EQ(to_string(Address::of(account, reach)).substr(7, 32), plain);
    }
}

TEST(Address, AKeyTagIsTheBeginningOfTheFingerprint) {
    const auto account = root_of("A").public_key();
    EXPECT_EQ(key_tag(account), "t44x");
    EXPECT_EQ(key_tag(account, 6), "t44xqp");
    EXPECT_NE(key_tag(root_of("B").public_key()), "t44x");
}

}  // namespace
}  // namespace kith::identity
