// SPDX-License-Identifier: GPL-3.0-or-later
// Section `ratchet` of the protocol vectors: a scripted conversation of 90 steps, the limits, and
// messages that only a peer gone bad would make. After each step both states are compared whole.
#include "core/base/refusal.h"
#include "core/session/double_ratchet.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/session/vector_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace kith::session::test {
namespace {

using kith::test::hex;
using kith::test::hex_as;
using kith::test::id_of;
using kith::test::ScriptedRandom;
using kith::test::to_text;

const json& section() {
    static const json& all = kith::test::protocol_section("ratchet").all;
    return all;
}

const json& handshake_case() {
    for (const json& c : kith::test::protocol_section("x3dh").cases) {
        if (c["id"] == section()["start"]["x3dh_case"]) return c;
    }
    throw std::runtime_error("x3dh case of the ratchet vectors");
}

Bytes exporter() {
    return hex(handshake_case()["out"]["EXP"]);
}

Agreement agreement() {
    const json& out = handshake_case()["out"];
    return {Suite::Classic,
            hex_as<Transcript>(out["TH"]),
            hex_as<RootKey>(out["RK0"]),
            hex_as<HeaderKey>(out["HKA"]),
            hex_as<HeaderKey>(out["NHKB"]),
            hex_as<crypto::ExportKey>(out["EXP"])};
}

DoubleRatchet initiator(const json& first_dhs) {
    return DoubleRatchet::initiator(agreement(),
                                    hex_as<crypto::SignedPrekey>(section()["start"]["spk"]),
                                    RatchetKeyPair::from_secret(hex(first_dhs)))
        .value();
}

DoubleRatchet responder() {
    const auto spk = crypto::SignedPrekeyPair::from_secret(hex(section()["start"]["spk_sk"]));
    return DoubleRatchet::responder(agreement(), spk);
}

std::string digest_of(const DoubleRatchet& ratchet) {
    return digest(state_bytes(ratchet, exporter()));
}

/// Opens and compares with the result that the vector names.
void expect_open(DoubleRatchet& ratchet,
                 const Bytes& wire,
                 const json& new_dhs,
                 const std::string& result,
                 const json* payload) {
    ScriptedRandom random;
    if (!new_dhs.is_null()) random.add(hex(new_dhs));
    const auto opened = ratchet.open(wire, WireForm::Ratchet, random, Timestamp{});
    if (result == "ok") {
        ASSERT_TRUE(opened) << opened.error().context;
        EXPECT_EQ(opened->stepped, !new_dhs.is_null());
        EXPECT_TRUE(random.exhausted());
        if (payload != nullptr) {
            EXPECT_EQ(to_text(opened->payload), *payload);
        }
        return;
    }
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, code_of(result));
    if (opened.error().code != Code::BadKey) {
        EXPECT_EQ(refusal_word(opened.error()), result);
    }
}

TEST(RatchetVectors, BothSidesBeginWithTheStatesOfTheModel) {
    const json& start = section()["start"];
    const DoubleRatchet a = initiator(start["A_first_dhs"]);
    const DoubleRatchet b = responder();
    EXPECT_EQ(to_text(state_bytes(a, exporter())), start["A_state"]);
    EXPECT_EQ(to_text(state_bytes(b, exporter())), start["B_state"]);
    EXPECT_EQ(digest_of(a), start["A_digest"]);
    EXPECT_EQ(digest_of(b), start["B_digest"]);
}

class Conversation {
  public:
    void run(const json& step) {
        DoubleRatchet& side = step["by"] == "A" ? a_ : b_;
        if (step["op"] == "send") {
            send(side, step);
        } else {
            receive(side, step);
        }
        EXPECT_EQ(digest_of(side), step["state"]);
    }

    const DoubleRatchet& a() const { return a_; }

    const DoubleRatchet& b() const { return b_; }

    int delivered = 0;
    int refused = 0;

  private:
    void send(DoubleRatchet& side, const json& step) {
        if (step.contains("result")) {
            ScriptedRandom none;
            const auto sealed = side.seal({}, WireForm::Ratchet, none);
            ASSERT_FALSE(sealed);
            EXPECT_EQ(refusal_word(sealed.error()), step["result"]);
            ++refused;
            return;
        }
        ScriptedRandom random(hex(step["hn"]));
        const auto wire = side.seal(hex(step["payload"]), WireForm::Ratchet, random);
        ASSERT_TRUE(wire);
        EXPECT_EQ(to_text(*wire), step["wire"]);
        sent_[step["name"]] = *wire;
    }

