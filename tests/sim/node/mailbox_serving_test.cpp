// SPDX-License-Identifier: GPL-3.0-or-later
// For whom a node is a mailbox host: contacts that were told and have asked, strangers who work,
// and nobody any more.
#include "core/directory/epoch.h"
#include "core/directory/record_rules.h"
#include "core/mailbox/receipt.h"
#include "core/message/envelope.h"
#include "core/reputation/ticket.h"
#include "tests/sim/node/mailbox_host_fixture.h"
#include "tests/support/directory/beacon_maker.h"

#include <thread>

namespace kith::test {
namespace {

using mailbox::LeaseClass;
using mailbox::Serve;
using wire::RefuseCode;

class MailboxServing : public MailboxHostTest {
  protected:
    void serve(Serve serve) {
        host.switch_off();
        host.settings.mailbox.serve = serve;
        host.switch_on();
    }

    bool leases(Person& person, Duration time) {
        return world.run_until(
            [&] {
                for (const auto& lease : host.node().mailbox_serving().leases) {
                    if (lease.account == person.node().identity()->account) return true;
                }
                return false;
            },
            time);
    }

    static std::size_t offers_known(Person& person) {
        const auto hosts = person.node().mailboxes();
        return hosts ? hosts->size() : 0;
    }

    // The worker is a real thread: it needs time that no clock here counts.
    static void await_worker(World& world, Guest& guest) {
        for (int turn = 0; turn < 300'000 && guest.arrived() == 0; ++turn) {
            std::this_thread::yield();
            world.run(milliseconds(1));
        }
    }

    // A stranger's deposit for whoever published this beacon.
    static wire::Deposit strangers_deposit(ByteView beacon, ByteView envelope, Bytes& proof) {
        const auto open = *directory::read_open_beacon(beacon);
        reputation::Proof work;
        work.epoch = open.epoch.value();
        work.difficulty = 63;
        work.inits = 1;
        const reputation::RecipientDay day{open.account, work.epoch, open.signer};
        reputation::Solver solver(work.puzzle(day));
        while (!solver.done())
            EXPECT_TRUE(solver.step());
        work.nonces = solver.nonces();
        proof = work.encode();
        wire::Deposit request;
        request.envelope = envelope;
        request.ttl = 86400;
        request.right = wire::DepositWork{open.account.array(), proof};
        return request;
    }

    // Lets the host hand out a beacon of today, and a bundle.
    Bytes publish(Guest& owner) {
        const auto today = directory::epoch_at(world.clock.wall());
        Bytes beacon = to_bytes(maker.beacon(today)[0]);
        const Bytes bundle(4096, 7);
        wire::CapSet set;
        set.lease = owner.lease_of(bob_key);
        set.revision = 2;
        set.beacons.push_back(beacon);
        set.bundle = ByteView(bundle);
        EXPECT_EQ(good(owner.ask<wire::Lease>(set)).revision, 2U);
        return beacon;
    }

    BeaconMaker maker{5};
};

TEST_F(MailboxServing, AContactIsToldAndGetsALease) {
    serve(Serve::Network);
    Person& carol = world.person("Carol");
    carol.join(host);
    ASSERT_TRUE(leases(carol, minutes(1)));
    const auto view = host.node().mailbox_serving();
    EXPECT_TRUE(view.offered);
    EXPECT_EQ(view.leases.front().lease_class, LeaseClass::Contact);
}

TEST_F(MailboxServing, ContactsFromBeforeAreToldWhenItIsDecided) {
    Person& carol = world.person("Carol");
    carol.join(host);
    world.run(minutes(5));
    EXPECT_EQ(offers_known(carol), 0U);
    EXPECT_FALSE(host.node().mailbox_serving().offered);
    host.node().serve_mailboxes(Serve::Network, std::uint64_t{1} << 30);
    EXPECT_TRUE(leases(carol, minutes(1)));
}

TEST_F(MailboxServing, AWeekOfBeingThereMakesAnOffer) {
    Person& carol = world.person("Carol");
    carol.join(host);
    // Somebody calls now and then, which proves that one can.
    const auto live = [&](int half_days) {
        for (int i = 0; i < half_days; ++i) {
            carol.send(host, "hello");
            world.run(hours(12));
        }
    };
    live(8);
    EXPECT_FALSE(host.node().mailbox_serving().offered);
    host.switch_off();
    host.switch_on();
    live(2);
    EXPECT_TRUE(host.node().mailbox_serving().offered) << "five days of seven are 0.71";
    EXPECT_TRUE(leases(carol, minutes(1)));
}

TEST_F(MailboxServing, WhoIsOffTellsContactsAndTakesNothingMore) {
    serve(Serve::Network);
    Person& carol = world.person("Carol");
    carol.join(host);
    ASSERT_TRUE(leases(carol, minutes(1)));
    const auto bob = owner();
    const auto alice = guest(2);
    const Bytes envelope = fake_envelope(random);
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelope)));

    host.node().serve_mailboxes(Serve::Off, std::uint64_t{1} << 30);
    world.run(seconds(5));
    EXPECT_FALSE(host.node().mailbox_serving().offered);
    const Bytes other = fake_envelope(random);
    EXPECT_EQ(refused(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, other))),
              RefuseCode::Off);
    EXPECT_EQ(good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0))).items.size(), 1U)
        << "what is kept is served";
    EXPECT_EQ(refused(bob->ask<wire::Lease>(bob->lease_request(bob_key))), RefuseCode::Off);
}

