// SPDX-License-Identifier: GPL-3.0-or-later
// An independent judge: whatever the reader takes, msgpack-c unpacks under the same limits and
// packs again to the same bytes.
#include "core/wire/reader.h"

#include <gtest/gtest.h>
#include <msgpack.hpp>

#include <random>

namespace kith::wire {
namespace {

constexpr std::uint32_t seed = 20260101;

bool oracle_agrees(const Bytes& document) {
    const auto* data = reinterpret_cast<const char*>(document.data());
    const msgpack::unpack_limit limit(1024, 1024, 4096, 4096, 0, limits::msgpack_depth + 1);
    try {
        std::size_t used = 0;
        const auto handle = msgpack::unpack(data, document.size(), used, nullptr, nullptr, limit);
        msgpack::sbuffer packed;
        msgpack::pack(packed, handle.get());
        return used == document.size() &&
               std::equal(
                   data, data + document.size(), packed.data(), packed.data() + packed.size());
    } catch (const msgpack::unpack_error&) {
        return false;
    }
}

TEST(MsgpackOracle, AgreesOnRandomDocuments) {
    std::mt19937 random(seed);
    // Heads that begin something interesting, so that chance reaches the deep places.
    constexpr std::array<std::uint8_t, 24> heads{0x00, 0x7f, 0x80, 0x81, 0x82, 0x90, 0x91, 0x92,
                                                 0xa0, 0xa1, 0xa2, 0xc0, 0xc2, 0xc3, 0xc4, 0xc5,
                                                 0xcc, 0xcd, 0xce, 0xcf, 0xd9, 0xdc, 0xde, 0xff};
    std::size_t taken = 0;
    for (int round = 0; round < 200000; ++round) {
        Bytes document(1 + random() % 12);
        for (auto& byte : document) {
            byte = random() % 3 == 0 ? static_cast<std::uint8_t>(random())
                                     : heads[random() % heads.size()];
        }
        if (!check_document(document, document.size())) continue;
        ++taken;
        ASSERT_TRUE(oracle_agrees(document)) << "seed " << seed << " round " << round;
    }
    EXPECT_GT(taken, 1000U);
}

}  // namespace
}  // namespace kith::wire
