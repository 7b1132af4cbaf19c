// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/refusal.h"
#include "core/session/prekey_bundle.h"
#include "tests/unit/session/session_pair.h"
#include "tests/unit/session/vector_state.h"

#include <gtest/gtest.h>

namespace kith::session::test {
namespace {

using kith::test::hex;
using kith::test::hex_as;
using kith::test::id_of;
using kith::test::to_text;

crypto::BundleKey key_of(const json& in) {
    return bundle_key(hex_as<crypto::AccountKey>(in["ak"]), hex_as<crypto::ReachSecret>(in["s"]));
}

PrekeyRecord record_of(const json& pair) {
    return {hex(pair[0]), hex_as<crypto::Signature>(pair[1])};
}

std::vector<BundleDevice> devices_of(const json& list) {
    std::vector<BundleDevice> devices;
    for (const json& one : list) {
        BundleDevice device{record_of(one["env"]), record_of(one["spk"]), std::nullopt};
        if (one.contains("xwk")) device.xwing = record_of(one["xwk"]);
        devices.push_back(device);
    }
    return devices;
}

Result<OpenedBundle> open(const json& in, ByteView bundle) {
    const ListHint hint{in["beacon_dl_seq"],
                        hex_as<crypto::DeviceListHash16>(in["beacon_dl_hash16"])};
    return open_bundle(key_of(in),
                       hex_as<crypto::AccountKey>(in["ak"]),
                       bundle,
                       hint,
                       from_unix_seconds(in["now"].get<std::uint64_t>()));
}

void expect_bundle(const json& c) {
    const json& in = c["in"];
    EXPECT_EQ(to_text(key_of(in).expose()), c["mid"]["K_b"]);
    const auto devices = devices_of(in["dev"]);
    const auto bundle = seal_bundle(key_of(in),
                                    {hex(in["dl"][0]), hex_as<crypto::Signature>(in["dl"][1])},
                                    devices,
                                    hex_as<crypto::AeadNonce>(in["nonce"]));
    ASSERT_TRUE(bundle);
    EXPECT_EQ(to_text(*bundle), c["out"]["bundle"]);
    EXPECT_EQ(bundle->size(), c["out"]["size"]);
    const auto opened = open(in, *bundle);
    ASSERT_TRUE(opened) << opened.error().context;
    EXPECT_EQ(opened->devices.size(), devices.size());
    for (const BundleKeys& keys : opened->devices) {
        EXPECT_TRUE(keys.envelope && keys.signed_prekey);
        EXPECT_EQ(opened->find(keys.party.device), &keys);
    }
}

void expect_one_time(const json& c) {
    const Bytes joined = hex(c["in"]["opk"]);
    const PrekeyRecord record{to_bytes(ByteView(joined).first(60)),
                              crypto::Signature::copy_of(ByteView(joined).subspan(60))};
    const auto nonce = hex_as<crypto::AeadNonce>(c["in"]["nonce"]);
    const Bytes sealed = seal_one_time(key_of(c["in"]), record, nonce);
    EXPECT_EQ(to_text(sealed), c["out"]["sealed_opk"]);
    EXPECT_EQ(open_one_time(key_of(c["in"]), sealed).value(), record);
}

TEST(BundleVectors, AreSealedAndOpenedByteForByte) {
    for (const json& c : kith::test::protocol_section("bundle").cases) {
        SCOPED_TRACE(id_of(c));
        if (c["in"].contains("opk")) {
            expect_one_time(c);
        } else {
            expect_bundle(c);
        }
    }
}

TEST(BundleVectors, AreRefusedWhenAnythingIsWrong) {
    for (const json& c : kith::test::protocol_section("bundle").bad) {
        SCOPED_TRACE(id_of(c));
        const json& in = c["in"];
        std::optional<Error> error;
        if (in.contains("sealed_opk")) {
            const auto opened = open_one_time(key_of(in), hex(in["sealed_opk"]));
            if (!opened) error = opened.error();
        } else {
            const auto opened = open(in, hex(in["bundle"]));
            if (!opened) error = opened.error();
        }
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code, code_of(c["code"].get<std::string>())) << error->context;
    }
}

BundleDevice published(const Side& side) {
    const auto& dsk = side.device.signing;
    kith::test::SeededRandom random(7);
    const auto envelope = OwnEnvelopeKey::generate(random, start);
    return {envelope.sign(dsk, side.did()), side.signed_prekey.sign(dsk, side.did()), {}};
}

struct BundleTest : testing::Test {
    Pair pair;
    crypto::BundleKey key = bundle_key(pair.a.root.public_key(), {});

    Result<OpenedBundle> open_at(const std::vector<BundleDevice>& devices, Timestamp now) {
        const Bytes bundle =
            seal_bundle(key, pair.a.signed_list(), devices, crypto::AeadNonce{}).value();
        return open_bundle(key, pair.a.root.public_key(), bundle, {}, now);
    }
};

TEST_F(BundleTest, ADeviceThatIsAwayForWeeksKeepsItsEnvelopeKeyAndLosesItsSignedPrekey) {
    const auto opened = open_at({published(pair.a)}, start + days(20));
    ASSERT_TRUE(opened);
    ASSERT_EQ(opened->devices.size(), 1U);
    EXPECT_TRUE(opened->devices[0].envelope);
    EXPECT_FALSE(opened->devices[0].signed_prekey);
}

TEST_F(BundleTest, TwoEntriesOfOneDeviceAreRefused) {
    EXPECT_FALSE(open_at({published(pair.a), published(pair.a)}, start));
}

TEST_F(BundleTest, KeysOfAnotherAccountsDeviceAreRefused) {
    const auto opened = open_at({published(pair.b)}, start);
    ASSERT_FALSE(opened);
    EXPECT_EQ(refusal_word(opened.error()), "wrong_device");
}

TEST_F(BundleTest, TheSizeTellsOnlyTheClass) {
    const Bytes none = seal_bundle(key, pair.a.signed_list(), {}, {}).value();
    const Bytes one = seal_bundle(key, pair.a.signed_list(), {published(pair.a)}, {}).value();
    EXPECT_EQ(none.size(), 4096U);
    EXPECT_EQ(one.size(), 4096U);
}

}  // namespace
}  // namespace kith::session::test