TEST_F(MailboxServing, ARemovedContactHasNoLeaseAnyMore) {
    serve(Serve::Network);
    Person& carol = world.person("Carol");
    carol.join(host);
    ASSERT_TRUE(leases(carol, minutes(1)));
    world.get(host.node().remove_contact("Carol"));
    world.run(seconds(1));
    EXPECT_TRUE(host.node().mailbox_serving().leases.empty());
}

TEST_F(MailboxServing, ARemovalThatAPowerCutInterruptedIsMadeUpFor) {
    serve(Serve::Network);
    Person& carol = world.person("Carol");
    carol.join(host);
    ASSERT_TRUE(leases(carol, minutes(1)));
    const auto before = host.store.copy();
    world.get(host.node().remove_contact("Carol"));
    world.run(seconds(1));
    host.switch_off();
    // The contact's row is the new one, those of the mailbox are the old ones.
    auto rows = before;
    const auto contact_table = static_cast<std::uint8_t>(store::Table::Contact);
    for (const auto& [key, value] : host.store.copy()) {
        if (key.front() == contact_table) rows[key] = value;
    }
    host.store.restore(rows);
    host.switch_on();
    world.run(seconds(1));
    for (const auto& lease : host.node().mailbox_serving().leases)
        EXPECT_NE(lease.account, carol.node().identity()->account);
}

TEST_F(MailboxServing, AVolunteerAsksForWork) {
    serve(Serve::Network);
    const auto dave = guest(1);
    const auto key = crypto::LeaseKeyPair::generate(random);
    EXPECT_EQ(refused(dave->ask<wire::Lease>(dave->lease_request(key))), RefuseCode::Effort);
    // Too little, and not solved.
    reputation::LeaseWork work;
    work.epoch = directory::epoch_at(world.clock.wall()).value();
    for (const std::uint32_t difficulty : {63U, reputation::lease_difficulty}) {
        work.difficulty = difficulty;
        const Bytes proof = work.encode();
        auto request = dave->lease_request(key);
        request.work = ByteView(proof);
        request.q = ++dave->q;
        dave->send(request);
        await_worker(world, *dave);
        EXPECT_EQ(refused(dave->answer<wire::Lease>()), RefuseCode::Effort);
    }
}

TEST_F(MailboxServing, AStrangerDepositsWithWork) {
    const auto bob = owner();
    const Bytes beacon = publish(*bob);
    const auto eve = guest(2);
    const Bytes envelope = fake_envelope(random);
    Bytes proof;
    auto request = strangers_deposit(beacon, envelope, proof);
    request.q = ++eve->q;
    eve->send(request);
    await_worker(world, *eve);
    const auto receipt = good(eve->answer<wire::HostReceipt>());
    EXPECT_EQ(receipt.expires - receipt.stored_at, 3600U) << "an hour is all that is promised";
    EXPECT_TRUE(
        mailbox::accept_receipt(eve->host_key(), message::envelope_hash(envelope), receipt));

    // The same work pays for nothing else, and other work is none.
    const Bytes second = fake_envelope(random);
    request.envelope = second;
    request.q = ++eve->q;
    eve->send(request);
    await_worker(world, *eve);
    EXPECT_EQ(refused(eve->answer<wire::HostReceipt>()), RefuseCode::Unknown);
    proof.back() ^= 1;
    request.q = ++eve->q;
    eve->send(request);
    await_worker(world, *eve);
    EXPECT_EQ(refused(eve->answer<wire::HostReceipt>()), RefuseCode::Unknown);
    EXPECT_EQ(host.store.count(store::Table::MailboxItem), 1U);
}

