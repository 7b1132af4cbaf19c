// SPDX-License-Identifier: GPL-3.0-or-later
// What owners and depositors keep about mailboxes: what is put comes back, and no row key shows
// whom it is about.
#include "core/store/mailbox_owner_table.h"

#include "core/identity/account.h"
#include "core/store/mailbox_copy_table.h"
#include "tests/support/seeded_random.h"
#include "tests/support/store/memory_store.h"
#include "tests/unit/store/run_task.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::store {
namespace {

constexpr Timestamp now = from_unix_seconds(1728100000);

class MailboxPeopleTest : public testing::Test {
  protected:
    template <class Write>
    void write(Write write) {
        Changes changes;
        write(changes);
        EXPECT_TRUE(run(io, store.commit(std::move(changes))));
    }

    template <class Id>
    Id draw() {
        return crypto::draw_public<Id>(random);
    }

    bool some_key_shows(ByteView id) {
        return std::ranges::any_of(store.copy(), [id](const auto& row) {
            return as_text(row.first).find(as_text(id)) != std::string_view::npos;
        });
    }

    asio::io_context io;
    test::MemoryStore store{io.get_executor()};
    test::SeededRandom random{1};
};

class MailboxOwnerTableTest : public MailboxPeopleTest {
  protected:
    OwnerHost host() {
        OwnerHost out;
        out.key = crypto::MailboxKeyPair::generate(random).public_key();
        out.lease_class = mailbox::LeaseClass::Volunteer;
        out.stage = OwnerHost::Stage::Leased;
        out.pinned = true;
        out.dropped = true;
        out.endpoints = {Endpoint::v4(203, 0, 113, 7, 4222)};
        out.account = draw<crypto::AccountKey>();
        out.quota = 64 << 20;
        out.offered_bytes = 5;
        out.expires = now + days(30);
        out.settings.revision = 7;
        out.settings.beacons = draw<crypto::Hash32>();
        out.settings.capabilities.resize(3);
        out.settings.capabilities[1].key = draw<crypto::DepositKey>().array();
        out.cursor = 99;
        out.complete_pickups = 12;
        out.complete_pickup = now;
        out.availability.record(true, now);
        return out;
    }

    MailboxOwnerTable table{store};
};

TEST_F(MailboxOwnerTableTest, AHostComesBackWhole) {
    EXPECT_TRUE(table.hosts().value().empty());
    const OwnerHost put = host();
    write([&](Changes& changes) { table.put(changes, put); });
    const auto got = table.hosts().value();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0], put);
    EXPECT_FALSE(some_key_shows(put.key));
    EXPECT_FALSE(some_key_shows(put.id()));
    write([&](Changes& changes) { table.erase_host(changes, put.id()); });
    EXPECT_TRUE(table.hosts().value().empty());
}

TEST_F(MailboxOwnerTableTest, AGivenKeyComesBackAndItsRowKeyHidesToWhom) {
    const auto contact = draw<crypto::AccountKey>();
    const GivenCapability put{to_bytes(contact),
                              mailbox::CapabilityKind::Contact,
                              crypto::draw_secret<crypto::Seed32>(random),
                              now + days(30),
                              draw<crypto::DepositKey>(),
                              now + days(3),
                              draw<crypto::Hash32>()};
    write([&](Changes& changes) { table.put(changes, put); });
    const auto got = table.given(contact).value();
    ASSERT_TRUE(got);
    EXPECT_EQ(*got, put);
    EXPECT_EQ(table.given().value().size(), 1U);
    EXPECT_FALSE(some_key_shows(contact));
    EXPECT_FALSE(table.given(draw<crypto::AccountKey>()).value());
    write([&](Changes& changes) { table.erase_given(changes, contact); });
    EXPECT_FALSE(table.given(contact).value());
}

