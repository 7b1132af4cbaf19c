// SPDX-License-Identifier: GPL-3.0-or-later
// Alice, whose mail is kept by contacts; Vera, who keeps it; Bob, who writes.
#pragma once

#include "core/identity/account.h"
#include "core/mailbox/announcement.h"
#include "core/store/account_table.h"
#include "core/store/mailbox_copy_table.h"
#include "core/store/mailbox_owner_table.h"
#include "core/store/mailbox_table.h"
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::test {

class MailboxOwner : public testing::Test {
  protected:
    MailboxOwner() {
        vera.found();
        alice.join(vera);
        bob.join(vera);
        bob.befriend(alice);
        world.run(seconds(5));
    }

    static crypto::AccountKey account_of(Person& person) {
        return person.node().identity()->account;
    }

    static crypto::MailboxKey key_of(Person& host) {
        return store::AccountTable(host.store).mailbox_key().value()->public_key();
    }

    // As if the host had offered in-session.
    void offer(Person& host) {
        alice.switch_off();
        put_offer(host);
        alice.switch_on();
    }

    void put_offer(Person& host) {
        store::OwnerHost row;
        row.key = key_of(host);
        row.account = account_of(host);
        row.endpoints = {host.address()};
        row.offered_bytes = 1 << 30;
        store::Changes changes;
        store::MailboxOwnerTable(alice.store).put(changes, row);
        world.get(alice.store.commit(std::move(changes)));
    }

    void keep_mail_at(Person& host) {
        offer(host);
        ASSERT_TRUE(world.run_until([&] { return knows(bob, host); }, minutes(2)));
        world.run(seconds(40));
    }

    const node::MailboxView* view_of(Person& host) {
        views = hosts();
        const auto found =
            std::ranges::find(views, identity::box_id(key_of(host)), &node::MailboxView::box);
        return found == views.end() ? nullptr : &*found;
    }

    static std::size_t held(Person& host) {
        std::size_t count = 0;
        const auto read = host.store.scan({.table = store::Table::MailboxItem, .keys_only = true},
                                          [&](ByteView, ByteView) {
                                              ++count;
                                              return true;
                                          });
        return read ? count : 0;
    }

    // What it holds for others is gone, and it does not know.
    void lose_mail(Person& host) {
        host.switch_off();
        store::Changes changes;
        using enum store::Table;
        for (const auto table : {MailboxItem, MailboxIndex, MailboxDue}) {
            std::vector<Bytes> keys;
            ASSERT_TRUE(
                host.store.scan({.table = table, .keys_only = true}, [&](ByteView key, ByteView) {
                    keys.push_back(to_bytes(key));
                    return true;
                }));
            for (const Bytes& key : keys)
                changes.erase(table, key);
        }
        world.get(host.store.commit(std::move(changes)));
        host.switch_on();
    }

    std::vector<node::MailboxView> hosts() { return *alice.node().mailboxes(); }

    bool all_ok(std::size_t count) {
        const auto all = hosts();
        return all.size() == count && std::ranges::all_of(all, [](const auto& host) {
                   return host.state == node::MailboxState::Ok;
               });
    }

    // What `person` was told about where Alice wants her mail; its number is 0 when nothing.
    mailbox::Announcement told(Person& person) {
        const auto held = store::MailboxCopyTable(person.store).announcement(account_of(alice));
        if (!held.value()) return {0, {}, crypto::Seed32::copy_of(Bytes(32)), {}};
        return held.value()->announcement.clone();
    }

    bool knows(Person& person, Person& host) {
        return std::ranges::any_of(told(person).hosts, [&](const mailbox::AnnouncedHost& one) {
            return one.key == key_of(host);
        });
    }

    // Whether the key that a contact was told is good at this host.
    bool takes_from(Person& host, Person& person) {
        return takes(host, mailbox::deposit_key(told(person).deposit_seed).public_key());
    }

    static bool takes(Person& host, const crypto::DepositKey& key) {
        bool found = false;
        const auto read =
            store::MailboxTable(host.store).capabilities([&](const mailbox::CapabilityRow& row) {
                found = found || row.key == key;
            });
        return read && found;
    }

    /// Losses that this person holds against any host.
    static std::size_t convicted_by(Person& person) {
        const auto scores = store::MailboxOwnerTable(person.store).scores();
        std::size_t losses = 0;
        for (const auto& host : scores.value())
            losses += host.proven_losses;
        return losses;
    }

    std::vector<node::MailboxView> views;
    World world{1};
    Person& vera = world.person("Vera");
    Person& alice = world.person("Alice");
    Person& bob = world.person("Bob");
};

}  // namespace kith::test