TEST_F(MailboxServing, ItHandsOutWhatTheOwnerPublished) {
    const auto bob = owner();
    const Bytes beacon = publish(*bob);
    const auto eve = guest(2);
    wire::GetBundle ask;
    ask.blinded = directory::read_open_beacon(beacon)->account.array();
    ask.want = wire::GetBundle::want_bundle | wire::GetBundle::want_beacon;
    const auto answer = good(eve->ask<wire::BundleAnswer>(ask));
    ASSERT_TRUE(answer.bundle && answer.beacon);
    EXPECT_EQ(answer.bundle->size(), 4096U);
    EXPECT_TRUE(std::ranges::equal(*answer.beacon, beacon));
}

TEST_F(MailboxServing, ExpiredMailGoesButNotRightAfterTheStart) {
    const Bytes envelope = fake_envelope(random);
    {
        const auto bob = owner();
        const auto alice = guest(2);
        good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, envelope)));
    }
    host.switch_off();
    world.run(days(2));
    host.switch_on();
    world.run(minutes(9));
    EXPECT_EQ(host.store.count(store::Table::MailboxItem), 1U);
    world.run(minutes(12));
    EXPECT_EQ(host.store.count(store::Table::MailboxItem), 0U);
    const auto alice = guest(2);
    const auto hash = message::envelope_hash(envelope);
    wire::Stat stat;
    stat.envelopes.push_back(mailbox::tag_of(hash).array());
    mailbox::sign_probe(alice_key, alice->where(), stat);
    EXPECT_EQ(to_bytes(good(alice->ask<wire::StatReply>(stat)).states), Bytes{3});
}

TEST_F(MailboxServing, WithoutRoomOnTheDiskDepositsAreBusyAndCollectingGoesOn) {
    const auto bob = owner();
    const auto alice = guest(2);
    const Bytes first = fake_envelope(random);
    const Bytes second = fake_envelope(random);
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, first)));
    host.store.set_free_bytes(std::uint64_t{1} << 20);
    EXPECT_EQ(refused(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, second))),
              RefuseCode::Busy);
    EXPECT_EQ(good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0))).items.size(), 1U);
    EXPECT_EQ(good(bob->ask<wire::Deleted>(bob->ackdel(bob_key, first))).count, 1U);
}

TEST_F(MailboxServing, AFullStoreIsBusyAndCollectingGoesOn) {
    const auto bob = owner();
    const auto alice = guest(2);
    const Bytes first = fake_envelope(random);
    const Bytes second = fake_envelope(random);
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, first)));
    host.store.fail_write(1, {Code::DiskFull, "full"});
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(refused(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, second))),
                  RefuseCode::Busy);
    }
    EXPECT_EQ(host.node().mailbox_serving().leases.front().envelopes, 1U);
    EXPECT_EQ(good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0))).items.size(), 1U);
    host.store.heal();
    good(alice->ask<wire::HostReceipt>(alice->deposit(alice_key, second)));
}

TEST_F(MailboxServing, ProofsFromOneSourceAreCounted) {
    const auto bob = owner();
    const auto eve = guest(3);
    wire::Pickup wrong = eve->pickup(crypto::LeaseKeyPair::generate(random), 0);
    int unknown = 0;
    RefuseCode last{};
    for (int i = 0; i < 70; ++i) {
        last = refused(eve->ask<wire::Batch>(wrong));
        if (last == RefuseCode::Unknown) ++unknown;
    }
    EXPECT_EQ(last, RefuseCode::Rate);
    EXPECT_GE(unknown, 60);
    good(bob->ask<wire::Batch>(bob->pickup(bob_key, 0)));
}

}  // namespace
}  // namespace kith::test
