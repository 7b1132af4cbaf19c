// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/gone_peers.h"

#include <gtest/gtest.h>

namespace kith::dht {
namespace {

const SteadyTime start{hours(1)};

Endpoint peer(std::uint16_t number) {
    return Endpoint::v4(203, 0, 113, 5, number);
}

TEST(GonePeers, AReportIsBelievedForAWhile) {
    GonePeers peers;
    EXPECT_FALSE(peers.gone(peer(1), start));
    peers.reported(peer(1), start);
    EXPECT_TRUE(peers.gone(peer(1), start));
    EXPECT_FALSE(peers.gone(peer(2), start));
    EXPECT_TRUE(peers.gone(peer(1), start + GonePeers::believed - Duration(1)));
    EXPECT_FALSE(peers.gone(peer(1), start + GonePeers::believed));
}

TEST(GonePeers, NobodyCanSayThatOfWhoHasSpokenLately) {
    GonePeers peers;
    peers.heard(peer(1), start);
    peers.reported(peer(1), start + GonePeers::trusted - Duration(1));
    EXPECT_FALSE(peers.gone(peer(1), start + GonePeers::trusted - Duration(1)));
    peers.reported(peer(1), start + GonePeers::trusted);
    EXPECT_TRUE(peers.gone(peer(1), start + GonePeers::trusted));
}

TEST(GonePeers, WhoSpeaksIsThere) {
    GonePeers peers;
    peers.reported(peer(1), start);
    peers.heard(peer(1), start);
    EXPECT_FALSE(peers.gone(peer(1), start));
}

TEST(GonePeers, AreBounded) {
    GonePeers peers;
    for (std::uint16_t i = 1; i <= 3 * GonePeers::most; ++i) {
        peers.heard(peer(i), start);
        peers.reported(peer(static_cast<std::uint16_t>(30000 + i)), start);
    }
    EXPECT_EQ(peers.size(), 2 * GonePeers::most);
    // What is over makes room.
    const SteadyTime later = start + GonePeers::believed;
    peers.reported(peer(20000), later);
    EXPECT_TRUE(peers.gone(peer(20000), later));
}

}  // namespace
}  // namespace kith::dht
