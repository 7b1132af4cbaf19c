// SPDX-License-Identifier: GPL-3.0-or-later
// Two people who are sometimes there at the same time: nothing lost, nothing twice, in order.
#include "core/base/async_scope.h"
#include "core/base/limits.h"
#include "tests/sim/node/world.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace kith::test {
namespace {

using node::MessageState;

class Direct : public testing::TestWithParam<std::uint64_t> {
  protected:
    Direct()
        : seed(seed_or(GetParam())),
          world(seed),
          alice(world.person("Alice")),
          bob(world.person("Bob")) {
        RecordProperty("seed", std::to_string(seed));
        alice.found();
        bob.join(alice);
    }

    std::uint64_t seed;
    World world;
    Person& alice;
    Person& bob;
};

std::vector<std::string> numbered(const std::string& what, int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i)
        out.push_back(what + std::to_string(i));
    return out;
}

TEST_P(Direct, TextsArriveBothWaysInOrder) {
    for (int i = 0; i < 20; ++i) {
        alice.send(bob, "a" + std::to_string(i));
        bob.send(alice, "b" + std::to_string(i));
    }
    world.run(seconds(5));
    EXPECT_EQ(bob.heard_from(alice), numbered("a", 20)) << "seed " << seed;
    EXPECT_EQ(alice.heard_from(bob), numbered("b", 20)) << "seed " << seed;
}

TEST_P(Direct, ARestoredCopyOfTheProfileGetsNewSessions) {
    alice.send(bob, "before");
    bob.send(alice, "before");
    world.run(seconds(5));
    bob.switch_off();
    const auto old_copy = bob.store.copy();
    bob.switch_on();
    for (const auto& text : numbered("lost with the disk ", 5)) {
        alice.send(bob, text);
        bob.send(alice, text);
    }
    world.run(seconds(5));
    bob.switch_off();
    bob.store.restore(old_copy);
    bob.switch_on();
    EXPECT_TRUE(bob.store.rewound());
    const auto from_alice = alice.send(bob, "after");
    const auto from_bob = bob.send(alice, "after");
    world.run(minutes(80));
    EXPECT_EQ(alice.state_of(from_alice), MessageState::Delivered) << "seed " << seed;
    EXPECT_EQ(bob.state_of(from_bob), MessageState::Delivered) << "seed " << seed;
    EXPECT_EQ(bob.heard_from(alice), (std::vector<std::string>{"before", "after"}));
    EXPECT_FALSE(bob.store.rewound());
}

TEST_P(Direct, NobodyMissesAMessageThatWasCalledBack) {
    bob.switch_off();
    alice.send(bob, "one");
    const auto second = alice.send(bob, "two");
    alice.send(bob, "three");
    world.get(alice.node().cancel(second));
    bob.switch_on();
    world.run(minutes(15));
    EXPECT_EQ(bob.heard_from(alice), (std::vector<std::string>{"one", "three"}));
    node::SubscribeOptions gaps;
    gaps.types = {"gap"};
    gaps.from = node::SubscribeOptions::From::Start;
    const auto told = bob.node().events().subscribe(gaps, [] {});
    ASSERT_TRUE(told);
    EXPECT_TRUE((*told)->take(10).value().empty()) << "seed " << seed;
}

TEST_P(Direct, WhatWaitedWhileBothWereOffForAnHourIsDelivered) {
    bob.switch_off();
    std::vector<crypto::MessageId> sent;
    for (const auto& text : numbered("m", 10))
        sent.push_back(alice.send(bob, text));
    world.run(seconds(30));
    EXPECT_EQ(alice.state_of(sent.front()), MessageState::Queued);
    alice.switch_off();
    world.run(hours(1));
    alice.switch_on();
    bob.switch_on();
    world.run(seconds(30));
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 10)) << "seed " << seed;
    for (const auto& id : sent)
        EXPECT_EQ(alice.state_of(id), MessageState::Delivered);
}

TEST_P(Direct, ACutOfAMinuteHealsWithinFifteenSeconds) {
    alice.send(bob, "m0");
    world.run(seconds(5));
    world.cut(alice, bob);
    for (int i = 1; i < 6; ++i) {
        alice.send(bob, "m" + std::to_string(i));
        world.run(seconds(12));
    }
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 1));
    world.heal(alice, bob);
    world.run(seconds(15));
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 6)) << "seed " << seed;
}

TEST_P(Direct, ADirectoryThatSaysNothingDelaysNobodyWhoWasMet) {
    alice.send(bob, "m0");
    world.run(seconds(5));
    world.space.default_holders = Holders::Withhold;
    bob.switch_off();
    alice.send(bob, "m1");
    world.run(minutes(2));
    bob.switch_on();
    world.run(seconds(15));
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 2)) << "seed " << seed;
}

TEST_P(Direct, AFailedSyncAcknowledgesNothingAndLosesNothing) {
    alice.send(bob, "m0");
    world.run(seconds(5));
    // Bob's next write fails once: what it held was not receipted, so Alice says it again.
    bob.store.fail_write(1, Error{Code::Internal, "test"});
    alice.send(bob, "m1");
    world.run(seconds(40));
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 2)) << "seed " << seed;
}

