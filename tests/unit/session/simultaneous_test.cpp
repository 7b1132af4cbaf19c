// SPDX-License-Identifier: GPL-3.0-or-later
// Both ends begin at once, in every order of delivery, and talk at random over a network that
// reorders: one session wins, and every message is read once.
#include "tests/unit/session/session_end.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace kith::session::test {
namespace {

/// Simultaneous initiation with one order of delivery. `order` names whose messages arrive when;
/// a message that is not delivered is lost.
struct Crossing {
    Pair pair;
    End a{pair.a, pair.b, pair.random};
    End b{pair.b, pair.a, pair.random};

    explicit Crossing(std::uint64_t seed, const std::string& order, Timestamp late) : pair(seed) {
        std::deque<Sealed> from_a{a.send("a1"), a.send("a2")};
        std::deque<Sealed> from_b{b.send("b1"), b.send("b2")};
        for (const char who : order) {
            auto& queue = who == 'a' ? from_a : from_b;
            End& to = who == 'a' ? b : a;
            EXPECT_TRUE(to.receive(queue.front(), late));
            queue.pop_front();
        }
        // One round trip.
        EXPECT_TRUE(b.receive(a.send("a3", late), late));
        EXPECT_TRUE(a.receive(b.send("b3", late), late));
    }
};

// crypto attack test 19: in all orders of delivery, either one lost, soon or late.
TEST(SimultaneousSessions, EndOnOneSessionWithinOneRoundTrip) {
    const std::vector<std::string> orders{
        "ab", "ba", "aabb", "bbaa", "abab", "baba", "abba", "baab", "a", "b", "aa", "bb", ""};
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        for (const std::string& order : orders) {
            for (const Timestamp late : {start + seconds(1), start + days(3)}) {
                SCOPED_TRACE(order + " seed " + std::to_string(seed));
                Crossing crossing(seed, order, late);
                EXPECT_EQ(crossing.a.active(), crossing.b.active());
                EXPECT_EQ(crossing.a.read.size() + crossing.b.read.size(), order.size() + 2);
            }
        }
    }
}

// crypto attack test 19: the loser's state reads nothing after erasure.
TEST(SimultaneousSessions, TheLoserIsReadForAWhileAndThenErased) {
    Pair pair(2);
    End a(pair.a, pair.b, pair.random);
    End b(pair.b, pair.a, pair.random);
    std::vector<Sealed> from_a{a.send("a1"), a.send("a2"), a.send("a3")};
    std::vector<Sealed> from_b{b.send("b1"), b.send("b2"), b.send("b3")};
    ASSERT_TRUE(b.receive(from_a[0]));
    ASSERT_TRUE(a.receive(from_b[0]));
    const bool a_won = a.active() == b.set().progress()[0].session &&
                       a.set().active()->facts().role == Role::Initiator;
    End& reader = a_won ? a : b;
    auto& loser = a_won ? from_b : from_a;
    End& writer = a_won ? b : a;
    EXPECT_TRUE(reader.receive(loser[1]));
    for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(reader.receive(writer.send("on the winner")));
    EXPECT_EQ(reader.set().progress().size(), 1U);
    EXPECT_FALSE(reader.receive(loser[2]));
}

/// Two ends that talk at random over a network that delays and reorders, but loses nothing.
void talk(std::uint64_t seed) {
    Pair pair(seed);
    kith::test::SeededRandom chance(seed + 1000);
    End a(pair.a, pair.b, pair.random);
    End b(pair.b, pair.a, pair.random);
    std::vector<std::pair<End*, Sealed>> flying;
    Timestamp now = start;
    int sent = 0;
    const auto deliver = [&](std::size_t which) {
        auto [to, sealed] = std::move(flying[which]);
        flying.erase(flying.begin() + static_cast<std::ptrdiff_t>(which));
        const auto read = to->receive(sealed, now);
        EXPECT_TRUE(read) << read.error().context;
        if (chance.below(4) == 0) to->restart();
    };
    for (int step = 0; step < 40; ++step) {
        now += seconds(chance.below(600));
        if (chance.below(2) == 0 || flying.empty()) {
            const bool from_a = chance.below(2) == 0;
            flying.emplace_back(from_a ? &b : &a,
                                (from_a ? a : b).send("m" + std::to_string(sent++), now));
        } else {
            deliver(chance.below(flying.size()));
        }
    }
    while (!flying.empty())
        deliver(chance.below(flying.size()));
    EXPECT_TRUE(b.receive(a.send("last", now), now));
    EXPECT_TRUE(a.receive(b.send("last", now), now));
    EXPECT_EQ(a.active(), b.active());
    EXPECT_EQ(a.read.size() + b.read.size(), static_cast<std::size_t>(sent) + 2);
}

TEST(SessionSets, AnyOrderOfDeliveryReadsEveryMessageOnceAndEndsOnOneSession) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE(seed);
        talk(seed);
        if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace kith::session::test
