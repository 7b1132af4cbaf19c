// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session.h"

#include "core/base/refusal.h"
#include "tests/unit/session/session_pair.h"

#include <gtest/gtest.h>

namespace kith::session::test {
namespace {

struct SessionTest : testing::Test {
    Pair pair;

    Sealed seal(Session& session, const Side& side, std::string_view text, Timestamp now = start) {
        return session.seal(as_bytes(text), side.signed_list(), pair.random, now).value();
    }

    Session::Opened open(Session& session, const Sealed& sealed, Timestamp now = start) {
        return session.open(sealed.d, WireForm::Ratchet, pair.random, now).value();
    }
};

TEST_F(SessionTest, AnInitiatorSendsInitsUntilItIsAnswered) {
    Session a = pair.initiate();
    const Sealed first = seal(a, pair.a, "one");
    const Sealed second = seal(a, pair.a, "two");
    EXPECT_EQ(first.form, WireForm::Init);
    EXPECT_EQ(second.form, WireForm::Init);
    const Init init = decode_init(second.d).value();
    auto accepted = pair.b.accept(pair.a, init, pair.random).value();
    EXPECT_EQ(text_of(accepted.first.payload), "two");
    Session& b = accepted.session;
    EXPECT_EQ(b.id(), a.id());
    EXPECT_TRUE(b.facts().acknowledged);
    EXPECT_FALSE(a.facts().acknowledged);

    const Init late = decode_init(first.d).value();
    const auto one = b.open(late.ratchet, WireForm::Init, pair.random, start).value();
    EXPECT_EQ(text_of(one.payload), "one");

    EXPECT_EQ(text_of(open(a, seal(b, pair.b, "hi")).payload), "hi");
    EXPECT_TRUE(a.facts().acknowledged);
    EXPECT_EQ(seal(a, pair.a, "three").form, WireForm::Ratchet);
}

TEST_F(SessionTest, TheInitFormTakesLessThanAnAnsweredSession) {
    Session a = pair.initiate();
    EXPECT_EQ(a.max_payload(), 60927U);
    const auto longer = a.seal(Bytes(60928), pair.a.signed_list(), pair.random, start);
    EXPECT_FALSE(longer);
    auto both = pair.connected();
    EXPECT_EQ(both.a.max_payload(), 65279U);
}

TEST_F(SessionTest, TheMacNamesDirectionKindAndBytes) {
    auto both = pair.connected();
    const Sealed sealed = seal(both.a, pair.a, "x");
    EXPECT_TRUE(both.b.mac().verify(ratchet_kind, sealed.d, sealed.mac));
    EXPECT_FALSE(both.a.mac().verify(ratchet_kind, sealed.d, sealed.mac));
    EXPECT_FALSE(both.b.mac().verify(3, sealed.d, sealed.mac));
    Bytes changed = sealed.d;
    changed.back() ^= 1;
    EXPECT_FALSE(both.b.mac().verify(ratchet_kind, changed, sealed.mac));
}

// crypto attack test 9: Mallory lists Bob's keys under her own account.
TEST_F(SessionTest, AnInitMeantForAnotherAccountOpensNothingAtTheOwnerOfTheKeys) {
    const Side mallory = Side::make(pair.random);
    ResponderPublic claimed = pair.b.published();
    claimed.party.account = mallory.root.public_key();
    claimed.party.device =
        identity::device_id(claimed.party.account, claimed.party.signing, claimed.party.dh);
    Session a = Session::initiate(pair.a.own(), claimed, pair.random, start).value();
    const Sealed sealed = seal(a, pair.a, "for Mallory");
    const auto taken = pair.b.accept(pair.a, decode_init(sealed.d).value(), pair.random);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, Code::DecryptFailed);
}

// crypto attack test 10: an INIT carried to another peer, or under another sender's name.
TEST_F(SessionTest, AnInitOpensOnlyAtItsRecipientAndOnlyFromItsSender) {
    const Side carol = Side::make(pair.random);
    Session a = pair.initiate(false);
    const Sealed sealed = seal(a, pair.a, "for Bob");
    Init init = decode_init(sealed.d).value();
    const ResponderPrivate carols{init.keys.signed_id, carol.signed_prekey.pair, 0, nullptr};
    const auto at_carol =
        Session::accept(carol.own(), carols, pair.a.party(), init, pair.random, start);
    ASSERT_FALSE(at_carol);
    EXPECT_EQ(at_carol.error().code, Code::DecryptFailed);

    init.device = carol.did();
    const auto as_carol = pair.b.accept(carol, init, pair.random);
    ASSERT_FALSE(as_carol);
    EXPECT_EQ(as_carol.error().code, Code::DecryptFailed);
    EXPECT_TRUE(pair.b.accept(pair.a, decode_init(sealed.d).value(), pair.random));
}

// crypto attack test 2: an INIT without one-time prekey, replayed.
TEST_F(SessionTest, AReplayedInitHasTheSameInitIdUntilTheSignedPrekeyIsGone) {
    Session a = pair.initiate(false);
    const Sealed sealed = seal(a, pair.a, "x");
    const Init init = decode_init(sealed.d).value();
    const auto id_of_init = [&](const crypto::SignedPrekeyPair& spk) {
        const ResponderPrivate keys{init.keys.signed_id, spk, 0, nullptr};
        const auto known =
            responder_public(pair.b.party(), keys, pair.a.party(), init.keys.ephemeral);
        return init_id(known.transcript());
    };
    const auto accepted = pair.b.accept(pair.a, init, pair.random).value();
    EXPECT_EQ(init_id(accepted.session.transcript()), id_of_init(pair.b.signed_prekey.pair));

    const auto other = crypto::SignedPrekeyPair::generate(pair.random);
    const ResponderPrivate gone{init.keys.signed_id, other, 0, nullptr};
    EXPECT_FALSE(Session::accept(pair.b.own(), gone, pair.a.party(), init, pair.random, start));
}

// crypto attack test 22: no one-time prekeys are left, or one was handed out twice.
TEST_F(SessionTest, SessionsStartWithoutOneTimePrekeysAndNeverWithAUsedOne) {
    Session without = pair.initiate(false);
    const Sealed sealed = seal(without, pair.a, "x");
    EXPECT_TRUE(pair.b.accept(pair.a, decode_init(sealed.d).value(), pair.random));

    Session second = pair.initiate(true);
    const Sealed named = seal(second, pair.a, "y");
    const Init init = decode_init(named.d).value();
    // The private key went with the message it opened first.
    const ResponderPrivate used{pair.b.signed_prekey.id, pair.b.signed_prekey.pair, 0, nullptr};
    const auto refused =
        Session::accept(pair.b.own(), used, pair.a.party(), init, pair.random, start);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::InvalidArgument);
}

