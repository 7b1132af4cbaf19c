// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_set.h"

#include "core/base/refusal.h"
#include "tests/unit/session/session_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace kith::session::test {
namespace {

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

}  // namespace
}  // namespace kith::session::test
