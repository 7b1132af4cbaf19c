// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reputation/ticket.h"

#include "core/base/refusal.h"
#include "core/identity/invite.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::reputation {
namespace {

using test::hex;
using test::hex_as;
using test::json;
using test::to_text;

RecipientDay day_of(const json& in, std::uint64_t epoch) {
    return {
        hex_as<crypto::BlindedAccountKey>(in["A_e"]), epoch, hex_as<crypto::BeaconKey>(in["D_e"])};
}

Nonces nonces_of(const json& list) {
    Nonces out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = list.at(i);
    return out;
}

Nonces solve(const Puzzle& puzzle) {
    Solver solver(puzzle);
    while (solver.step(3).value() == Solver::State::Working) {
    }
    return solver.nonces();
}

/// A ticket for the INITs of a case, with its work done.
WorkTicket make_ticket(const json& in, const char* sender, RecipientDay& day) {
    WorkTicket ticket;
    for (const json& init : in["inits"])
        ticket.digests.push_back(init_digest(hex(init)));
    ticket.proof.epoch = in["e"];
    ticket.proof.difficulty = in["d"];
    ticket.proof.inits = static_cast<std::uint8_t>(ticket.digests.size());
    ticket.proof.body = body_hash(hex_as<crypto::AccountKey>(in[sender]), ticket.digests);
    day = day_of(in, ticket.proof.epoch);
    ticket.proof.nonces = solve(ticket.proof.puzzle(day));
    return ticket;
}

TEST(WorkVectors, TicketsAreMadeAndSolvedToTheSameBytes) {
    std::size_t cases = 0;
    for (const json& c : test::protocol_section("proof_of_work").cases) {
        if (!c["in"].contains("inits")) continue;
        SCOPED_TRACE(test::id_of(c));
        RecipientDay day;
        const WorkTicket ticket = make_ticket(c["in"], "ak_sender", day);
        const Puzzle puzzle = ticket.proof.puzzle(day);
        for (std::size_t i = 0; i < ticket.digests.size(); ++i)
            EXPECT_EQ(to_text(ticket.digests[i]), c["mid"]["hd"][i]);
        EXPECT_EQ(to_text(ticket.proof.body), c["mid"]["bh"]);
        EXPECT_EQ(to_text(puzzle.challenge), c["mid"]["c"]);
        EXPECT_EQ(to_text(be_bytes<std::uint64_t>(target_of(puzzle.difficulty))),
                  c["mid"]["target"]);
        EXPECT_EQ(ticket.proof.nonces, nonces_of(c["out"]["nonces"]));
        EXPECT_EQ(to_text(ticket.proof.encode()), c["out"]["proof"]);
        EXPECT_EQ(to_text(encode_ticket(ticket)), c["out"]["ticket"]);
        ++cases;
    }
    EXPECT_EQ(cases, 3U);
}

TEST(WorkVectors, TicketsAreDecodedAndVerified) {
    for (const json& c : test::protocol_section("proof_of_work").cases) {
        if (!c["in"].contains("inits")) continue;
        SCOPED_TRACE(test::id_of(c));
        const auto ticket = decode_ticket(hex(c["out"]["ticket"]));
        ASSERT_TRUE(ticket) << ticket.error().context;
        const WorkTicket& work = std::get<WorkTicket>(*ticket);
        EXPECT_EQ(encode_ticket(work), hex(c["out"]["ticket"]));
        const Puzzle puzzle = work.proof.puzzle(day_of(c["in"], work.proof.epoch));
        EXPECT_TRUE(verify_work(puzzle, work.proof.nonces));
        for (std::uint8_t i = 0; i < sub_puzzles; ++i) {
            const auto x = evaluate(puzzle.challenge, i, work.proof.nonces[i]);
            EXPECT_EQ(to_text(be_bytes<std::uint64_t>(*x)),
                      c["mid"]["x"][i].get<std::string>().substr(0, 16));
        }
    }
}

TEST(WorkVectors, LeasesAreMadeSolvedAndVerified) {
    const json& c = test::protocol_section("proof_of_work").cases.at(3);
    LeaseWork work;
    work.epoch = c["in"]["e"];
    work.difficulty = c["in"]["d"];
    const Puzzle puzzle = work.puzzle(hex_as<crypto::BoxId>(c["in"]["box_id"]),
                                      hex_as<crypto::LeaseKey>(c["in"]["lk"]));
    work.nonces = solve(puzzle);
    EXPECT_EQ(work.nonces, nonces_of(c["out"]["nonces"]));
    EXPECT_EQ(to_text(work.encode()), c["out"]["pow"]);
    EXPECT_EQ(LeaseWork::decode(hex(c["out"]["pow"])).value(), work);
    EXPECT_TRUE(verify_work(puzzle, work.nonces));
}

/// What a recipient checks of a proof, in the order of the specification.
Result<> check(const json& in) {
    KITH_TRY(const Proof proof, Proof::decode(hex(in["proof"])));
    if (proof.body != hex_as<BodyHash>(in["bh"])) {
        return refuse(Code::Refused, "wrong_body", "work for another message");
    }
    return verify_work(proof.puzzle(day_of(in, proof.epoch)), proof.nonces);
}

TEST(WorkVectors, BadProofsAreRefusedByTheSameWord) {
    const auto section = test::protocol_section("proof_of_work");
    EXPECT_EQ(section.bad.size(), 11U);
    for (const json& c : section.bad) {
        SCOPED_TRACE(test::id_of(c));
        const auto checked = check(c["in"]);
        ASSERT_FALSE(checked);
        EXPECT_EQ(refusal_word(checked.error()), c["code"].get<std::string>());
    }
}

TEST(WorkVectors, TheReferenceModelAgrees) {
    const json& pow = test::own_set("reputation.json")["pow"];
    RecipientDay day;
    const WorkTicket ticket = make_ticket(pow, "ak", day);
    const Puzzle puzzle = ticket.proof.puzzle(day);
    EXPECT_EQ(to_text(puzzle.challenge), pow["c"]);
    EXPECT_EQ(to_text(be_bytes<std::uint64_t>(target_of(puzzle.difficulty))), pow["target"]);
    EXPECT_EQ(pow["evaluations"].size(), 11U);
    for (const json& evaluation : pow["evaluations"]) {
        const auto x = evaluate(puzzle.challenge, evaluation["i"], evaluation["nonce"]);
        EXPECT_EQ(to_text(be_bytes<std::uint64_t>(*x)),
                  evaluation["out"].get<std::string>().substr(0, 16));
        EXPECT_EQ(*x <= target_of(puzzle.difficulty), evaluation["ok"].get<bool>());
    }
    EXPECT_EQ(to_text(ticket.proof.encode()), pow["proof"]);
    EXPECT_EQ(to_text(encode_ticket(ticket)), pow["ticket_work"]);
    const json& invite = pow["invite"];
    for (const std::size_t i : {0U, 1U}) {
        const InviteTicket shown{
            hex_as<crypto::InviteId>(invite["inv"]),
            invite_tag(hex_as<crypto::InviteKey>(invite["KI"]), day.account, ticket.digests[i])};
        EXPECT_EQ(to_text(encode_ticket(shown)),
                  invite[i == 0 ? "ticket_device_1" : "ticket_device_2"]);
    }
}

TEST(InviteTicketVectors, AreMadeAndVerified) {
    std::size_t cases = 0;
    for (const json& c : test::protocol_section("invite").cases) {
        if (c["in"]["kind"] != "ticket") continue;
        SCOPED_TRACE(test::id_of(c));
        const auto key = identity::invite_key(hex_as<crypto::InviteAuth>(c["in"]["auth"]));
        const auto recipient = hex_as<crypto::BlindedAccountKey>(c["in"]["A_e"]);
        const InitDigest own = init_digest(hex(c["in"]["init"]));
        EXPECT_EQ(to_text(own), c["mid"]["hd"]);
        const InviteTicket made{hex_as<crypto::InviteId>(c["in"]["inv"]),
                                invite_tag(key, recipient, own)};
        EXPECT_EQ(to_text(encode_ticket(made)), c["out"]["ticket"]);
        const auto read = decode_ticket(hex(c["out"]["ticket"]));
        ASSERT_TRUE(read);
        EXPECT_EQ(std::get<InviteTicket>(*read), made);
        EXPECT_TRUE(verify_invite(made, key, recipient, own));
        ++cases;
    }
    EXPECT_EQ(cases, 2U);
}

TEST(InviteTicket, IsGoodForOneRecipientOneMessageAndOneInvitation) {
    const auto key = crypto::InviteKey::copy_of(Bytes(32, 1));
    const auto recipient = crypto::BlindedAccountKey::copy_of(Bytes(32, 2));
    const InitDigest own = init_digest(Bytes(40, 3));
    const InviteTicket ticket{{}, invite_tag(key, recipient, own)};
    const auto word = [](const Result<>& verified) {
        return verified ? std::string() : std::string(refusal_word(verified.error()));
    };
    EXPECT_EQ(word(verify_invite(ticket, key, recipient, own)), "");
    const auto other_key = crypto::InviteKey::copy_of(Bytes(32, 9));
    EXPECT_EQ(word(verify_invite(ticket, other_key, recipient, own)), "bad_mac");
    const auto other_day = crypto::BlindedAccountKey::copy_of(Bytes(32, 9));
    EXPECT_EQ(word(verify_invite(ticket, key, other_day, own)), "bad_mac");
    EXPECT_EQ(word(verify_invite(ticket, key, recipient, init_digest(Bytes(40, 9)))), "bad_mac");
}

TEST(Ticket, OtherFormsAreRefused) {
    const auto word = [](const Bytes& bytes) {
        const auto ticket = decode_ticket(bytes);
        return ticket ? std::string() : std::string(refusal_word(ticket.error()));
    };
    WorkTicket good;
    good.digests.resize(1);
    Bytes work = encode_ticket(good);
    EXPECT_EQ(word(work), "");
    work.push_back(0);
    EXPECT_EQ(word(work), "size");
    EXPECT_EQ(word(Bytes(work.begin(), work.begin() + 40)), "size");
    EXPECT_EQ(word({}), "size");
    EXPECT_EQ(word({3}), "version");
    EXPECT_EQ(word(Bytes(26, 2)), "size");
    EXPECT_EQ(word(Bytes(25, 2)), "");
    work = encode_ticket(good);
    work[13] = 2;  // two messages, one digest
    EXPECT_EQ(word(work), "size");
}

TEST(LeaseWork, OtherFormsAreRefused) {
    Bytes bytes = LeaseWork{}.encode();
    ASSERT_EQ(bytes.size(), lease_work_size);
    EXPECT_TRUE(LeaseWork::decode(bytes));
    EXPECT_FALSE(LeaseWork::decode(ByteView(bytes).first(44)));
    bytes[0] = 2;
    EXPECT_FALSE(LeaseWork::decode(bytes));
    bytes[0] = 1;
    std::fill(bytes.begin() + 9, bytes.begin() + 13, std::uint8_t{0});
    EXPECT_FALSE(LeaseWork::decode(bytes));
}

}  // namespace
}  // namespace kith::reputation
