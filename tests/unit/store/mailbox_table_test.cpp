// SPDX-License-Identifier: GPL-3.0-or-later
// The tables about mailboxes: a box on the store behaves as one on rows in memory, and what is put
// comes back.
#include "core/store/mailbox_table.h"

#include "core/message/envelope.h"
#include "tests/support/mailbox/box_world.h"
#include "tests/support/store/memory_store.h"
#include "tests/unit/store/run_task.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::store {
namespace {

using mailbox::EnvelopeRow;
using mailbox::EnvelopeTag;
using mailbox::LeaseClass;
using test::BoxWorld;
using test::Depositor;
using test::Owner;
using test::refusal_of;

/// A world whose every change goes to the store as well; afterwards both must say the same.
class MailboxTableTest : public testing::Test {
  protected:
    MailboxTableTest() {
        world.rows.watch([this](const mailbox::HostChanges& changes) {
            Changes batch;
            table.put(batch, changes);
            (void)store.join(std::move(batch));
        });
        bob = world.owner(LeaseClass::Contact);
        alice = world.depositor(*bob);
    }

    void sync() { EXPECT_TRUE(run(io, store.commit(Changes()))); }

    Bytes leave(std::size_t size = 1024, std::uint32_t ttl = 86400) {
        Bytes envelope = world.envelope(size);
        EXPECT_FALSE(refusal_of(world.deposit(*alice, envelope, ttl)));
        return envelope;
    }

    template <class Row, class Read>
    std::vector<Row> all(Read read) {
        std::vector<Row> out;
        EXPECT_TRUE(read([&](const Row& row) { out.push_back(row); }));
        return out;
    }

    using Counted =
        std::tuple<crypto::LeaseId, std::uint64_t, std::uint32_t, mailbox::DepositorMark>;

    static std::vector<Counted> counted(const mailbox::BoxRows& rows) {
        std::vector<Counted> out;
        EXPECT_TRUE(rows.count([&](const mailbox::CountedEnvelope& envelope) {
            out.emplace_back(envelope.lease, envelope.seq, envelope.size, envelope.from);
        }));
        std::ranges::sort(out);
        return out;
    }

    void expect_same() {
        const auto& rows = world.rows.rows();
        const auto leases = all<mailbox::LeaseRow>([&](auto visit) { return table.leases(visit); });
        ASSERT_EQ(leases.size(), rows.leases.size());
        for (const auto& row : leases)
            EXPECT_EQ(row, rows.leases.at(row.id));
        const auto capabilities =
            all<mailbox::CapabilityRow>([&](auto visit) { return table.capabilities(visit); });
        ASSERT_EQ(capabilities.size(), rows.capabilities.size());
        for (const auto& row : capabilities)
            EXPECT_EQ(row, rows.capabilities.at({row.lease, row.key}));
        const auto publications =
            all<mailbox::PublicationRow>([&](auto visit) { return table.publications(visit); });
        ASSERT_EQ(publications.size(), rows.publications.size());
        for (const auto& row : publications)
            EXPECT_EQ(row, rows.publications.at(row.lease));
        for (const auto& [place, row] : rows.index)
            EXPECT_EQ(table.find(place.first, place.second).value(), row);
        for (const auto& [place, envelope] : rows.items)
            EXPECT_EQ(table.envelope(place.first, place.second).value(), envelope);
        for (const auto& [lease, row] : rows.leases)
            expect_same(lease);
        for (const Timestamp at : {world.now.wall, world.now.wall + days(60)}) {
            EXPECT_EQ(sorted(table.expired(at, 10000)), sorted(world.rows.expired(at, 10000)));
            EXPECT_EQ(sorted(table.forgettable(at, 10000)),
                      sorted(world.rows.forgettable(at, 10000)));
            EXPECT_EQ(sorted(table.void_work(at, 10000)), sorted(world.rows.void_work(at, 10000)));
        }
        EXPECT_EQ(counted(table), counted(world.rows));
    }

    void expect_same(const crypto::LeaseId& lease) {
        EXPECT_EQ(table.prekeys(lease, 10000).value(), world.rows.prekeys(lease, 10000).value());
        EXPECT_EQ(sorted(table.strangers(lease)), sorted(world.rows.strangers(lease)));
        for (const std::uint64_t cursor : {std::uint64_t{0}, std::uint64_t{2}, ~std::uint64_t{0}})
            EXPECT_EQ(places(table, lease, cursor), places(world.rows, lease, cursor));
    }

    static std::vector<std::uint64_t> places(const mailbox::BoxRows& rows,
                                             const crypto::LeaseId& lease,
                                             std::uint64_t cursor) {
        std::vector<std::uint64_t> out;
        EXPECT_TRUE(rows.after(lease, cursor, [&](std::uint64_t seq, ByteView) {
            out.push_back(seq);
            return true;
        }));
        return out;
    }

    static std::vector<mailbox::WorkRow> sorted(Result<std::vector<mailbox::WorkRow>> rows) {
        EXPECT_TRUE(rows);
        std::ranges::sort(*rows, {}, [](const mailbox::WorkRow& row) { return row.work; });
        return *rows;
    }

    static std::vector<EnvelopeRow> sorted(Result<std::vector<EnvelopeRow>> rows) {
        EXPECT_TRUE(rows);
        std::ranges::sort(*rows, {}, [](const EnvelopeRow& row) { return row.hash; });
        return *rows;
    }

