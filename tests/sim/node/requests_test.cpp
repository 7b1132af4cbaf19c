// SPDX-License-Identifier: GPL-3.0-or-later
// Strangers: people who ask each other for contact without an invitation.
#include "core/base/async_scope.h"
#include "core/identity/address.h"
#include "tests/sim/node/traffic_tap.h"
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

#include <map>

namespace kith::test {
namespace {

using node::ContactState;
using node::RequestState;

// What a request costs here: the least that mailboxes take, some tenths of a second.
constexpr std::uint16_t cheap = 0;

class Requests : public ::testing::Test {
  protected:
    Requests() : world(seed_or(7)) {}

    Person& newcomer(const std::string& name) {
        Person& person = world.person(name);
        person.switch_off();
        person.settings.request_effort = cheap;
        person.switch_on();
        return person;
    }

    /// They may be switched off when others speak of them.
    void meet(const Person& person) {
        addresses[&person] = to_string(person.node().identity()->address);
    }

    std::optional<node::ContactView> seen_by(const Person& person, const Person& other) {
        auto contact = person.node().contact(addresses.at(&other));
        if (!contact) return std::nullopt;
        return *std::move(contact);
    }

    ContactState state_between(const Person& person, const Person& other) {
        const auto contact = seen_by(person, other);
        return contact ? contact->state : ContactState::Removed;
    }

    /// Alice founds the network; everybody else knows her and nobody else.
    Person& join(const std::string& name) {
        Person& person = newcomer(name);
        person.join(*alice);
        meet(person);
        return person;
    }

    void SetUp() override {
        alice = &newcomer("alice");
        alice->found();
        meet(*alice);
        bob = &join("bob");
        carol = &join("carol");
        world.run(minutes(2));
    }

    void ask(Person& who, Person& whom, const std::string& text = "hello") {
        (void)world.get(who.node().add_contact(addresses.at(&whom), text));
    }

    bool reaches(Person& who, Person& whom, ContactState state, Duration at_most = minutes(3)) {
        return world.run_until([&] { return state_between(who, whom) == state; }, at_most);
    }

    static Task<> ask_at_once(Person& who, std::string address) {
        (void)co_await who.node().add_contact(address, "hello");
    }

    RequestState request_of(const Person& who, const Person& whom) {
        return seen_by(who, whom)->request->state;
    }

    World world;
    std::map<const Person*, std::string> addresses;
    Person* alice = nullptr;
    Person* bob = nullptr;
    Person* carol = nullptr;
};

TEST_F(Requests, AreShownOnceTheirWorkIsDoneAndBecomeContacts) {
    ask(*carol, *bob, "we met at the lake");
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn));
    EXPECT_EQ(seen_by(*bob, *carol)->note, "we met at the lake");
    EXPECT_EQ(seen_by(*bob, *carol)->self_name, "carol");
    // The receipt leaves when it is shown.
    ASSERT_TRUE(world.run_until([&] { return request_of(*carol, *bob) == RequestState::Seen; },
                                minutes(2)));
    (void)world.get(bob->node().accept_contact(addresses.at(carol), ""));
    ASSERT_TRUE(reaches(*carol, *bob, ContactState::Accepted));
    const auto id = carol->send(*bob, "hi");
    EXPECT_TRUE(world.run_until(
        [&] { return carol->state_of(id) == node::MessageState::Delivered; }, minutes(1)));
}

TEST_F(Requests, ThatAreAcceptedGiveTheOpenLinkAContactsPlace) {
    TrafficLedger ledger;
    bob->switch_off();
    bob->through = [&](transport::Transport& inner) {
        return std::make_unique<TrafficTap>(inner, ledger);
    };
    bob->switch_on();
    ask(*carol, *bob);
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn));
    const auto links = ledger.links;
    EXPECT_EQ(ledger.protections, 0U);
    (void)world.get(bob->node().accept_contact(addresses.at(carol), ""));
    EXPECT_EQ(ledger.protections, 1U);
    ASSERT_TRUE(reaches(*carol, *bob, ContactState::Accepted));
    EXPECT_EQ(ledger.links, links) << "over the same link";
    bob->switch_off();
}

TEST_F(Requests, ADeclineIsToldOnlyOnWishAndNoOtherIsTakenForAMonth) {
    ask(*carol, *bob);
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn));
    world.run(minutes(2));
    (void)world.get(bob->node().decline_contact(addresses.at(carol), true));
    ASSERT_TRUE(reaches(*carol, *bob, ContactState::Declined));
    ask(*carol, *bob, "please");
    world.run(hours(1));
    EXPECT_EQ(state_between(*bob, *carol), ContactState::Declined);
    EXPECT_EQ(request_of(*carol, *bob), RequestState::Out);
}

