// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/aead.h"

#include "core/crypto/short_aead.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>
#include <sodium.h>

namespace kith::crypto {
namespace {

using test::hex;
using test::json;
using Key = SecretBytes<32, struct TestKeyTag>;

constexpr const char* sunscreen =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";
constexpr const char* key_hex = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";
constexpr const char* ad_hex = "50515253c0c1c2c3c4c5c6c7";

struct Sample {
    Key key = test::hex_as<Key>(key_hex);
    AeadNonce nonce = test::hex_as<AeadNonce>("404142434445464748494a4b4c4d4e4f5051525354555657");
    Bytes ad = hex(ad_hex);
    Bytes plain = to_bytes(as_bytes(sunscreen));
    Bytes sealed = hex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4e"
        "da7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2"
        "383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
};

TEST(Aead, EqualsTheXchachaDraft) {
    const Sample s;
    EXPECT_EQ(aead_seal(s.key.expose(), s.nonce, s.ad, s.plain), s.sealed);
    EXPECT_EQ(aead_open(s.key.expose(), s.nonce, s.ad, s.sealed).value(), s.plain);
}

TEST(Aead, EqualsRfc8439) {
    const Sample s;
    const Bytes nonce = hex("070000004041424344454647");
    const auto view = std::span<const std::uint8_t, 12>(nonce.data(), 12);
    Bytes sealed(s.plain.size() + aead_overhead);
    ietf_seal_into(s.key.expose(), view, s.ad, s.plain, sealed);
    EXPECT_EQ(
        sealed,
        hex("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb"
            "69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad6"
            "75945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd06006"
            "91"));
    ASSERT_TRUE(ietf_open_into(s.key.expose(), view, s.ad, sealed, sealed));
    EXPECT_TRUE(equal(ByteView(sealed).first(s.plain.size()), s.plain));
}

// Short messages have a way of their own.
TEST(Aead, EqualsLibsodiumAtEveryLength) {
    test::SeededRandom random(1);
    const auto key = draw_secret<Key>(random);
    for (std::size_t size = 0; size <= short_text_max + 70; ++size) {
        const auto nonce = draw_public<AeadNonce>(random);
        Bytes plain(size);
        Bytes ad(size % 131);
        random.fill(plain);
        random.fill(ad);
        Bytes expected(size + aead_overhead);
        crypto_aead_xchacha20poly1305_ietf_encrypt(expected.data(),
                                                   nullptr,
                                                   plain.data(),
                                                   plain.size(),
                                                   ad.data(),
                                                   ad.size(),
                                                   nullptr,
                                                   nonce.data(),
                                                   key.expose().data());
        EXPECT_EQ(aead_seal(key.expose(), nonce, ad, plain), expected) << size;
        EXPECT_EQ(aead_open(key.expose(), nonce, ad, expected), plain) << size;
        Bytes buffer = plain;
        buffer.resize(size + aead_overhead);
        aead_seal_into(key.expose(), nonce, ad, ByteView(buffer).first(size), buffer);
        EXPECT_EQ(buffer, expected) << size;
        ASSERT_TRUE(aead_open_into(key.expose(), nonce, ad, buffer, buffer)) << size;
        EXPECT_TRUE(equal(ByteView(buffer).first(size), plain)) << size;
        for (const std::size_t at : {size / 2, size + aead_overhead - 1}) {
            Bytes forged = expected;
            forged[at] ^= 1;
            EXPECT_FALSE(aead_open(key.expose(), nonce, ad, forged)) << size;
        }
        if (ad.empty()) continue;
        ad.back() ^= 1;
        EXPECT_FALSE(aead_open(key.expose(), nonce, ad, expected)) << size;
    }
}

TEST(Aead, WorksInPlace) {
    const Sample s;
    Bytes buffer = s.plain;
    buffer.resize(s.plain.size() + aead_overhead);
    aead_seal_into(s.key.expose(), s.nonce, s.ad, ByteView(buffer).first(s.plain.size()), buffer);
    EXPECT_EQ(buffer, s.sealed);
    ASSERT_TRUE(aead_open_into(s.key.expose(), s.nonce, s.ad, buffer, buffer));
    EXPECT_TRUE(equal(ByteView(buffer).first(s.plain.size()), s.plain));
}

TEST(Aead, RefusesEveryFlippedBitAndGivesNoPlaintext) {
    const Sample s;
    for (std::size_t bit = 0; bit < s.sealed.size() * 8; ++bit) {
        Bytes sealed = s.sealed;
        sealed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        Bytes out(s.plain.size(), 0xee);
        const auto opened = aead_open_into(s.key.expose(), s.nonce, s.ad, sealed, out);
        ASSERT_FALSE(opened) << bit;
        EXPECT_EQ(opened.error().code, Code::DecryptFailed);
        EXPECT_TRUE(out == Bytes(out.size()) || out == Bytes(out.size(), 0xee)) << bit;
    }
}

TEST(Aead, RefusesOtherKeyNonceAdAndLength) {
    const Sample s;
    Bytes key = hex(key_hex);
    key[31] ^= 1;
    AeadNonce nonce = s.nonce;
    nonce.data()[23] ^= 1;
    const auto fails = [&](ByteView k, const AeadNonce& n, ByteView ad, ByteView sealed) {
        const auto opened = aead_open(Key::copy_of(k).expose(), n, ad, sealed);
        return !opened && opened.error().code == Code::DecryptFailed;
    };
    EXPECT_FALSE(fails(s.key.expose(), s.nonce, s.ad, s.sealed));
    EXPECT_TRUE(fails(key, s.nonce, s.ad, s.sealed));
    EXPECT_TRUE(fails(s.key.expose(), nonce, s.ad, s.sealed));
    EXPECT_TRUE(fails(s.key.expose(), s.nonce, {}, s.sealed));
    for (std::size_t length = 0; length < s.sealed.size(); ++length) {
        EXPECT_TRUE(fails(s.key.expose(), s.nonce, s.ad, ByteView(s.sealed).first(length)));
    }
    Bytes longer = s.sealed;
    longer.push_back(0);
    EXPECT_TRUE(fails(s.key.expose(), s.nonce, s.ad, longer));
}

/// Runs one published set. `seal` and `open` give nullopt if the nonce cannot be expressed.
template <class Nonce, class Seal, class Open>
void run_set(const char* file, std::size_t expected, Seal seal, Open open) {
    const auto set = test::published_set(file);
    if (!set) return;
    std::size_t cases = 0;
    std::size_t refused = 0;
    for (const json& group : (*set)["testGroups"]) {
        for (const json& c : group["tests"]) {
            SCOPED_TRACE(c["tcId"].dump());
            ++cases;
            const bool valid = c["result"] == "valid";
            const Bytes nonce = hex(c["iv"]);
            if (nonce.size() != Nonce::size_bytes) {
                EXPECT_FALSE(valid);
                ++refused;
                continue;
            }
            const Key key = test::hex_as<Key>(c["key"]);
            const Bytes plain = hex(c["msg"]);
            const Bytes sealed = concat(hex(c["ct"]), hex(c["tag"]));
            Bytes out(plain.size());
            const bool opened = open(key, Nonce::copy_of(nonce), hex(c["aad"]), sealed, out);
            EXPECT_EQ(opened, valid);
            if (valid) {
                EXPECT_EQ(out, plain);
                Bytes again(sealed.size());
                seal(key, Nonce::copy_of(nonce), hex(c["aad"]), plain, again);
                EXPECT_EQ(again, sealed);
            } else {
                ++refused;
            }
        }
    }
    EXPECT_EQ(cases, expected);
    EXPECT_EQ(refused, 69U);
    test::report_set(file, cases, refused);
}

TEST(Aead, EqualsWycheproofXchacha) {
    run_set<AeadNonce>(
        "xchacha20_poly1305_test.json",
        315,
        [](const Key& key, const AeadNonce& nonce, ByteView ad, ByteView in, MutableByteView out) {
            aead_seal_into(key.expose(), nonce, ad, in, out);
        },
        [](const Key& key, const AeadNonce& nonce, ByteView ad, ByteView in, MutableByteView out) {
            return aead_open_into(key.expose(), nonce, ad, in, out).has_value();
        });
}

TEST(Aead, EqualsWycheproofIetf) {
    using Nonce = PublicBytes<12, struct IetfNonceTag>;
    run_set<Nonce>(
        "chacha20_poly1305_test.json",
        325,
        [](const Key& key, const Nonce& nonce, ByteView ad, ByteView in, MutableByteView out) {
            ietf_seal_into(key.expose(), nonce.array(), ad, in, out);
        },
        [](const Key& key, const Nonce& nonce, ByteView ad, ByteView in, MutableByteView out) {
            return ietf_open_into(key.expose(), nonce.array(), ad, in, out).has_value();
        });
}

}  // namespace
}  // namespace kith::crypto
