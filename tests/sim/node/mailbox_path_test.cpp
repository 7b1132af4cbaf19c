// SPDX-License-Identifier: GPL-3.0-or-later
// People who are never there at the same time, and peers that keep their mail: nothing lost,
// nothing twice, in order, and every state is true when it is shown.
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::test {
namespace {

using node::MailboxState;
using node::MessageState;

std::vector<std::string> numbered(const std::string& what, int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i)
        out.push_back(what + std::to_string(i));
    return out;
}

class MailboxPath : public testing::TestWithParam<std::uint64_t> {
  protected:
    MailboxPath()
        : seed(seed_or(GetParam())),
          world(seed),
          vera(world.person("Vera")),
          alice(world.person("Alice")),
          bob(world.person("Bob")) {
        serve(vera);
        vera.found();
        alice.join(vera);
        bob.join(vera);
        bob.befriend(alice);
        // Until both have their mail kept and have told each other where.
        const bool ready = world.run_until([&] { return kept(alice) && kept(bob); }, minutes(5));
        if (!ready) throw std::runtime_error("nobody keeps their mail");
        world.run(seconds(40));
    }

    static void serve(Person& host) {
        host.switch_off();
        host.settings.mailbox.serve = mailbox::Serve::Network;
        host.settings.offer_mailbox_at_once = true;
        host.switch_on();
    }

    static bool kept(Person& owner) {
        const auto hosts = owner.node().mailboxes();
        return hosts && std::ranges::any_of(*hosts, [](const auto& host) {
                   return host.state == MailboxState::Ok;
               });
    }

    bool reaches(Person& sender, const crypto::MessageId& id, MessageState state, Duration time) {
        return world.run_until([&] { return sender.state_of(id) == state; }, time);
    }

    std::uint64_t seed;
    World world;
    Person& vera;
    Person& alice;
    Person& bob;
};

TEST_P(MailboxPath, AMessageWaitsForSomebodyWhoIsAway) {
    bob.switch_off();
    const auto id = alice.send(bob, "while you were out");
    EXPECT_TRUE(reaches(alice, id, MessageState::Stored, seconds(30))) << "seed " << seed;
    alice.switch_off();
    bob.switch_on();
    EXPECT_TRUE(world.run_until([&] { return bob.heard_from(alice).size() == 1; }, seconds(30)))
        << "seed " << seed;
    // The receipt goes back the same way.
    world.run(seconds(60));
    bob.switch_off();
    alice.switch_on();
    EXPECT_TRUE(reaches(alice, id, MessageState::Delivered, minutes(1))) << "seed " << seed;
}

TEST_P(MailboxPath, TwoWhoAreNeverThereTogetherHearAllInOrder) {
    bob.switch_off();
    std::vector<crypto::MessageId> ids;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 20; ++i)
            ids.push_back(alice.send(bob, "a" + std::to_string(20 * round + i)));
        world.run(seconds(60));
        alice.switch_off();
        bob.switch_on();
        for (int i = 0; i < 20; ++i)
            bob.send(alice, "b" + std::to_string(20 * round + i));
        world.run(minutes(2));
        bob.switch_off();
        alice.switch_on();
        world.run(minutes(1));
    }
    EXPECT_EQ(alice.heard_from(bob), numbered("b", 100)) << "seed " << seed;
    for (const auto& id : ids)
        EXPECT_EQ(alice.state_of(id), MessageState::Delivered) << "seed " << seed;
    alice.switch_off();
    bob.switch_on();
    world.run(minutes(1));
    EXPECT_EQ(bob.heard_from(alice), numbered("a", 100)) << "seed " << seed;
}

TEST_P(MailboxPath, WhoIsThereForMomentsOnlyStillSaysWhatWasRead) {
    bob.switch_off();
    const auto id = alice.send(bob, "one");
    EXPECT_TRUE(reaches(alice, id, MessageState::Stored, seconds(30))) << "seed " << seed;
    alice.switch_off();
    for (int visit = 0; visit < 3; ++visit) {
        bob.switch_on();
        world.run(seconds(6));
        bob.switch_off();
        world.run(hours(1));
    }
    alice.switch_on();
    EXPECT_TRUE(reaches(alice, id, MessageState::Delivered, minutes(1))) << "seed " << seed;
}

TEST_P(MailboxPath, WhoCannotBeCalledHearsAtOnce) {
    // Both behind routers: neither can call the other, both are linked to their host.
    world.cut(alice, bob);
    world.run(minutes(1));
    const auto first = alice.send(bob, "first");
    EXPECT_TRUE(reaches(alice, first, MessageState::Stored, seconds(30)));
    EXPECT_TRUE(world.run_until([&] { return bob.heard_from(alice).size() == 1; }, seconds(30)));
    const auto before = world.clock.now();
    alice.send(bob, "second");
    EXPECT_TRUE(world.run_until([&] { return bob.heard_from(alice).size() == 2; }, seconds(30)));
    EXPECT_LT(world.clock.now() - before, seconds(1)) << "seed " << seed;
}

TEST_P(MailboxPath, ALinkThatCarriesNeedsNoMailbox) {
    for (int i = 0; i < 50; ++i)
        alice.send(bob, "a" + std::to_string(i));
    world.run(minutes(1));
    EXPECT_EQ(bob.heard_from(alice), numbered("a", 50)) << "seed " << seed;
    EXPECT_EQ(vera.node().mailbox_serving().deposits, 0U) << "seed " << seed;
}

