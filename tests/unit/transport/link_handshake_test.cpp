// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/transport/handshake_fixture.h"

namespace kith::transport {
namespace {

TEST_F(LinkHandshakeTest, ProvesBothDevicesToEachOther) {
    know_each_other();
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    ASSERT_TRUE(run(from, to).has_value());
    EXPECT_EQ(types(answers), (std::vector{FrameType::Auth, FrameType::Ready}));

    const auto seen_by_alice = from.info();
    EXPECT_TRUE(seen_by_alice.is_device_link());
    EXPECT_TRUE(seen_by_alice.called_by_us);
    EXPECT_EQ(seen_by_alice.binding, x);
    const auto& peer = std::get<DevicePeer>(seen_by_alice.peer);
    EXPECT_EQ(peer.account, bob.account());
    EXPECT_EQ(peer.device, bob.id());
    EXPECT_EQ(peer.signing, bob.device.signing.public_key());
    EXPECT_EQ(peer.dh, bob.device.dh.public_key());
    EXPECT_EQ(peer.list_seq, 1U);
    EXPECT_EQ(peer.list_hash, bob.list.hash16());

    const auto seen_by_bob = to.info();
    EXPECT_TRUE(seen_by_bob.is_device_link());
    EXPECT_FALSE(seen_by_bob.called_by_us);
    EXPECT_EQ(std::get<DevicePeer>(seen_by_bob.peer).account, alice.account());
    EXPECT_EQ(std::get<DevicePeer>(seen_by_bob.peer).list_hash, alice.list.hash16());
    EXPECT_FALSE(to.is_contact());
}

TEST_F(LinkHandshakeTest, AsksForAListThatIsNotKnown) {
    alice.learn(bob);
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    ASSERT_TRUE(run(from, to).has_value());
    EXPECT_EQ(types(answers), (std::vector{FrameType::Auth, FrameType::WantDl, FrameType::Ready}));
    EXPECT_EQ(bob.lists_shown, 1);
}

TEST_F(LinkHandshakeTest, AsksForAListThatIsNewer) {
    know_each_other();
    alice.relist([](auto& next) { next.beacon_generation = 5; });
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    ASSERT_TRUE(run(from, to).has_value());
    EXPECT_EQ(bob.lists_shown, 1);
    EXPECT_EQ(bob.lists.at(alice.account()).newest()->list().seq, 2U);
}

TEST_F(LinkHandshakeTest, JudgesAnOldListByTheNewerOneItHas) {
    know_each_other();
    const auto old = alice.list;
    alice.relist([](auto& next) { next.beacon_generation = 5; });
    bob.learn(alice);
    alice.list = old;
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    ASSERT_TRUE(run(from, to).has_value());
    EXPECT_EQ(bob.lists_shown, 0);
}

TEST_F(LinkHandshakeTest, LetsAnAnonymousCallerIn) {
    auto from = caller(bob.as_callee(), LinkRole::Anonymous);
    LinkCallee to(bob_policy, x);
    ASSERT_TRUE(run(from, to).has_value());
    EXPECT_EQ(types(answers), (std::vector{FrameType::Auth, FrameType::Ready}));
    EXPECT_FALSE(from.info().is_device_link());
    EXPECT_TRUE(std::holds_alternative<DevicePeer>(from.info().peer));
    EXPECT_FALSE(to.info().is_device_link());
    EXPECT_TRUE(std::holds_alternative<AnonymousPeer>(to.info().peer));
}

TEST_F(LinkHandshakeTest, ReachesADeviceByThePrefixOfItsId) {
    auto callee = bob.as_callee();
    callee.device.reset();
    auto from = caller(callee, LinkRole::Anonymous);
    LinkCallee to(bob_policy, x);
    ASSERT_TRUE(run(from, to).has_value());
    EXPECT_EQ(std::get<DevicePeer>(from.info().peer).device, bob.id());
}

TEST_F(LinkHandshakeTest, ReachesAMailbox) {
    auto from = caller(BoxCallee{bob.box()}, LinkRole::Anonymous);
    LinkCallee to(bob_policy, x);
    ASSERT_TRUE(run(from, to).has_value());
    EXPECT_EQ(std::get<BoxPeer>(from.info().peer).box, bob.box());
    EXPECT_EQ(to.info().own_role, LinkRole::Box);
    EXPECT_FALSE(from.info().is_device_link());
}

TEST_F(LinkHandshakeTest, TellsTheGateThatAContactCame) {
    know_each_other();
    bob.contacts.insert(alice.account());
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    ASSERT_TRUE(run(from, to).has_value());
    EXPECT_TRUE(to.is_contact());
}

// --- Silence ------------------------------------------------------------------------------------

TEST_F(LinkHandshakeTest, AnswersNobodyWithoutTheNetworkSecret) {
    test::SeededRandom random(9);
    const auto foreign = bob.policy(identity::Network::generate(random));
    auto from = caller(bob.as_callee());
    LinkCallee to(foreign, x);
    EXPECT_EQ(refusal_word(run(from, to).error()), "bad_mac");
    EXPECT_TRUE(answers.empty());
    EXPECT_FALSE(to.is_called());
}

TEST_F(LinkHandshakeTest, AnswersNobodyWhoDoesNotKnowItsId) {
    Person carol(3);
    auto from = caller(carol.as_callee(), LinkRole::Anonymous);
    LinkCallee to(bob_policy, x);
    EXPECT_EQ(refusal_word(run(from, to).error()), "bad_mac");
    EXPECT_TRUE(answers.empty());
}

TEST_F(LinkHandshakeTest, AnswersNoCallOfAnotherConnection) {
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, exporter(8));
    EXPECT_EQ(refusal_word(run(from, to).error()), "bad_mac");
    EXPECT_TRUE(answers.empty());
}

TEST_F(LinkHandshakeTest, AnswersABlockedAccountNoMoreThanAStranger) {
    know_each_other();
    bob.blocked.insert(alice.account());
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    EXPECT_EQ(run(from, to).error().code, Code::Refused);
    // AUTH proves the callee, as to anybody; after the caller's name nothing more comes.
    EXPECT_EQ(types(answers), std::vector{FrameType::Auth});
    EXPECT_EQ(bob.lists_shown, 0);
}

TEST_F(LinkHandshakeTest, DoesNotAskABlockedAccountForItsList) {
    alice.learn(bob);
    bob.blocked.insert(alice.account());
    auto from = caller(bob.as_callee());
    LinkCallee to(bob_policy, x);
    EXPECT_EQ(run(from, to).error().code, Code::Refused);
    EXPECT_EQ(types(answers), std::vector{FrameType::Auth});
}

}  // namespace
}  // namespace kith::transport
