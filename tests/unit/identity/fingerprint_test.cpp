// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/fingerprint.h"

#include "core/base/refusal.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

TEST(Fingerprint, SafetyNumbersAndCodesAreThoseOfTheVectors) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("safety_number").cases) {
        SCOPED_TRACE(test::id_of(c));
        const auto own = test::hex_as<crypto::AccountKey>(c["in"]["ak_own"]);
        const auto peer = test::hex_as<crypto::AccountKey>(c["in"]["ak_peer"]);
        EXPECT_EQ(safety_number(own, peer), c["out"]["safety"]);
        EXPECT_EQ(safety_qr(own, peer), c["out"]["qr"]);
        EXPECT_TRUE(safety_qr_matches(c["out"]["qr"].get<std::string>(), own, peer).value());
        ++cases;
    }
    EXPECT_EQ(cases, 3U);
}

TEST(Fingerprint, TheFrozenSafetyNumber) {
    EXPECT_EQ(safety_number(root_of("A").public_key(), root_of("B").public_key()),
              "46660 45572 57173 96778 23422 95441 74789 00682 51180 25645 93609 41522");
}

TEST(Fingerprint, IsTheSameForBothAndChangesWithEachBitOfAKey) {
    const auto a = root_of("A").public_key();
    const auto b = root_of("B").public_key();
    const std::string number = safety_number(a, b);
    EXPECT_EQ(number, safety_number(b, a));
    EXPECT_EQ(safety_qr(a, b), safety_qr(b, a));
    for (const std::size_t bit : {0U, 100U, 255U}) {
        auto changed = a;
        changed.data()[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        EXPECT_NE(safety_number(changed, b), number) << bit;
        EXPECT_FALSE(safety_qr_matches(safety_qr(a, b), changed, b).value()) << bit;
    }
}

TEST(Fingerprint, WhatIsNoSafetyCodeIsRefused) {
    const auto a = root_of("A").public_key();
    const auto b = root_of("B").public_key();
    const std::string qr = safety_qr(a, b);
    const auto word = [&](const std::string& text) {
        const auto matches = safety_qr_matches(text, a, b);
        return matches ? "" : std::string(refusal_word(matches.error()));
    };
    EXPECT_EQ(word(""), "bad_prefix");
    EXPECT_EQ(word("kith:v/1" + qr.substr(8)), "bad_prefix");
    EXPECT_EQ(word("KITH:V/2" + qr.substr(8)), "bad_prefix");
    EXPECT_EQ(word(qr.substr(0, 20) + "a" + qr.substr(21)), "bad_char");
    for (std::size_t size = 0; size < qr.size(); ++size)
        EXPECT_NE(word(qr.substr(0, size)), "") << size;
    for (std::size_t more = 1; more <= 64; ++more)
        EXPECT_NE(word(qr + std::string(more, 'A')), "") << more;
}

}  // namespace
}  // namespace kith::identity
