// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/kdf.h"

#include "core/base/encoding.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kith::crypto {
namespace {

using test::hex;
using test::json;

struct MacCase {
    Bytes key;
    Bytes data;
    std::string tag;
};

Bytes ascii(std::string_view text) {
    return to_bytes(as_bytes(text));
}

TEST(Hmac, EqualsRfc4231) {
    const Bytes long_key(131, 0xaa);
    const std::vector<MacCase> cases{
        {Bytes(20, 0x0b),
         ascii("Hi There"),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {ascii("Jefe"),
         ascii("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {Bytes(20, 0xaa),
         Bytes(50, 0xdd),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {hex("0102030405060708090a0b0c0d0e0f10111213141516171819"),
         Bytes(50, 0xcd),
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {Bytes(20, 0x0c), ascii("Test With Truncation"), "a3b6167473100ee06e0c796c2955552b"},
        {long_key,
         ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {long_key,
         ascii("This is a test using a larger than block-size key and a larger than block-size "
               "data. The key needs to be hashed before being used by the HMAC algorithm."),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    for (const MacCase& c : cases) {
        EXPECT_TRUE(to_hex(mac(c.key, c.data)).starts_with(c.tag));
        EXPECT_TRUE(verify_mac(mac(c.key, c.data), hex(c.tag)));
    }
}

TEST(Hmac, UsesOneKeyManyTimes) {
    const HmacKey key(as_bytes("key"));
    const Mac32 first = key.mac(as_bytes("a"), as_bytes("b"));
    EXPECT_EQ(first, mac(as_bytes("key"), as_bytes("ab")));
    EXPECT_EQ(key.mac(as_bytes("ab")), first);
    Hmac running(as_bytes("key"));
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(equal(running.derive<ChainKey>(as_bytes("ab")).expose(), first));
    }
    Hmac copied = key.hmac();
    EXPECT_TRUE(equal(copied.derive<ChainKey>(as_bytes("ab")).expose(), first));
}

TEST(Hmac, RefusesEveryFlippedBit) {
    const Mac32 expected = mac(as_bytes("key"), as_bytes("data"));
    for (const std::size_t length : {std::size_t{16}, std::size_t{32}}) {
        Bytes tag = to_bytes(expected.view().first(length));
        EXPECT_TRUE(verify_mac(expected, tag));
        for (std::size_t bit = 0; bit < length * 8; ++bit) {
            tag[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            EXPECT_FALSE(verify_mac(expected, tag)) << bit;
            tag[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        }
    }
}

TEST(HmacDeathTest, ComparesNoShortTags) {
    const Mac32 expected = mac(as_bytes("key"), as_bytes("data"));
    EXPECT_DEATH((void)verify_mac(expected, expected.view().first(15)), "bug in kith");
}

TEST(Hmac, EqualsWycheproof) {
    const auto set = test::published_set("hmac_sha256_test.json");
    if (!set) return;
    std::size_t cases = 0;
    std::size_t refused = 0;
    for (const json& group : (*set)["testGroups"]) {
        for (const json& c : group["tests"]) {
            SCOPED_TRACE(c["tcId"].dump());
            const bool accepted = verify_mac(mac(hex(c["key"]), hex(c["msg"])), hex(c["tag"]));
            EXPECT_EQ(accepted, c["result"] == "valid");
            ++cases;
            if (!accepted) ++refused;
        }
    }
    EXPECT_EQ(cases, 174U);
    EXPECT_EQ(refused, 108U);
    test::report_set("hmac_sha256_test.json", cases, refused);
}

struct HkdfCase {
    Bytes salt;
    Bytes ikm;
    Bytes info;
    std::string prk;
    std::string okm;
};

Bytes counted(unsigned from, unsigned to) {
    Bytes out;
    for (unsigned value = from; value <= to; ++value)
        out.push_back(static_cast<std::uint8_t>(value));
    return out;
}

Result<Bytes> expand(ByteView salt, ByteView ikm, ByteView info, std::size_t size) {
    Bytes out(size);
    KITH_CHECK(Hkdf(salt, ikm).expand(std::span<const ByteView>(&info, 1), out));
    return out;
}

TEST(Hkdf, EqualsRfc5869) {
    const std::vector<HkdfCase> cases{
        {counted(0x00, 0x0c),
         Bytes(22, 0x0b),
         counted(0xf0, 0xf9),
         "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
         "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
        {counted(0x60, 0xaf),
         counted(0x00, 0x4f),
         counted(0xb0, 0xff),
         "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
         "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65"
         "e"
         "590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
        {{},
         Bytes(22, 0x0b),
         {},
         "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
         "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
    };
    for (const HkdfCase& c : cases) {
        const Mac32 prk = mac(c.salt, c.ikm);  // the extract step is an HMAC
        EXPECT_EQ(to_hex(prk), c.prk);
        EXPECT_EQ(to_hex(expand(c.salt, c.ikm, c.info, c.okm.size() / 2).value()), c.okm);
        Bytes from_prk(c.okm.size() / 2);
        const ByteView info = c.info;
        ASSERT_TRUE(Hkdf::from_prk(prk).expand(std::span<const ByteView>(&info, 1), from_prk));
        EXPECT_EQ(to_hex(from_prk), c.okm);
    }
}

TEST(Hkdf, EqualsTheRfc5869File) {
    const auto set = test::published_set("hkdf_sha256_rfc5869.json");
    if (!set) return;
    for (const json& c : (*set)["cases"]) {
        EXPECT_EQ(to_hex(mac(hex(c["salt"]), hex(c["ikm"]))), c["prk"]);
        EXPECT_EQ(to_hex(expand(hex(c["salt"]), hex(c["ikm"]), hex(c["info"]), c["L"]).value()),
                  c["okm"]);
    }
    test::report_set("hkdf_sha256_rfc5869.json", (*set)["cases"].size(), 0);
}

TEST(Hkdf, EqualsWycheproof) {
    const auto set = test::published_set("hkdf_sha256_test.json");
    if (!set) return;
    std::size_t cases = 0;
    std::size_t refused = 0;
    for (const json& group : (*set)["testGroups"]) {
        for (const json& c : group["tests"]) {
            SCOPED_TRACE(c["tcId"].dump());
            const auto okm = expand(hex(c["salt"]), hex(c["ikm"]), hex(c["info"]), c["size"]);
            ASSERT_EQ(okm.has_value(), c["result"] == "valid");
            if (okm) {
                EXPECT_EQ(to_hex(*okm), c["okm"]);
            } else {
                EXPECT_EQ(okm.error().code, Code::InvalidArgument);
                ++refused;
            }
            ++cases;
        }
    }
    EXPECT_EQ(cases, 86U);
    EXPECT_EQ(refused, 3U);
    test::report_set("hkdf_sha256_test.json", cases, refused);
}

TEST(Hkdf, GivesUpTo255Blocks) {
    EXPECT_TRUE(expand({}, {}, {}, hkdf_max));
    Bytes out(hkdf_max + 1, 0xee);
    EXPECT_FALSE(Hkdf(ByteView{}, ByteView{}).expand({}, out));
    EXPECT_EQ(out, Bytes(hkdf_max + 1, 0xee));
}

TEST(Kdf, NamesLabelLengthAndContext) {
    const Bytes key(32, 7);
    const auto base = kdf<RowKey>(Label::Table, zero_salt, key, as_bytes("t"));
    const Bytes info = ascii(std::string_view("kith1/table\0\0\x20t", 15));
    EXPECT_TRUE(equal(base.expose(), expand(zero_salt, key, info, 32).value()));
    EXPECT_FALSE(base == kdf<RowKey>(Label::Index, zero_salt, key, as_bytes("t")));
    EXPECT_FALSE(base == kdf<RowKey>(Label::Table, zero_salt, key, as_bytes("u")));
    // The length is bound: a longer output does not begin with a shorter one.
    using Wide = SecretBytes<64, struct WideTag>;
    const auto wide = kdf<Wide>(Label::Table, zero_salt, key, as_bytes("t"));
    EXPECT_FALSE(base == wide.part<RowKey>(0));
}

TEST(Kdf, TakesItsKeyInParts) {
    const Bytes key(64, 7);
    const std::array<ByteView, 2> parts{ByteView(key).first(20), ByteView(key).subspan(20)};
    std::array<std::uint8_t, 32> out{};
    kdf_parts_into(Label::X3dh, zero_salt, parts, {}, out);
    EXPECT_TRUE(equal(out, kdf<RootKey>(Label::X3dh, zero_salt, key).expose()));
}

TEST(Kdf, IsKdf1WithZeroSalt) {
    const Bytes key(32, 7);
    EXPECT_TRUE(kdf1<DatagramKey>(Label::DhtNet, key) ==
                kdf<DatagramKey>(Label::DhtNet, Bytes(32), key));
}

}  // namespace
}  // namespace kith::crypto