TEST_F(Requests, OfThoseWhoAreBlockedGoNowhere) {
    ask(*carol, *bob);
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn));
    (void)world.get(bob->node().block_contact(addresses.at(carol)));
    world.run(days(1));
    EXPECT_EQ(state_between(*bob, *carol), ContactState::Blocked);
    EXPECT_EQ(state_between(*carol, *bob), ContactState::PendingOut);
}

TEST_F(Requests, GoOnAfterARestartOfWhoAsks) {
    bob->switch_off();
    ask(*carol, *bob);
    world.run(minutes(10));
    carol->switch_off();
    bob->switch_on();
    world.run(minutes(1));
    carol->switch_on();
    EXPECT_TRUE(reaches(*bob, *carol, ContactState::PendingIn, minutes(20)));
}

TEST_F(Requests, ThatAreShownSurviveARestart) {
    ask(*carol, *bob);
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn));
    bob->switch_off();
    bob->switch_on();
    EXPECT_EQ(state_between(*bob, *carol), ContactState::PendingIn);
    (void)world.get(bob->node().accept_contact(addresses.at(carol), ""));
    EXPECT_TRUE(reaches(*carol, *bob, ContactState::Accepted, minutes(5)));
}

TEST_F(Requests, OfStrangersAreNotTakenByWhoWantsNone) {
    bob->switch_off();
    bob->settings.requests.accept = reputation::AcceptRequests::InvitedOnly;
    bob->switch_on();
    world.run(minutes(2));
    ask(*carol, *bob);
    ASSERT_TRUE(world.run_until([&] { return request_of(*carol, *bob) == RequestState::Closed; },
                                minutes(5)));
    world.run(hours(1));
    EXPECT_EQ(state_between(*bob, *carol), ContactState::Removed);
}

TEST_F(Requests, BeyondTheDaysSlotsWaitUnseenAndUnanswered) {
    bob->switch_off();
    bob->settings.requests.slots_a_day = 1;
    bob->switch_on();
    Person& dave = join("dave");
    world.run(minutes(2));
    ask(*carol, *bob);
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn));
    ask(dave, *bob);
    ASSERT_TRUE(
        world.run_until([&] { return request_of(dave, *bob) == RequestState::Out; }, minutes(5)));
    world.run(hours(2));
    EXPECT_EQ(state_between(*bob, dave), ContactState::Removed) << "no trace of it";
    EXPECT_EQ(request_of(dave, *bob), RequestState::Out) << "nobody answers";
    // The next slot is free a day later; what waits survives a restart.
    bob->switch_off();
    bob->switch_on();
    EXPECT_TRUE(reaches(*bob, dave, ContactState::PendingIn, hours(30)));
}

TEST_F(Requests, AreTriedFourTimesAndThenGivenUp) {
    bob->switch_off();
    bob->settings.requests.slots_a_day = 1;
    bob->switch_on();
    Person& dave = join("dave");
    world.run(minutes(2));
    ask(dave, *bob);
    ASSERT_TRUE(reaches(*bob, dave, ContactState::PendingIn));
    // Nobody decides: the one place stays taken... and the desk shows one a day.
    ask(*carol, *bob);
    ASSERT_TRUE(
        world.run_until([&] { return request_of(*carol, *bob) == RequestState::Out; }, minutes(5)));
    bob->switch_off();
    world.run(days(2));
    EXPECT_GE(seen_by(*carol, *bob)->request->number, 2U);
    world.run(days(6));
    EXPECT_EQ(request_of(*carol, *bob), RequestState::GivenUp);
    EXPECT_EQ(carol->node().status().outbox, 0U);
}

TEST_F(Requests, OfThoseWhomAContactIntroducesCostAnEighthAndHaveSlotsOfTheirOwn) {
    bob->switch_off();
    bob->settings.request_effort = 4;
    bob->settings.requests.accept = reputation::AcceptRequests::Introduced;
    bob->switch_on();
    world.run(minutes(2));
    ask(*carol, *bob);
    ASSERT_TRUE(world.run_until([&] { return request_of(*carol, *bob) == RequestState::Closed; },
                                minutes(5)));
    (void)world.get(carol->node().remove_contact(addresses.at(bob)));
    world.get(alice->node().introduce_contact("carol", "bob"));
    world.run(minutes(1));
    ask(*carol, *bob, "alice sends me");
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn));
    const auto seen = seen_by(*bob, *carol);
    EXPECT_EQ(seen->introduced_by, alice->node().identity()->account);
    EXPECT_EQ(seen->note, "alice sends me");
    (void)world.get(bob->node().accept_contact(addresses.at(carol), ""));
    EXPECT_TRUE(reaches(*carol, *bob, ContactState::Accepted));
}

