// SPDX-License-Identifier: GPL-3.0-or-later
// Vera keeps mail for Alice, who is away, and stops for good: what only Vera has goes to Carol, who
// keeps Alice's mail as well.
#include "tests/sim/node/mailbox_owner.h"
#include "tests/support/hostile/hostile_transport.h"

namespace kith::test {
namespace {

class MailboxHandedOff : public MailboxOwner {
  protected:
    MailboxHandedOff() {
        carol.join(vera);
        carol.befriend(alice);
        put_offers();
        ready(world.run_until([&] { return knows(vera, carol) && knows(bob, carol); }, minutes(2)));
        ready(world.run_until([&] { return knows(bob, vera); }, minutes(2)));
        world.run(seconds(40));
        alice.switch_off();
    }

    static void ready(bool is) {
        if (!is) throw std::runtime_error("nobody knows where Alice's mail goes");
    }

    void put_offers() {
        alice.switch_off();
        put_offer(vera);
        put_offer(carol);
        alice.switch_on();
    }

    /// Messages of Bob that Carol does not hear of.
    void leave_at_vera(std::size_t count) {
        world.cut(bob, carol);
        for (std::size_t i = 0; i < count; ++i)
            bob.send(alice, std::to_string(sent_++));
        ASSERT_TRUE(world.run_until([&] { return held(vera) == count; }, minutes(5)));
        ASSERT_EQ(held(carol), 0U);
        // Bob goes too: it is Vera who sees to it.
        bob.switch_off();
    }

    void stop(Person& host) { host.node().serve_mailboxes(mailbox::Serve::Off, 1 << 30); }

    bool handed_over(std::size_t count) {
        return world.run_until(
            [&] {
                const auto view = vera.node().mailbox_serving();
                return held(carol) == count && !view.handing_over;
            },
            minutes(5));
    }

    Person& carol = world.person("Carol");

  private:
    std::size_t sent_ = 0;
};

TEST_F(MailboxHandedOff, WhatAHostThatStopsKeepsIsWithTheOthersBeforeItGoes) {
    leave_at_vera(40);
    stop(vera);
    EXPECT_TRUE(vera.node().mailbox_serving().handing_over);
    ASSERT_TRUE(handed_over(40));
    EXPECT_EQ(vera.node().mailbox_serving().handed_over, 40U);
    EXPECT_EQ(held(vera), 40U) << "what it has signed for it serves on";
    vera.switch_off();
    alice.switch_on();
    EXPECT_TRUE(world.run_until([&] { return alice.heard_from(bob).size() == 40; }, minutes(2)));
    std::vector<std::string> in_order;
    for (int i = 0; i < 40; ++i)
        in_order.push_back(std::to_string(i));
    EXPECT_EQ(alice.heard_from(bob), in_order);
}

TEST_F(MailboxHandedOff, WhatIsThereAlreadyIsNotThereTwice) {
    for (int i = 0; i < 3; ++i)
        bob.send(alice, "at both");
    ASSERT_TRUE(world.run_until([&] { return held(vera) == 3 && held(carol) == 3; }, minutes(2)));
    stop(vera);
    EXPECT_TRUE(handed_over(3));
    // And Bob's own copy at Carol is still Bob's: she answers for it, and nobody is convicted.
    world.run(hours(30));
    EXPECT_EQ(convicted_by(bob), 0U);
    alice.switch_on();
    EXPECT_TRUE(world.run_until([&] { return alice.heard_from(bob).size() == 3; }, minutes(2)));
}

TEST_F(MailboxHandedOff, WhoeverLeavesItThereLaterMayAskAboutIt) {
    leave_at_vera(3);
    stop(vera);
    ASSERT_TRUE(handed_over(3));
    // Carol has it from Vera; Bob comes with the same bytes, and asks a day long.
    world.heal(bob, carol);
    bob.switch_on();
    world.run(hours(40));
    EXPECT_EQ(held(carol), 3U);
    EXPECT_EQ(convicted_by(bob), 0U);
}

TEST_F(MailboxHandedOff, GoesOnWhereItStoppedAndDoesNotBeginAnew) {
    leave_at_vera(20);
    stop(vera);
    ASSERT_TRUE(handed_over(20));
    const auto before = carol.node().mailbox_serving().deposits;
    vera.switch_off();
    vera.settings.mailbox.serve = mailbox::Serve::Off;
    vera.switch_on();
    EXPECT_TRUE(
        world.run_until([&] { return !vera.node().mailbox_serving().handing_over; }, minutes(5)));
    EXPECT_EQ(carol.node().mailbox_serving().deposits, before);
}

TEST_F(MailboxHandedOff, WaitsForAHostThatIsAway) {
    leave_at_vera(5);
    carol.switch_off();
    stop(vera);
    world.run(minutes(10));
    EXPECT_TRUE(vera.node().mailbox_serving().handing_over) << "nobody has it yet";
    EXPECT_EQ(vera.node().mailbox_serving().handed_over, 0U);
    carol.switch_on();
    EXPECT_TRUE(world.run_until([&] { return held(carol) == 5; }, minutes(20)));
}

TEST_F(MailboxHandedOff, WhatNobodySignedForIsNotHandedOver) {
    leave_at_vera(3);
    SeededRandom dice(5);
    HostileHost host(Hostility::BadReceipt, dice);
    carol.switch_off();
    carol.through = [&host](transport::Transport& inner) {
        return std::make_unique<HostileTransport>(inner, host);
    };
    carol.switch_on();
    stop(vera);
    world.run(minutes(5));
    EXPECT_EQ(held(carol), 3U);
    EXPECT_EQ(vera.node().mailbox_serving().handed_over, 0U) << "anybody could have said that";
    EXPECT_TRUE(vera.node().mailbox_serving().handing_over);
    host.turn(Hostility::None);
    EXPECT_TRUE(
        world.run_until([&] { return !vera.node().mailbox_serving().handing_over; }, hours(1)));
    EXPECT_EQ(vera.node().mailbox_serving().handed_over, 3U);
    // It must not outlive the test.
    carol.switch_off();
}

TEST_F(MailboxHandedOff, WhatCannotBeReadIsNotHandedOver) {
    leave_at_vera(2);
    store::Changes changes;
    const auto read = vera.store.scan({.table = store::Table::MailboxIndex, .keys_only = true},
                                      [&](ByteView key, ByteView) {
                                          changes.erase(store::Table::MailboxIndex, key);
                                          return true;
                                      });
    ASSERT_TRUE(read);
    world.get(vera.store.commit(std::move(changes)));
    stop(vera);
    world.run(minutes(40));
    EXPECT_EQ(vera.node().mailbox_serving().handed_over, 0U);
    EXPECT_TRUE(vera.node().mailbox_serving().handing_over) << "there is something left";
}

TEST_F(MailboxHandedOff, AHostThatServesHandsNothingOver) {
    leave_at_vera(5);
    world.run(hours(2));
    EXPECT_EQ(held(carol), 0U);
    stop(vera);
    vera.node().serve_mailboxes(mailbox::Serve::Contacts, 1 << 30);
    world.run(minutes(5));
    EXPECT_EQ(held(carol), 0U) << "it has thought better of it";
}

}  // namespace
}  // namespace kith::test
