// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/invite.h"

#include "core/base/refusal.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

Invite invite_of(const test::json& in) {
    Invite invite{test::hex_as<crypto::AccountKey>(in["ak"]),
                  test::hex_as<crypto::ReachSecret>(in["s"]),
                  test::hex_as<crypto::InviteId>(in["inv"]),
                  test::hex_as<crypto::InviteAuth>(in["auth"]),
                  in["exp"].get<std::uint32_t>()};
    if (in.contains("P")) invite.network = test::hex_as<crypto::NetworkSecret>(in["P"]);
    for (const char* const node : {"addr1", "addr2"}) {
        if (in.contains(node)) invite.nodes.push_back(Endpoint::from_wire(test::hex(in[node])));
    }
    if (in.contains("gid")) invite.group = test::hex_as<crypto::GroupId>(in["gid"]);
    return invite;
}

Timestamp at(std::uint64_t unix) {
    return from_unix_seconds(unix);
}

std::string word(std::string_view text, Timestamp now = at(1728100000)) {
    const auto invite = Invite::parse(text);
    if (!invite) return std::string(refusal_word(invite.error()));
    const auto fresh = invite->check_not_expired(now);
    return fresh ? "" : std::string(refusal_word(fresh.error()));
}

// The largest invitation there is.
Invite everything() {
    for (const auto& c : test::protocol_section("invite").cases) {
        if (c["id"] == "link: everything") return invite_of(c["in"]);
    }
    throw std::runtime_error("vector is gone");
}

TEST(Invite, LinksAndCodesAreThoseOfTheVectors) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("invite").cases) {
        if (c["in"]["kind"] != "link") continue;
        SCOPED_TRACE(test::id_of(c));
        const Invite invite = invite_of(c["in"]);
        EXPECT_EQ(invite.link(), c["out"]["text"]);
        EXPECT_EQ(invite.qr(), c["out"]["qr"]);
        for (const char* const form : {"text", "qr"}) {
            const auto read = Invite::parse(c["out"][form].get<std::string>());
            ASSERT_TRUE(read);
            EXPECT_EQ(read->link(), c["out"]["text"]);
            EXPECT_EQ(read->account, invite.account);
            EXPECT_EQ(read->nodes, invite.nodes);
            EXPECT_EQ(read->group, invite.group);
            EXPECT_EQ(read->network.has_value(), invite.network.has_value());
            EXPECT_TRUE(read->check_not_expired(at(invite.expires)));
        }
        EXPECT_EQ(test::to_text(invite_key(invite.auth).expose()), c["out"]["ki"]);
        const auto deposit = invite_deposit_key(invite.auth, invite.id);
        EXPECT_EQ(test::to_text(deposit.expose_seed()), c["out"]["dep_seed"]);
        EXPECT_EQ(test::to_text(deposit.public_key()), c["out"]["dep_pk"]);
        ++cases;
    }
    EXPECT_EQ(cases, 4U);
}

TEST(Invite, BadLinksAreRefusedWithTheirCode) {
    std::size_t refused = 0;
    for (const auto& c : test::protocol_section("invite").bad) {
        if (!c["in"].contains("text")) continue;
        SCOPED_TRACE(test::id_of(c));
        const auto now = at(c["in"]["now"].get<std::uint64_t>());
        EXPECT_EQ(word(c["in"]["text"].get<std::string>(), now), c["code"]);
        ++refused;
    }
    EXPECT_EQ(refused, 14U);
}

TEST(Invite, EveryTruncationAndExtensionIsRefused) {
    const Invite invite = everything();
    for (const std::string& text : {invite.link(), invite.qr()}) {
        for (std::size_t size = 0; size < text.size(); ++size)
            EXPECT_NE(word(text.substr(0, size)), "") << size;
        for (const char filler : {'A', '2', ' '}) {
            for (std::size_t more = 1; more <= 64; ++more)
                EXPECT_NE(word(text + std::string(more, filler)), "") << more;
        }
    }
}

TEST(Invite, EveryTypingErrorIsFound) {
    const std::string good = everything().link();
    for (std::size_t i = 8; i < good.size(); ++i) {
        std::string text = good;
        text[i] = text[i] == 'x' ? 'y' : 'x';
        EXPECT_NE(word(text), "") << i;
    }
}

TEST(Invite, ANewInvitationReadsBackAndExpiresInTime) {
    test::SeededRandom random(7);
    const auto now = at(1800000000);
    Invite invite = Invite::generate(
        root_of("A").public_key(), crypto::ReachSecret{}, now + invite_lifetime, random);
    invite.nodes = {Endpoint::v4(127, 0, 0, 1, 4222)};
    const Invite read = Invite::parse(invite.link()).value();
    EXPECT_EQ(read.link(), invite.link());
    EXPECT_EQ(read.nodes, invite.nodes);
    EXPECT_FALSE(read.expired(now + invite_lifetime));
    EXPECT_TRUE(read.expired(now + invite_lifetime + seconds(1)));
}

TEST(Invite, AnInvitationThatExpiredCanStillBeShown) {
    Invite invite = everything();
    invite.expires = 1;
    const auto read = Invite::parse(invite.link());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->check_not_expired(at(2)).error().code, Code::Expired);
}

}  // namespace
}  // namespace kith::identity
