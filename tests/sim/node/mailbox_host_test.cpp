// SPDX-License-Identifier: GPL-3.0-or-later
// A node as a mailbox host, asked by guests who speak its frames themselves.
#include "core/mailbox/receipt.h"
#include "core/message/envelope.h"
#include "core/store/account_table.h"
#include "tests/sim/node/mailbox_host_fixture.h"

namespace kith::test {
namespace {

using wire::FrameType;
using wire::RefuseCode;

TEST_F(MailboxHostTest, AGrantedKeyGetsALeaseThatTheHostSigned) {
    const auto bob = guest(1);
    const auto lease = good(bob->ask<wire::Lease>(bob->lease_request(bob_key)));
    const auto terms = mailbox::accept_lease(lease, bob_key.public_key(), bob->host_key());
    ASSERT_TRUE(terms);
    EXPECT_EQ(terms->quota, std::uint64_t{64} << 20);
    const auto view = host.node().mailbox_serving();
    ASSERT_EQ(view.leases.size(), 1U);
    EXPECT_EQ(view.leases.front().lease_class, mailbox::LeaseClass::Contact);
}

TEST_F(MailboxHostTest, TheOwnAccountMayAlwaysLease) {
    const store::AccountTable table(host.store);
    const auto stored = std::move(**table.load());
    const auto bob = guest(1);
    const auto key = identity::lease_key(stored.account.beacon_seed, bob->box());
    good(bob->ask<wire::Lease>(bob->lease_request(key)));
    EXPECT_EQ(host.node().mailbox_serving().leases.front().lease_class, mailbox::LeaseClass::Own);
}

TEST_F(MailboxHostTest, SomebodyElseGetsNone) {
    const auto eve = guest(1);
    const auto key = crypto::LeaseKeyPair::generate(random);
    EXPECT_EQ(refused(eve->ask<wire::Lease>(eve->lease_request(key))), RefuseCode::Unknown);
    EXPECT_EQ(host.node().mailbox_serving().refusals.size(), 1U);
}

TEST_F(MailboxHostTest, AReceiptLeavesWhenTheEnvelopeIsOnDisk) {
    const auto bob = owner();
    const auto alice = guest(2);
    const Bytes envelope = fake_envelope(random);
    host.store.hold();
    auto deposit = alice->deposit(alice_key, envelope);
    deposit.q = 1;
    alice->send(deposit);
    EXPECT_EQ(alice->waiting(), 0U);
    host.store.release();
    const auto answer = good(alice->answer<wire::HostReceipt>());
    const auto hash = message::envelope_hash(envelope);
    EXPECT_TRUE(mailbox::accept_receipt(alice->host_key(), hash, answer));
    EXPECT_EQ(host.store.count(store::Table::MailboxItem), 1U);
}

TEST_F(MailboxHostTest, ARepeatGetsTheSameReceiptAndWaitsForTheSameDisk) {
    const auto bob = owner();
    const auto alice = guest(2);
    const Bytes envelope = fake_envelope(random);
    host.store.hold();
    for (const std::uint32_t q : {1U, 2U}) {
        auto deposit = alice->deposit(alice_key, envelope);
        deposit.q = q;
        alice->send(deposit);
    }
    EXPECT_EQ(alice->waiting(), 0U);
    host.store.release();
    const auto first = good(alice->answer<wire::HostReceipt>());
    const auto second = good(alice->answer<wire::HostReceipt>());
    EXPECT_EQ(first.sig, second.sig);
    EXPECT_EQ(host.store.count(store::Table::MailboxItem), 1U);
}

TEST_F(MailboxHostTest, AFailedBatchIsRefusedAsBusyAndLeavesNothing) {
    const auto bob = owner();
    const auto alice = guest(2);
    const Bytes envelope = fake_envelope(random);
    host.store.fail_write(1, {Code::Internal, "this one only"});
    EXPECT_EQ(refused(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelope))),
              RefuseCode::Busy);
    EXPECT_EQ(host.node().mailbox_serving().leases.front().used, 0U);
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelope)));
    EXPECT_EQ(host.node().mailbox_serving().leases.front().envelopes, 1U);
}

