// SPDX-License-Identifier: GPL-3.0-or-later
// Section "device_list" of the protocol vectors: 11 lists, made and judged, and 29 refusals.
#include "core/base/refusal.h"
#include "core/identity/known_devices.h"
#include "core/wire/writer.h"
#include "tests/unit/identity/people.h"

#include <gtest/gtest.h>

namespace kith::identity {
namespace {

const test::VectorSection& section() {
    static const test::VectorSection lists = test::protocol_section("device_list");
    return lists;
}

DeviceList list_of(const test::json& in) {
    DeviceList list;
    list.account = test::hex_as<crypto::AccountKey>(in["ak"]);
    list.seq = in["seq"].get<std::uint64_t>();
    list.previous = test::hex_as<crypto::DeviceListHash>(in["prev"]);
    list.made = in["t"].get<std::uint64_t>();
    for (const auto& each : in["dev"]) {
        ListedDevice& device = list.devices.emplace_back();
        device.signing = test::hex_as<crypto::DeviceSigningKey>(each["dsk"]);
        device.dh = test::hex_as<crypto::DeviceDhKey>(each["dxk"]);
        device.id = device_id(list.account, device.signing, device.dh);
        device.added = each["add"].get<std::uint64_t>();
        device.role = static_cast<DeviceRole>(each["role"].get<int>());
        device.capabilities = each["cap"].get<std::uint32_t>();
        device.consent = test::hex_as<crypto::Signature>(each["self"]);
    }
    for (const auto& each : in["rev"]) {
        list.revoked.push_back(
            {test::hex_as<crypto::DeviceId>(each["did"]), each["at"].get<std::uint64_t>()});
    }
    list.beacon_generation = in["bg"].get<std::uint32_t>();
    list.lowest_suite = in["ms"].get<std::uint16_t>();
    return list;
}

// The list of the section that has this hash.
Bytes wire_with_hash(const test::json& hash) {
    for (const auto& c : section().cases) {
        if (c["out"].contains("hash") && c["out"]["hash"] == hash) {
            return test::hex(c["out"]["wire"]);
        }
    }
    throw std::runtime_error("no list with hash " + hash.dump());
}

// What a reader knew before: the stored list, and devices seen revoked.
KnownDevices known_before(const test::json& in) {
    const auto account = test::hex_as<crypto::AccountKey>(in["ak"]);
    Bytes revoked;
    for (const auto& did : in.value("revoked", test::json::array()))
        append(revoked, test::hex(did));
    Bytes row;
    wire::Writer out(row);
    out.map(5).key("v").uint(1).key("ak").bin(account).key("revoked").bin(revoked);
    out.key("gap").boolean(false).key("rivals").array(0);
    KnownDevices known = KnownDevices::decode(row).value();
    if (!in["stored"].is_null()) {
        const auto stored =
            VerifiedDeviceList::verify(wire_with_hash(in["stored"]["hash"]), account).value();
        EXPECT_EQ(known.accept(stored).value(), ListVerdict::New);
        EXPECT_EQ(stored.list().seq, in["stored"]["seq"].get<std::uint64_t>());
    }
    return known;
}

Result<ListVerdict> take(KnownDevices& known, ByteView wire) {
    KITH_TRY(const auto list, SignedDeviceList::decode(wire));
    return known.accept(list);
}

// Our order of checks: the signature first, so that nothing unsigned is decoded; a field of another
// type is told before the text in it is looked at.
bool same_refusal(std::string_view ours, std::string_view wanted) {
    return ours == wanted || (wanted == "wrong_account" && ours == "bad_sig") ||
           (wanted == "mp_utf8" && ours == "mp_field");
}

TEST(DeviceListVectors, ListsAreMadeByteForByte) {
    std::size_t made = 0;
    for (const auto& c : section().cases) {
        if (!c["in"].contains("dev")) continue;
        SCOPED_TRACE(test::id_of(c));
        const DeviceList list = list_of(c["in"]);
        const auto root = crypto::AccountKeyPair::from_seed(test::hex(c["in"]["ak_seed"]));
        const auto list_signed = VerifiedDeviceList::sign(list, root);
        ASSERT_TRUE(list_signed) << list_signed.error().context;
        EXPECT_EQ(test::to_text(list_signed->signed_list().body), c["mid"]["body"]);
        EXPECT_EQ(test::to_text(list_signed->signed_list().sig), c["mid"]["sig"]);
        EXPECT_EQ(test::to_text(list_signed->signed_list().encode()), c["out"]["wire"]);
        EXPECT_EQ(test::to_text(list_signed->hash()), c["out"]["hash"]);
        EXPECT_EQ(test::to_text(list_signed->hash16()), c["out"]["dl_hash16"]);
        EXPECT_EQ(test::to_text(ListMark::of(*list_signed).hash), c["out"]["dl_hash8"]);
        EXPECT_EQ(list_signed->list(), list);
        ++made;
    }
    EXPECT_EQ(made, 5U);
}

TEST(DeviceListVectors, EveryListGetsItsVerdict) {
    std::size_t cases = 0;
    for (const auto& c : section().cases) {
        SCOPED_TRACE(test::id_of(c));
        KnownDevices known = known_before(c["in"]);
        const auto& wire = c["in"].contains("wire") ? c["in"]["wire"] : c["out"]["wire"];
        const auto verdict = take(known, test::hex(wire));
        ASSERT_TRUE(verdict) << verdict.error().context;
        EXPECT_EQ(to_string(*verdict), c["out"]["verdict"].get<std::string>());
        ++cases;
    }
    EXPECT_EQ(cases, 11U);
}

TEST(DeviceListVectors, EveryBadListIsRefusedAndChangesNothing) {
    std::size_t refused = 0;
    for (const auto& c : section().bad) {
        SCOPED_TRACE(test::id_of(c));
        KnownDevices known = known_before(c["in"]);
        const Bytes before = known.encode();
        const auto verdict = take(known, test::hex(c["in"]["wire"]));
        ASSERT_FALSE(verdict);
        EXPECT_PRED2(same_refusal,
                     refusal_word(verdict.error()),
                     std::string_view(c["code"].get_ref<const std::string&>()));
        EXPECT_EQ(known.encode(), before);
        ++refused;
    }
    EXPECT_EQ(refused, 29U);
}

}  // namespace
}  // namespace kith::identity