TEST_P(MailboxPath, WhoseMailIsKeptIsNotLookedForAgainAndAgain) {
    bob.switch_off();
    world.run(minutes(1));
    const auto before = alice.lookups();
    const auto id = alice.send(bob, "while you were out");
    EXPECT_TRUE(reaches(alice, id, MessageState::Stored, seconds(30))) << "seed " << seed;
    world.run(minutes(50));
    EXPECT_GE(alice.lookups() - before, 1U) << "seed " << seed;
    EXPECT_LE(alice.lookups() - before, 2U) << "seed " << seed;
    world.run(hours(1));
    EXPECT_LE(alice.lookups() - before, 3U) << "seed " << seed;
}

TEST_P(MailboxPath, WhoseMailNobodyKeepsIsLookedFor) {
    bob.switch_off();
    vera.switch_off();
    world.run(minutes(1));
    const auto before = alice.lookups();
    alice.send(bob, "while everybody was out");
    world.run(minutes(50));
    EXPECT_GE(alice.lookups() - before, 6U) << "seed " << seed;
}

TEST_P(MailboxPath, AReceiptThatLiesAtTwoHostsIsNotReceipted) {
    Person& wim = world.person("Wim");
    serve(wim);
    wim.join(vera);
    alice.befriend(wim);
    bob.befriend(wim);
    world.cut(alice, bob);
    world.run(minutes(10));
    const auto id = alice.send(bob, "once");
    EXPECT_TRUE(reaches(alice, id, MessageState::Delivered, minutes(2))) << "seed " << seed;
    world.run(minutes(1));
    const auto deposits = [&] {
        return vera.node().mailbox_serving().deposits + wim.node().mailbox_serving().deposits;
    };
    EXPECT_GE(wim.node().mailbox_serving().deposits, 1U) << "seed " << seed;
    const auto before = deposits();
    world.run(minutes(30));
    EXPECT_EQ(deposits(), before) << "seed " << seed;
}

TEST_P(MailboxPath, AReceiptIsFoundAtTheOtherHostWhenTheFirstHasNothing) {
    Person& wim = world.person("Wim");
    serve(wim);
    wim.join(vera);
    alice.befriend(wim);
    bob.befriend(wim);
    world.run(minutes(10));
    bob.switch_off();
    const auto id = alice.send(bob, "read while you were out");
    EXPECT_TRUE(reaches(alice, id, MessageState::Stored, minutes(1))) << "seed " << seed;
    alice.switch_off();
    // Bob reads it, and at first can tell nobody but Vera.
    world.cut(bob, wim);
    bob.switch_on();
    EXPECT_TRUE(world.run_until([&] { return bob.heard_from(alice).size() == 1; }, minutes(1)))
        << "seed " << seed;
    world.run(minutes(2));
    world.heal(bob, wim);
    world.run(minutes(20));
    vera.switch_off();
    bob.switch_off();
    alice.switch_on();
    EXPECT_TRUE(reaches(alice, id, MessageState::Delivered, minutes(2))) << "seed " << seed;
}

TEST_P(MailboxPath, AReceiptIsNotOfferedToASilentHostForEver) {
    Person& wim = world.person("Wim");
    serve(wim);
    wim.join(vera);
    alice.befriend(wim);
    bob.befriend(wim);
    world.run(minutes(10));
    // What Wim is brought when he is back: the receipt once more in any case, because he has the
    // message too.
    const auto brought_after = [&](Duration away) {
        bob.switch_off();
        world.run(minutes(1));
        alice.send(bob, "read while you were out");
        world.run(minutes(1));
        alice.switch_off();
        wim.switch_off();
        bob.switch_on();
        world.run(away);
        wim.switch_on();
        world.run(minutes(20));
        const auto brought = wim.node().mailbox_serving().deposits;
        alice.switch_on();
        world.run(minutes(5));
        return brought;
    };
    EXPECT_EQ(brought_after(minutes(10)), 2U) << "seed " << seed;
    EXPECT_EQ(brought_after(minutes(33)), 1U) << "seed " << seed;
}

TEST_P(MailboxPath, WhoKeepsAllMailOfSomebodyIsHeardByThemAsWell) {
    // Bob cannot be called, and others have written to him since.
    std::vector<Person*> others;
    for (int i = 0; i < 6; ++i) {
        others.push_back(&world.person("Other " + std::to_string(i)));
        others.back()->join(vera);
        bob.befriend(*others.back());
    }
    bob.switch_off();
    world.run(minutes(1));
    const auto id = vera.send(bob, "from your host");
    world.run(minutes(1));
    world.network.set_callable(bob.address(), false);
    bob.switch_on();
    EXPECT_TRUE(reaches(vera, id, MessageState::Delivered, minutes(1))) << "seed " << seed;
    // Much later too.
    for (Person* const other : others)
        other->send(bob, "hello");
    world.run(hours(2));
    const auto late = vera.send(bob, "again");
    EXPECT_TRUE(reaches(vera, late, MessageState::Delivered, seconds(10))) << "seed " << seed;
}

INSTANTIATE_TEST_SUITE_P(Seeds, MailboxPath, testing::Range<std::uint64_t>(1, last_seed_or(8) + 1));

}  // namespace
}  // namespace kith::test
