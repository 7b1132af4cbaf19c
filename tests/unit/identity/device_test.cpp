// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity/device.h"

#include "tests/support/seeded_random.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

TEST(Device, IdsAreThoseOfTheVectors) {
    std::size_t cases = 0;
    for (const auto& c : test::protocol_section("identity").cases) {
        if (!c["in"].contains("dsk")) continue;
        SCOPED_TRACE(test::id_of(c));
        const auto id = device_id(test::hex_as<crypto::AccountKey>(c["in"]["ak"]),
                                  test::hex_as<crypto::DeviceSigningKey>(c["in"]["dsk"]),
                                  test::hex_as<crypto::DeviceDhKey>(c["in"]["dxk"]));
        EXPECT_EQ(test::to_text(id), c["out"]["did"]);
        EXPECT_EQ(test::to_text(call_id(id)), c["out"]["cid"]);
        ++cases;
    }
    EXPECT_EQ(cases, 3U);
}

TEST(Device, PublicKeysFollowFromTheSecretsOfTheVectors) {
    for (const std::string_view name : {"A1", "A2", "A3", "B1", "B2"}) {
        const auto& c = key_case("device " + std::string(name));
        SCOPED_TRACE(test::id_of(c));
        const Device device = device_of(name);
        EXPECT_EQ(test::to_text(device.signing.public_key()), c["out"]["dsk"]);
        EXPECT_EQ(test::to_text(device.dh.public_key()), c["out"]["dxk"]);
        const auto account = test::hex_as<crypto::AccountKey>(c["out"]["ak"]);
        EXPECT_EQ(test::to_text(device.id(account)), c["out"]["did"]);
    }
}

TEST(Device, ConsentHoldsForOneAccountOneKeyAndOneSequenceNumber) {
    const Device device = device_of("A1");
    const auto account = root_of("A").public_key();
    const auto consent = sign_consent(device, account, 7);
    const auto& dsk = device.signing.public_key();
    const auto& dxk = device.dh.public_key();
    EXPECT_TRUE(verify_consent(consent, dsk, account, dxk, 7));
    EXPECT_FALSE(verify_consent(consent, dsk, account, dxk, 8));
    EXPECT_FALSE(verify_consent(consent, dsk, root_of("B").public_key(), dxk, 7));
    const Device other = device_of("A2");
    EXPECT_FALSE(verify_consent(consent, dsk, account, other.dh.public_key(), 7));
    EXPECT_FALSE(verify_consent(consent, other.signing.public_key(), account, dxk, 7));
}

TEST(Device, ItsRowReadsBack) {
    test::SeededRandom random(5);
    const Device device = Device::generate(random);
    const Bytes row = device.encode();
    const Device back = Device::decode(row).value();
    EXPECT_EQ(back.signing.public_key(), device.signing.public_key());
    EXPECT_EQ(back.dh.public_key(), device.dh.public_key());
    EXPECT_EQ(back.encode(), row);
    for (std::size_t size = 0; size < row.size(); ++size)
        EXPECT_FALSE(Device::decode(ByteView(row).first(size))) << size;
    Bytes newer = row;
    newer[3] = 2;
    EXPECT_EQ(Device::decode(newer).error().code, Code::UnsupportedVersion);
}

}  // namespace
}  // namespace kith::identity