    void receive(DoubleRatchet& side, const json& step) {
        const Bytes wire = step.contains("wire") ? hex(step["wire"]) : sent_.at(step["of"]);
        const std::string result = step["result"];
        const json* payload = step.contains("payload") ? &step["payload"] : nullptr;
        expect_open(side, wire, step["new_dhs"], result, payload);
        ++(result == "ok" ? delivered : refused);
    }

    DoubleRatchet a_ = initiator(section()["start"]["A_first_dhs"]);
    DoubleRatchet b_ = responder();
    std::map<std::string, Bytes> sent_;
};

TEST(RatchetVectors, TheConversationRunsStepByStepWithTheSameBytesAndStates) {
    Conversation talk;
    for (const json& step : section()["steps"]) {
        SCOPED_TRACE(step["by"].get<std::string>() + " " + step["op"].get<std::string>() + " " +
                     step["name"].get<std::string>());
        talk.run(step);
        if (testing::Test::HasFailure()) return;
    }
    const json& end = section()["end"];
    EXPECT_EQ(to_text(state_bytes(talk.a(), exporter())), end["A_state"]);
    EXPECT_EQ(to_text(state_bytes(talk.b(), exporter())), end["B_state"]);
    EXPECT_EQ(talk.delivered, end["delivered"]);
    EXPECT_EQ(talk.refused, end["refused"]);
}

TEST(RatchetVectors, TwoThousandMessagesMayBeSkippedAndNotOneMore) {
    const json& limits_of = section()["limits"];
    DoubleRatchet a = initiator(limits_of["A_first_dhs"]);
    std::map<int, Bytes> wires;
    for (int number = 0; number < 2002; ++number) {
        ScriptedRandom random(hex(limits_of["hn"]));
        const std::string payload = "n " + std::to_string(number);
        wires[number] = a.seal(as_bytes(payload), WireForm::Ratchet, random).value();
    }
    for (const auto& [number, wire] : limits_of["messages"].items()) {
        EXPECT_EQ(to_text(wires.at(std::stoi(number))), wire) << number;
    }
    for (const json& list : limits_of["deliver"]) {
        DoubleRatchet b = responder();
        json new_dhs = limits_of["B_new_dhs"];
        for (std::size_t i = 0; i < list["order"].size(); ++i) {
            const int number = list["order"][i];
            const std::string result = list["results"][i];
            SCOPED_TRACE(number);
            const bool steps = !b.state().receive && result == "ok";
            const json payload = to_text(as_bytes("n " + std::to_string(number)));
            expect_open(b, wires.at(number), steps ? new_dhs : json(nullptr), result, &payload);
            EXPECT_EQ(digest_of(b), list["states"][i]);
        }
        EXPECT_EQ(b.skipped().size(), list["skipped_at_end"]);
    }
}

DoubleRatchet ratchet_of(const json& state) {
    return state == "B at the start" ? responder() : ratchet_from(hex(state));
}

TEST(RatchetVectors, MessagesThatNoHonestPeerMakesAreRefusedAndChangeNothing) {
    for (const json& c : section()["bad"]) {
        SCOPED_TRACE(id_of(c));
        DoubleRatchet ratchet = ratchet_of(c["in"]["state"]);
        const std::string before = digest_of(ratchet);
        expect_open(ratchet, hex(c["in"]["wire"]), c["in"]["new_dhs"], c["code"], nullptr);
        EXPECT_EQ(digest_of(ratchet), before);
    }
}

TEST(RatchetVectors, OddMessagesWithinTheLimitsAreAccepted) {
    for (const json& c : section()["crafted"]) {
        SCOPED_TRACE(id_of(c));
        DoubleRatchet ratchet = ratchet_of(c["in"]["state"]);
        expect_open(ratchet, hex(c["in"]["wire"]), c["in"]["new_dhs"], "ok", &c["out"]["payload"]);
        EXPECT_EQ(ratchet.skipped().size(), c["out"]["skipped"]);
        EXPECT_EQ(digest_of(ratchet), c["out"]["state"]);
    }
}

}  // namespace
}  // namespace kith::session::test
