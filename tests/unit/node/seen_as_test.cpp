// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/node/receiver.h"

#include <gtest/gtest.h>

namespace kith::node {
namespace {

constexpr std::array<std::uint8_t, 16> mac{1, 2, 3};

message::Inner inner_of(std::uint8_t device) {
    message::Inner inner;
    inner.kind = message::InnerKind::Ratchet;
    inner.from = crypto::DeviceId::copy_of(Bytes(16, device));
    inner.mac = mac;
    return inner;
}

TEST(SeenAs, ARatchetMessageIsKnownByItsMacAndSender) {
    const auto seen = SeenAs::of(inner_of(1), Bytes(700, 9));
    EXPECT_EQ(seen.key, mac);
    const Bytes id(16, 7);
    EXPECT_EQ(seen.id_in(seen.row(id)), id);
    EXPECT_EQ(seen.id_in(seen.row({})), Bytes());
}

TEST(SeenAs, AMacThatAnotherDeviceCopiedIsNotKnown) {
    const Bytes row = SeenAs::of(inner_of(1), {}).row(Bytes(16, 7));
    EXPECT_FALSE(SeenAs::of(inner_of(2), {}).id_in(row));
    EXPECT_FALSE(SeenAs::of(inner_of(1), {}).id_in(ByteView(row).first(15)));
}

TEST(SeenAs, AnInitIsKnownByItsBytes) {
    message::Inner init;
    init.kind = message::InnerKind::Init;
    const Bytes bytes(500, 5);
    const auto seen = SeenAs::of(init, bytes);
    EXPECT_TRUE(equal(seen.key, message::inner_id(bytes).view().first(16)));
    EXPECT_NE(seen.key, SeenAs::of(init, Bytes(500, 6)).key);
    EXPECT_EQ(seen.id_in(Bytes(16, 7)), Bytes(16, 7));
}

}  // namespace
}  // namespace kith::node
