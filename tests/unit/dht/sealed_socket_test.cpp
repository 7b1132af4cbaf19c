// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/sealed_socket.h"

#include "core/wire/writer.h"
#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace kith::dht {
namespace {

const Endpoint peer = Endpoint::v4(203, 0, 113, 5, 4222);
const SteadyTime start{hours(1)};

crypto::DatagramKey key(std::uint8_t number) {
    return crypto::DatagramKey::copy_of(Bytes(32, number));
}

Bytes small_packet() {
    Bytes out;
    wire::Writer(out).map(1).key("a").map(0);
    return out;
}

class SealedSocketTest : public testing::Test {
  protected:
    SealedSocket make(std::uint8_t network, DatagramRates rates = {}) {
        return SealedSocket(
            key(network),
            random_,
            [this](ByteView datagram, const Endpoint&) {
                sent_.push_back(to_bytes(datagram));
                return accept_;
            },
            rates);
    }

    test::SeededRandom random_{1};
    std::vector<Bytes> sent_;
    bool accept_ = true;
};

TEST_F(SealedSocketTest, WhatOneSealsAnotherOfTheNetworkOpens) {
    SealedSocket alice = make(1);
    SealedSocket bob = make(1);
    ASSERT_EQ(alice.send(small_packet(), peer), 0);
    const auto opened = bob.open(sent_[0], peer, start);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(equal(opened->packet, small_packet()));
    EXPECT_EQ(bob.traffic().datagrams_in, 1U);
    EXPECT_EQ(bob.traffic().bytes_in, sent_[0].size());
    EXPECT_EQ(alice.traffic().bytes_out, sent_[0].size());
}

TEST_F(SealedSocketTest, AnotherNetworkOpensNothing) {
    SealedSocket alice = make(1);
    SealedSocket eve = make(2);
    alice.send(small_packet(), peer);
    EXPECT_FALSE(eve.open(sent_[0], peer, start));
    EXPECT_EQ(eve.traffic().foreign, 1U);
}

TEST_F(SealedSocketTest, WrongSizesAreDroppedAndCostTheSourceNothing) {
    SealedSocket gate = make(1, {1, 1, 16});
    for (const std::size_t size : {0U, 1U, 40U, 1473U, 65000U}) {
        EXPECT_FALSE(gate.open(Bytes(size), peer, start));
    }
    EXPECT_EQ(gate.traffic().foreign, 5U);
    EXPECT_EQ(gate.traffic().over_rate, 0U);
}

TEST_F(SealedSocketTest, ASourceOverItsRateIsDroppedUnopened) {
    SealedSocket alice = make(1);
    alice.send(small_packet(), peer);
    SealedSocket gate = make(1, {10, 20, 16});
    int passed = 0;
    for (int i = 0; i < 100; ++i) {
        if (gate.open(sent_[0], peer, start)) ++passed;
    }
    EXPECT_EQ(passed, 20);
    EXPECT_EQ(gate.traffic().over_rate, 80U);
    EXPECT_FALSE(gate.open(sent_[0], Endpoint::v4(203, 0, 113, 77, 1), start)) << "same /24";
    EXPECT_TRUE(gate.open(sent_[0], Endpoint::v4(198, 51, 100, 1, 1), start));
    EXPECT_TRUE(gate.open(sent_[0], peer, start + milliseconds(100)));
}

TEST_F(SealedSocketTest, ManySourcesShareOneRateOnceTheirTableIsFull) {
    SealedSocket alice = make(1);
    alice.send(small_packet(), peer);
    SealedSocket gate = make(1, {10, 20, 16});
    int passed = 0;
    for (std::uint8_t network = 0; network < 200; ++network) {
        if (gate.open(sent_[0], Endpoint::v4(10, network, 0, 1, 1), start)) ++passed;
    }
    EXPECT_EQ(passed, 16 + 20);
    // Idle sources make room.
    EXPECT_TRUE(gate.open(sent_[0], peer, start + seconds(10)));
}

TEST_F(SealedSocketTest, AnOddPacketIsDroppedAndCounted) {
    SealedSocket alice = make(1);
    alice.send(Bytes{0x93, 1, 2, 3}, peer);
    EXPECT_FALSE(alice.open(sent_[0], peer, start));
    EXPECT_EQ(alice.traffic().odd, 1U);
}

TEST_F(SealedSocketTest, AValueTypeOfAPacketIsTold) {
    SealedSocket alice = make(1);
    Bytes packet;
    wire::Writer writer(packet);
    writer.map(1).key("a").map(1).key("values").array(1).map(1).key("dat").map(1);
    writer.key("body").map(1).key("type").uint(999);
    alice.send(packet, peer);
    const auto opened = alice.open(sent_[0], peer, start);
    ASSERT_TRUE(opened);
    ASSERT_EQ(opened->types.ids().size(), 1U);
    EXPECT_EQ(opened->types.ids()[0], 999);
}

TEST_F(SealedSocketTest, TooLargeAPacketIsNotSent) {
    SealedSocket alice = make(1);
    EXPECT_EQ(alice.send(Bytes(SealedSocket::packet_out_max + 1), peer), EMSGSIZE);
    EXPECT_EQ(alice.send({}, peer), EMSGSIZE);
    EXPECT_TRUE(sent_.empty());
    EXPECT_EQ(alice.send(Bytes(SealedSocket::packet_out_max), peer), 0);
}

TEST_F(SealedSocketTest, APacketThatTheKernelDoesNotTakeIsLost) {
    SealedSocket alice = make(1);
    accept_ = false;
    EXPECT_EQ(alice.send(small_packet(), peer), EAGAIN);
    EXPECT_EQ(alice.traffic().datagrams_out, 0U);
}

}  // namespace
}  // namespace kith::dht
