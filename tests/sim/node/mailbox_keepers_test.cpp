// SPDX-License-Identifier: GPL-3.0-or-later
// Who keeps Alice's mail over weeks: contacts come and go, hosts stay away or lose what they
// promised, and she has a word in it.
#include "tests/sim/node/mailbox_owner.h"

namespace kith::test {
namespace {

using node::MailboxState;
using MailboxKeepers = MailboxOwner;

TEST_F(MailboxKeepers, WhoServesIsFoundWithoutAnyCall) {
    vera.switch_off();
    vera.settings.offer_mailbox_at_once = true;
    vera.switch_on();
    EXPECT_TRUE(world.run_until([&] { return all_ok(1) && knows(bob, vera); }, minutes(5)));
}

TEST_F(MailboxKeepers, AHostThatStopsIsLeftForAnotherAndItsMailCollected) {
    vera.settings.offer_mailbox_at_once = true;
    vera.switch_off();
    vera.switch_on();
    Person& carol = world.person("Carol");
    carol.join(vera);
    carol.befriend(alice);
    ASSERT_TRUE(world.run_until([&] { return all_ok(1) && knows(bob, vera); }, minutes(5)));
    alice.switch_off();
    bob.send(alice, "kept by one that stops");
    ASSERT_TRUE(world.run_until([&] { return held(vera) == 1; }, minutes(1)));
    vera.node().serve_mailboxes(mailbox::Serve::Off, 1 << 30);
    put_offer(carol);
    alice.settings.copies = 1;
    alice.switch_on();
    EXPECT_TRUE(world.run_until([&] { return held(vera) == 0; }, minutes(1)));
    EXPECT_EQ(alice.heard_from(bob).size(), 1U);
    EXPECT_TRUE(world.run_until([&] { return knows(bob, carol) && !knows(bob, vera); }, hours(1)));
}

// --- People come and go -------------------------------------------------------------------------

TEST_F(MailboxKeepers, WhoIsRemovedCanLeaveNothingAnyMore) {
    keep_mail_at(vera);
    ASSERT_TRUE(takes_from(vera, bob));
    world.get(alice.node().remove_contact(bob.id()));
    EXPECT_TRUE(world.run_until([&] { return !takes_from(vera, bob); }, minutes(1)));
    EXPECT_TRUE(takes_from(vera, vera));
}

TEST_F(MailboxKeepers, WhoBecomesAContactIsTold) {
    keep_mail_at(vera);
    Person& carol = world.person("Carol");
    carol.join(vera);
    carol.befriend(alice);
    EXPECT_TRUE(world.run_until([&] { return knows(carol, vera); }, minutes(1)));
    EXPECT_TRUE(takes_from(vera, carol));
}

TEST_F(MailboxKeepers, KeysAreRenewedAndTheOldOneStaysGoodMeanwhile) {
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

TEST_F(MailboxKeepers, AHostThatStaysAwayIsReplacedAfterThreeDays) {
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

TEST_F(MailboxKeepers, AHostIsNotBlamedForWhatItsOwnerDoesNotSee) {
    keep_mail_at(vera);
    alice.switch_off();
    world.run(days(5));
    alice.switch_on();
    world.run(minutes(1));
    EXPECT_TRUE(all_ok(1));
    EXPECT_GT(view_of(vera)->availability, 0.5);
}

// --- Our user -----------------------------------------------------------------------------------

TEST_F(MailboxKeepers, OnlyWhoOffersCanBeUsed) {
    keep_mail_at(vera);
    EXPECT_THROW(world.get(alice.node().use_mailbox(bob.id())), std::runtime_error);
    EXPECT_THROW(world.get(alice.node().drop_mailbox(bob.id())), std::runtime_error);
    world.get(alice.node().use_mailbox(vera.id()));
    EXPECT_TRUE(view_of(vera)->pinned);
}

TEST_F(MailboxKeepers, AHostThatIsDroppedIsLeftUntilItIsWantedAgain) {
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

TEST_F(MailboxKeepers, AHostThatLosesWhatItPromisedIsConvictedByItsReceipts) {
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

TEST_F(MailboxKeepers, AHostIsNotConvictedOfWhatAFormerKeyLeftThere) {
    keep_mail_at(vera);
    // What Bob says beyond its credit waits at Vera for weeks.
    world.get(alice.node().report_contact(bob.id()));
    world.cut(alice, bob);
    for (int i = 0; i < 20; ++i)
        bob.send(alice, "waits until Alice has read");
    ASSERT_TRUE(world.run_until([&] { return held(vera) > 0; }, minutes(2)));
    world.run(minutes(1));
    const auto first = told(bob).deposit_seed.clone();
    alice.switch_off();
    bob.switch_off();
    world.run(days(13));
    // Bob makes its copies anew, with the key that Alice renews right after.
    bob.switch_on();
    world.run(days(3) + hours(2));
    world.heal(alice, bob);
    alice.switch_on();
    ASSERT_TRUE(world.run_until([&] { return told(bob).deposit_seed != first; }, hours(4)));
    world.cut(alice, bob);
    // Some checks later; to Vera Bob is somebody else now.
    world.run(days(2));
    ASSERT_GT(held(vera), 0U);
    EXPECT_EQ(convicted_by(bob), 0U);
}

TEST_F(MailboxKeepers, AHostThatServesWhatItPromisedIsNotBlamed) {
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
