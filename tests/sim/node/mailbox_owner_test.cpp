// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody whose mail is kept by contacts: hosts are found, told and emptied, whatever stops when.
#include "tests/sim/node/mailbox_owner.h"

#include "core/node/mailbox_publication.h"

namespace kith::test {
namespace {

using node::MailboxState;

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

TEST_F(MailboxOwner, WhatLiesBehindTheCursorIsFoundAfterAStart) {
    keep_mail_at(vera);
    alice.switch_off();
    bob.send(alice, "once");
    ASSERT_TRUE(world.run_until([&] { return held(vera) == 1; }, minutes(1)));
    // As if it had been read, and the power had gone before the host heard of it.
    const store::MailboxOwnerTable table(alice.store);
    auto row = table.hosts().value().front();
    row.cursor = 100;
    store::Changes changes;
    table.put(changes, row);
    world.get(alice.store.commit(std::move(changes)));
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

TEST_F(MailboxOwner, HostsHandOutTheBundleAndBeaconsOfTheWeek) {
    keep_mail_at(vera);
    std::size_t beacons = 0;
    std::size_t bundle = 0;
    const auto look = [&] {
        beacons = bundle = 0;
        return store::MailboxTable(vera.store)
            .publications([&](const mailbox::PublicationRow& row) {
                beacons = row.beacons.size();
                bundle = row.bundle.size();
            })
            .has_value();
    };
    ASSERT_TRUE(look());
    EXPECT_EQ(beacons, 2 * node::MailboxPublication::epochs_ahead);
    EXPECT_GE(bundle, 4096U);
    world.run(days(2));
    ASSERT_TRUE(look());
    EXPECT_EQ(beacons, 2 * node::MailboxPublication::epochs_ahead);
    EXPECT_TRUE(all_ok(1));
}

}  // namespace
}  // namespace kith::test
