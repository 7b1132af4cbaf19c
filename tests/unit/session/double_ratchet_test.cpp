// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/double_ratchet.h"

#include "core/base/limits.h"
#include "core/base/refusal.h"
#include "core/crypto/padding.h"
#include "core/session/chain_key.h"
#include "core/session/message_key.h"
#include "tests/unit/session/session_pair.h"
#include "tests/unit/session/vector_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>

namespace kith::session::test {
namespace {

/// Two ratchets after the handshake; A can send.
struct Ratchets : testing::Test {
    Pair pair{3};
    std::optional<Agreement> agreement;
    DoubleRatchet a = initiator();
    DoubleRatchet b = responder();

    DoubleRatchet initiator() {
        const auto ephemeral = crypto::EphemeralKeyPair::generate(pair.random);
        const auto published = pair.b.published();
        agreement = agree_as_initiator(pair.a.own(), ephemeral, published).value();
        auto first = RatchetKeyPair::generate(pair.random);
        return DoubleRatchet::initiator(*agreement, published.signed_prekey.key, std::move(first))
            .value();
    }

    DoubleRatchet responder() const {
        return DoubleRatchet::responder(*agreement, pair.b.signed_prekey.pair);
    }

    Bytes seal(DoubleRatchet& from, std::string_view text) {
        return from.seal(as_bytes(text), WireForm::Ratchet, pair.random).value();
    }

    Result<DoubleRatchet::Opened> open(DoubleRatchet& to, const Bytes& wire) {
        return to.open(wire, WireForm::Ratchet, pair.random, start);
    }

    void expect_opens(DoubleRatchet& to, const Bytes& wire, std::string_view text) {
        const auto opened = open(to, wire);
        ASSERT_TRUE(opened) << opened.error().context;
        EXPECT_EQ(as_text(opened->payload), text);
    }

    void expect_refused(DoubleRatchet& to, const Bytes& wire, Code code) {
        const Bytes before = state(to);
        const auto opened = open(to, wire);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, code) << opened.error().context;
        EXPECT_EQ(state(to), before);
    }

    Bytes state(const DoubleRatchet& ratchet) const {
        return state_bytes(ratchet, agreement->exporter.expose());
    }
};

TEST_F(Ratchets, AResponderCannotSendBeforeItHasReceived) {
    EXPECT_FALSE(b.can_send());
    expect_opens(b, seal(a, "first"), "first");
    EXPECT_TRUE(b.can_send());
    expect_opens(a, seal(b, "answer"), "answer");
}

TEST_F(Ratchets, PayloadsArePaddedToFourSizes) {
    for (const auto& [length, block] : {std::pair<std::size_t, std::size_t>{0, 768},
                                        {767, 768},
                                        {768, 3840},
                                        {3840, 16128},
                                        {16128, 65280},
                                        {65279, 65280}}) {
        const std::string text(length, 'x');
        const Bytes wire = seal(a, text);
        EXPECT_EQ(wire.size(), block + wire_overhead) << length;
        expect_opens(b, wire, text);
    }
    const auto longer = a.seal(Bytes(65280), WireForm::Ratchet, pair.random);
    ASSERT_FALSE(longer);
    EXPECT_EQ(longer.error().code, Code::TooLarge);
}

TEST_F(Ratchets, ARefusedSealUsesNoKey) {
    const Bytes before = state(a);
    EXPECT_FALSE(a.seal(Bytes(70000), WireForm::Ratchet, pair.random));
    EXPECT_EQ(state(a), before);
}

// crypto attack test 11: the last of 2,001 messages first, then the others in any order.
TEST_F(Ratchets, TwoThousandLateMessagesAllArriveOnce) {
    std::vector<Bytes> wires;
    for (std::size_t i = 0; i <= limits::skip; ++i)
        wires.push_back(seal(a, std::to_string(i)));
    expect_opens(b, wires[limits::skip], std::to_string(limits::skip));
    EXPECT_EQ(b.skipped().size(), limits::skip);
    std::vector<std::size_t> order(limits::skip);
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[pair.random.below(i)]);
    }
    for (const std::size_t i : order)
        expect_opens(b, wires[i], std::to_string(i));
    EXPECT_EQ(b.skipped().size(), 0U);
    EXPECT_TRUE(b.skipped().chains().empty());
}

