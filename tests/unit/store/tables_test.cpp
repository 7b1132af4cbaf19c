// SPDX-License-Identifier: GPL-3.0-or-later
// The tables that are codecs: what is put comes back, and no row key shows whom it is about.
#include "core/store/account_table.h"
#include "core/store/contact_table.h"
#include "core/store/invite_table.h"
#include "core/store/mailbox_serving_table.h"
#include "core/store/prekey_table.h"
#include "tests/support/seeded_random.h"
#include "tests/support/store/memory_store.h"
#include "tests/unit/store/run_task.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::store {
namespace {

constexpr Timestamp now = from_unix_seconds(1728100000);

class TablesTest : public testing::Test {
  protected:
    void sync(Changes changes) { EXPECT_TRUE(run(io, store.commit(std::move(changes)))); }

    bool some_key_shows(ByteView id) {
        return std::ranges::any_of(store.copy(), [id](const auto& row) {
            return as_text(row.first).find(as_text(id)) != std::string_view::npos;
        });
    }

    StoredAccount account() {
        auto own = identity::Account::generate(random);
        auto device = identity::Device::generate(random);
        auto list = identity::first_device_list(*own.root, device, unix_seconds(now)).value();
        return {std::move(own),
                std::move(device),
                std::move(list),
                identity::Network::generate(random),
                {"Alice", "laptop", "home"},
                OldReach{crypto::draw_public<crypto::ReachSecret>(random), now},
                {},
                {}};
    }

    asio::io_context io;
    kith::test::MemoryStore store{io.get_executor()};
    kith::test::SeededRandom random{1};
};

TEST_F(TablesTest, AnAccountComesBackWhole) {
    const AccountTable table(store);
    EXPECT_FALSE(table.load()->has_value());
    StoredAccount put = account();
    Changes changes;
    table.put(changes, put);
    sync(std::move(changes));
    const auto loaded = table.load();
    ASSERT_TRUE(loaded && *loaded);
    const StoredAccount& got = **loaded;
    EXPECT_EQ(got.account.encode(), put.account.encode());
    EXPECT_EQ(got.device.encode(), put.device.encode());
    EXPECT_EQ(got.list, put.list);
    EXPECT_EQ(got.network.secret(), put.network.secret());
    EXPECT_EQ(got.names.name, "Alice");
    EXPECT_EQ(got.names.device, "laptop");
    EXPECT_EQ(got.names.network, "home");
    ASSERT_TRUE(got.old_reach);
    EXPECT_EQ(got.old_reach->reach, put.old_reach->reach);
    EXPECT_EQ(got.old_reach->until, now);
    EXPECT_FALSE(some_key_shows(put.account.key));
}

TEST_F(TablesTest, ANewNameWritesNoKeysAgain) {
    const AccountTable table(store);
    Changes first;
    table.put(first, account());
    sync(std::move(first));
    const auto before = store.stats().rows;
    Changes changes;
    table.put_names(changes, {"Alicia", "laptop", "home"});
    sync(std::move(changes));
    EXPECT_EQ(store.stats().rows - before, 1U);
    EXPECT_EQ((*table.load())->names.name, "Alicia");
}

TEST_F(TablesTest, TheKeyOfTheMailboxIsARowOfItsOwn) {
    const AccountTable table(store);
    EXPECT_FALSE(*table.mailbox_key());
    const auto key = crypto::MailboxKeyPair::generate(random);
    Changes changes;
    table.put_mailbox_key(changes, key);
    sync(std::move(changes));
    const auto loaded = table.mailbox_key();
    ASSERT_TRUE(loaded && *loaded);
    EXPECT_EQ((*loaded)->public_key(), key.public_key());
    EXPECT_FALSE(*table.load()) << "a key of a mailbox is no identity";
    Changes damage;
    damage.put(Table::Account, as_bytes("mailbox"), as_bytes("short"));
    sync(std::move(damage));
    ASSERT_FALSE(table.mailbox_key());
    EXPECT_EQ(table.mailbox_key().error().code, Code::Corrupt);
}

TEST_F(TablesTest, WhatAHostPromisedComesBackAndGoes) {
    const MailboxServingTable table(store);
    const auto bob = crypto::AccountKeyPair::generate(random).public_key();
    const auto carol = crypto::AccountKeyPair::generate(random).public_key();
    const auto lease = crypto::LeaseKeyPair::generate(random).public_key();
    const auto newer = crypto::LeaseKeyPair::generate(random).public_key();
    Changes changes;
    table.put(changes, GrantedLease{bob, lease});
    table.put(changes, GrantedLease{carol, lease});
    table.put(changes, ToldOffer{to_bytes(as_bytes("an offer")), now});
    table.put_hours(changes, as_bytes("hours"));
    sync(std::move(changes));
    EXPECT_FALSE(some_key_shows(bob));
    EXPECT_EQ(table.grants()->size(), 2U);
    EXPECT_EQ((*table.told())->told, now);
    EXPECT_EQ(*table.hours(), to_bytes(as_bytes("hours")));
    Changes later;
    table.put(later, GrantedLease{bob, newer});
    table.erase_grant(later, carol);
    table.erase_told(later);
    sync(std::move(later));
    EXPECT_EQ(*table.grants(), (std::vector<GrantedLease>{{bob, newer}}));
    EXPECT_FALSE(*table.grant(carol));
    EXPECT_FALSE(*table.told());
    Changes damage;
    damage.put(Table::Mailbox, concat(Bytes{6}, as_bytes("k")), as_bytes("junk"));
    sync(std::move(damage));
    ASSERT_FALSE(table.grants());
    EXPECT_EQ(table.grants().error().code, Code::Corrupt);
}

TEST_F(TablesTest, AMissingRowOfTheAccountIsCorruption) {
    const AccountTable table(store);
    Changes changes;
    table.put(changes, account());
    changes.erase(Table::Network, as_bytes("secret"));
    sync(std::move(changes));
    const auto loaded = table.load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Code::Corrupt);
}

