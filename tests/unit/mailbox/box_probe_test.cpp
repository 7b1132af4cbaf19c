// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/envelope.h"
#include "tests/support/mailbox/box_world.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

using test::BoxWorld;
using test::Depositor;
using test::Owner;
using test::refusal_of;
using wire::RefuseCode;

constexpr std::uint8_t unknown = 0;
constexpr std::uint8_t held = 1;
constexpr std::uint8_t gone = 2;
constexpr std::uint8_t expired = 3;

class BoxProbeTest : public testing::Test {
  protected:
    Bytes leave(std::uint32_t ttl = 86400) {
        Bytes envelope = world.envelope(1024);
        EXPECT_FALSE(refusal_of(world.deposit(alice, envelope, ttl)));
        return envelope;
    }

    wire::Audit audit_of(const Depositor& depositor, ByteView envelope) const {
        wire::Audit request;
        request.envelope = message::envelope_hash(envelope).array();
        request.nonce = {1, 2, 3};
        sign_probe(depositor.key, {depositor.link.exporter, world.box->id()}, request);
        return request;
    }

    BoxWorld world;
    Owner bob = world.owner(LeaseClass::Contact);
    Depositor alice = world.depositor(bob);
};

TEST_F(BoxProbeTest, TellsADepositorWhatBecameOfItsEnvelopes) {
    const Bytes kept = leave();
    const Bytes read = leave();
    const Bytes over = leave(3600);
    world.acknowledge(bob, {read});
    world.sweep();
    world.pass(hours(2));
    world.sweep();
    EXPECT_EQ(world.stat(alice, {kept, read, over, world.envelope(1024)}),
              (Bytes{held, gone, expired, unknown}));
}

TEST_F(BoxProbeTest, OthersSeeNothingOfIt) {
    const Bytes envelope = leave();
    const Depositor carol = world.depositor(bob);
    EXPECT_EQ(world.stat(carol, {envelope}), Bytes{unknown});
    EXPECT_EQ(refusal_of(world.box->audit(carol.link, audit_of(carol, envelope), world.now)),
              RefuseCode::Unknown);
    world.acknowledge(bob, {envelope});
    EXPECT_EQ(world.stat(world.depositor(bob), {envelope}), Bytes{unknown});
}

TEST_F(BoxProbeTest, WhoeverHasLeftItAgainMayAskToo) {
    const Bytes envelope = leave();
    std::vector<Depositor> others;
    for (std::size_t i = 0; i <= left_again_max; ++i) {
        others.push_back(world.depositor(bob));
        EXPECT_FALSE(refusal_of(world.deposit(others.back(), envelope)));
    }
    world.restart();
    EXPECT_EQ(world.stat(alice, {envelope}), Bytes{held}) << "the first one always";
    EXPECT_EQ(world.stat(others.front(), {envelope}), Bytes{unknown}) << "the oldest gave way";
    EXPECT_EQ(world.stat(others.back(), {envelope}), Bytes{held});
    EXPECT_FALSE(refusal_of(
        world.box->audit(others.back().link, audit_of(others.back(), envelope), world.now)));
    world.acknowledge(bob, {envelope});
    EXPECT_EQ(world.stat(others.back(), {envelope}), Bytes{gone});
}

TEST_F(BoxProbeTest, TheOwnerSeesEverythingWithoutASignature) {
    const Bytes envelope = leave();
    wire::Stat request;
    request.envelopes.push_back(test::tag_bytes(envelope));
    EXPECT_EQ(*world.box->stat(bob.link, request, world.now).accepted(), Bytes{held});
    const HostLink anybody = world.link();
    EXPECT_EQ(refusal_of(world.box->stat(anybody, request, world.now)), RefuseCode::Unknown);
}

TEST_F(BoxProbeTest, AProbeOfAnotherLinkOrKindIsUnknown) {
    const Bytes envelope = leave();
    wire::Stat request;
    request.envelopes.push_back(test::tag_bytes(envelope));
    sign_probe(alice.key, {alice.link.exporter, world.box->id()}, request);
    const HostLink other = world.link();
    EXPECT_EQ(refusal_of(world.box->stat(other, request, world.now)), RefuseCode::Unknown);
    wire::Audit audit = audit_of(alice, envelope);
    audit.sig = *request.sig;
    EXPECT_EQ(refusal_of(world.box->audit(alice.link, audit, world.now)), RefuseCode::Unknown);
}

TEST_F(BoxProbeTest, AnAuditProvesPossession) {
    const Bytes envelope = leave();
    const wire::Audit request = audit_of(alice, envelope);
    const auto outcome = world.box->audit(alice.link, request, world.now);
    ASSERT_NE(outcome.accepted(), nullptr);
    EXPECT_EQ(crypto::Mac32(outcome.accepted()->hash), audit_answer(request.nonce, envelope));
    world.acknowledge(bob, {envelope});
    EXPECT_EQ(refusal_of(world.box->audit(alice.link, request, world.now)), RefuseCode::Gone);
}

TEST_F(BoxProbeTest, ProbesHaveRatesAndForgeriesDoNotUseThemUp) {
    const Bytes envelope = leave();
    BoxLimits limits = world.box->limits();
    limits.stat = Pace::of(2, minutes(1));
    limits.audit = Pace::of(1, minutes(6));
    world.box->set_limits(limits);
    const Depositor mallory{world.stranger().key.clone(), world.link()};
    wire::Stat forged;
    forged.envelopes.push_back(test::tag_bytes(envelope));
    sign_probe(mallory.key, {mallory.link.exporter, world.box->id()}, forged);
    forged.key = alice.key.public_key().array();
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(refusal_of(world.box->stat(mallory.link, forged, world.now)),
                  RefuseCode::Unknown);
    EXPECT_EQ(world.stat(alice, {envelope}), Bytes{held});
    EXPECT_EQ(world.stat(alice, {envelope}), Bytes{held});
    const auto refused = [&] {
        wire::Stat request;
        request.envelopes.push_back(test::tag_bytes(envelope));
        sign_probe(alice.key, {alice.link.exporter, world.box->id()}, request);
        return refusal_of(world.box->stat(alice.link, request, world.now));
    };
    EXPECT_EQ(refused(), RefuseCode::Rate);
    const auto audit = audit_of(alice, envelope);
    EXPECT_FALSE(refusal_of(world.box->audit(alice.link, audit, world.now)));
    EXPECT_EQ(refusal_of(world.box->audit(alice.link, audit, world.now)), RefuseCode::Rate);
    world.pass(minutes(1));
    EXPECT_FALSE(refused());
}

TEST_F(BoxProbeTest, WhatCannotBeReadIsNotCalledUnknown) {
    const Bytes envelope = leave();
    world.rows.break_reads(true);
    EXPECT_EQ(world.stat(alice, {envelope}),
              Bytes{static_cast<std::uint8_t>(0x80 + static_cast<int>(RefuseCode::Busy))});
    EXPECT_EQ(refusal_of(world.box->audit(alice.link, audit_of(alice, envelope), world.now)),
              RefuseCode::Busy);
}

}  // namespace
}  // namespace kith::mailbox
