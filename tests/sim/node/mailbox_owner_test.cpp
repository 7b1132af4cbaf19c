// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody whose mail is kept by contacts: hosts are found, told, emptied and replaced, whatever
// stops when.
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

    std::vector<node::MailboxView> views;
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

TEST_F(MailboxOwner, MailThatCameMeanwhileIsReadAndGoneFromTheHost) {
    keep_mail_at(vera);
    alice.switch_off();
    for (const std::string text : {"one", "two", "three"})
        bob.send(alice, text);
    EXPECT_TRUE(world.run_until([&] { return held(vera) == 3; }, minutes(1)));
    bob.switch_off();
    alice.switch_on();
    const std::vector<std::string> all{"one", "two", "three"};
    EXPECT_TRUE(world.run_until([&] { return alice.heard_from(bob) == all; }, seconds(30)));
    EXPECT_TRUE(world.run_until([&] { return held(vera) == 0; }, seconds(30)));
    EXPECT_GE(view_of(vera)->collected, 3U);
    EXPECT_EQ(view_of(vera)->lost, 0U);
}

TEST_F(MailboxOwner, MailIsPushedWithinASecond) {
    keep_mail_at(vera);
    world.cut(alice, bob);
    world.run(minutes(3));
    bob.send(alice, "over Vera");
    const std::vector<std::string> all{"over Vera"};
    EXPECT_TRUE(world.run_until([&] { return alice.heard_from(bob) == all; }, seconds(20)));
    const auto polls = view_of(vera)->complete_pickups;
    bob.send(alice, "at once");
    EXPECT_TRUE(world.run_until([&] { return alice.heard_from(bob).size() == 2; }, seconds(5)));
    EXPECT_EQ(view_of(vera)->complete_pickups, polls) << "it was polled, not pushed";
    EXPECT_TRUE(world.run_until([&] { return held(vera) == 0; }, seconds(5)));
}

// --- Whoever stops when -------------------------------------------------------------------------

TEST_F(MailboxOwner, WhereverTheOwnerStopsItEndsInTheSameState) {
    for (int step = 0; step < 30; ++step) {
        World other(static_cast<std::uint64_t>(step) + 2);
        Person& host = other.person("Vera");
        Person& owner = other.person("Alice");
        host.found();
        owner.join(host);
        other.run(seconds(2));
        store::OwnerHost row;
        row.key = key_of(host);
        row.account = account_of(host);
        row.endpoints = {host.address()};
        row.offered_bytes = 1 << 30;
        owner.switch_off();
        store::Changes changes;
        store::MailboxOwnerTable(owner.store).put(changes, row);
        other.get(owner.store.commit(std::move(changes)));
        owner.switch_on();
        other.run(milliseconds(60 * step));
        Person& stopped = step % 2 == 0 ? owner : host;
        stopped.switch_off();
        other.run(seconds(3));
        stopped.switch_on();
        const bool leased = other.run_until(
            [&] {
                const auto all = *owner.node().mailboxes();
                const auto told =
                    store::MailboxCopyTable(host.store).announcement(account_of(owner));
                return all.size() == 1 && all[0].state == MailboxState::Ok && told.value() &&
                       told.value()->announcement.hosts.size() == 1;
            },
            minutes(5));
        EXPECT_TRUE(leased) << "stopped after " << 60 * step << " ms";
    }
}

TEST_F(MailboxOwner, MailThatWasReadAndNotDeletedIsDeletedLater) {
    keep_mail_at(vera);
    alice.switch_off();
    bob.send(alice, "once");
    ASSERT_TRUE(world.run_until([&] { return held(vera) == 1; }, minutes(1)));
    alice.switch_on();
    ASSERT_TRUE(world.run_until([&] { return alice.heard_from(bob).size() == 1; }, minutes(1)));
    // The word does not get through any more.
    world.cut(alice, vera);
    alice.switch_off();
    world.run(seconds(1));
    world.heal(alice, vera);
    alice.switch_on();
    EXPECT_TRUE(world.run_until([&] { return held(vera) == 0; }, minutes(1)));
    EXPECT_EQ(alice.heard_from(bob).size(), 1U);
}

TEST_F(MailboxOwner, AHostThatHasForgottenUsIsAskedAgain) {
    keep_mail_at(vera);
    const auto before = told(bob).seq;
    vera.switch_off();
    store::Changes changes;
    std::vector<Bytes> keys;
    ASSERT_TRUE(vera.store.scan({.table = store::Table::Mailbox, .keys_only = true},
                                [&](ByteView key, ByteView) {
                                    keys.push_back(to_bytes(key));
                                    return true;
                                }));
    for (const Bytes& key : keys)
        changes.erase(store::Table::Mailbox, key);
    world.get(vera.store.commit(std::move(changes)));
    vera.switch_on();
    EXPECT_TRUE(world.run_until([&] { return takes_from(vera, bob); }, minutes(30)));
    EXPECT_TRUE(world.run_until([&] { return all_ok(1) && knows(bob, vera); }, minutes(5)));
    EXPECT_GE(told(bob).seq, before);
}

// --- People come and go -------------------------------------------------------------------------

TEST_F(MailboxOwner, WhoIsRemovedCanLeaveNothingAnyMore) {
    keep_mail_at(vera);
    ASSERT_TRUE(takes_from(vera, bob));
    world.get(alice.node().remove_contact(bob.id()));
    EXPECT_TRUE(world.run_until([&] { return !takes_from(vera, bob); }, minutes(1)));
    EXPECT_TRUE(takes_from(vera, vera));
}

