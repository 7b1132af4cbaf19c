// SPDX-License-Identifier: GPL-3.0-or-later
// Bob's messages wait at Alice's host for weeks, and Bob sees to it that they do: what was lost is
// left again, what ends is made anew, who refused is asked again.
#include "tests/sim/node/mailbox_owner.h"

namespace kith::test {
namespace {

using node::MessageState;

class MailboxRepair : public MailboxOwner {
  protected:
    MailboxRepair() {
        keep_mail_at(vera);
        alice.switch_off();
    }

    crypto::MessageId leave(const std::string& text) {
        const auto id = bob.send(alice, text);
        EXPECT_TRUE(reaches(id, MessageState::Stored, minutes(1)));
        return id;
    }

    bool reaches(const crypto::MessageId& id, MessageState state, Duration at_most) {
        return world.run_until([&] { return bob.state_of(id) == state; }, at_most);
    }

    std::size_t steps(const crypto::MessageId& id, const std::string& step) {
        const auto trace = bob.node().trace(id);
        return trace ? static_cast<std::size_t>(
                           std::ranges::count(trace->steps, step, &node::TraceStepView::step))
                     : 0;
    }

    void expect_heard(const std::vector<std::string>& texts, const crypto::MessageId& last) {
        bob.switch_off();
        alice.switch_on();
        EXPECT_TRUE(world.run_until([&] { return alice.heard_from(bob) == texts; }, minutes(1)));
        bob.switch_on();
        EXPECT_TRUE(reaches(last, MessageState::Delivered, minutes(2)));
    }
};

TEST_F(MailboxRepair, WhatAHostHasLostIsLeftThereAgain) {
    const auto id = leave("still there?");
    lose_mail(vera);
    ASSERT_EQ(held(vera), 0U);
    EXPECT_TRUE(world.run_until([&] { return held(vera) == 1; }, hours(8)));
    world.run(seconds(5));
    EXPECT_GE(steps(id, "checked"), 1U);
    EXPECT_EQ(steps(id, "deposit"), 2U);
    expect_heard({"still there?"}, id);
}

TEST_F(MailboxRepair, WhatWaitsIsAskedForAtGrowingDistances) {
    const auto id = leave("waits");
    world.run(hours(40));
    // After 1 h, 6 h, and daily, each within a fifth.
    EXPECT_GE(steps(id, "checked"), 3U);
    EXPECT_LE(steps(id, "checked"), 4U);
    EXPECT_EQ(steps(id, "deposit"), 1U);
}

TEST_F(MailboxRepair, WhatNobodyCollectsIsMadeAnewBeforeItEnds) {
    const auto id = leave("for a month");
    for (int day = 0; day < 28; ++day) {
        world.run(days(1));
        ASSERT_GE(held(vera), 1U) << "day " << day;
    }
    EXPECT_GE(steps(id, "deposit"), 2U);
    EXPECT_EQ(bob.state_of(id), MessageState::Stored);
    expect_heard({"for a month"}, id);
}

TEST_F(MailboxRepair, WhoServesAgainIsAskedAgain) {
    vera.node().serve_mailboxes(mailbox::Serve::Off, 1 << 30);
    const auto id = bob.send(alice, "no room yet");
    world.run(minutes(30));
    EXPECT_EQ(bob.state_of(id), MessageState::Queued);
    EXPECT_EQ(held(vera), 0U);
    vera.node().serve_mailboxes(mailbox::Serve::Network, 1 << 30);
    EXPECT_TRUE(reaches(id, MessageState::Stored, minutes(62)));
    expect_heard({"no room yet"}, id);
}

TEST_F(MailboxRepair, NobodyLeavesAnythingWithHimself) {
    for (int start = 0; start < 2; ++start) {
        const auto id = vera.send(alice, "I am her only host");
        world.run(minutes(2));
        EXPECT_EQ(vera.state_of(id), MessageState::Queued);
        EXPECT_EQ(held(vera), 0U);
        vera.switch_off();
        vera.switch_on();
        world.run(minutes(2));
    }
    alice.switch_on();
    EXPECT_TRUE(world.run_until([&] { return alice.heard_from(vera).size() == 2; }, minutes(1)));
}

}  // namespace
}  // namespace kith::test