TEST_F(TablesTest, ContactsComeBackAndGo) {
    const ContactTable table(store);
    const auto key = crypto::AccountKeyPair::generate(random).public_key();
    identity::Contact bob(key);
    bob.local_name = "bob";
    bob.trust = identity::Trust::Verified;
    Changes changes;
    table.put(changes, bob);
    table.put(changes, identity::Contact(crypto::AccountKeyPair::generate(random).public_key()));
    sync(std::move(changes));
    EXPECT_FALSE(some_key_shows(key));
    EXPECT_EQ(table.load()->size(), 2U);
    Changes gone;
    table.erase(gone, key);
    sync(std::move(gone));
    ASSERT_EQ(table.load()->size(), 1U);
    EXPECT_NE(table.load()->front().account, key);
}

TEST_F(TablesTest, ADamagedContactIsCorruption) {
    Changes changes;
    changes.put(Table::Contact, as_bytes("k"), as_bytes("junk"));
    sync(std::move(changes));
    const auto loaded = ContactTable(store).load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Code::Corrupt);
}

TEST_F(TablesTest, PrekeysComeBackByKindAndGo) {
    const PrekeyTable table(store);
    const auto envelope = session::OwnEnvelopeKey::generate(random, now);
    const auto signed_key = session::OwnSignedPrekey::generate(random, now);
    const auto one_time = session::OwnOneTimePrekey::generate(random, now);
    Changes changes;
    table.put(changes, envelope);
    table.put(changes, signed_key);
    table.put(changes, one_time);
    sync(std::move(changes));
    const auto loaded = table.load();
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->envelope.at(envelope.id).encode(), envelope.encode());
    EXPECT_EQ(loaded->signed_prekeys.at(signed_key.id).encode(), signed_key.encode());
    EXPECT_EQ(loaded->one_time.at(one_time.id).encode(), one_time.encode());
    Changes used;
    table.erase(used, session::PrekeyKind::OneTime, one_time.id);
    sync(std::move(used));
    EXPECT_TRUE(table.load()->one_time.empty());
    EXPECT_EQ(table.load()->envelope.size(), 1U);
}

TEST_F(TablesTest, AHandshakeIsRememberedAsLongAsItsPrekey) {
    const PrekeyTable table(store);
    const auto prekey = session::OwnSignedPrekey::generate(random, now);
    const auto init = crypto::draw_public<session::InitId>(random);
    Changes changes;
    table.put(changes, prekey);
    table.put_seen(changes, prekey.id, init);
    table.put_seen(changes, prekey.id + 1, init);
    sync(std::move(changes));
    EXPECT_TRUE(*table.seen(prekey.id, init));
    EXPECT_FALSE(*table.seen(prekey.id, crypto::draw_public<session::InitId>(random)));
    Changes gone;
    ASSERT_TRUE(table.erase_signed(gone, prekey.id));
    sync(std::move(gone));
    EXPECT_FALSE(*table.seen(prekey.id, init));
    EXPECT_TRUE(*table.seen(prekey.id + 1, init));
    EXPECT_TRUE(table.load()->signed_prekeys.empty());
}

TEST_F(TablesTest, InvitationsComeBackAndGo) {
    const InviteTable table(store);
    const auto inviter = crypto::AccountKeyPair::generate(random).public_key();
    MadeInvite made{crypto::draw_public<crypto::InviteId>(random),
                    crypto::draw_secret<crypto::InviteKey>(random),
                    2,
                    now,
                    true,
                    {{inviter, crypto::draw_public<identity::JoinChallenge>(random), now}},
                    crypto::DepositKeyPair::generate(random).public_key()};
    HeldInvite held{inviter,
                    crypto::draw_public<crypto::InviteId>(random),
                    crypto::draw_secret<crypto::InviteKey>(random),
                    now,
                    std::nullopt,
                    crypto::draw_secret<crypto::Seed32>(random)};
    Changes changes;
    table.put(changes, made);
    table.put(changes, held);
    sync(std::move(changes));
    EXPECT_FALSE(some_key_shows(inviter));
    const auto got = table.made(made.id);
    ASSERT_TRUE(got && *got);
    EXPECT_EQ((*got)->key, made.key);
    EXPECT_EQ((*got)->uses_left, 2U);
    EXPECT_EQ((*got)->expires, now);
    EXPECT_TRUE((*got)->network_only);
    ASSERT_EQ((*got)->pending.size(), 1U);
    EXPECT_EQ((*got)->pending[0].joiner, inviter);
    EXPECT_EQ((*got)->pending[0].challenge, made.pending[0].challenge);
    EXPECT_EQ((*got)->deposit, made.deposit);
    EXPECT_EQ(table.made()->size(), 1U);
    const auto kept = table.held(inviter);
    ASSERT_TRUE(kept && *kept);
    EXPECT_EQ((*kept)->key, held.key);
    EXPECT_EQ((*kept)->id, held.id);
    EXPECT_FALSE((*kept)->challenge);
    EXPECT_EQ((*kept)->deposit, held.deposit);
    Changes gone;
    table.erase(gone, made.id);
    table.erase_held(gone, inviter);
    sync(std::move(gone));
    EXPECT_FALSE(table.made(made.id)->has_value());
    EXPECT_FALSE(table.held(inviter)->has_value());
}

}  // namespace
}  // namespace kith::store