    asio::io_context io;
    test::MemoryStore store{io.get_executor()};
    MailboxTable table{store};
    BoxWorld world;
    std::optional<Owner> bob;
    std::optional<Depositor> alice;
};

TEST_F(MailboxTableTest, HoldsWhatTheHostHoldsPendingOrSynced) {
    leave(1024);
    leave(65536);
    const Bytes read = leave(4096);
    expect_same();
    sync();
    world.acknowledge(*bob, {read});
    expect_same();
    sync();
    expect_same();
}

TEST_F(MailboxTableTest, HoldsSettingsPrekeysAndWork) {
    const crypto::BlindedAccountKey account(std::array<std::uint8_t, 32>{42});
    const Bytes beacon = world.beacon(account, world.now.epoch);
    const Bytes bundle(8192, 3);
    const Bytes prekey(165, 1);
    wire::CapSet set;
    set.beacons = {beacon};
    set.bundle = bundle;
    set.prekeys = {prekey, prekey};
    ASSERT_FALSE(refusal_of(world.cap_set(*bob, set)));
    for (int i = 0; i < 5; ++i) {
        ASSERT_FALSE(refusal_of(world.deposit(world.stranger(),
                                              account,
                                              world.envelope(4096),
                                              {world.now.epoch, 100, 1},
                                              crypto::draw_public<mailbox::WorkId>(world.random))));
    }
    expect_same();
    sync();
    wire::GetBundle request;
    request.blinded = account.array();
    request.want = 7;
    world.commit(world.box->get_bundle(request, world.now));
    expect_same();
}

TEST_F(MailboxTableTest, WhatExpiresAndIsForgottenLeavesNoRow) {
    const std::size_t due = store.count(Table::MailboxDue);
    leave(1024, 3600);
    leave(4096, 7200);
    world.sweep();
    world.pass(hours(3));
    world.sweep();
    expect_same();
    EXPECT_EQ(world.collect(*bob).items.size(), 0U);
    world.pass(days(22));
    world.lease(*bob);
    world.sweep();
    sync();
    expect_same();
    EXPECT_EQ(store.count(Table::MailboxDue), due);
    EXPECT_EQ(store.count(Table::MailboxIndex), 0U);
    EXPECT_EQ(store.count(Table::MailboxItem), 0U);
}

TEST_F(MailboxTableTest, LeavingAgainWhatExpiredReplacesItsTombstone) {
    const Bytes envelope = leave(1024, 3600);
    world.sweep();
    world.pass(hours(2));
    world.sweep();
    ASSERT_FALSE(refusal_of(world.deposit(*alice, envelope, 3600)));
    expect_same();
    sync();
    EXPECT_EQ(store.count(Table::MailboxDue), 1U);
}

TEST_F(MailboxTableTest, ALongRandomHistoryIsTheSameInBoth) {
    test::SeededRandom dice(5);
    std::vector<Bytes> left;
    std::vector<Depositor> friends;
    const crypto::BlindedAccountKey account(std::array<std::uint8_t, 32>{42});
    const Bytes beacon = world.beacon(account, world.now.epoch);
    wire::CapSet set;
    set.beacons = {beacon};
    ASSERT_FALSE(refusal_of(world.cap_set(*bob, set)));
    for (int step = 0; step < 400; ++step) {
        switch (dice.below(9)) {
            case 0:
                friends.push_back(world.depositor(*bob));
                break;
            case 1:
                if (left.empty()) break;
                world.acknowledge(*bob, {left[dice.below(left.size())]});
                break;
            case 2:
                world.pass(minutes(dice.below(300)));
                break;
            case 3:
                world.sweep();
                break;
            case 4:
                (void)world.deposit(world.stranger(),
                                    account,
                                    world.envelope(1024),
                                    {world.now.epoch, 63 + dice.u32() % 1000, 1},
                                    crypto::draw_public<mailbox::WorkId>(dice));
                break;
            case 5:
                if (left.empty()) break;
                (void)world.deposit(*alice, left[dice.below(left.size())], 3600);
                break;
            default:
                left.push_back(world.envelope(1024));
                (void)world.deposit(
                    *alice, left.back(), 3600 + static_cast<std::uint32_t>(dice.below(90000)));
        }
        if (step % 40 == 0) sync();
    }
    expect_same();
    EXPECT_TRUE(world.consistent());
}

TEST_F(MailboxTableTest, ACrashTakesAwayOnlyWhatWasNotSynced) {
    leave();
    sync();
    const auto before = world.rows.rows();
    store.hold();
    leave();
    store.crash(false);
    world.rows.restore(before);
    expect_same();
    world.restart();
    EXPECT_EQ(world.collect(*bob).items.size(), 1U);
}

TEST_F(MailboxTableTest, AReadWithoutValuesOpensNone) {
    leave();
    const auto walk = [&] {
        std::size_t rows = 0;
        EXPECT_TRUE(store.scan({.table = Table::MailboxDue, .keys_only = true},
                               [&](ByteView key, ByteView value) {
                                   EXPECT_FALSE(key.empty());
                                   EXPECT_TRUE(value.empty());
                                   ++rows;
                                   return true;
                               }));
        return rows;
    };
    EXPECT_EQ(walk(), 1U) << "pending";
    sync();
    EXPECT_EQ(walk(), 1U);
}

}  // namespace
}  // namespace kith::store
