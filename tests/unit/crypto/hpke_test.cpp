// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/hpke.h"

#include "core/base/encoding.h"
#include "core/crypto/aead.h"
#include "core/crypto/kdf.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::crypto {
namespace {

using test::hex;
using test::json;

// RFC 9180 A.2.1.
struct Rfc9180 {
    HpkeEphemeralPair ephemeral = HpkeEphemeralPair::from_secret(
        hex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600"));
    EnvelopeKeyPair recipient = EnvelopeKeyPair::from_secret(
        hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"));
    Bytes info = hex("4f6465206f6e2061204772656369616e2055726e");
    Bytes plain = to_bytes(as_bytes("Beauty is truth, truth beauty"));

    HpkeContext sender() const { return *hpke_sender(recipient.public_key(), info, ephemeral); }

    HpkeContext receiver() const {
        return *hpke_recipient(recipient, info, ephemeral.public_key());
    }
};

Bytes seal(HpkeContext& context, ByteView aad, ByteView plain) {
    Bytes out(plain.size() + aead_overhead);
    context.seal_into(aad, plain, out);
    return out;
}

TEST(Hpke, EqualsRfc9180) {
    const Rfc9180 rfc;
    EXPECT_EQ(to_hex(rfc.ephemeral.public_key()),
              "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    EXPECT_EQ(to_hex(rfc.recipient.public_key()),
              "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
    HpkeContext sender = rfc.sender();
    EXPECT_EQ(
        to_hex(seal(sender, as_bytes("Count-0"), rfc.plain)),
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b5"
        "1a28");
    EXPECT_EQ(
        to_hex(seal(sender, as_bytes("Count-1"), rfc.plain)),
        "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992d"
        "c98c");
    Bytes exported(32);
    sender.export_into(as_bytes("TestContext"), exported);
    EXPECT_EQ(to_hex(exported), "5acb09211139c43b3090489a9da433e8a30ee7188ba8b0a9a1ccf0c229283e53");
}

TEST(Hpke, EqualsTheRfc9180File) {
    const auto set = test::published_set("hpke_base_x25519_sha256_chacha20poly1305.json");
    if (!set) return;
    const Rfc9180 rfc;
    HpkeContext sender = rfc.sender();
    HpkeContext receiver = rfc.receiver();
    std::uint64_t sequence = 0;
    for (const json& c : (*set)["encryptions"]) {
        const Bytes aad = hex(c["aad"]);
        Bytes plain = hex(c["pt"]);
        for (; sequence < c["seq"].get<std::uint64_t>(); ++sequence) {
            Bytes skipped = seal(sender, {}, {});
            ASSERT_TRUE(receiver.open_into({}, skipped, skipped));
        }
        Bytes sealed = seal(sender, aad, plain);
        EXPECT_EQ(to_hex(sealed), c["ct"]);
        ASSERT_TRUE(receiver.open_into(aad, sealed, sealed));
        sealed.resize(plain.size());
        EXPECT_EQ(sealed, plain);
        ++sequence;
    }
    for (const json& c : (*set)["exports"]) {
        Bytes out(c["L"].get<std::size_t>());
        receiver.export_into(hex(c["exporter_context"]), out);
        EXPECT_EQ(to_hex(out), c["exported_value"]);
    }
    EXPECT_EQ((*set)["encryptions"].size(), 6U);
    EXPECT_EQ((*set)["exports"].size(), 3U);
    test::report_set("hpke_base_x25519_sha256_chacha20poly1305.json", 9, 0);
}

TEST(Hpke, RefusesOtherBytesAadInfoAndKey) {
    const Rfc9180 rfc;
    HpkeContext sender = rfc.sender();
    const Bytes sealed = seal(sender, as_bytes("aad"), rfc.plain);
    Bytes out(rfc.plain.size());
    HpkeContext receiver = rfc.receiver();
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes bad = sealed;
        bad[i] ^= 1;
        EXPECT_EQ(receiver.open_into(as_bytes("aad"), bad, out).error().code, Code::DecryptFailed);
    }
    EXPECT_FALSE(receiver.open_into(as_bytes("abd"), sealed, out));
    EXPECT_FALSE(receiver.open_into(as_bytes("aad"), {}, out));
    EXPECT_FALSE(hpke_recipient(rfc.recipient, as_bytes("other"), rfc.ephemeral.public_key())
                     ->open_into(as_bytes("aad"), sealed, out));
    const auto other = EnvelopeKeyPair::from_secret(Bytes(32, 9));
    EXPECT_FALSE(hpke_recipient(other, rfc.info, rfc.ephemeral.public_key())
                     ->open_into(as_bytes("aad"), sealed, out));
    // The failures moved nothing: the message still opens, once.
    EXPECT_TRUE(receiver.open_into(as_bytes("aad"), sealed, out));
    EXPECT_EQ(out, rfc.plain);
    EXPECT_FALSE(receiver.open_into(as_bytes("aad"), sealed, out));
}

TEST(Hpke, RefusesInvalidKeysBeforeDeriving) {
    const Rfc9180 rfc;
    const EncapsulatedKey zero;
    EXPECT_EQ(hpke_recipient(rfc.recipient, rfc.info, zero).error().code, Code::BadKey);
    EXPECT_EQ(hpke_sender(EnvelopeKey{}, rfc.info, rfc.ephemeral).error().code, Code::BadKey);
}

}  // namespace
}  // namespace kith::crypto