// crypto attack test 11: 2,001 ahead.
TEST_F(Ratchets, AMessageTooFarAheadIsRefusedBeforeAnythingIsDerived) {
    Bytes wire;
    for (std::size_t i = 0; i <= std::size_t{limits::skip} + 1; ++i)
        wire = seal(a, "far");
    expect_refused(b, wire, Code::TooLarge);
}

/// A's next chain: b answers, a sends two, b reads the second.
Bytes leave_one_behind(Ratchets& talk, int round) {
    talk.expect_opens(talk.a, talk.seal(talk.b, "turn"), "turn");
    Bytes late = talk.seal(talk.a, "late " + std::to_string(round));
    talk.expect_opens(talk.b, talk.seal(talk.a, "now"), "now");
    return late;
}

// crypto attack test 11: five chains with skips; a sixth evicts the oldest.
TEST_F(Ratchets, FiveOldChainsAreKeptAndASixthCostsTheOldest) {
    expect_opens(b, seal(a, "first"), "first");
    std::vector<Bytes> late;
    // The newest of them is the current chain, so six are readable and the seventh is not.
    for (int round = 0; round < 7; ++round)
        late.push_back(leave_one_behind(*this, round));
    EXPECT_EQ(b.skipped().chains().size(), limits::old_chains + 1);
    expect_refused(b, late[0], Code::DecryptFailed);
    for (int round = 1; round < 7; ++round) {
        expect_opens(b, late[static_cast<std::size_t>(round)], "late " + std::to_string(round));
    }
    EXPECT_TRUE(b.skipped().chains().empty());
}

// crypto attack test 11: a session never holds more than 2,000 keys.
TEST_F(Ratchets, AboveTwoThousandKeysTheLowestGo) {
    std::vector<Bytes> wires;
    for (std::size_t i = 0; i <= limits::skip; ++i)
        wires.push_back(seal(a, std::to_string(i)));
    expect_opens(b, wires.back(), std::to_string(limits::skip));
    expect_opens(a, seal(b, "turn"), "turn");
    const Bytes late = seal(a, "late");
    const auto opened = open(b, seal(a, "now")).value();
    EXPECT_EQ(b.skipped().size(), limits::skipped_keys);
    ASSERT_EQ(opened.skipped.removed.size(), 1U);
    EXPECT_EQ(opened.skipped.removed[0], (SkippedId{1, 0}));
    EXPECT_EQ(opened.skipped.added.size(), 1U);
    expect_refused(b, wires[0], Code::Replayed);
    expect_opens(b, wires[1], "1");
    expect_opens(b, late, "late");
}

// crypto attack test 12.
TEST_F(Ratchets, AMessageIsReadOnceWhetherInOrderOrLate) {
    const Bytes first = seal(a, "first");
    const Bytes second = seal(a, "second");
    expect_opens(b, second, "second");
    expect_opens(b, first, "first");
    expect_refused(b, first, Code::Replayed);
    expect_refused(b, second, Code::Replayed);
}

// crypto attack test 13: every bit of a one-block message.
TEST_F(Ratchets, AnyFlippedBitIsRefusedAndChangesNothing) {
    expect_opens(b, seal(a, "first"), "first");
    const Bytes wire = seal(a, "second");
    const Bytes before = state(b);
    for (std::size_t bit = 0; bit < wire.size() * 8; ++bit) {
        Bytes changed = wire;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        ASSERT_FALSE(open(b, changed)) << bit;
    }
    EXPECT_EQ(state(b), before);
    expect_opens(b, wire, "second");
}

