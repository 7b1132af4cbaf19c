// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/secret.h"

#include "tests/support/seeded_random.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <type_traits>

namespace kith::crypto {
namespace {

using Red = SecretBytes<32, struct RedTag>;
using Blue = SecretBytes<32, struct BlueTag>;
using Root = RootSecret<32, struct RootTag>;
using Public = PublicBytes<32, struct PublicTag>;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};

static_assert(!std::is_copy_constructible_v<Red> && !std::is_copy_assignable_v<Red>);
static_assert(!std::is_copy_constructible_v<Root> && !std::is_copy_assignable_v<Root>);
static_assert(std::is_nothrow_move_constructible_v<Red> && std::is_nothrow_move_assignable_v<Red>);
static_assert(std::is_nothrow_move_constructible_v<Root>);
static_assert(!std::is_default_constructible_v<Red> && !std::is_default_constructible_v<Root>);
static_assert(!std::is_constructible_v<Red, Blue> && !std::is_assignable_v<Red&, Blue>);
static_assert(!std::is_constructible_v<Red, Public> && !std::is_constructible_v<Public, Red>);
static_assert(!std::is_convertible_v<Red, ByteView>);
static_assert(!std::equality_comparable_with<Red, Blue>);
static_assert(!Printable<Red> && !Printable<Root>);
static_assert(!fmt::is_formattable<Red>::value && !fmt::is_formattable<Root>::value);
// Ratchet state is copied and dropped for each message.
static_assert(sizeof(Red) == 32);

Bytes counting(std::size_t size) {
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<std::uint8_t>(i + 1);
    return out;
}

TEST(SecretBytes, LeavesZerosWhereItWas) {
    alignas(Red) std::array<std::uint8_t, sizeof(Red)> memory{};
    Red* secret =
        std::construct_at(reinterpret_cast<Red*>(memory.data()), Red::copy_of(counting(32)));
    EXPECT_TRUE(equal(memory, counting(32)));
    std::destroy_at(secret);
    EXPECT_TRUE(equal(memory, Bytes(32)));
}

TEST(SecretBytes, LeavesZerosBehindWhenMoved) {
    Red from = Red::copy_of(counting(32));
    Red to = std::move(from);
    EXPECT_TRUE(equal(from.expose(), Bytes(32)));  // NOLINT(bugprone-use-after-move)
    from = std::move(to);
    EXPECT_TRUE(equal(from.expose(), counting(32)));
    EXPECT_TRUE(equal(to.expose(), Bytes(32)));  // NOLINT(bugprone-use-after-move)
}

TEST(SecretBytes, TakesExactlyItsLength) {
    EXPECT_TRUE(Red::from(counting(32)));
    EXPECT_FALSE(Red::from(counting(31)));
    EXPECT_FALSE(Red::from(counting(33)));
    EXPECT_FALSE(Root::from(counting(31)));
}

TEST(SecretBytes, ComparesAllBytes) {
    const Red secret = Red::copy_of(counting(32));
    EXPECT_TRUE(secret == secret.clone());
    for (std::size_t i = 0; i < 32; ++i) {
        Bytes other = counting(32);
        other[i] ^= 0x80;
        EXPECT_FALSE(secret == Red::copy_of(other)) << i;
    }
}

TEST(SecretBytes, GivesPartsOfAnOutput) {
    using Wide = SecretBytes<64, struct WideTag>;
    const Wide wide = Wide::copy_of(counting(64));
    EXPECT_TRUE(equal(wide.part<Blue>(32).expose(), ByteView(counting(64)).subspan(32)));
}

TEST(SecretBytes, IsDrawnFromTheGivenRandom) {
    test::ScriptedRandom random(counting(64));
    EXPECT_TRUE(equal(draw_secret<Red>(random).expose(), ByteView(counting(64)).first(32)));
    EXPECT_TRUE(equal(draw_public<Public>(random), ByteView(counting(64)).subspan(32)));
    EXPECT_TRUE(random.exhausted());
}

TEST(RootSecret, BehavesAsASecret) {
    Root root = Root::copy_of(counting(32));
    const Root other = root.clone();
    EXPECT_TRUE(root == other);
    const Root moved = std::move(root);
    EXPECT_TRUE(equal(moved.expose(), counting(32)));
}

TEST(ConstantTimeEqual, WantsEqualLengths) {
    EXPECT_TRUE(constant_time_equal({}, {}));
    EXPECT_TRUE(constant_time_equal(counting(5), counting(5)));
    EXPECT_FALSE(constant_time_equal(counting(5), counting(6)));
}

TEST(WipeGuard, WipesAtTheEndOfTheScope) {
    Bytes buffer = counting(40);
    { const WipeGuard guard(buffer); }
    EXPECT_EQ(buffer, Bytes(40));
}

}  // namespace
}  // namespace kith::crypto