TEST_F(Requests, OfOneAccountAreOpenedThreeTimesADay) {
    const auto once_more = [this] {
        (void)carol->node().remove_contact(addresses.at(bob));
        ask(*carol, *bob);
        return reaches(*bob, *carol, ContactState::PendingIn);
    };
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(once_more()) << i;
        (void)world.get(bob->node().accept_contact(addresses.at(carol), ""));
        ASSERT_TRUE(reaches(*carol, *bob, ContactState::Accepted)) << i;
        (void)world.get(bob->node().remove_contact(addresses.at(carol)));
        (void)world.get(carol->node().remove_contact(addresses.at(bob)));
        world.run(minutes(1));
    }
    EXPECT_FALSE(once_more()) << "a fourth time";
    EXPECT_EQ(state_between(*bob, *carol), ContactState::Removed);
}

TEST_F(Requests, FollowAnInvitationThatIsOverBeforeItWasAnswered) {
    node::InviteOptions options;
    options.expires = hours(1);
    const auto invite = world.get(bob->node().create_invite(options));
    bob->switch_off();
    (void)world.get(carol->node().accept_invite(invite.link, {}));
    world.run(minutes(50));
    EXPECT_FALSE(seen_by(*carol, *bob)->request) << "the invitation may be answered yet";
    world.run(minutes(20));
    bob->switch_on();
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn, minutes(30)));
    (void)world.get(bob->node().accept_contact(addresses.at(carol), ""));
    EXPECT_TRUE(reaches(*carol, *bob, ContactState::Accepted, minutes(5)));
}

TEST_F(Requests, ThatCannotBeCheckedNowSayWhyTheyWait) {
    // One network has five proofs checked at once and then one a second.
    const auto neighbour = [](std::size_t i) {
        return Endpoint::v4(198, 51, 100, static_cast<std::uint8_t>(10 + i), 4222);
    };
    std::vector<Person*> others;
    for (std::size_t i = 0; i < 12; ++i) {
        others.push_back(&join("other" + std::to_string(i)));
        others.back()->move_to(neighbour(i));
    }
    carol->move_to(neighbour(100));
    world.run(minutes(2));
    others.push_back(carol);
    AsyncScope scope(world.strand.io.get_executor());
    for (Person* const other : others)
        scope.spawn(ask_at_once(*other, addresses.at(bob)));
    const auto waiting = [&]() -> Person* {
        for (Person* const other : others) {
            const auto seen = seen_by(*other, *bob);
            if (seen && seen->request && seen->request->waits) return other;
        }
        return nullptr;
    };
    ASSERT_TRUE(world.run_until([&] { return waiting() != nullptr; }, minutes(5)));
    Person& one = *waiting();
    EXPECT_EQ(seen_by(one, *bob)->request->waits, node::Wait::Rate);
    EXPECT_TRUE(seen_by(one, *bob)->request->next.has_value());
    EXPECT_TRUE(world.run_until([&] { return waiting() == nullptr; }, minutes(5)));
    world.get(scope.join());
}

TEST_F(Requests, OfThoseWhomOneContactIntroducesAreThreeEachOfThemCountedOnce) {
    std::vector<Person*> people{carol, &join("dave"), &join("erin"), &join("frank")};
    bob->switch_off();
    bob->settings.requests.accept = reputation::AcceptRequests::Introduced;
    bob->switch_on();
    world.run(minutes(2));
    for (const char* name : {"carol", "dave", "erin", "frank"})
        world.get(alice->node().introduce_contact(name, "bob"));
    world.run(minutes(1));
    ask(*carol, *bob);
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn));
    (void)world.get(bob->node().accept_contact(addresses.at(carol), ""));
    ASSERT_TRUE(reaches(*carol, *bob, ContactState::Accepted));
    // The same word once more, and Bob has started anew in between.
    (void)world.get(bob->node().remove_contact(addresses.at(carol)));
    (void)world.get(carol->node().remove_contact(addresses.at(bob)));
    bob->switch_off();
    bob->switch_on();
    world.run(minutes(1));
    ask(*carol, *bob);
    ASSERT_TRUE(reaches(*bob, *carol, ContactState::PendingIn));
    for (std::size_t i = 1; i < 3; ++i) {
        ask(*people[i], *bob);
        ASSERT_TRUE(reaches(*bob, *people[i], ContactState::PendingIn)) << i;
    }
    ask(*people[3], *bob);
    EXPECT_FALSE(reaches(*bob, *people[3], ContactState::PendingIn)) << "a fourth one";
}

TEST_F(Requests, OfBothSidesAreAYes) {
    ask(*carol, *bob);
    ask(*bob, *carol);
    EXPECT_TRUE(reaches(*carol, *bob, ContactState::Accepted));
    EXPECT_TRUE(reaches(*bob, *carol, ContactState::Accepted));
}

}  // namespace
}  // namespace kith::test
