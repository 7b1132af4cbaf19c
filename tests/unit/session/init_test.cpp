// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/init.h"

#include "core/base/refusal.h"
#include "core/message/inner.h"
#include "tests/unit/session/session_pair.h"
#include "tests/unit/session/vector_state.h"

#include <gtest/gtest.h>

namespace kith::session::test {
namespace {

using kith::test::hex;
using kith::test::hex_as;
using kith::test::id_of;
using kith::test::to_text;

Init init_of(const json& in, const Bytes& ratchet) {
    Init init;
    init.list = {hex(in["dl"][0]), hex_as<crypto::Signature>(in["dl"][1])};
    init.device = hex_as<crypto::DeviceId>(in["did"]);
    init.keys.ephemeral = hex_as<crypto::EphemeralKey>(in["ek"]);
    init.keys.signed_id = in["spk"];
    if (!in["opk"].is_null()) init.keys.one_time_id = in["opk"].get<std::uint32_t>();
    init.ratchet = ratchet;
    return init;
}

/// The responder of all INIT vectors, and its initiator.
struct Parties {
    Party a;
    Party b;
    crypto::DeviceDhPair b_dh;

    static Parties of_vectors() {
        const json& in = kith::test::protocol_section("x3dh").cases[0]["in"];
        return {party_of(in["a"]),
                party_of(in["b"]),
                crypto::DeviceDhPair::from_secret(hex(in["b"]["dxk_sk"]))};
    }
};

TEST(InitVectors, EncodeToTheSameBytesAndDecodeToTheSameFields) {
    for (const json& c : kith::test::protocol_section("init").cases) {
        SCOPED_TRACE(id_of(c));
        const Bytes ratchet = hex(c["in"]["dr"]);
        const Bytes encoded = encode_init(init_of(c["in"], ratchet));
        EXPECT_EQ(to_text(encoded), c["out"]["init"]);
        const Bytes inner = message::encode_inner_init({}, encoded);
        EXPECT_EQ(to_text(inner), c["out"]["inner"]);
        EXPECT_EQ(to_text(message::inner_id(inner)), c["out"]["iid"]);
        const auto init = decode_init(encoded);
        ASSERT_TRUE(init) << init.error().context;
        EXPECT_EQ(encode_init(*init), encoded);
    }
}

TEST(InitVectors, TheResponderReadsEachFirstMessage) {
    const Parties parties = Parties::of_vectors();
    for (const json& c : kith::test::protocol_section("init").cases) {
        SCOPED_TRACE(id_of(c));
        const Bytes bytes = hex(c["out"]["init"]);
        const Init init = decode_init(bytes).value();
        const auto spk = crypto::SignedPrekeyPair::from_secret(hex(c["in"]["b_spk_sk"]));
        std::optional<crypto::OneTimePrekeyPair> opk;
        if (!c["in"]["b_opk_sk"].is_null()) {
            opk = crypto::OneTimePrekeyPair::from_secret(hex(c["in"]["b_opk_sk"]));
        }
        const ResponderPrivate keys{
            init.keys.signed_id, spk, init.keys.one_time_id.value_or(0), opk ? &*opk : nullptr};
        kith::test::SeededRandom random(1);
        const auto accepted =
            Session::accept({parties.b, parties.b_dh}, keys, parties.a, init, random, start);
        ASSERT_TRUE(accepted) << accepted.error().context;
        EXPECT_EQ(to_text(accepted->first.payload), c["out"]["payload"]);
        EXPECT_EQ(to_text(accepted->session.id()), c["out"]["sid"]);
        EXPECT_EQ(to_text(init_id(accepted->session.transcript())), c["out"]["init_id"]);
    }
}

TEST(InitVectors, WhatIsNotAnInitIsRefusedByTheSameWord) {
    for (const json& c : kith::test::protocol_section("init").bad) {
        SCOPED_TRACE(id_of(c));
        const auto init = decode_init(hex(c["in"]["init"]));
        ASSERT_FALSE(init);
        EXPECT_EQ(init.error().code, code_of(c["code"].get<std::string>()));
        EXPECT_EQ(refusal_word(init.error()), c["code"]);
    }
}

// crypto attack test 15, for INIT.
TEST(Init, EveryTruncationAndEveryTailIsRefused) {
    Pair pair;
    Session session = pair.initiate();
    const Sealed sealed =
        session.seal(as_bytes("x"), pair.a.signed_list(), pair.random, start).value();
    for (std::size_t size = 0; size < sealed.d.size(); ++size) {
        EXPECT_FALSE(decode_init(ByteView(sealed.d).first(size))) << size;
    }
    Bytes longer = sealed.d;
    for (int extra = 0; extra < 64; ++extra) {
        longer.push_back(0);
        EXPECT_FALSE(decode_init(longer));
    }
}

}  // namespace
}  // namespace kith::session::test
