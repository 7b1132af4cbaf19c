// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/join_proof.h"

#include "core/base/refusal.h"
#include "core/identity/invite.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

JoinContext context_of(const test::json& in) {
    JoinContext context;
    context.transcript = test::hex_as<crypto::Transcript>(in["TH"]);
    context.challenge = test::hex_as<JoinChallenge>(in["cn"]);
    context.inviter = test::hex_as<crypto::AccountKey>(in["ak_i"]);
    context.joiner = test::hex_as<crypto::AccountKey>(in["ak_j"]);
    if (!in["gid"].is_null()) context.group = test::hex_as<crypto::GroupId>(in["gid"]);
    return context;
}

crypto::InviteKey key_of(const test::json& in) {
    return invite_key(test::hex_as<crypto::InviteAuth>(in["auth"]));
}

TEST(JoinProof, ProofsAreThoseOfTheVectors) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("invite").cases) {
        if (c["in"]["kind"] != "join") continue;
        SCOPED_TRACE(test::id_of(c));
        const auto key = key_of(c["in"]);
        const JoinContext context = context_of(c["in"]);
        EXPECT_EQ(test::to_text(key.expose()), c["mid"]["ki"]);
        const auto joiner = join_proof(key, JoinRole::Joiner, context);
        const auto inviter = join_proof(key, JoinRole::Inviter, context);
        EXPECT_EQ(test::to_text(joiner), c["out"]["m_j"]);
        EXPECT_EQ(test::to_text(inviter), c["out"]["m_i"]);
        EXPECT_TRUE(verify_join_proof(key, JoinRole::Joiner, context, joiner));
        EXPECT_TRUE(verify_join_proof(key, JoinRole::Inviter, context, inviter));
        ++cases;
    }
    EXPECT_EQ(cases, 2U);
}

TEST(JoinProof, BadProofsAreRefused) {
    std::size_t refused = 0;
    for (const auto& c : test::protocol_section("invite").bad) {
        if (!c["in"].contains("m")) continue;
        SCOPED_TRACE(test::id_of(c));
        const auto role = c["in"]["role"] == "J" ? JoinRole::Joiner : JoinRole::Inviter;
        const auto verified = verify_join_proof(
            key_of(c["in"]), role, context_of(c["in"]), test::hex_as<crypto::Mac32>(c["in"]["m"]));
        ASSERT_FALSE(verified);
        EXPECT_EQ(refusal_word(verified.error()), c["code"].get<std::string>());
        ++refused;
    }
    EXPECT_EQ(refused, 6U);
}

TEST(JoinProof, TicketsUseTheSameKey) {
    // The ticket itself is reputation's; its key is derived here.
    for (const auto& c : test::protocol_section("invite").cases) {
        if (c["in"]["kind"] != "ticket") continue;
        EXPECT_EQ(test::to_text(key_of(c["in"]).expose()), c["mid"]["ki"]);
    }
}

TEST(JoinProof, EachPartOfTheContextCounts) {
    const auto& c = test::protocol_section("invite").cases[4];
    const auto key = key_of(c["in"]);
    const JoinContext context = context_of(c["in"]);
    const auto proof = join_proof(key, JoinRole::Joiner, context);
    const auto refused = [&](const auto& change) {
        JoinContext other = context;
        change(other);
        return !verify_join_proof(key, JoinRole::Joiner, other, proof);
    };
    EXPECT_TRUE(refused([](JoinContext& other) { other.transcript.data()[31] ^= 1; }));
    EXPECT_TRUE(refused([](JoinContext& other) { other.challenge.data()[0] ^= 1; }));
    EXPECT_TRUE(refused([](JoinContext& other) { other.inviter.data()[0] ^= 1; }));
    EXPECT_TRUE(refused([](JoinContext& other) { other.joiner.data()[0] ^= 1; }));
    EXPECT_TRUE(
        refused([](JoinContext& other) { other.group = crypto::GroupId::copy_of(Bytes(32, 1)); }));
    EXPECT_FALSE(refused([](JoinContext&) {}));
}

}  // namespace
}  // namespace kith::identity
