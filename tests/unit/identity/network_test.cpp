// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/network.h"

#include "tests/support/seeded_random.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

TEST(Network, ThePublicNetworkIsTheFrozenOne) {
    const Network network = Network::public_network();
    EXPECT_EQ(test::to_text(network.secret().expose()),
              "5471990bf9466921f8dbe5314d8f7a438f4af9b9772a35df893f4164456e079a");
    EXPECT_EQ(network.id(), 0x4b67926fU);
    EXPECT_EQ(test::to_text(network.datagram_key().expose()),
              "6467661d4eb1632b964fa02f933a6776065e52aa0dff5e5d50d5e9777e49b957");
    EXPECT_EQ(test::to_text(network.link_key().expose()),
              "dc0ee99264c9a556036ffece419d4e353723ea1121444d113cd70ff01b740d97");
    EXPECT_TRUE(network.is_public());
    EXPECT_EQ(test::to_text(network.secret().expose()), key_case("networks")["out"]["P0"]);
}

TEST(Network, APrivateNetworkSharesNothingWithThePublicOne) {
    test::SeededRandom random(6);
    const Network network = Network::generate(random);
    const Network other = Network::public_network();
    EXPECT_FALSE(network.is_public());
    EXPECT_NE(network.id(), other.id());
    EXPECT_FALSE(network.datagram_key() == other.datagram_key());
    EXPECT_FALSE(network.link_key() == other.link_key());
    EXPECT_EQ(network.clone().id(), network.id());
}

}  // namespace
}  // namespace kith::identity
