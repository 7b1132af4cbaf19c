// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message/envelope.h"

#include "core/base/refusal.h"
#include "core/message/inner.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace kith::message {
namespace {

using kith::test::hex;
using kith::test::hex_as;
using kith::test::id_of;
using kith::test::json;
using kith::test::to_text;

/// The private envelope keys of a vector.
class Keys {
  public:
    void add(std::uint32_t env_id, const json& secret) {
        keys_.emplace(env_id, crypto::EnvelopeKeyPair::from_secret(hex(secret)));
    }

    FindEnvelopeKey finder() const {
        return [this](std::uint32_t env_id) {
            const auto found = keys_.find(env_id);
            return found == keys_.end() ? nullptr : &found->second;
        };
    }

  private:
    std::map<std::uint32_t, crypto::EnvelopeKeyPair> keys_;
};

TEST(EnvelopeVectors, AreSealedAndOpenedByteForByte) {
    for (const json& c : kith::test::protocol_section("envelope").cases) {
        SCOPED_TRACE(id_of(c));
        const json& in = c["in"];
        const EnvelopeRecipient recipient{hex_as<crypto::DeviceId>(in["did"]),
                                          in["env_id"],
                                          hex_as<crypto::EnvelopeKey>(in["env_pk"])};
        const auto ephemeral = crypto::HpkeEphemeralPair::from_secret(hex(in["skE"]));
        const auto envelope = seal_envelope(recipient, hex(in["inner"]), ephemeral);
        ASSERT_TRUE(envelope);
        EXPECT_EQ(to_text(*envelope), c["out"]["envelope"]);
        EXPECT_EQ(to_text(envelope_hash(*envelope)), c["out"]["env_hash"]);
        Keys keys;
        keys.add(in["env_id"], in["env_sk"]);
        const auto inner = open_envelope(*envelope, recipient.device, keys.finder());
        ASSERT_TRUE(inner) << inner.error().context;
        EXPECT_EQ(to_text(*inner), in["inner"]);
    }
}

// crypto attack test 25.
TEST(EnvelopeVectors, AreRefusedByTheSameWord) {
    for (const json& c : kith::test::protocol_section("envelope").bad) {
        SCOPED_TRACE(id_of(c));
        Keys keys;
        for (const json& key : c["in"]["keys"])
            keys.add(key["env_id"], key["env_sk"]);
        const auto inner = open_envelope(
            hex(c["in"]["envelope"]), hex_as<crypto::DeviceId>(c["in"]["did"]), keys.finder());
        ASSERT_FALSE(inner);
        EXPECT_EQ(refusal_word(inner.error()), c["code"]);
    }
}

struct EnvelopeTest : testing::Test {
    kith::test::SeededRandom random{1};
    crypto::EnvelopeKeyPair key = crypto::EnvelopeKeyPair::generate(random);
    EnvelopeRecipient recipient{{}, 7, key.public_key()};
    FindEnvelopeKey find = [this](std::uint32_t id) { return id == 7 ? &key : nullptr; };
};

// crypto attack test 25: what a host sees of many messages.
TEST_F(EnvelopeTest, AnyInnerMessageGivesOneOfFourSizes) {
    std::set<std::size_t> sizes;
    for (std::size_t length = 0; length <= inner_max; length += 997) {
        sizes.insert(seal_envelope(recipient, Bytes(length), random).value().size());
    }
    EXPECT_EQ(sizes, (std::set<std::size_t>{1024, 4096, 16384, 65536}));
    const auto longer = seal_envelope(recipient, Bytes(inner_max + 1), random);
    ASSERT_FALSE(longer);
    EXPECT_EQ(longer.error().code, Code::TooLarge);
}

// crypto attack test 25: sealing again.
TEST_F(EnvelopeTest, SealingAgainChangesTheEnvelopeAndNotTheInnerMessage) {
    const Bytes inner = encode_inner(InnerKind::Ratchet, {}, {}, Bytes(873, 7));
    const Bytes one = seal_envelope(recipient, inner, random).value();
    const Bytes two = seal_envelope(recipient, inner, random).value();
    EXPECT_NE(envelope_hash(one), envelope_hash(two));
    EXPECT_EQ(open_envelope(one, {}, find).value(), inner);
    EXPECT_EQ(inner_id(open_envelope(two, {}, find).value()), inner_id(inner));
}

TEST_F(EnvelopeTest, ADeletedKeyOpensNothing) {
    const Bytes envelope = seal_envelope(recipient, Bytes{1}, random).value();
    const auto opened = open_envelope(envelope, {}, [](std::uint32_t) { return nullptr; });
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::NotFound);
}

// crypto attack test 15, for envelopes.
TEST_F(EnvelopeTest, EveryTruncationAndEveryFlippedByteIsRefused) {
    const Bytes envelope = seal_envelope(recipient, Bytes(100, 9), random).value();
    for (std::size_t size = 0; size < envelope.size(); ++size) {
        EXPECT_FALSE(open_envelope(ByteView(envelope).first(size), {}, find)) << size;
    }
    for (std::size_t at = 0; at < envelope.size(); at += 5) {
        Bytes changed = envelope;
        changed[at] ^= 0x40;
        EXPECT_FALSE(open_envelope(changed, {}, find)) << at;
    }
}

}  // namespace
}  // namespace kith::message
