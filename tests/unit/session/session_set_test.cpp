// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_set.h"

#include "core/base/refusal.h"
#include "tests/unit/session/session_pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace kith::session::test {
namespace {

/// What one end does with its sessions: the least that core/node must do, without the store.
class End {
  public:
    End(const Side& side, const Side& peer, Random& random)
        : side_(side), peer_(peer), random_(random), set_(side.did(), peer.did()) {}

    /// Sends on the active session and begins one if there is none. A text "reset.." begins one
    /// whatever there is, as the first payload of a reset would.
    Sealed send(const std::string& text, Timestamp now = start) {
        if (set_.active() == nullptr || is_reset(text)) {
            auto keys = peer_.published(false);
            auto session = Session::initiate(side_.own(), keys, random_, now).value();
            store(set_.begin(std::move(session), now));
        }
        return set_.seal(as_bytes(text), side_.signed_list(), random_, now).value();
    }

    Result<std::string> receive(const Sealed& sealed, Timestamp now = start) {
        auto payload =
            sealed.form == WireForm::Init ? take_init(sealed.d, now) : take_ratchet(sealed, now);
        KITH_TRY(const Bytes bytes, std::move(payload));
        read.push_back(text_of(bytes));
        return read.back();
    }

    /// Everything anew from what was stored.
    void restart() {
        set_ = SessionSet::decode(set_.encode(), side_.did(), peer_.did()).value();
        for (const auto& [key, row] : rows_) {
            EXPECT_TRUE(set_.restore_skipped(key.first, key.second, row));
        }
    }

    SessionSet& set() { return set_; }

    const SessionId& active() const { return set_.active()->id(); }

    std::vector<std::string> read;

  private:
    static bool is_reset(const std::string& text) { return text.starts_with("reset"); }

    Result<Bytes> take_ratchet(const Sealed& sealed, Timestamp now) {
        KITH_TRY(auto opened, set_.open(ratchet_kind, sealed.mac, sealed.d, random_, now));
        store(opened.change);
        return std::move(opened.payload);
    }

    Result<Bytes> take_init(const Bytes& bytes, Timestamp now) {
        KITH_TRY(const Init init, decode_init(bytes));
        if (set_.find(init.keys) != nullptr) {
            KITH_TRY(auto opened, set_.open_init(init, random_, now));
            store(opened.change);
            return std::move(opened.payload);
        }
        const auto known = responder_public(
            side_.party(), side_.keys_for(init), peer_.party(), init.keys.ephemeral);
        if (seen_.contains(init_id(known.transcript()))) return fail(Code::Replayed, "seen");
        KITH_TRY(auto accepted, side_.accept(peer_, init, random_, now));
        Bytes payload = accepted.first.payload;
        const bool reset = is_reset(text_of(payload));
        KITH_TRY(const auto admitted, set_.admit(std::move(accepted), reset, std::nullopt, now));
        store(admitted.change);
        seen_.insert(init_id(known.transcript()));
        return payload;
    }

    /// Does to the rows what a change says; they must then be exactly the keys of the set.
    void store(const SessionSet::Change& change) {
        for (const SkippedId id : change.skipped.removed) {
            EXPECT_EQ(rows_.erase({change.session, id}), 1U);
        }
        for (const SkippedId id : change.skipped.added) {
            rows_[{change.session, id}] = set_.skipped_row(change.session, id);
        }
        for (const SessionId& gone : change.erased) {
            std::erase_if(rows_, [&](const auto& row) { return row.first.first == gone; });
        }
        EXPECT_EQ(rows_.size(), set_.skipped_count());
    }

    const Side& side_;
    const Side& peer_;
    Random& random_;
    SessionSet set_;
    std::set<InitId> seen_;
    std::map<std::pair<SessionId, SkippedId>, Bytes> rows_;
};

struct SessionSetTest : testing::Test {
    Pair pair;
    End a{pair.a, pair.b, pair.random};
    End b{pair.b, pair.a, pair.random};

