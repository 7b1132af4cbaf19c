// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/transport/handshake_fixture.h"

namespace kith::transport {
namespace {

using LinkCallerTest = LinkHandshakeTest;

TEST_F(LinkCallerTest, NamesItselfToNoDeviceThatNoListVouchesFor) {
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    EXPECT_FALSE(may_introduce(alice_policy, bob.as_callee()));
    const Bytes auth_s = to.receive(frame_of(from.start())).value();
    EXPECT_EQ(refusal_word(from.receive(frame_of(auth_s)).error()), "not_listed");
}

TEST_F(LinkCallerTest, NamesItselfToADeviceWhoseKeyTheNodeVouchesFor) {
    auto callee = bob.as_callee();
    callee.signing = bob.device.signing.public_key();
    EXPECT_TRUE(may_introduce(alice_policy, callee));
    auto from = caller(callee);
    LinkCallee to(bob_policy, x);
    EXPECT_TRUE(run(from, to).has_value());
}

TEST_F(LinkCallerTest, RefusesACalleeWithAnotherKeyThanTheListSays) {
    Person carol(3);
    auto callee = bob.as_callee();
    callee.signing = carol.device.signing.public_key();
    auto from = caller(callee);
    LinkCallee to(bob_policy, x);
    const Bytes auth_s = to.receive(frame_of(from.start())).value();
    EXPECT_EQ(refusal_word(from.receive(frame_of(auth_s)).error()), "wrong_id");
    EXPECT_TRUE(from.met_another());
}

TEST_F(LinkCallerTest, RefusesACalleeOfAnotherAccount) {
    know_each_other();
    Person carol(3);
    auto callee = bob.as_callee();
    callee.account = carol.account();
    auto from = caller(callee, LinkRole::Anonymous);
    LinkCallee to(bob_policy, x);
    const Bytes auth_s = to.receive(frame_of(from.start())).value();
    EXPECT_EQ(refusal_word(from.receive(frame_of(auth_s)).error()), "wrong_id");
}

TEST_F(LinkCallerTest, RefusesAnIdThatSharesOnlyItsFirstHalf) {
    auto callee = bob.as_callee();
    auto id = bob.id().array();
    id[15] ^= 1;
    callee.device = crypto::DeviceId(id);
    auto from = caller(callee, LinkRole::Anonymous);
    LinkCallee to(bob_policy, x);
    const Bytes auth_s = to.receive(frame_of(from.start())).value();
    EXPECT_EQ(refusal_word(from.receive(frame_of(auth_s)).error()), "wrong_id");

    auto box = bob.box().array();
    box[15] ^= 1;
    auto to_box = caller(BoxCallee{crypto::BoxId(box)}, LinkRole::Anonymous);
    LinkCallee other(bob_policy, x);
    const Bytes box_auth = other.receive(frame_of(to_box.start())).value();
    EXPECT_EQ(refusal_word(to_box.receive(frame_of(box_auth)).error()), "wrong_id");
}

TEST_F(LinkCallerTest, RefusesARevokedCalleeEvenAnonymously) {
    alice.learn(bob);
    const auto old_id = bob.id();
    const auto old_callee = bob.as_callee();
    const auto old_identity = bob.device_identity();
    test::SeededRandom random(99);
    const auto fresh = identity::Device::generate(random);
    bob.relist([&](identity::DeviceList& next) {
        identity::ListedDevice device;
        device.signing = fresh.signing.public_key();
        device.dh = fresh.dh.public_key();
        device.id = fresh.id(bob.account());
        device.added = next.seq;
        device.role = identity::DeviceRole::Admin;
        device.consent = identity::sign_consent(fresh, bob.account(), next.seq);
        next.devices = {device};
        next.revoked.push_back({old_id, next.seq});
    });
    alice.learn(bob);
    auto from = caller(old_callee, LinkRole::Anonymous);
    LinkCallee to(bob_policy, x);
    const Bytes auth_s = to.receive(frame_of(from.start())).value();
    EXPECT_EQ(refusal_word(from.receive(frame_of(auth_s)).error()), "not_listed");
}

TEST_F(LinkCallerTest, SendsItsListOnceAndOnlyUnderItsName) {
    know_each_other();
    Bytes want;
    wire::append_frame(want, wire::WantDl{});
    {
        auto from = caller(bob.as_callee());
        LinkCallee to(bob_policy, x);
        const Bytes auth_s = to.receive(frame_of(from.start())).value();
        ASSERT_TRUE(from.receive(frame_of(auth_s)).has_value());
        EXPECT_EQ(frame_of(from.receive(frame_of(want)).value()).type, FrameType::Dl);
        EXPECT_EQ(from.receive(frame_of(want)).error().code, Code::Malformed);
    }
    auto from = caller(bob.as_callee(), LinkRole::Anonymous);
    LinkCallee to(bob_policy, x);
    const Bytes auth_s = to.receive(frame_of(from.start())).value();
    ASSERT_TRUE(from.receive(frame_of(auth_s)).has_value());
    EXPECT_EQ(from.receive(frame_of(want)).error().code, Code::Malformed);
}

TEST_F(LinkCallerTest, RefusesAMailboxThatClaimsADeviceList) {
    auto from = caller(BoxCallee{bob.box()}, LinkRole::Anonymous);
    LinkCallee to(bob_policy, x);
    const Bytes auth_s = to.receive(frame_of(from.start())).value();
    ASSERT_TRUE(from.receive(frame_of(auth_s)).has_value());
    wire::Ready ready;
    ready.list_seq = 1;
    Bytes frame;
    wire::append_frame(frame, ready);
    EXPECT_EQ(refusal_word(from.receive(frame_of(frame)).error()), "mp_field");
}

}  // namespace
}  // namespace kith::transport