TEST_P(Direct, AReceiptThatWasLostIsSaidAgain) {
    alice.send(bob, "m0");
    world.run(seconds(5));
    // On Bob's disk just when the line is dead.
    bob.store.hold();
    const auto sent = alice.send(bob, "m1");
    world.run(seconds(2));
    world.cut(alice, bob);
    bob.store.release();
    world.run(minutes(1));
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 2)) << "seed " << seed;
    EXPECT_NE(alice.state_of(sent), MessageState::Delivered);
    world.heal(alice, bob);
    world.run(minutes(1));
    EXPECT_EQ(alice.state_of(sent), MessageState::Delivered) << "seed " << seed;
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 2)) << "once";
}

TEST_P(Direct, NothingLeavesBeforeItIsOnTheDisk) {
    alice.send(bob, "m0");
    world.run(seconds(5));
    alice.store.hold();
    const auto say = [this]() -> Task<> {
        node::SendOptions options;
        options.who = bob.id();
        options.text = "m1";
        const auto sent = co_await alice.node().send(std::move(options));
        EXPECT_TRUE(sent);
    };
    AsyncScope scope(world.strand.io.get_executor());
    scope.spawn(say());
    // A new link takes what waits.
    bob.switch_off();
    bob.switch_on();
    world.run(seconds(30));
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 1)) << "seed " << seed;
    alice.store.release();
    world.run(seconds(30));
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 2)) << "seed " << seed;
    world.get(scope.join());
}

TEST_P(Direct, TheAnswerToARepetitionWaitsForTheDiskToo) {
    node::SendOptions options;
    options.who = bob.id();
    options.text = "m0";
    options.id = crypto::MessageId::copy_of(Bytes(16, 7));
    std::vector<crypto::MessageId> told;
    const auto tell = [&told](const Result<node::MessageView>& sent) {
        ASSERT_TRUE(sent);
        told.push_back(sent->id);
    };
    alice.store.hold();
    alice.node().send(options, tell);
    alice.node().send(options, tell);
    world.run(seconds(5));
    EXPECT_TRUE(told.empty()) << "seed " << seed;
    alice.store.release();
    world.run(seconds(5));
    EXPECT_EQ(told, std::vector(2, *options.id)) << "seed " << seed;
    EXPECT_EQ(bob.heard_from(alice), numbered("m", 1)) << "seed " << seed;
}

TEST_P(Direct, WhoWaitsForRoomInTheStoreIsNotOvertaken) {
    alice.store.hold();
    int count = 0;
    int told = 0;
    const std::string padding(50'000, 'x');
    std::function<void()> say = [&] {
        node::SendOptions options;
        options.who = bob.id();
        options.text = fmt::format("{:03} {}", count++, padding);
        alice.node().send(options, [&](const Result<node::MessageView>& sent) {
            ASSERT_TRUE(sent);
            // As a client does that has its answer: with the next text, in a turn of its own.
            if (++told <= 20) asio::post(world.strand.io, say);
        });
    };
    say();
    world.run(seconds(1));  // the first is being written; the open batch fills behind it
    while (!alice.store.is_full())
        say();
    for (int i = 0; i < 20; ++i)
        say();
    alice.store.release();
    world.run(minutes(1));
    const auto heard = bob.heard_from(alice);
    ASSERT_EQ(heard.size(), static_cast<std::size_t>(count)) << "seed " << seed;
    EXPECT_TRUE(std::ranges::is_sorted(heard)) << "seed " << seed;
}

TEST_P(Direct, WhoWaitsForRoomIsToldThatTheStoreFailed) {
    alice.store.hold();
    std::vector<Code> told;
    const std::string padding(50'000, 'x');
    const auto say = [&] {
        node::SendOptions options;
        options.who = bob.id();
        options.text = padding;
        alice.node().send(options, [&](const Result<node::MessageView>& sent) {
            told.push_back(sent ? Code::Internal : sent.error().code);
        });
    };
    say();
    world.run(seconds(1));
    std::size_t count = 1;
    for (; !alice.store.is_full(); ++count)
        say();
    say();
    alice.store.fail_write(1, Error{Code::DiskFull, "test"});
    alice.store.release();
    world.run(seconds(5));
    EXPECT_EQ(told, std::vector(count + 1, Code::DiskFull)) << "seed " << seed;
}

TEST_P(Direct, WhatIsRefusedIsToldAtOnce) {
    node::SendOptions options;
    options.who = "nobody";
    options.text = "m0";
    std::optional<Code> why;
    alice.node().send(options, [&why](const Result<node::MessageView>& sent) {
        why = sent ? Code::Internal : sent.error().code;
    });
    EXPECT_EQ(why, Code::NotFound);
}

TEST_P(Direct, ALinkCarriesMoreThanItsWindow) {
    const std::string text(60'000, 'x');
    const std::size_t count = limits::link_window_bytes / text.size() + 10;
    for (std::size_t i = 0; i < count; ++i)
        alice.send(bob, text);
    // Sooner than a link that does not move is given up.
    world.run(seconds(5));
    EXPECT_EQ(bob.heard_from(alice).size(), count);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Direct, testing::Range<std::uint64_t>(1, last_seed_or(8) + 1));

}  // namespace
}  // namespace kith::test