/// A message under the key that B reads next, with numbers that no honest sender makes.
Bytes crafted(const DoubleRatchet& reader, std::uint32_t previous, std::uint32_t number) {
    Bytes wire(wire_overhead + 768);
    wire[0] = 1;
    const auto hn = AeadNonce::copy_of(ByteView(wire).subspan(1));
    const Header header{*reader.state().peer, previous, number};
    seal_header(reader.state().receive->header,
                hn,
                reader.state().ad,
                header,
                std::span(wire).subspan<25, sealed_header_size>());
    return wire;
}

// crypto attack test 14: counters near 2^31 and 2^32.
TEST_F(Ratchets, WildCountersOfAnAuthenticatedPeerAreRefusedAtOnce) {
    expect_opens(b, seal(a, "first"), "first");
    const std::uint32_t top = 0xFFFFFFFF;
    const std::clock_t began = std::clock();
    expect_refused(b, crafted(b, 0, counter_limit), Code::Malformed);
    expect_refused(b, crafted(b, 0, top), Code::Malformed);
    expect_refused(b, crafted(b, counter_limit, 1), Code::Malformed);
    expect_refused(b, crafted(b, top, 1), Code::Malformed);
    expect_refused(b, crafted(b, 0, counter_limit - 1), Code::TooLarge);
    // Five refusals; each may take 20 ms of the processor.
    EXPECT_LT(std::clock() - began, CLOCKS_PER_SEC / 10);
}

// crypto attack test 3: reflection.
TEST_F(Ratchets, OnesOwnMessageSentBackIsRefused) {
    const Bytes first = seal(a, "first");
    expect_refused(a, first, Code::DecryptFailed);
    expect_opens(b, first, "first");
    expect_opens(a, seal(b, "answer"), "answer");
    expect_refused(a, seal(a, "again"), Code::DecryptFailed);
    expect_refused(b, seal(b, "mine"), Code::DecryptFailed);
}

TEST_F(Ratchets, EveryTruncationAndEveryTailIsRefused) {
    const Bytes wire = seal(a, "first");
    for (std::size_t size = 0; size < wire.size(); ++size) {
        const auto cut = ByteView(wire).first(size);
        EXPECT_FALSE(b.open(cut, WireForm::Ratchet, pair.random, start)) << size;
    }
    Bytes longer = wire;
    for (int extra = 0; extra < 64; ++extra) {
        longer.push_back(0);
        EXPECT_FALSE(open(b, longer));
    }
    expect_opens(b, wire, "first");
}

TEST_F(Ratchets, SizesOfTheTwoFormsDoNotMix) {
    const Bytes init = a.seal(Bytes(1000), WireForm::Init, pair.random).value();
    EXPECT_EQ(init.size(), 2560 + wire_overhead);
    expect_refused(b, init, Code::Malformed);
    const Bytes plain = a.seal(Bytes(1000), WireForm::Ratchet, pair.random).value();
    EXPECT_FALSE(b.open(plain, WireForm::Init, pair.random, start));
    EXPECT_TRUE(b.open(init, WireForm::Init, pair.random, start));
}

// crypto attack test 18: a state brought back from a snapshot.
TEST_F(Ratchets, ARepeatedStateNeverRepeatsAKeyAndNonce) {
    const Bytes snapshot = state(a);
    DoubleRatchet again = ratchet_from(snapshot);
    const Bytes one = seal(a, "the same text");
    const Bytes two = seal(again, "the same text");
    // The same number and message key, but another hn: nothing of the two bodies is alike.
    std::size_t same = 0;
    for (std::size_t i = 1; i < one.size(); ++i)
        same += one[i] == two[i] ? 1U : 0U;
    EXPECT_LT(same, one.size() / 32);
}

}  // namespace
}  // namespace kith::session::test
