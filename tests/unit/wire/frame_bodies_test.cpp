// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/base/refusal.h"
#include "tests/unit/wire/any_body.h"

#include <gtest/gtest.h>

namespace kith::wire {
namespace {

const Bytes blob(100, 0xab);

struct Sample {
    FrameType type;
    Bytes body;
};

template <std::size_t N>
std::array<std::uint8_t, N> filled(std::uint8_t value) {
    std::array<std::uint8_t, N> out;
    out.fill(value);
    return out;
}

template <class Body>
Sample sample(const Body& body) {
    return {Body::type, encode_body(body)};
}

// One of each body with all its fields, and one with as few as possible.
std::vector<Sample> samples() {
    static const Bytes keys64(64, 1);
    static const Bytes keys32(32, 2);
    static const Bytes keys112(112, 3);
    static const Bytes envelope(1024, 4);
    const auto sig = filled<64>(5);
    AuthC device;
    device.device.emplace().account = filled<32>(6);
    device.device->list_seq = 1000;
    BundleAnswer bundle{3, blob, {blob, blob}, blob};
    const std::vector<std::uint32_t> ns{1, 300, 70000};
    static const Bytes beacon(554, 7);
    static const Bytes prekey(165, 8);
    CapSet settings{1, filled<16>(1), 2, {}, {filled<32>(3)}, {beacon}, blob, {prekey, prekey}};
    settings.add.push_back({filled<32>(4), CapabilityKind::Invite, 3, 49152, 1728100000});
    return {
        sample(Call{filled<32>(9)}),
        sample(AuthS{ResponderKind::Device, filled<16>(7), keys64, sig}),
        sample(AuthS{ResponderKind::Mailbox, filled<16>(7), keys32, sig}),
        sample(AuthS{ResponderKind::Linking, filled<16>(7), keys112, sig}),
        sample(device),
        sample(AuthC{}),
        sample(Ready{7, filled<16>(8)}),
        sample(Ping{1, 4222}),
        sample(Ping{1, std::nullopt}),
        sample(Pong{1, 1728100000, Endpoint::v4(192, 0, 2, 1, 4222), DialBack::NotTried}),
        sample(Pong{1, 0, {}, std::nullopt}),
        sample(Busy{ns, BusyCode::Rate, 60}),
        sample(Bye{ByeCode::Full, 3600}),
        sample(Msg{7, blob}),
        sample(Ack{ns, blob}),
        sample(Ack{{}, std::nullopt}),
        sample(GetBundle{9, filled<32>(1), 7}),
        sample(bundle),
        sample(BundleAnswer{4, {}, {}, {}}),
        sample(Deposit{1, envelope, 600, DepositCapability{filled<32>(1), sig}}),
        sample(Deposit{1, envelope, 600, DepositWork{filled<32>(1), blob}}),
        sample(HostReceipt{1, 2, 3, sig}),
        sample(Refuse{1, RefuseCode::Effort, 60, 12}),
        sample(Refuse{1, RefuseCode::Off, 0, std::nullopt}),
        sample(Stat{1, filled<32>(1), {filled<16>(2), filled<16>(3)}, sig}),
        sample(Stat{1, std::nullopt, {}, std::nullopt}),
        sample(StatReply{1, blob}),
        sample(Audit{1, filled<32>(1), filled<32>(2), filled<16>(3), sig}),
        sample(AuditReply{1, filled<32>(1)}),
        sample(Pickup{1, filled<16>(1), sig, 2, 65536, {7, 8}}),
        sample(Pickup{1, filled<16>(1), std::nullopt, 0, 0, {}}),
        sample(Batch{1, {{2, blob}, {70000, blob}}, 3, true}),
        sample(Batch{1, {}, 0, false}),
        sample(AckDel{1, filled<16>(1), {filled<16>(2), filled<16>(3)}}),
        sample(Deleted{1, 512}),
        sample(LeaseReq{1, filled<32>(1), sig, 8 << 20, blob}),
        sample(LeaseReq{1, filled<32>(1), sig, 0, std::nullopt}),
        sample(Lease{1, filled<16>(1), 8 << 20, 1728100000, sig, 7, 4096}),
        sample(Lease{1, filled<16>(1), 8 << 20, 1728100000, sig, 7, 4096, filled<8>(3)}),
        sample(settings),
        sample(CapSet{}),
        sample(Nudge{filled<16>(1), 2, std::vector<HeldEnvelope>{{1, blob}, {2, blob}}}),
        sample(Nudge{filled<16>(1), 99, std::nullopt}),
    };
}

std::string context(const Result<Bytes>& result) {
    return result ? "" : result.error().context;
}

TEST(FrameBodies, WhatIsEncodedDecodesToTheSameBytes) {
    for (const Sample& s : samples()) {
        const auto again = body_again(s.type, s.body);
        ASSERT_TRUE(again) << to_string(s.type) << " " << context(again);
        EXPECT_EQ(to_hex(*again), to_hex(s.body)) << to_string(s.type);
    }
}

TEST(FrameBodies, EveryTruncationIsRefused) {
    for (const Sample& s : samples()) {
        for (std::size_t size = 0; size < s.body.size(); ++size) {
            EXPECT_FALSE(body_again(s.type, ByteView(s.body).first(size)))
                << to_string(s.type) << " cut to " << size;
        }
    }
}

TEST(FrameBodies, EveryExtensionIsRefused) {
    for (const Sample& s : samples()) {
        for (const std::uint8_t filler :
             std::initializer_list<std::uint8_t>{0x00, 0x01, 0xc0, 0xff}) {
            Bytes longer = s.body;
            for (std::size_t more = 1; more <= 64; ++more) {
                longer.push_back(filler);
                EXPECT_FALSE(body_again(s.type, longer)) << to_string(s.type) << " + " << more;
            }
        }
    }
}

TEST(FrameBodies, EveryChangedByteIsRefusedOrMeansSomethingElse) {
    for (const Sample& s : samples()) {
        for (std::size_t i = 0; i < std::min<std::size_t>(s.body.size(), 200); ++i) {
            for (const std::uint8_t flip : std::initializer_list<std::uint8_t>{0x01, 0x10, 0x80}) {
                Bytes changed = s.body;
                changed[i] ^= flip;
                const auto again = body_again(s.type, changed);
                if (again && again->size() == changed.size()) {
                    EXPECT_EQ(to_hex(*again), to_hex(changed)) << to_string(s.type) << " at " << i;
                }
            }
        }
    }
}

TEST(FrameBodies, DecodedFieldsAreTheOnesWritten) {
    const Bytes body = encode_body(Pong{5, 6, Endpoint::v4(192, 0, 2, 1, 80), DialBack::Failed});
    EXPECT_EQ(Pong::decode(body).value(),
              (Pong{5, 6, Endpoint::v4(192, 0, 2, 1, 80), DialBack::Failed}));
    const Bytes ack = encode_body(Ack{{1, 2}, blob});
    const Ack decoded = Ack::decode(ack).value();
    EXPECT_EQ(decoded.ns, (std::vector<std::uint32_t>{1, 2}));
    EXPECT_TRUE(equal(decoded.receipts.value(), blob));
}

TEST(FrameBodies, AuthOfAnUnknownKindIsRefused) {
    Bytes s = encode_body(AuthS{ResponderKind::Mailbox, {}, Bytes(32), {}});
    s[1] = 3;
    EXPECT_EQ(refusal_word(AuthS::decode(s).error()), "bad_kind");
    Bytes c = encode_body(AuthC{});
    c[1] = 2;
    EXPECT_EQ(refusal_word(AuthC::decode(c).error()), "bad_kind");
}

TEST(FrameBodies, AuthKeysHaveTheLengthOfTheirKind) {
    for (const auto kind :
         {ResponderKind::Device, ResponderKind::Mailbox, ResponderKind::Linking}) {
        for (const std::size_t size : {0U, 31U, 32U, 33U, 63U, 64U, 65U, 111U, 112U, 113U}) {
            const Bytes keys(size);
            const bool right = size == (kind == ResponderKind::Device    ? 64U
                                        : kind == ResponderKind::Mailbox ? 32U
                                                                         : 112U);
            EXPECT_EQ(AuthS::decode(encode_body(AuthS{kind, {}, keys, {}})).has_value(), right);
        }
    }
}

TEST(FrameBodies, AnAnonymousAuthHasNothingElse) {
    Bytes out;
    Writer(out).array(2).uint(1).uint(0);
    EXPECT_FALSE(AuthC::decode(out));
    Bytes device;
    Writer(device).array(1).uint(0);
    EXPECT_FALSE(AuthC::decode(device));
}

TEST(FrameBodies, OtherVersionsOfCallAndReadyAreNamedAsSuch) {
    Bytes call = encode_body(Call{});
    call[0] = 2;
    EXPECT_EQ(Call::decode(call).error().code, Code::UnsupportedVersion);
    Bytes ready = encode_body(Ready{});
    ready[1] = 2;
    EXPECT_EQ(Ready::decode(ready).error().code, Code::UnsupportedVersion);
}

TEST(FrameBodies, ADeviceListHasTheShapeOfASignedObject) {
    Bytes list;
    Writer(list).array(2).bin(blob).bin(filled<64>(1));
    EXPECT_TRUE(equal(Dl::decode(list).value().list, list));
    EXPECT_TRUE(equal(encode_body(Dl{list}), list));
    Bytes large;
    Writer(large).array(2).bin(Bytes(limits::device_list_body + 1)).bin(filled<64>(1));
    EXPECT_FALSE(Dl::decode(large));
}

TEST(FrameBodies, AnEnvelopeHasOneOfFourSizes) {
    for (const std::size_t size : {1023U, 1024U, 1025U, 4096U, 5000U, 16384U, 65535U, 65536U}) {
        const Bytes envelope(size);
        const Bytes body = encode_body(Deposit{1, envelope, 600, DepositCapability{}});
        const bool right = std::ranges::count(envelope_sizes, size) == 1;
        EXPECT_EQ(Deposit::decode(body).has_value(), right) << size;
    }
}

TEST(FrameBodies, AuthItemsOutsideTheArrayAreRefused) {
    // [0, AK, id] and then five more values beside the array.
    AuthC full;
    full.device.emplace();
    Bytes body = encode_body(full);
    body[0] = 0x93;
    EXPECT_FALSE(AuthC::decode(body));
}

TEST(FrameBodies, AStatOfADepositorHasKeyAndSignature) {
    EXPECT_FALSE(Stat::decode(encode_body(Stat{1, filled<32>(1), {}, std::nullopt})));
    EXPECT_FALSE(Stat::decode(encode_body(Stat{1, std::nullopt, {}, filled<64>(1)})));
}

TEST(FrameBodies, CodesOfLaterVersionsAreKept) {
    const Bytes bye = encode_body(Bye{static_cast<ByeCode>(200), 1});
    EXPECT_EQ(Bye::decode(bye).value().code, static_cast<ByeCode>(200));
}

}  // namespace
}  // namespace kith::wire