TEST_F(MailboxHostTest, MailIsCollectedFromTheCursorOnAndDeleted) {
    const auto bob = owner();
    const auto alice = guest(2);
    std::vector<Bytes> envelopes;
    for (int i = 0; i < 3; ++i) {
        envelopes.push_back(fake_envelope(random, 65536));
        good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelopes.back())));
    }
    auto batch = good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0)));
    ASSERT_EQ(batch.items.size(), 1U) << "a frame holds one of this size";
    EXPECT_TRUE(std::ranges::equal(batch.items.front().envelope, envelopes.front()));
    EXPECT_TRUE(batch.more);
    const std::uint64_t first = batch.cursor;
    good(bob->answer<wire::Batch>());
    batch = good(bob->answer<wire::Batch>());
    EXPECT_FALSE(batch.more);
    batch = good(bob->ask<wire::Batch>(bob->pickup(bob_key, batch.cursor)));
    EXPECT_TRUE(batch.items.empty());
    EXPECT_FALSE(batch.more) << "an empty mailbox answers at once";

    EXPECT_EQ(good(bob->ask<wire::Deleted>(bob->ackdel(bob_key, envelopes.front()))).count, 1U);
    batch = good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0)));
    EXPECT_GT(batch.items.front().seq, first);
    good(bob->answer<wire::Batch>());
    EXPECT_EQ(refused(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelopes.front()))),
              RefuseCode::Gone);
}

TEST_F(MailboxHostTest, WhoHasPickedUpIsPushedWhatComes) {
    const auto bob = owner();
    const auto alice = guest(2);
    good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0)));
    const Bytes envelope = fake_envelope(random);
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelope)));
    const auto frame = bob->next();
    ASSERT_EQ(frame.type, FrameType::Nudge);
    const auto nudge = *wire::Nudge::decode(frame.body);
    EXPECT_EQ(nudge.lease, bob->lease_of(bob_key));
    ASSERT_TRUE(nudge.items && nudge.items->size() == 1);
    EXPECT_TRUE(std::ranges::equal(nudge.items->front().envelope, envelope));
}

TEST_F(MailboxHostTest, NothingIsPushedBeforeItIsOnDisk) {
    const auto bob = owner();
    const auto alice = guest(2);
    good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0)));
    host.store.hold();
    const Bytes envelope = fake_envelope(random);
    auto deposit = alice->deposit(alice_key, envelope);
    deposit.q = 1;
    alice->send(deposit);
    EXPECT_EQ(bob->waiting(), 0U);
    EXPECT_TRUE(good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0))).items.empty());
    host.store.release();
    EXPECT_EQ(alice->next().type, FrameType::Receipt);
    EXPECT_EQ(bob->next().type, FrameType::Nudge);
}

TEST_F(MailboxHostTest, OnlyEnvelopesForTheKeysOfTheDeviceArePushed) {
    const auto bob = owner();
    const auto alice = guest(2);
    auto pickup = bob->pickup(bob_key, 0);
    pickup.envelope_keys = {8};
    good(bob->ask<wire::Batch>(pickup));
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, fake_envelope(random))));
    EXPECT_EQ(bob->waiting(), 0U);
    const Bytes ours = fake_envelope(random, 1024, 8);
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, ours)));
    EXPECT_EQ(bob->next().type, FrameType::Nudge);
}

TEST_F(MailboxHostTest, BeyondTheWindowTheOwnerIsToldOnce) {
    const auto bob = owner();
    const auto alice = guest(2);
    good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0)));
    std::vector<Bytes> envelopes;
    for (int i = 0; i < 7; ++i) {
        envelopes.push_back(fake_envelope(random, 65536));
        good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelopes.back())));
    }
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(wire::Nudge::decode(bob->next().body)->items);
    EXPECT_FALSE(wire::Nudge::decode(bob->next().body)->items);
    EXPECT_EQ(bob->waiting(), 0U);
    auto batch = good(bob->ask<wire::Batch>(bob->pickup(bob_key, 4)));
    EXPECT_EQ(batch.items.front().seq, 5U);
    while (batch.more)
        batch = good(bob->answer<wire::Batch>());
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, fake_envelope(random))));
    EXPECT_TRUE(wire::Nudge::decode(bob->next().body)->items) << "pushed again after a pick-up";
}

TEST_F(MailboxHostTest, ARestartedHostServesAllThatHasAReceipt) {
    const Bytes envelope = fake_envelope(random);
    wire::HostReceipt before;
    {
        const auto bob = owner();
        const auto alice = guest(2);
        before = good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelope)));
    }
    host.switch_off();
    host.switch_on();
    const auto alice = guest(2);
    const auto again = good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelope)));
    EXPECT_EQ(again.sig, before.sig);
    const auto bob = guest(1);
    const auto batch = good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0)));
    ASSERT_EQ(batch.items.size(), 1U);
    EXPECT_TRUE(std::ranges::equal(batch.items.front().envelope, envelope));
}

