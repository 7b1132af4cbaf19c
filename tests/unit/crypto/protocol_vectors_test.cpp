// SPDX-License-Identifier: GPL-3.0-or-later
// Sections `helpers` and `keys` of the project's own vectors: every function of
// docs/spec/crypto.md#conventions. `blinding` is in blind_test.cpp.
#include "core/crypto/aead.h"
#include "core/crypto/agree.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"
#include "core/crypto/padding.h"
#include "core/crypto/sign.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::crypto {
namespace {

using test::hex;
using test::hex_as;
using test::json;
using test::to_text;
using Key = SecretBytes<32, struct VectorKeyTag>;

Label label_of(const json& in) {
    const std::string name = in["label"];
    const auto found = std::ranges::find(label_table(),
                                         std::string_view(name),
                                         [](const LabelEntry& entry) { return entry.name(); });
    EXPECT_NE(found, label_table().end()) << name;
    return found->label;
}

void check_hash(const json& in, const json& out) {
    LabelHash hash(label_of(in));
    for (const json& part : in["args"])
        hash.add(hex(part));
    EXPECT_EQ(to_text(hash.finish()), out["hash"]);
}

void check_kdf(const json& in, const json& out) {
    Bytes okm(in["n"].get<std::size_t>());
    kdf_into(label_of(in), hex(in["salt"]), hex(in["ikm"]), hex(in["ctx"]), okm);
    EXPECT_EQ(to_text(okm), out["okm"]);
}

void check_mac(const json& in, const json& out) {
    EXPECT_EQ(to_text(mac(hex(in["key"]), hex(in["data"]))), out["mac"]);
}

void check_signature(const json& in, const json& out) {
    const auto pair = AccountKeyPair::from_seed(hex(in["seed"]));
    EXPECT_EQ(to_text(pair.public_key()), out["pk"]);
    const Signature signature = sign(label_of(in), pair, hex(in["body"]));
    EXPECT_EQ(to_text(signature), out["sig"]);
    EXPECT_TRUE(verify(label_of(in), pair.public_key(), hex(in["body"]), signature));
}

void check_aead(const json& in, const json& out) {
    const Key key = hex_as<Key>(in["key"]);
    const auto nonce = hex_as<AeadNonce>(in["nonce"]);
    const Bytes sealed = aead_seal(key.expose(), nonce, hex(in["ad"]), hex(in["pt"]));
    EXPECT_EQ(to_text(sealed), out["ct"]);
    EXPECT_EQ(to_text(aead_open(key.expose(), nonce, hex(in["ad"]), sealed).value()), in["pt"]);
}

void check_pad(const json& in, const json& out) {
    const Bytes padded = pad(hex(in["data"]), in["size"]);
    EXPECT_EQ(to_text(padded), out["padded"]);
    EXPECT_EQ(to_text(unpad(padded).value()), in["data"]);
}

TEST(ProtocolVectors, HelpersAreEqual) {
    const std::map<std::string, void (*)(const json&, const json&)> checks{{"HL", check_hash},
                                                                           {"KDF", check_kdf},
                                                                           {"MAC", check_mac},
                                                                           {"SIG", check_signature},
                                                                           {"AEAD", check_aead},
                                                                           {"pad", check_pad}};
    const auto section = test::protocol_section("helpers");
    EXPECT_EQ(section.cases.size(), 19U);
    for (const json& c : section.cases) {
        SCOPED_TRACE(test::id_of(c));
        checks.at(c["in"]["fn"])(c["in"], c["out"]);
    }
}

/// The code of the vectors for what our function says.
std::string refusal(const json& in) {
    const std::string fn = in["fn"];
    if (fn == "unpad") return unpad(hex(in["data"])) ? "" : "bad_pad";
    if (fn == "X25519") {
        const auto own = EphemeralKeyPair::from_secret(hex(in["sk"]));
        return agree(own, hex_as<SignedPrekey>(in["pk"])) ? "" : "bad_x25519";
    }
    const auto verified = verify(
        label_of(in), hex_as<AccountKey>(in["pk"]), hex(in["body"]), hex_as<Signature>(in["sig"]));
    if (verified) return "";
    return verified.error().code == Code::BadKey ? "bad_point" : "bad_sig";
}

TEST(ProtocolVectors, HelpersRefuse) {
    const auto section = test::protocol_section("helpers");
    EXPECT_EQ(section.bad.size(), 24U);
    for (const json& c : section.bad) {
        SCOPED_TRACE(test::id_of(c));
        EXPECT_EQ(refusal(c["in"]), c["code"]);
    }
}

TEST(ProtocolVectors, KeysFollowFromTheirSecrets) {
    for (const json& c : test::protocol_section("keys").cases) {
        SCOPED_TRACE(test::id_of(c));
        const json& in = c["in"];
        const json& out = c["out"];
        if (in.contains("ak_seed")) {
            const auto pair = AccountKeyPair::from_seed(hex(in["ak_seed"]));
            EXPECT_EQ(to_text(pair.public_key()), out["ak"]);
        }
        if (in.contains("dsk_seed")) {
            const auto signing = DeviceSigningPair::from_seed(hex(in["dsk_seed"]));
            const auto dh = DeviceDhPair::from_secret(hex(in["dxk_sk"]));
            EXPECT_EQ(to_text(signing.public_key()), out["dsk"]);
            EXPECT_EQ(to_text(dh.public_key()), out["dxk"]);
            const auto account = hex_as<AccountKey>(out["ak"]);
            const auto did =
                hash_as<DeviceId>(Label::Did, account, signing.public_key(), dh.public_key());
            EXPECT_EQ(to_text(did), out["did"]);
        }
        if (in.contains("msk_seed")) {
            const auto pair = MailboxKeyPair::from_seed(hex(in["msk_seed"]));
            EXPECT_EQ(to_text(pair.public_key()), out["msk"]);
            EXPECT_EQ(to_text(hash_as<BoxId>(Label::Box, pair.public_key())), out["box_id"]);
        }
        if (out.contains("P0")) {
            EXPECT_EQ(to_text(hash(Label::PublicNetwork)), out["P0"]);
        }
    }
}

// The draws of a section follow from its seed, so a test may feed SeededRandom(seed).
TEST(ProtocolVectors, DrawsComeFromTheSeed) {
    const auto section = test::protocol_section("keys");
    test::SeededRandom random(hex(section.all["seed"]));
    for (const json& draw : section.draws) {
        Bytes drawn(hex(draw[1]).size());
        random.fill(drawn);
        EXPECT_EQ(to_text(drawn), draw[1]) << draw[0];
    }
}

}  // namespace
}  // namespace kith::crypto