    void connect() {
        ASSERT_TRUE(b.receive(a.send("hello")));
        ASSERT_TRUE(a.receive(b.send("hi")));
    }
};

TEST_F(SessionSetTest, AnEmptySetHasNothingToSealWith) {
    const auto sealed = a.set().seal({}, pair.a.signed_list(), pair.random, start);
    ASSERT_FALSE(sealed);
    EXPECT_EQ(sealed.error().code, Code::NotFound);
    EXPECT_FALSE(a.set().tag(3, Bytes{}));
}

// crypto attack test 1: the same INIT twice, and across a restart.
TEST_F(SessionSetTest, TheSameInitTwiceIsOneSessionAndOneMessage) {
    const Sealed hello = a.send("hello");
    EXPECT_TRUE(b.receive(hello));
    const Bytes before = b.set().encode();
    EXPECT_EQ(b.receive(hello).error().code, Code::Replayed);
    EXPECT_EQ(b.set().encode(), before);
    b.restart();
    EXPECT_EQ(b.receive(hello).error().code, Code::Replayed);
    EXPECT_EQ(b.set().progress().size(), 1U);
    EXPECT_THAT(b.read, testing::ElementsAre("hello"));
}

// crypto attack test 20: inner messages with a valid `from` and a wrong mac.
TEST_F(SessionSetTest, AThousandWrongMacsCauseNeitherTrialsNorResets) {
    connect();
    const Bytes before = b.set().encode();
    const Sealed real = a.send("real");
    for (int i = 0; i < 1000; ++i) {
        Sealed forged = real;
        pair.random.fill(forged.mac);
        const auto opened = b.receive(forged);
        ASSERT_FALSE(opened);
        ASSERT_EQ(opened.error().code, Code::BadSignature);
    }
    EXPECT_EQ(b.set().encode(), before);
    EXPECT_TRUE(b.receive(real));
}

TEST_F(SessionSetTest, AMacOfThePeerOverBytesThatDoNotOpenIsTheCauseOfAReset) {
    connect();
    End lost(pair.b, pair.a, pair.random);
    lost.set() = SessionSet::decode(b.set().encode(), pair.b.did(), pair.a.did()).value();
    // Two turns later the old copy has the mac key but no message key.
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(b.receive(a.send("on")));
        ASSERT_TRUE(a.receive(b.send("and on")));
    }
    const auto opened = lost.receive(a.send("now"));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::DecryptFailed);
}

// crypto attack test 10: an inner message of one session at another device.
TEST_F(SessionSetTest, AMessageForAnotherDeviceIsOfNoSession) {
    connect();
    const Side carol = Side::make(pair.random);
    End other(carol, pair.a, pair.random);
    End at_a(pair.a, carol, pair.random);
    ASSERT_TRUE(other.receive(at_a.send("hello Carol")));
    const auto opened = other.receive(a.send("for Bob"));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::BadSignature);
}

TEST_F(SessionSetTest, GroupAndControlMessagesCarryTheActiveSessionsMac) {
    connect();
    const Bytes d = to_bytes(as_bytes("group"));
    const InnerTag tag = a.set().tag(3, d).value();
    EXPECT_TRUE(b.set().verify(3, d, tag));
    EXPECT_FALSE(b.set().verify(4, d, tag));
    EXPECT_FALSE(a.set().verify(3, d, tag));
}

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

TEST_F(SessionSetTest, AnOldSessionIsErasedAfterAWeek) {
    connect();
    ASSERT_TRUE(b.receive(a.send("reset", start + hours(1)), start + hours(1)));
    EXPECT_EQ(b.set().progress().size(), 2U);
    EXPECT_TRUE(b.set().expire(start + days(7)).empty());
    const auto changes = b.set().expire(start + hours(1) + days(7));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].erased.size(), 1U);
    EXPECT_EQ(b.set().progress().size(), 1U);
}

TEST_F(SessionSetTest, AtMostTwoOldSessionsAreKept) {
    connect();
    for (int i = 0; i < 3; ++i) {
        const Timestamp now = start + days(2 * i);
        ASSERT_TRUE(b.receive(a.send("reset", now), now));
        ASSERT_TRUE(a.receive(b.send("fine", now), now));
    }
    EXPECT_EQ(a.set().progress().size(), 3U);
    EXPECT_EQ(b.set().progress().size(), 3U);
    EXPECT_EQ(a.active(), b.active());
}

