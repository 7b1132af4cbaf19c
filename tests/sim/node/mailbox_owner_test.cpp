// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody whose mail is kept by contacts: hosts are found, told, emptied and replaced, whatever
// stops when.
#include "core/mailbox/announcement.h"
#include "core/store/account_table.h"
#include "core/store/mailbox_copy_table.h"
#include "core/store/mailbox_owner_table.h"
#include "core/store/mailbox_table.h"
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::test {
namespace {

using node::MailboxState;
using Stage = store::OwnerHost::Stage;

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
        store::OwnerHost row;
        row.key = key_of(host);
        row.account = account_of(host);
        row.endpoints = {host.address()};
        row.offered_bytes = 1 << 30;
        alice.switch_off();
        store::Changes changes;
        store::MailboxOwnerTable(alice.store).put(changes, row);
        world.get(alice.store.commit(std::move(changes)));
        alice.switch_on();
    }

    std::vector<node::MailboxView> hosts() { return *alice.node().mailboxes(); }

    bool all_ok(std::size_t count) {
        const auto all = hosts();
        return all.size() == count && std::ranges::all_of(all, [](const auto& host) {
                   return host.state == MailboxState::Ok;
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

    // Whether the key that Bob was told is good at this host.
    bool takes_from(Person& host, Person& person) {
        const auto key = mailbox::deposit_key(told(person).deposit_seed).public_key();
        bool found = false;
        const auto read = store::MailboxTable(host.store).capabilities(
            [&](const mailbox::CapabilityRow& row) { found = found || row.key == key; });
        return read && found;
    }

    World world{1};
    Person& vera = world.person("Vera");
    Person& alice = world.person("Alice");
    Person& bob = world.person("Bob");
};

TEST_F(MailboxOwner, AnOfferBecomesALeaseThatContactsKnow) {
    offer(vera);
    EXPECT_TRUE(world.run_until([&] { return all_ok(1); }, minutes(1)));
    EXPECT_TRUE(world.run_until([&] { return knows(bob, vera); }, minutes(1)));
    EXPECT_TRUE(takes_from(vera, bob));
    // The host is a contact too, and may leave mail in her own house.
    EXPECT_TRUE(world.run_until([&] { return knows(vera, vera); }, minutes(1)));
    const auto told_once = told(bob).seq;
    world.run(hours(24));
    EXPECT_EQ(told(bob).seq, told_once) << "said again and again";
}

}  // namespace
}  // namespace kith::test
