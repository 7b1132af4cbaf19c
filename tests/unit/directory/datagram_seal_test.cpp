// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/datagram_seal.h"

#include "core/crypto/kdf.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

using test::hex;

DatagramSeal seal_of(const test::json& secret) {
    return DatagramSeal(crypto::kdf1<crypto::DatagramKey>(crypto::Label::DhtNet, hex(secret)));
}

TEST(DatagramSeal, FollowsTheVectors) {
    for (const auto& c : test::protocol_section("datagram").cases) {
        SCOPED_TRACE(test::id_of(c));
        const DatagramSeal seal = seal_of(c["in"]["P"]);
        const Bytes packet = hex(c["in"]["packet"]);
        test::ScriptedRandom random(hex(c["in"]["nonce"]));
        Bytes room(limits::datagram_max);
        const ByteView datagram = seal.seal(packet, random, room);
        EXPECT_EQ(test::to_text(datagram), c["out"]["datagram"]);
        Bytes opened(packet_max);
        const auto back = seal.open(datagram, opened);
        ASSERT_TRUE(back);
        EXPECT_TRUE(equal(*back, packet));
    }
}

TEST(DatagramSeal, RefusesWhatTheVectorsRefuse) {
    for (const auto& c : test::protocol_section("datagram").bad) {
        SCOPED_TRACE(test::id_of(c));
        Bytes opened(packet_max);
        const auto result = seal_of(c["in"]["P"]).open(hex(c["in"]["datagram"]), opened);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().context, c["code"].get<std::string>());
    }
}

TEST(DatagramSeal, LeavesNoPlaintextOfADamagedDatagram) {
    const DatagramSeal seal(crypto::DatagramKey::copy_of(Bytes(32, 7)));
    test::SeededRandom random(1);
    const Bytes packet(packet_max, 'p');
    Bytes room(limits::datagram_max);
    ASSERT_EQ(seal.seal(packet, random, room).size(), limits::datagram_max);
    Bytes damaged = room;
    damaged.back() ^= 1;
    Bytes opened(packet_max, 0);
    EXPECT_FALSE(seal.open(damaged, opened));
    EXPECT_EQ(opened, Bytes(packet_max, 0)) << "plaintext of a damaged datagram";
    EXPECT_TRUE(seal.open(room, opened));
    EXPECT_EQ(opened, packet);
}

}  // namespace
}  // namespace kith::directory