TEST_F(MailboxOwnerTableTest, WhatWeThinkOfAHostComesBackWhole) {
    ScoredHost put{draw<crypto::BoxId>(), reputation::HostScore(now), 3, Bytes(128, 4)};
    put.score.observe(reputation::Event::Lost, now);
    put.score.observe(reputation::Event::AuditSilent, now);
    write([&](Changes& changes) { table.put(changes, put); });
    const auto got = table.scores().value();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0], put);
    EXPECT_FALSE(some_key_shows(put.box));
    write([&](Changes& changes) { table.erase_score(changes, put.box); });
    EXPECT_TRUE(table.scores().value().empty());
}

TEST_F(MailboxOwnerTableTest, EvidenceThatIsNoReceiptIsCorrupt) {
    const ScoredHost put{draw<crypto::BoxId>(), reputation::HostScore(now), 1, Bytes(127, 4)};
    write([&](Changes& changes) { table.put(changes, put); });
    EXPECT_EQ(table.scores().error().code, Code::Corrupt);
}

TEST_F(MailboxOwnerTableTest, TheAnnouncementsNumberIsKept) {
    EXPECT_EQ(table.announcement_seq().value(), 0U);
    write([&](Changes& changes) { table.put_announcement_seq(changes, 17); });
    EXPECT_EQ(table.announcement_seq().value(), 17U);
}

TEST_F(MailboxOwnerTableTest, WhatWasBeforeARestoreIsNotKnown) {
    EXPECT_EQ(table.memory_since().value(), Timestamp{});
    write([&](Changes& changes) { table.put_memory_since(changes, now); });
    EXPECT_EQ(table.memory_since().value(), now);
}

TEST_F(MailboxOwnerTableTest, WhatWasServedIsRememberedUntilItsTime) {
    const mailbox::BoxMark box{1, 2, 3, 4};
    const mailbox::EnvelopeMark early{1};
    const mailbox::EnvelopeMark late{2};
    EXPECT_FALSE(table.served(box, early).value().served);
    write([&](Changes& changes) {
        table.put_served(changes, box, early, {true, false, now});
        table.put_served(changes, box, late, {false, true, now + days(1)});
    });
    EXPECT_TRUE(table.served(box, early).value().served);
    EXPECT_TRUE(table.served(box, late).value().deleted);
    EXPECT_FALSE(table.served({9}, late).value().deleted);
    write([&](Changes& changes) { EXPECT_EQ(table.forget_served(changes, now, 100).value(), 1U); });
    EXPECT_FALSE(table.served(box, early).value().served);
    EXPECT_TRUE(table.served(box, late).value().deleted);
}

TEST_F(MailboxOwnerTableTest, DistrustEnds) {
    const auto contact = draw<crypto::AccountKey>();
    EXPECT_FALSE(table.distrusts(contact, now).value());
    write([&](Changes& changes) { table.put_distrust(changes, contact, now + days(7)); });
    EXPECT_TRUE(table.distrusts(contact, now + days(7) - seconds(1)).value());
    EXPECT_FALSE(table.distrusts(contact, now + days(7)).value());
    EXPECT_FALSE(some_key_shows(contact));
}

TEST_F(MailboxOwnerTableTest, OpenNotesAreKeptUntilTheyAreClosed) {
    OpenNote note{draw<crypto::AccountKey>(), {{1}, {2}, 3}, 5, {}};
    OpenNote other = note;
    other.entry.stored_at = 4;
    write([&](Changes& changes) {
        table.put(changes, note);
        table.put(changes, other);
    });
    EXPECT_EQ(table.open_notes().value().size(), 2U);
    note.asked = now;
    write([&](Changes& changes) {
        table.put(changes, note);
        table.erase(changes, other);
    });
    ASSERT_EQ(table.open_notes().value().size(), 1U);
    EXPECT_EQ(table.open_notes().value()[0], note);
    EXPECT_FALSE(some_key_shows(note.contact));
}

