// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/transport/handshake_fixture.h"

namespace kith::transport {
namespace {

using LinkCalleeTest = LinkHandshakeTest;

TEST_F(LinkCalleeTest, RefusesADeviceThatItsAccountDoesNotList) {
    know_each_other();
    test::SeededRandom random(99);
    alice.device = identity::Device::generate(random);
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    EXPECT_EQ(refusal_word(run(from, to).error()), "not_listed");
}

TEST_F(LinkCalleeTest, RefusesADeviceThatWasRevoked) {
    know_each_other();
    // Alice moved to another device; the old one calls, with the list that still named it.
    const auto old_list = alice.list;
    const auto old_id = alice.id();
    test::SeededRandom random(99);
    const auto fresh = identity::Device::generate(random);
    alice.relist([&](identity::DeviceList& next) {
        identity::ListedDevice device;
        device.signing = fresh.signing.public_key();
        device.dh = fresh.dh.public_key();
        device.id = fresh.id(alice.account());
        device.added = next.seq;
        device.role = identity::DeviceRole::Admin;
        device.consent = identity::sign_consent(fresh, alice.account(), next.seq);
        next.devices = {device};
        next.revoked.push_back({old_id, next.seq});
    });
    bob.learn(alice);
    alice.list = old_list;
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    EXPECT_EQ(refusal_word(run(from, to).error()), "not_listed");
    EXPECT_EQ(bob.lists_shown, 0);
}

TEST_F(LinkCalleeTest, RefusesAListOtherThanTheOneNamed) {
    alice.learn(bob);
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    const Bytes auth_s = to.receive(frame_of(from.start())).value();
    const Bytes auth_c = from.receive(frame_of(auth_s)).value();
    const Bytes want = to.receive(frame_of(auth_c)).value();
    ASSERT_EQ(frame_of(want).type, FrameType::WantDl);
    alice.relist([](auto& next) { next.beacon_generation = 5; });
    const Bytes other = alice.list.signed_list().encode();
    Bytes dl;
    wire::append_frame(dl, wire::Dl{other});
    EXPECT_EQ(refusal_word(to.receive(frame_of(dl)).error()), "wrong_list");
    EXPECT_EQ(bob.lists_shown, 0);
}

TEST_F(LinkCalleeTest, RefusesAListThatAnotherAccountSigned) {
    alice.learn(bob);
    Person mallory(4);
    // Mallory's list is sent under Alice's name.
    auto identity = alice.device_identity();
    identity.list = mallory.list;
    alice_policy.served = [&] { return std::vector<ServedIdentity>{identity}; };
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    EXPECT_FALSE(run(from, to).has_value());
    EXPECT_FALSE(to.is_open());
}

TEST_F(LinkCalleeTest, RefusesASignatureMadeForAnotherCallee) {
    know_each_other();
    Person carol(3);
    carol.learn(alice);
    alice.learn(carol);
    // Carol, called by Alice, carries Alice's AUTH to Bob.
    auto to_carol = caller(carol.as_callee());
    const auto carol_policy = carol.policy();
    LinkCallee carol_side(carol_policy, x);
    const Bytes carol_auth = carol_side.receive(frame_of(to_carol.start())).value();
    const Bytes alice_auth = to_carol.receive(frame_of(carol_auth)).value();

    auto to_bob = caller(bob.as_callee());
    LinkCallee bob_side(bob_policy, x);
    ASSERT_TRUE(bob_side.receive(frame_of(to_bob.start())).has_value());
    EXPECT_EQ(bob_side.receive(frame_of(alice_auth)).error().code, Code::BadSignature);
}

TEST_F(LinkCalleeTest, RefusesItsOwnFramesSentBack) {
    know_each_other();
    auto from = caller(bob.as_callee());
    const Bytes call = from.start();
    // The caller's CALL at the caller, who serves other ids.
    LinkCallee alice_side(alice_policy, x);
    EXPECT_FALSE(alice_side.receive(frame_of(call)).has_value());
    // The callee's AUTH at the callee.
    LinkCallee to(bob_policy, x);
    const Bytes auth_s = to.receive(frame_of(call)).value();
    EXPECT_EQ(to.receive(frame_of(auth_s)).error().code, Code::Malformed);
    // The caller's AUTH at the caller.
    const Bytes auth_c = from.receive(frame_of(auth_s)).value();
    EXPECT_FALSE(from.receive(frame_of(auth_c)).has_value());
}

TEST_F(LinkCalleeTest, RefusesAnAuthWithAnyBitFlipped) {
    know_each_other();
    auto to_start = caller(bob.as_callee());
    LinkCallee first(bob_policy, x);
    const Bytes auth_s = first.receive(frame_of(to_start.start())).value();
    const Bytes auth_c = to_start.receive(frame_of(auth_s)).value();
    for (std::size_t bit = wire::frame_head * 8; bit < auth_s.size() * 8; ++bit) {
        Bytes flipped = auth_s;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        auto from = caller(bob.as_callee());
        std::ignore = from.start();
        ASSERT_FALSE(from.receive(frame_of(flipped)).has_value()) << bit;
        ASSERT_FALSE(from.is_open());
    }
    // In AUTH_C the list is a claim, not a proof: a newer one is asked for, an older one does not
    // matter.
    for (std::size_t bit = wire::frame_head * 8; bit < auth_c.size() * 8; ++bit) {
        Bytes flipped = auth_c;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        auto from = caller(bob.as_callee());
        LinkCallee to(bob_policy, x);
        ASSERT_TRUE(to.receive(frame_of(from.start())).has_value());
        const auto answer = to.receive(frame_of(flipped));
        if (!answer) continue;
        if (to.is_open()) {
            const auto peer = std::get<DevicePeer>(to.info().peer);
            ASSERT_EQ(peer.device, alice.id());
            ASSERT_LT(peer.list_seq, alice.list.list().seq);
        } else {
            ASSERT_EQ(frame_of(*answer).type, FrameType::WantDl) << bit;
        }
    }
}

TEST_F(LinkCalleeTest, RefusesTruncatedAndOverlongFrames) {
    know_each_other();
    auto model = caller(bob.as_callee());
    const Bytes call = model.start();
    LinkCallee first(bob_policy, x);
    const Bytes auth_s = first.receive(frame_of(call)).value();
    const Bytes auth_c = model.receive(frame_of(auth_s)).value();
    const auto resized = [](const Bytes& frame, std::size_t size) {
        Bytes out = frame;
        out.resize(size);
        return out;
    };
    for (std::size_t size = wire::frame_head; size < call.size() + 8; ++size) {
        if (size == call.size()) continue;
        LinkCallee to(bob_policy, x);
        EXPECT_FALSE(to.receive(frame_of(resized(call, size))).has_value()) << size;
    }
    for (std::size_t size = wire::frame_head; size < auth_s.size() + 8; ++size) {
        if (size == auth_s.size()) continue;
        auto from = caller(bob.as_callee());
        std::ignore = from.start();
        EXPECT_FALSE(from.receive(frame_of(resized(auth_s, size))).has_value()) << size;
    }
    for (std::size_t size = wire::frame_head; size < auth_c.size() + 8; ++size) {
        if (size == auth_c.size()) continue;
        LinkCallee to(bob_policy, x);
        ASSERT_TRUE(to.receive(frame_of(call)).has_value());
        EXPECT_FALSE(to.receive(frame_of(resized(auth_c, size))).has_value()) << size;
    }
}

}  // namespace
}  // namespace kith::transport
