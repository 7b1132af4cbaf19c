// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/inner.h"

#include "core/base/refusal.h"
#include "core/session/inner_mac.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::message {
namespace {

using kith::test::hex;
using kith::test::hex_as;
using kith::test::id_of;
using kith::test::json;
using kith::test::to_text;

/// The macs of messages from `from` to `to`, as the sender holds them.
session::InnerMac macs(const json& exporter, const json& from, const json& to) {
    return session::InnerMac(
        hex_as<crypto::ExportKey>(exporter), hex_as<DeviceId>(from), hex_as<DeviceId>(to));
}

TEST(InnerVectors, AreEncodedWithTheSameMacAndId) {
    for (const json& c : kith::test::protocol_section("inner").cases) {
        SCOPED_TRACE(id_of(c));
        const json& in = c["in"];
        const Bytes d = hex(in["d"]);
        const std::uint8_t kind = in["k"];
        const InnerTag mac = macs(in["exp"], in["from"], in["to"]).tag(kind, d);
        EXPECT_EQ(to_text(mac), c["mid"]["mac"]);
        const Bytes inner =
            encode_inner(static_cast<InnerKind>(kind), hex_as<DeviceId>(in["from"]), mac, d);
        EXPECT_EQ(to_text(inner), c["out"]["inner"]);
        EXPECT_EQ(to_text(inner_id(inner)), c["out"]["iid"]);
    }
}

TEST(InnerVectors, AreDecodedAndVerifiedByTheReceiver) {
    for (const json& c : kith::test::protocol_section("inner").cases) {
        SCOPED_TRACE(id_of(c));
        const Bytes bytes = hex(c["out"]["inner"]);
        const auto inner = decode_inner(bytes);
        ASSERT_TRUE(inner) << inner.error().context;
        EXPECT_EQ(to_text(inner->from), c["in"]["from"]);
        EXPECT_EQ(to_text(inner->d), c["in"]["d"]);
        const auto receiver = macs(c["in"]["exp"], c["in"]["to"], c["in"]["from"]);
        EXPECT_TRUE(receiver.verify(static_cast<std::uint8_t>(inner->kind), inner->d, inner->mac));
    }
}

TEST(InnerVectors, AreRefusedByTheSameWord) {
    for (const json& c : kith::test::protocol_section("inner").bad) {
        SCOPED_TRACE(id_of(c));
        const Bytes bytes = hex(c["in"]["inner"]);
        const auto inner = decode_inner(bytes);
        if (c["code"] == "bad_mac") {
            ASSERT_TRUE(inner);
            const session::InnerMac receiver(hex_as<crypto::ExportKey>(c["in"]["exp"]),
                                             hex_as<DeviceId>(c["in"]["to"]),
                                             inner->from);
            EXPECT_FALSE(
                receiver.verify(static_cast<std::uint8_t>(inner->kind), inner->d, inner->mac));
            continue;
        }
        ASSERT_FALSE(inner);
        EXPECT_EQ(inner.error().code, Code::Malformed);
        EXPECT_EQ(refusal_word(inner.error()), c["code"]);
    }
}

TEST(Inner, AnInitTakesNoTicketOrOneOfPossibleLength) {
    const Bytes init{1, 2, 3};
    Bytes proof(78 + 16, 0);
    proof[0] = 1;
    Bytes invite(25, 0);
    invite[0] = 2;
    for (const Bytes& ticket : {Bytes{}, proof, invite}) {
        const Bytes bytes = encode_inner_init(ticket, init);
        const auto inner = decode_inner(bytes);
        ASSERT_TRUE(inner);
        EXPECT_EQ(inner->kind, InnerKind::Init);
        EXPECT_TRUE(equal(inner->ticket, ticket));
        EXPECT_TRUE(equal(inner->d, init));
    }
}

TEST(Inner, ATicketOfTheOtherKindsLengthIsRefused) {
    Bytes ticket(25, 0);
    ticket[0] = 2;
    Bytes bytes = encode_inner_init(ticket, Bytes{1});
    bytes[5] = 1;
    ASSERT_FALSE(decode_inner(bytes));
    EXPECT_EQ(refusal_word(decode_inner(bytes).error()), "bad_ticket");
}

// crypto attack test 15, for inner messages.
TEST(Inner, EveryTruncationAndEveryTailIsRefused) {
    const Bytes bytes = encode_inner(InnerKind::Ratchet, {}, {}, Bytes(873, 7));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_inner(ByteView(bytes).first(size))) << size;
    }
    Bytes longer = bytes;
    for (int extra = 0; extra < 64; ++extra) {
        longer.push_back(0);
        EXPECT_FALSE(decode_inner(longer));
    }
    EXPECT_EQ(decode_inner(Bytes(inner_max + 1)).error().code, Code::TooLarge);
}

TEST(Inner, TheIdNamesTheExactBytes) {
    const Bytes one = encode_inner(InnerKind::Ratchet, {}, {}, Bytes{1});
    const Bytes two = encode_inner(InnerKind::Ratchet, {}, {}, Bytes{2});
    EXPECT_EQ(inner_id(one), inner_id(Bytes(one)));
    EXPECT_NE(inner_id(one), inner_id(two));
}

}  // namespace
}  // namespace kith::message
