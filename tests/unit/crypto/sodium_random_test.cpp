// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/sodium_random.h"

#include "core/crypto/sign.h"
#include "tests/support/no_hidden_draws.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>
#include <sodium.h>

namespace kith::crypto {
namespace {

TEST(SodiumRandom, FillsAllBytes) {
    const test::AllowDraws allow;
    auto random = SodiumRandom::create();
    ASSERT_TRUE(random);
    // Each byte of 64 stays zero through 8 fills with probability 2^-64.
    std::array<std::uint8_t, 64> seen{};
    for (int i = 0; i < 8; ++i) {
        const auto drawn = (*random)->array<64>();
        for (std::size_t at = 0; at < seen.size(); ++at)
            seen[at] |= drawn[at];
    }
    EXPECT_TRUE(std::ranges::none_of(seen, [](std::uint8_t byte) { return byte == 0; }));
}

TEST(SodiumRandomDeathTest, IsRefusedInUnitTests) {
    auto random = SodiumRandom::create();
    ASSERT_TRUE(random);
    EXPECT_DEATH((void)(*random)->u64(), "drew randomness by itself");
    std::array<std::uint8_t, 32> key{};
    EXPECT_DEATH(crypto_box_keypair(key.data(), key.data()), "drew randomness by itself");
}

TEST(SelfTest, AcceptsThisLibrary) {
    EXPECT_TRUE(self_test(is_valid<AccountKey>));
}

// What libsodium 1.0.18 did before the fix: everything of a large order is fine.
TEST(SelfTest, RefusesALibraryThatAcceptsMixedOrder) {
    const auto result = self_test([](const AccountKey&) { return true; });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::BadKey);
    EXPECT_NE(result.error().context.find("CVE-2025-69277"), std::string::npos);
}

TEST(SelfTest, RefusesALibraryThatAcceptsNothing) {
    EXPECT_FALSE(self_test([](const AccountKey&) { return false; }));
}

TEST(SelfTest, TriesEachMixedOrder) {
    static int accepted;
    static int asked;
    for (accepted = 1; accepted <= 3; ++accepted) {
        asked = 0;
        // Accepts the valid point and one of the three others.
        EXPECT_FALSE(self_test([](const AccountKey&) {
            const int number = asked++;
            return number == 0 || number == accepted;
        })) << accepted;
    }
}

TEST(SeededRandom, RepeatsFromItsSeed) {
    test::SeededRandom a(7);
    test::SeededRandom b(7);
    test::SeededRandom c(8);
    const auto first = a.array<100>();
    EXPECT_EQ(first, b.array<100>());
    EXPECT_NE(first, c.array<100>());
}

}  // namespace
}  // namespace kith::crypto