TEST_F(SessionTest, AFirstMessageThatDoesNotOpenMakesNoSession) {
    Session a = pair.initiate();
    Sealed sealed = seal(a, pair.a, "x");
    sealed.d.back() ^= 1;
    const Init init = decode_init(sealed.d).value();
    EXPECT_FALSE(pair.b.accept(pair.a, init, pair.random));
}

TEST_F(SessionTest, ManyUnansweredMessagesAskForAnEmptyOne) {
    auto both = pair.connected();
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(both.b.healing(start), Healing::None) << i;
        open(both.b, seal(both.a, pair.a, "x"));
    }
    EXPECT_EQ(both.b.healing(start), Healing::SendEmpty);
    seal(both.b, pair.b, "");
    EXPECT_EQ(both.b.healing(start), Healing::None);
}

TEST_F(SessionTest, ADayWithoutAnAnswerAsksForAnEmptyMessageButASingleOneDoesNot) {
    auto both = pair.connected();
    open(both.b, seal(both.a, pair.a, "x"));
    EXPECT_EQ(both.b.healing(start + days(3)), Healing::None);
    open(both.b, seal(both.a, pair.a, "y"), start + hours(1));
    EXPECT_EQ(both.b.healing(start + hours(23)), Healing::None);
    EXPECT_EQ(both.b.healing(start + hours(24)), Healing::SendEmpty);
}

TEST_F(SessionTest, APeerThatNeverTurnsTheRatchetAsksForANewSession) {
    auto both = pair.connected();
    for (int i = 0; i < 2000; ++i) {
        ASSERT_EQ(both.a.healing(start), Healing::None) << i;
        seal(both.a, pair.a, "x");
    }
    EXPECT_EQ(both.a.healing(start), Healing::Renew);
}

TEST_F(SessionTest, ASilentMonthAsksForANewSessionOnlyIfSomethingWasSent) {
    auto both = pair.connected();
    EXPECT_EQ(both.a.healing(start + days(30)), Healing::None);
    seal(both.a, pair.a, "x");
    EXPECT_EQ(both.a.healing(start + days(29)), Healing::None);
    EXPECT_EQ(both.a.healing(start + days(30)), Healing::Renew);
}

}  // namespace
}  // namespace kith::session::test