TEST_F(MailboxHostTest, ACapabilityOfNobodyAndAWrongSignatureAreUnknown) {
    const auto bob = owner();
    const auto alice = guest(2);
    const Bytes envelope = fake_envelope(random);
    const auto stranger = crypto::DepositKeyPair::generate(random);
    EXPECT_EQ(refused(alice->ask<wire::HostReceipt>(alice->deposit(stranger, envelope))),
              RefuseCode::Unknown);
    auto wrong = alice->deposit(alice_key, envelope);
    wrong.ttl = 90000;
    EXPECT_EQ(refused(alice->ask<wire::HostReceipt>(wrong)), RefuseCode::Unknown);
    // Right, but for another link.
    const auto eve = guest(3);
    EXPECT_EQ(refused(eve->ask<wire::HostReceipt>(alice->deposit(alice_key, envelope))),
              RefuseCode::Unknown);
    EXPECT_EQ(refused(eve->ask<wire::Batch>(bob->pickup(bob_key, 0))), RefuseCode::Unknown);
    EXPECT_EQ(host.store.count(store::Table::MailboxItem), 0U);
}

TEST_F(MailboxHostTest, StatAndAuditTellTheDepositorWhatIsHeld) {
    const auto bob = owner();
    const auto alice = guest(2);
    const Bytes envelope = fake_envelope(random);
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelope)));
    const auto hash = message::envelope_hash(envelope);
    wire::Stat stat;
    stat.envelopes.push_back(mailbox::tag_of(hash).array());
    const mailbox::LinkToBox where = alice->where();
    mailbox::sign_probe(alice_key, where, stat);
    const auto reply = good(alice->ask<wire::StatReply>(stat));
    EXPECT_EQ(to_bytes(reply.states), Bytes{1});
    wire::Audit audit;
    audit.envelope = hash.array();
    audit.nonce = {5};
    mailbox::sign_probe(alice_key, where, audit);
    EXPECT_EQ(good(alice->ask<wire::AuditReply>(audit)).hash,
              mailbox::audit_answer(audit.nonce, envelope).array());
}

TEST_F(MailboxHostTest, ABundleOfNobodyIsEmpty) {
    const auto alice = guest(2);
    wire::GetBundle ask;
    ask.want = wire::GetBundle::want_bundle;
    EXPECT_FALSE(good(alice->ask<wire::BundleAnswer>(ask)).bundle);
}

TEST_F(MailboxHostTest, AMalformedRequestEndsTheLink) {
    for (const FrameType type : {FrameType::LeaseReq,
                                 FrameType::CapSet,
                                 FrameType::Deposit,
                                 FrameType::Pickup,
                                 FrameType::AckDel,
                                 FrameType::Stat,
                                 FrameType::Audit}) {
        const auto eve = guest(static_cast<std::uint8_t>(type));
        eve->send_raw(type, as_bytes("junk"));
        EXPECT_TRUE(eve->ended()) << wire::to_string(type);
    }
}

TEST_F(MailboxHostTest, ANumberThatDoesNotRiseEndsTheLink) {
    const auto eve = guest(2);
    const Bytes envelope = fake_envelope(random);
    auto deposit = eve->deposit(alice_key, envelope);
    deposit.q = 3;
    eve->send(deposit);
    EXPECT_EQ(eve->next().type, FrameType::Refuse);
    eve->send(deposit);
    EXPECT_TRUE(eve->ended());
}

TEST_F(MailboxHostTest, ALinkWithTooMuchUnansweredIsNotRead) {
    const auto bob = owner();
    const auto alice = guest(2);
    host.store.hold();
    std::vector<Bytes> envelopes;
    for (std::uint32_t q = 1; q <= 40; ++q) {
        envelopes.push_back(fake_envelope(random));
        auto deposit = alice->deposit(alice_key, envelopes.back());
        deposit.q = q;
        alice->send(deposit);
    }
    EXPECT_EQ(alice->waiting(), 0U);
    EXPECT_EQ(host.node().mailbox_serving().leases.front().envelopes, 32U);
    host.store.release();
    for (int i = 0; i < 40; ++i)
        good(alice->answer<wire::HostReceipt>());
}

TEST_F(MailboxHostTest, TheLinkOfAnOwnerStaysAndThatOfADepositorDoesNot) {
    const auto bob = owner();
    const auto alice = guest(2);
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, fake_envelope(random))));
    world.run(minutes(30));
    EXPECT_TRUE(alice->ended());
    EXPECT_FALSE(bob->ended());
}

}  // namespace
}  // namespace kith::test
