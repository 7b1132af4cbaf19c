// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/handshake.h"

#include "tests/unit/session/session_pair.h"
#include "tests/unit/session/vector_state.h"

#include <gtest/gtest.h>

namespace kith::session::test {
namespace {

using kith::test::hex;
using kith::test::hex_as;
using kith::test::id_of;
using kith::test::to_text;

std::optional<NumberedOneTimePrekey> one_time_of(const json& in) {
    if (in["opk_id"].is_null()) return std::nullopt;
    return NumberedOneTimePrekey{in["opk_id"], hex_as<crypto::OneTimePrekey>(in["opk"])};
}

Result<Agreement> as_initiator(const json& in) {
    const auto dh = crypto::DeviceDhPair::from_secret(hex(in["a"]["dxk_sk"]));
    const auto ephemeral = crypto::EphemeralKeyPair::from_secret(hex(in["a"]["ek_sk"]));
    const ResponderPublic peer{party_of(in["b"]),
                               {in["spk_id"], hex_as<crypto::SignedPrekey>(in["spk"])},
                               one_time_of(in)};
    return agree_as_initiator({party_of(in["a"]), dh}, ephemeral, peer);
}

Result<Agreement> as_responder(const json& in, const crypto::EphemeralKey& ephemeral) {
    const auto dh = crypto::DeviceDhPair::from_secret(hex(in["b"]["dxk_sk"]));
    const auto spk = crypto::SignedPrekeyPair::from_secret(hex(in["spk_sk"]));
    std::optional<crypto::OneTimePrekeyPair> opk;
    if (!in["opk_sk"].is_null()) {
        opk = crypto::OneTimePrekeyPair::from_secret(hex(in["opk_sk"]));
    }
    const ResponderPrivate keys{
        in["spk_id"], spk, opk ? in["opk_id"].get<std::uint32_t>() : 0, opk ? &*opk : nullptr};
    return agree_as_responder({party_of(in["b"]), dh}, keys, party_of(in["a"]), ephemeral);
}

void expect_agreement(const Result<Agreement>& agreement, const json& out) {
    ASSERT_TRUE(agreement) << agreement.error().context;
    EXPECT_EQ(to_text(agreement->transcript), out["TH"]);
    EXPECT_EQ(to_text(session_id(agreement->transcript)), out["sid"]);
    EXPECT_EQ(to_text(init_id(agreement->transcript)), out["init_id"]);
    EXPECT_EQ(to_text(agreement->root.expose()), out["RK0"]);
    EXPECT_EQ(to_text(agreement->initiator_header.expose()), out["HKA"]);
    EXPECT_EQ(to_text(agreement->responder_header.expose()), out["NHKB"]);
    EXPECT_EQ(to_text(agreement->exporter.expose()), out["EXP"]);
}

TEST(Handshake, BothSidesOfEveryVectorAgree) {
    const auto vectors = kith::test::protocol_section("x3dh");
    for (const json& c : vectors.cases) {
        SCOPED_TRACE(id_of(c));
        expect_agreement(as_initiator(c["in"]), c["out"]);
        expect_agreement(as_responder(c["in"], hex_as<crypto::EphemeralKey>(c["mid"]["EK"])),
                         c["out"]);
    }
    EXPECT_EQ(vectors.cases.size(), 3U);
}

// crypto attack test 4: small-order, zero and non-canonical keys.
TEST(Handshake, KeysThatAreNotKeysAreRefusedOnBothSides) {
    const auto vectors = kith::test::protocol_section("x3dh");
    for (const json& c : vectors.bad) {
        SCOPED_TRACE(id_of(c));
        const bool initiator = c["in"]["side"] == "a";
        const auto agreement =
            initiator ? as_initiator(c["in"])
                      : as_responder(c["in"], hex_as<crypto::EphemeralKey>(c["in"]["ek"]));
        ASSERT_FALSE(agreement);
        EXPECT_EQ(agreement.error().code, code_of(c["code"].get<std::string>()));
    }
    EXPECT_EQ(vectors.bad.size(), 19U);
}

// crypto attack test 4, for the initiator's device key.
TEST(Handshake, AnInitiatorWithADeviceKeyOfSmallOrderIsRefused) {
    Pair pair;
    Party peer = pair.a.party();
    peer.dh = crypto::DeviceDhKey{};
    const ResponderPrivate keys{pair.b.signed_prekey.id, pair.b.signed_prekey.pair, 0, nullptr};
    const auto ephemeral = crypto::EphemeralKeyPair::generate(pair.random).public_key();
    const auto agreement = agree_as_responder(pair.b.own(), keys, peer, ephemeral);
    ASSERT_FALSE(agreement);
    EXPECT_EQ(agreement.error().code, Code::BadKey);
}

// crypto attack test 3: reflection.
TEST(Handshake, ADeviceDoesNotAgreeWithItself) {
    Pair pair;
    const auto ephemeral = crypto::EphemeralKeyPair::generate(pair.random);
    const auto initiated = agree_as_initiator(pair.a.own(), ephemeral, pair.a.published());
    ASSERT_FALSE(initiated);
    EXPECT_EQ(initiated.error().code, Code::Refused);
    const ResponderPrivate keys{pair.a.signed_prekey.id, pair.a.signed_prekey.pair, 0, nullptr};
    const auto responded =
        agree_as_responder(pair.a.own(), keys, pair.a.party(), ephemeral.public_key());
    ASSERT_FALSE(responded);
    EXPECT_EQ(responded.error().code, Code::Refused);
}

TEST(Handshake, EveryFieldOfTheTranscriptChangesIt) {
    Pair pair;
    const auto ephemeral = crypto::EphemeralKeyPair::generate(pair.random).public_key();
    const HandshakePublic base{Suite::Classic,
                               pair.a.party(),
                               pair.b.party(),
                               ephemeral,
                               pair.b.published().signed_prekey,
                               pair.b.published().one_time};
    std::vector<HandshakePublic> others(12, base);
    others[0].suite = Suite::PostQuantum;
    others[1].initiator.account.data()[0] ^= 1;
    others[2].initiator.device.data()[0] ^= 1;
    others[3].initiator.signing.data()[0] ^= 1;
    others[4].initiator.dh.data()[0] ^= 1;
    others[5].responder.account.data()[0] ^= 1;
    others[6].ephemeral.data()[0] ^= 1;
    others[7].signed_prekey.id ^= 1;
    others[8].signed_prekey.key.data()[0] ^= 1;
    others[9].one_time->id ^= 1;
    others[10].one_time.reset();
    std::swap(others[11].initiator, others[11].responder);
    for (std::size_t i = 0; i < others.size(); ++i) {
        EXPECT_NE(others[i].transcript(), base.transcript()) << i;
    }
}

TEST(Handshake, WhatTheResponderHashesBeforeAnySecretIsTheTranscriptOfBoth) {
    Pair pair;
    const auto ephemeral = crypto::EphemeralKeyPair::generate(pair.random);
    const auto agreement = agree_as_initiator(pair.a.own(), ephemeral, pair.b.published()).value();
    const ResponderPrivate keys{pair.b.signed_prekey.id,
                                pair.b.signed_prekey.pair,
                                pair.b.one_time.id,
                                &pair.b.one_time.pair};
    const auto seen =
        responder_public(pair.b.party(), keys, pair.a.party(), ephemeral.public_key());
    EXPECT_EQ(seen.transcript(), agreement.transcript);
}

}  // namespace
}  // namespace kith::session::test
