// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/peer_clocks.h"

#include <gtest/gtest.h>

namespace kith::node {
namespace {

crypto::AccountKey contact(std::uint8_t number) {
    std::array<std::uint8_t, 32> key{};
    key[0] = number;
    return crypto::AccountKey(key);
}

TEST(PeerClocks, NobodyHasSaidAnything) {
    EXPECT_FALSE(PeerClocks().offset());
}

TEST(PeerClocks, OneContactAloneIsNotBelieved) {
    PeerClocks clocks;
    clocks.note(contact(1), hours(3));
    EXPECT_EQ(clocks.offset(), Duration::zero());
    clocks.note(contact(1), hours(4));
    EXPECT_EQ(clocks.offset(), Duration::zero()) << "it has one voice, however often it speaks";
}

TEST(PeerClocks, TwoWhoAgreeAreBelieved) {
    PeerClocks clocks;
    clocks.note(contact(1), -hours(3));
    clocks.note(contact(2), -hours(3));
    EXPECT_EQ(clocks.offset(), -hours(3));
    clocks.forget(contact(2));
    EXPECT_EQ(clocks.offset(), Duration::zero());
}

TEST(PeerClocks, ALiarAmongHonestOnesChangesNothing) {
    PeerClocks clocks;
    clocks.note(contact(1), hours(1000));
    clocks.note(contact(2), seconds(1));
    clocks.note(contact(3), seconds(2));
    EXPECT_LE(*clocks.offset(), seconds(2));
}

TEST(PeerClocks, RemembersABoundedNumber) {
    PeerClocks clocks;
    for (std::size_t i = 0; i < PeerClocks::max_voices + 10; ++i) {
        std::array<std::uint8_t, 32> key{};
        key[0] = static_cast<std::uint8_t>(i & 0xff);
        key[1] = static_cast<std::uint8_t>(i >> 8);
        // The first ones say an hour; those that come too late would outvote them.
        clocks.note(crypto::AccountKey(key), i < PeerClocks::max_voices ? hours(1) : hours(2));
    }
    EXPECT_EQ(clocks.offset(), hours(1));
}

}  // namespace
}  // namespace kith::node
