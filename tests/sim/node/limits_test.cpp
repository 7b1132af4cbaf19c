// SPDX-License-Identifier: GPL-3.0-or-later
// Limits between contacts: nobody is lost, nothing is lost, nothing is out of order, and whoever
// has to wait is told why.
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace kith::test {
namespace {

using node::MessageState;
using node::Wait;
using reputation::Tier;

class Limits : public testing::Test {
  protected:
    Limits()
        : seed(seed_or(1)),
          world(seed),
          alice(world.person("Alice")),
          bob(world.person("Bob")),
          carol(world.person("Carol")) {
        bob.found();
        alice.join(bob);
        carol.join(bob);
        world.run(seconds(5));
        for (const Person* person : {&alice, &bob, &carol})
            ids_.emplace(person, person->id());
    }

    /// Also of somebody who is switched off.
    const std::string& id(const Person& person) const { return ids_.at(&person); }

    std::vector<crypto::MessageId> send(Person& from, Person& to, int count) {
        std::vector<crypto::MessageId> out;
        for (int i = 0; i < count; ++i)
            out.push_back(from.send(to, std::to_string(sent_++)));
        return out;
    }

    std::uint64_t unread(Person& reader, Person& from) {
        return reader.node().contact(id(from))->unread;
    }

    bool arrive(Person& reader, Person& from, std::uint64_t count, Duration time) {
        return world.run_until([&] { return unread(reader, from) == count; }, time);
    }

    void read_all(Person& reader, Person& from) {
        node::HistoryQuery query;
        query.who = id(from);
        query.limit = 1;
        const auto newest = reader.node().history(query);
        ASSERT_TRUE(newest.has_value());
        ASSERT_FALSE(newest->empty());
        world.get(reader.node().mark_read(id(from), newest->back().id));
    }

    /// Every text of the chat, oldest first.
    std::vector<std::string> all_heard(Person& reader, Person& from) {
        std::vector<std::string> out;
        node::HistoryQuery query;
        query.who = id(from);
        query.limit = 500;
        for (;;) {
            const auto lines = reader.node().history(query);
            if (!lines || lines->empty()) break;
            std::vector<std::string> page;
            for (const auto& line : *lines) {
                if (line.direction == node::Direction::In) page.push_back(line.text);
            }
            out.insert(out.begin(), page.begin(), page.end());
            query.before = lines->front().id;
        }
        return out;
    }

    static std::vector<std::string> numbered(int first, int end) {
        std::vector<std::string> out;
        for (int i = first; i < end; ++i)
            out.push_back(std::to_string(i));
        return out;
    }

    Tier tier(Person& of, Person& who) {
        return of.node().reputation(id(who))->explanation.standing.tier;
    }

    void report(Person& by, Person& who) { world.get(by.node().report_contact(id(who))); }

    std::uint64_t seed;
    World world;
    Person& alice;
    Person& bob;
    Person& carol;
    int sent_ = 0;
    std::map<const Person*, std::string> ids_;
};

TEST_F(Limits, ABurstIsTakenAtItsRateInOrderAndNothingIsLost) {
    send(alice, bob, 1400);
    EXPECT_TRUE(arrive(bob, alice, 1400, seconds(14))) << unread(bob, alice);
    EXPECT_EQ(all_heard(bob, alice), numbered(0, 1400));
    EXPECT_TRUE(world.run_until([&] { return alice.node().status().outbox == 0; }, seconds(5)));
}

TEST_F(Limits, AnotherContactNoticesNothingOfABurst) {
    send(alice, bob, 1400);
    carol.send(bob, "me too");
    EXPECT_TRUE(arrive(bob, carol, 1, seconds(1)));
    EXPECT_LT(unread(bob, alice), 1400U);
}

TEST_F(Limits, ARateThatIsUsedUpTellsTheSenderWhy) {
    const auto ids = send(alice, bob, 1200);
    world.run(milliseconds(500));
    const auto trace = alice.node().trace(ids.back());
    EXPECT_EQ(trace->waits, Wait::Rate);
    EXPECT_TRUE(trace->next_retry.has_value());
    EXPECT_TRUE(arrive(bob, alice, 1200, seconds(10)));
    EXPECT_TRUE(
        world.run_until([&] { return !alice.node().trace(ids.back())->waits; }, seconds(2)));
}

TEST_F(Limits, WithBulkABurstIsTakenAtOnce) {
    node::ContactChange change;
    change.bulk = true;
    world.get(bob.node().change_contact(id(alice), change));
    EXPECT_EQ(tier(bob, alice), Tier::Bulk);
    send(alice, bob, 1400);
    EXPECT_TRUE(arrive(bob, alice, 1400, milliseconds(900)));
}

TEST_F(Limits, AReportedContactIsRestrictedAtOnceAndGoesOnAsItIsRead) {
    report(bob, alice);
    EXPECT_EQ(tier(bob, alice), Tier::Restricted);
    const auto ids = send(alice, bob, 8);
    EXPECT_TRUE(arrive(bob, alice, 5, seconds(5)));
    world.run(hours(3));
    EXPECT_EQ(unread(bob, alice), 5U) << "credit";
    EXPECT_EQ(alice.node().trace(ids[5])->waits, Wait::Unread);
    EXPECT_EQ(alice.state_of(ids[5]), MessageState::Queued);
    read_all(bob, alice);
    // Three hours have given it three more at once.
    EXPECT_TRUE(world.run_until([&] { return all_heard(bob, alice).size() == 8; }, seconds(5)))
        << all_heard(bob, alice).size();
    EXPECT_EQ(all_heard(bob, alice), numbered(0, 8));
    // Five at once are an hour each: what is left waits for its rate.
    read_all(bob, alice);
    const auto more = send(alice, bob, 3);
    world.run(seconds(5));
    EXPECT_EQ(alice.node().trace(more.back())->waits, Wait::Rate);
    EXPECT_TRUE(world.run_until([&] { return all_heard(bob, alice).size() == 11; }, hours(4)));
    EXPECT_EQ(all_heard(bob, alice), numbered(0, 11));
}

TEST_F(Limits, ForgivingLetsComeWhatWaited) {
    report(bob, alice);
    send(alice, bob, 8);
    EXPECT_TRUE(arrive(bob, alice, 5, seconds(5)));
    world.get(bob.node().unblock_contact(id(alice)));
    EXPECT_EQ(tier(bob, alice), Tier::Contact);
    EXPECT_TRUE(arrive(bob, alice, 8, seconds(5)));
}

TEST_F(Limits, ControlMessagesPassWhereTextsDoNot) {
    report(bob, alice);
    send(alice, bob, 5);
    EXPECT_TRUE(arrive(bob, alice, 5, seconds(5)));
    world.run(hours(2));
    world.get(alice.node().rename_self("Alicia"));
    EXPECT_TRUE(world.run_until(
        [&] { return bob.node().contact(id(alice))->self_name == "Alicia"; }, seconds(5)));
    send(alice, bob, 1);
    world.run(seconds(5));
    EXPECT_EQ(unread(bob, alice), 5U);
}

TEST_F(Limits, ReceiptsComeFromWhoeverMayNotWrite) {
    report(bob, alice);
    send(alice, bob, 7);
    EXPECT_TRUE(arrive(bob, alice, 5, seconds(5)));
    const auto id = bob.send(alice, "what is it?");
    EXPECT_TRUE(
        world.run_until([&] { return bob.state_of(id) == MessageState::Delivered; }, seconds(5)));
}

TEST_F(Limits, ARestartOfEitherKeepsTheLimits) {
    report(bob, alice);
    send(alice, bob, 8);
    EXPECT_TRUE(arrive(bob, alice, 5, seconds(5)));
    bob.switch_off();
    bob.switch_on();
    world.run(minutes(2));
    EXPECT_EQ(tier(bob, alice), Tier::Restricted);
    EXPECT_EQ(unread(bob, alice), 5U);
    alice.switch_off();
    alice.switch_on();
    world.run(minutes(2));
    EXPECT_EQ(unread(bob, alice), 5U);
    world.get(bob.node().unblock_contact(id(alice)));
    EXPECT_TRUE(arrive(bob, alice, 8, minutes(2)));
    EXPECT_EQ(all_heard(bob, alice), numbered(0, 8));
}

TEST_F(Limits, MailOverTheCreditStaysWithTheMailboxUntilItIsRead) {
    carol.switch_off();
    carol.settings.mailbox.serve = mailbox::Serve::Network;
    carol.settings.offer_mailbox_at_once = true;
    carol.switch_on();
    const auto kept = [&] {
        const auto hosts = bob.node().mailboxes();
        return hosts && std::ranges::any_of(*hosts, [](const auto& host) {
                   return host.state == node::MailboxState::Ok;
               });
    };
    alice.befriend(carol);
    ASSERT_TRUE(world.run_until(kept, minutes(10)));
    world.run(minutes(1));
    report(bob, alice);
    world.run(minutes(1));
    bob.switch_off();
    const auto ids = send(alice, bob, 8);
    world.get(alice.node().rename_self("Alicia"));
    send(alice, bob, 1);
    world.run(seconds(10));
    ASSERT_TRUE(world.run_until([&] { return alice.state_of(ids.back()) == MessageState::Stored; },
                                minutes(2)));
    alice.switch_off();
    bob.switch_on();
    EXPECT_TRUE(arrive(bob, alice, 5, minutes(1)));
    world.run(minutes(1));
    const auto collected = [&] { return bob.node().mailboxes()->front().collected; };
    const auto before = collected();
    world.run(minutes(40));
    EXPECT_EQ(unread(bob, alice), 5U);
    EXPECT_EQ(collected(), before) << "what stays there is not fetched at each poll";
    EXPECT_EQ(bob.node().contact(id(alice))->self_name, "Alice") << "nothing overtakes";
    world.run(hours(7));
    EXPECT_GT(collected(), before) << "but it is not forgotten either";
    EXPECT_EQ(unread(bob, alice), 5U);
    read_all(bob, alice);
    EXPECT_TRUE(world.run_until([&] { return all_heard(bob, alice).size() == 9; }, minutes(1)))
        << all_heard(bob, alice).size();
    EXPECT_EQ(bob.node().contact(id(alice))->self_name, "Alicia");
    EXPECT_EQ(all_heard(bob, alice), numbered(0, 9));
}

TEST_F(Limits, ABlockedContactIsSilentAndComesBack) {
    world.get(bob.node().block_contact(id(alice)));
    EXPECT_EQ(tier(bob, alice), Tier::Blocked);
    const auto ids = send(alice, bob, 2);
    world.run(minutes(10));
    EXPECT_EQ(unread(bob, alice), 0U);
    EXPECT_EQ(alice.state_of(ids.front()), MessageState::Queued);
    EXPECT_FALSE(alice.node().trace(ids.front())->waits.has_value()) << "as if he were offline";
    world.get(bob.node().unblock_contact(id(alice)));
    EXPECT_TRUE(arrive(bob, alice, 2, minutes(5)));
}

}  // namespace
}  // namespace kith::test