TEST_F(SessionSetTest, AFourthReplacementInADayIsHeldAndChangesNothing) {
    connect();
    for (int i = 1; i <= 3; ++i) {
        const Timestamp now = start + hours(i);
        ASSERT_TRUE(b.receive(a.send("reset", now), now));
    }
    const Bytes before = b.set().encode();
    const Timestamp now = start + hours(4);
    const auto held = b.receive(a.send("reset", now), now);
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().code, Code::RateLimited);
    EXPECT_EQ(b.set().encode(), before);
}

TEST_F(SessionSetTest, ASessionThatWasNeverAnsweredIsGivenUpAfterAMonth) {
    a.send("anybody?");
    EXPECT_TRUE(a.set().expire(start + days(29)).empty());
    const auto changes = a.set().expire(start + days(30));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(a.set().active(), nullptr);
}

TEST_F(SessionSetTest, AnInitOfASessionThatThePeerGaveUpIsReadButDoesNotWin) {
    const auto begin = [&] { return pair.initiate(false); };
    Session first = begin();
    Session second = begin();
    const auto accepted = [&](Session& session, std::string_view text) {
        const Sealed sealed =
            session.seal(as_bytes(text), pair.a.signed_list(), pair.random, start).value();
        const Bytes& bytes = sealed.d;
        return pair.b.accept(pair.a, decode_init(bytes).value(), pair.random).value();
    };
    // The second says that it replaces the first, and arrives before it.
    ASSERT_TRUE(b.set().admit(accepted(second, "reset"), true, first.id(), start));
    const auto late = b.set().admit(accepted(first, "late"), false, std::nullopt, start + hours(1));
    ASSERT_TRUE(late);
    EXPECT_EQ(late->admission, Admission::Old);
    EXPECT_EQ(b.active(), second.id());
}

TEST_F(SessionSetTest, OneSessionIsNotAdmittedTwice) {
    Session session = pair.initiate(false);
    const Sealed sealed = session.seal({}, pair.a.signed_list(), pair.random, start).value();
    const Init init = decode_init(sealed.d).value();
    const auto admit = [&] {
        auto accepted = pair.b.accept(pair.a, init, pair.random).value();
        return b.set().admit(std::move(accepted), true, std::nullopt, start);
    };
    ASSERT_TRUE(admit());
    const Bytes before = b.set().encode();
    EXPECT_EQ(admit().error().code, Code::Replayed);
    EXPECT_EQ(b.set().encode(), before);
}

TEST_F(SessionSetTest, SkippedKeysFollowTheirSessionThroughTheStore) {
    connect();
    const Sealed late = a.send("late");
    const Sealed now = a.send("now");
    auto opened = b.set().open(ratchet_kind, now.mac, now.d, pair.random, start).value();
    ASSERT_EQ(opened.change.skipped.added.size(), 1U);
    const SkippedId id = opened.change.skipped.added[0];
    const Bytes row = b.set().skipped_row(opened.change.session, id);
    b.restart();
    EXPECT_EQ(b.set().skipped_count(), 0U);
    ASSERT_TRUE(b.set().restore_skipped(opened.change.session, id, row));
    opened = b.set().open(ratchet_kind, late.mac, late.d, pair.random, start).value();
    EXPECT_EQ(text_of(opened.payload), "late");
    EXPECT_THAT(opened.change.skipped.removed, testing::ElementsAre(id));
}

TEST_F(SessionSetTest, TheSavedFormKeepsEverything) {
    connect();
    ASSERT_TRUE(b.receive(a.send("reset")));
    b.set().resets().record(start);
    const Bytes row = b.set().encode();
    const auto back = SessionSet::decode(row, pair.b.did(), pair.a.did());
    ASSERT_TRUE(back);
    EXPECT_EQ(back->encode(), row);
    EXPECT_EQ(back->resets(), b.set().resets());
    for (std::size_t size = 1; size < row.size(); ++size) {
        EXPECT_FALSE(SessionSet::decode(ByteView(row).first(size), pair.b.did(), pair.a.did()));
    }
    const auto other = SessionSet::decode(row, pair.b.did(), pair.b.did());
    EXPECT_FALSE(other);
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