TEST_F(MailboxOwner, WhoBecomesAContactIsTold) {
    keep_mail_at(vera);
    Person& carol = world.person("Carol");
    carol.join(vera);
    carol.befriend(alice);
    EXPECT_TRUE(world.run_until([&] { return knows(carol, vera); }, minutes(1)));
    EXPECT_TRUE(takes_from(vera, carol));
}

TEST_F(MailboxOwner, KeysAreRenewedAndTheOldOneStaysGoodMeanwhile) {
    keep_mail_at(vera);
    const auto first = mailbox::deposit_key(told(bob).deposit_seed).public_key();
    world.run(days(17));
    const auto second = mailbox::deposit_key(told(bob).deposit_seed).public_key();
    EXPECT_NE(first, second);
    EXPECT_TRUE(takes_from(vera, bob));
    EXPECT_TRUE(takes(vera, first));
    world.run(days(14));
    EXPECT_FALSE(takes(vera, first));
    EXPECT_TRUE(all_ok(1));
    EXPECT_GT(*view_of(vera)->lease_until - world.clock.wall(), days(14));
}

TEST_F(MailboxOwner, AHostThatStaysAwayIsReplacedAfterThreeDays) {
    alice.switch_off();
    put_offer(vera);
    alice.settings.copies = 1;
    alice.switch_on();
    ASSERT_TRUE(world.run_until([&] { return knows(bob, vera); }, minutes(2)));
    Person& carol = world.person("Carol");
    carol.join(vera);
    carol.befriend(alice);
    offer(carol);
    world.run(minutes(2));
    // With two that have not been watched for long there may be more than one copy.
    vera.switch_off();
    world.run(hours(71));
    EXPECT_EQ(view_of(vera)->state, MailboxState::Away);
    world.run(hours(4));
    EXPECT_EQ(view_of(vera)->state, MailboxState::Draining);
    EXPECT_TRUE(knows(bob, carol));
    EXPECT_FALSE(knows(bob, vera));
}

TEST_F(MailboxOwner, AHostIsNotBlamedForWhatItsOwnerDoesNotSee) {
    keep_mail_at(vera);
    alice.switch_off();
    world.run(days(5));
    alice.switch_on();
    world.run(minutes(1));
    EXPECT_TRUE(all_ok(1));
    EXPECT_GT(view_of(vera)->availability, 0.5);
}

// --- Our user -----------------------------------------------------------------------------------

TEST_F(MailboxOwner, OnlyWhoOffersCanBeUsed) {
    keep_mail_at(vera);
    EXPECT_THROW(world.get(alice.node().use_mailbox(bob.id())), std::runtime_error);
    EXPECT_THROW(world.get(alice.node().drop_mailbox(bob.id())), std::runtime_error);
    world.get(alice.node().use_mailbox(vera.id()));
    EXPECT_TRUE(view_of(vera)->pinned);
}

TEST_F(MailboxOwner, AHostThatIsDroppedIsLeftUntilItIsWantedAgain) {
    keep_mail_at(vera);
    world.get(alice.node().drop_mailbox(vera.id()));
    EXPECT_TRUE(world.run_until([&] { return !knows(bob, vera); }, minutes(1)));
    world.run(hours(1));
    EXPECT_EQ(view_of(vera)->state, MailboxState::Draining);
    world.run(days(16));
    EXPECT_EQ(view_of(vera)->state, MailboxState::Offered);
    EXPECT_FALSE(takes_from(vera, bob));
    world.get(alice.node().use_mailbox(vera.id()));
    EXPECT_TRUE(world.run_until([&] { return knows(bob, vera); }, minutes(1)));
}

// --- Judgement ----------------------------------------------------------------------------------

TEST_F(MailboxOwner, AHostThatLosesWhatItPromisedIsConvictedByItsReceipts) {
    keep_mail_at(vera);
    alice.switch_off();
    world.cut(alice, bob);
    for (int i = 0; i < 3; ++i)
        bob.send(alice, "lost at Vera");
    ASSERT_TRUE(world.run_until([&] { return held(vera) == 3; }, minutes(2)));
    lose_mail(vera);
    alice.switch_on();
    world.run(minutes(1));
    EXPECT_EQ(view_of(vera)->lost, 0U);
    world.heal(alice, bob);
    bob.send(alice, "directly, and it says where the others lie");
    EXPECT_TRUE(world.run_until([&] { return view_of(vera)->lost >= 3; }, hours(2)));
    EXPECT_FALSE(view_of(vera)->evidence.empty());
    EXPECT_TRUE(view_of(vera)->alarm);
    EXPECT_TRUE(
        world.run_until([&] { return view_of(vera)->state == MailboxState::Draining; }, hours(1)));
}

TEST_F(MailboxOwner, AHostThatServesWhatItPromisedIsNotBlamed) {
    keep_mail_at(vera);
    for (int round = 0; round < 5; ++round) {
        alice.switch_off();
        bob.send(alice, "kept");
        world.run(minutes(2));
        alice.switch_on();
        world.run(hours(1));
    }
    EXPECT_EQ(alice.heard_from(bob).size(), 5U);
    EXPECT_EQ(view_of(vera)->lost, 0U);
}

}  // namespace
}  // namespace kith::test
