// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/record_rules.h"

#include "core/directory/beacon.h"
#include "tests/support/directory/beacon_maker.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

using test::hex;
using test::hex_as;
using test::json;

Slot slot_of_vector(const json& in) {
    return {hex_as<Location>(in["key"]), ValueId(read_be<std::uint64_t>(hex(in["id"])))};
}

Result<> replace_as(const json& in) {
    return check_replacement(slot_of_vector(in),
                             hex(in["old"]),
                             hex(in["new"]),
                             Epoch(in["e_now"].get<std::uint64_t>()));
}

TEST(RecordRulesVectors, ReplaceAsTheySay) {
    const auto section = test::protocol_section("beacon");
    int cases = 0;
    for (const json& c : section.cases) {
        if (!c["in"].contains("op")) continue;
        SCOPED_TRACE(test::id_of(c));
        EXPECT_TRUE(replace_as(c["in"]));
        EXPECT_EQ(revision_of(hex(c["in"]["new"])),
                  (Revision{c["out"]["reissue"], c["out"]["rev"]}));
        ++cases;
    }
    for (const json& c : section.bad) {
        if (c["in"]["op"] != "edit") continue;
        SCOPED_TRACE(test::id_of(c));
        const auto replaced = replace_as(c["in"]);
        ASSERT_FALSE(replaced);
        EXPECT_EQ(replaced.error().context, c["code"].get<std::string>());
        ++cases;
    }
    EXPECT_EQ(cases, 4);
}

class RecordRules : public testing::Test {
  protected:
    test::BeaconMaker alice_{1};
    test::BeaconMaker bob_{2};
    Epoch epoch_{20000};
    std::array<Record, 2> records_ = alice_.records(Epoch(20000));

    std::string word(const Slot& slot, ByteView data, Epoch now) {
        const auto checked = check_record(slot, data, now);
        return checked ? "ok" : checked.error().context;
    }
};

TEST_F(RecordRules, TakeABeaconAtItsOwnSlotsInNearEpochs) {
    for (const Record& record : records_) {
        EXPECT_EQ(word(record.slot, record.data, epoch_), "ok");
        EXPECT_EQ(word(record.slot, record.data, Epoch(20001)), "ok");
        EXPECT_EQ(word(record.slot, record.data, Epoch(19999)), "ok");
        EXPECT_EQ(word(record.slot, record.data, Epoch(20002)), "wrong_epoch");
        EXPECT_EQ(word(record.slot, record.data, Epoch(19998)), "wrong_epoch");
    }
}

TEST_F(RecordRules, ReadWhatABeaconSaysToEverybodyWheneverItIsFor) {
    const auto open = read_open_beacon(records_[1].data);
    ASSERT_TRUE(open);
    EXPECT_EQ(open->epoch, epoch_);
    EXPECT_EQ(open->index, 1);
    EXPECT_EQ(open->account, alice_.keys(epoch_).account);
    EXPECT_EQ(open->revision, (Revision{0, 8}));
    EXPECT_EQ(open->signer, beacon_pair(alice_.seed(), alice_.reach(), epoch_).public_key());
    for (const std::size_t at : {0U, 1U, 9U, 20U, 45U, 60U, 90U, 150U, 300U, 553U}) {
        Bytes changed = to_bytes(records_[1].data);
        changed[at] ^= 1;
        EXPECT_FALSE(read_open_beacon(changed)) << at;
    }
    EXPECT_FALSE(read_open_beacon(ByteView(records_[1].data).first(553)));
}

TEST_F(RecordRules, RefuseABeaconAnywhereElse) {
    const Slot own = records_[0].slot;
    EXPECT_EQ(word(records_[1].slot, records_[0].data, epoch_), "wrong_location");
    EXPECT_EQ(word(bob_.slots(epoch_)[0], records_[0].data, epoch_), "wrong_location");
    EXPECT_EQ(word({own.location, records_[1].slot.id}, records_[0].data, epoch_),
              "wrong_value_id");
    EXPECT_EQ(word({own.location, ValueId(own.id.value() + 1)}, records_[0].data, epoch_),
              "wrong_value_id");
}

TEST_F(RecordRules, RefuseASignatureOrCertificateOfSomebodyElse) {
    const auto bobs = bob_.beacon(epoch_);
    Bytes data = records_[0].data;
    std::copy_n(bobs[0].begin() + 490, 64, data.begin() + 490);
    EXPECT_EQ(word(records_[0].slot, data, epoch_), "bad_sig");
    data = records_[0].data;
    std::copy_n(bobs[0].begin() + 50, 128, data.begin() + 50);  // D_e, dlc, cert_sig
    EXPECT_EQ(word(records_[0].slot, data, epoch_), "bad_cert");
}

TEST_F(RecordRules, RefuseKeysOffTheSubgroup) {
    // A point of order 8.
    const Bytes torsion = hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
    Bytes data = records_[0].data;
    std::ranges::copy(torsion, data.begin() + 10);
    const auto account = crypto::BlindedAccountKey::copy_of(torsion);
    EXPECT_EQ(word(slot_of(account, epoch_, 0), data, epoch_), "bad_point");

    // As the key that signs, even where the account itself has certified it.
    data = records_[0].data;
    std::ranges::copy(torsion, data.begin() + 50);
    EXPECT_EQ(word(records_[0].slot, data, epoch_), "bad_cert");
    const Bytes body = concat(ByteView(data).subspan(2, 8),
                              ByteView(data).subspan(42, 4),
                              torsion,
                              ByteView(data).subspan(82, 32));
    const auto certified =
        crypto::BlindedPair::derive(alice_.pair(), alice_.reach(), epoch_.value())
            .sign(crypto::Label::BcnCert, body, alice_.random());
    std::ranges::copy(certified.view(), data.begin() + 114);
    EXPECT_EQ(word(records_[0].slot, data, epoch_), "bad_point");
}

TEST_F(RecordRules, LetOnlyANewerBeaconReplaceAnOlder) {
    const auto newer = alice_.records(epoch_, {0, 9});
    const auto reissued = alice_.records(epoch_, {1, 1});
    const Slot slot = records_[0].slot;
    EXPECT_TRUE(check_replacement(slot, records_[0].data, newer[0].data, epoch_));
    EXPECT_TRUE(check_replacement(slot, newer[0].data, reissued[0].data, epoch_));
    for (const auto& [old_data, new_data] : {std::pair(newer[0].data, records_[0].data),
                                             std::pair(reissued[0].data, newer[0].data),
                                             std::pair(newer[0].data, newer[0].data)}) {
        EXPECT_EQ(check_replacement(slot, old_data, new_data, epoch_).error().context, "not_newer");
    }
}

TEST_F(RecordRules, CheckAReplacementAsStrictlyAsANewBeacon) {
    auto newer = alice_.records(epoch_, {0, 9});
    newer[0].data[300] ^= 1;
    EXPECT_EQ(
        check_replacement(records_[0].slot, records_[0].data, newer[0].data, epoch_).error().code,
        Code::BadSignature);
}

TEST_F(RecordRules, SeeTheFormWithoutASignatureCheck) {
    Bytes data = records_[0].data;
    data[553] ^= 1;
    EXPECT_TRUE(check_record_form(records_[0].slot, data, epoch_));
    EXPECT_FALSE(check_record(records_[0].slot, data, epoch_));
}

}  // namespace
}  // namespace kith::directory