class MailboxCopyTableTest : public MailboxPeopleTest {
  protected:
    mailbox::Announcement announcement(std::uint64_t seq) {
        mailbox::Announcement out{seq, {}, crypto::draw_secret<crypto::Seed32>(random), now};
        out.hosts.push_back({key.public_key(), true, {Endpoint::v4(203, 0, 113, 7, 4222)}});
        return out;
    }

    mailbox::NotedCopy copy(std::uint64_t deposit) {
        return {
            mailbox::make_receipt(key, draw<crypto::EnvelopeHash>(), deposit, 400), 1024, deposit};
    }

    crypto::MailboxKeyPair key = crypto::MailboxKeyPair::generate(random);
    crypto::DeviceId device = draw<crypto::DeviceId>();
    crypto::MessageId message = draw<crypto::MessageId>();
    MailboxCopyTable table{store};
};

TEST_F(MailboxCopyTableTest, AnAnnouncementComesBackWhole) {
    const auto account = draw<crypto::AccountKey>();
    EXPECT_FALSE(table.announcement(account).value());
    const HeldAnnouncement put{account, announcement(3), now + days(2)};
    write([&](Changes& changes) { table.put(changes, put); });
    const auto got = table.announcement(account).value();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->announcement, put.announcement);
    EXPECT_EQ(got->key_since, put.key_since);
    EXPECT_EQ(table.announcements().value().size(), 1U);
    EXPECT_FALSE(some_key_shows(account));
    write([&](Changes& changes) { table.erase_announcement(changes, account); });
    EXPECT_FALSE(table.announcement(account).value());
}

TEST_F(MailboxCopyTableTest, CopiesComeBackWithTheirEnvelope) {
    CopiesRow put{device, message, {}, now, 2, 7};
    const std::vector<mailbox::Copies::Target> hosts{{draw<crypto::BoxId>()}};
    put.copies.set_hosts(hosts, now);
    const Bytes envelope(65536, 3);
    write([&](Changes& changes) {
        table.put(changes, put);
        table.put_envelope(changes, device, message, envelope);
    });
    EXPECT_EQ(table.copies(device, message).value(), put);
    EXPECT_EQ(table.envelope(device, message).value(), envelope);
    std::size_t rows = 0;
    EXPECT_TRUE(table.copies([&](const CopiesRow& row) {
        EXPECT_EQ(row, put);
        ++rows;
    }));
    EXPECT_EQ(rows, 1U);
    EXPECT_FALSE(some_key_shows(device));
    write([&](Changes& changes) { table.erase_copies(changes, device, message); });
    EXPECT_FALSE(table.copies(device, message).value());
    EXPECT_FALSE(table.envelope(device, message).value());
}

TEST_F(MailboxCopyTableTest, ReceiptsAreFoundNewestFirstAndTrimmed) {
    EXPECT_EQ(table.next_deposit(device).value(), 1U);
    std::vector<mailbox::NotedCopy> put;
    for (std::uint64_t deposit = 1; deposit <= 5; ++deposit) {
        put.push_back(copy(deposit));
        put.push_back(copy(deposit));
    }
    write([&](Changes& changes) {
        for (const auto& each : put)
            table.put_noted(changes, device, each);
        table.put_noted(changes, draw<crypto::DeviceId>(), copy(9));
    });
    EXPECT_EQ(table.next_deposit(device).value(), 6U);
    const auto newest = table.noted(device, 3).value();
    ASSERT_EQ(newest.size(), 3U);
    EXPECT_EQ(newest[0].deposit, 5U);
    EXPECT_EQ(newest[2].deposit, 4U);
    EXPECT_TRUE(table.noted(device, 0).value().empty());
    const auto note = mailbox::make_note(put);
    for (const auto& entry : note)
        EXPECT_TRUE(table.noted(device, entry).value().has_value());
    EXPECT_FALSE(table.noted(device, {{1}, {2}, 3}).value());
    write([&](Changes& changes) { EXPECT_TRUE(table.trim_noted(changes, device, 4)); });
    EXPECT_EQ(table.noted(device, 100).value().size(), 4U);
}

}  // namespace
}  // namespace kith::store
