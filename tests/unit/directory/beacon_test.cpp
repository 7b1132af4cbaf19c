// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/beacon.h"

#include "core/directory/record_rules.h"
#include "tests/support/directory/beacon_maker.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

using test::hex;
using test::hex_as;
using test::json;

Slot slot_of_vector(const json& key, const json& id) {
    return {hex_as<Location>(key), ValueId(read_be<std::uint64_t>(hex(id)))};
}

BeaconContent content_of(const json& in) {
    BeaconContent out;
    out.list = {in["dl_seq"].get<std::uint64_t>(),
                hex_as<crypto::DeviceListHash16>(in["dl_hash16"])};
    out.made = from_unix_seconds(in["time"]);
    out.effort = in["effort"].get<std::uint16_t>();
    out.stranger_desk = in["policy"] == 1;
    for (const json& box : in["boxes"]) {
        const auto flags = box["flags"].get<unsigned>();
        out.boxes.push_back({hex_as<crypto::BoxId>(box["box_id"]),
                             (flags & 1) != 0,
                             (flags & 2) != 0,
                             Endpoint::from_wire(hex(box["addr"]))});
    }
    for (const json& end : in["ends"]) {
        out.endpoints.push_back({hex_as<crypto::CallId>(end["did8"]),
                                 end["flags"] == 1,
                                 Endpoint::from_wire(hex(end["addr"]))});
    }
    return out;
}

EpochKeys keys_of(const json& in, Epoch epoch) {
    return EpochKeys::derive(
               hex_as<crypto::AccountKey>(in["ak"]), hex_as<crypto::ReachSecret>(in["s"]), epoch)
        .value();
}

TEST(Beacon, IsMadeAsInTheVectors) {
    for (const json& c : test::protocol_section("beacon").cases) {
        if (!c["in"].contains("ak_seed")) continue;
        SCOPED_TRACE(test::id_of(c));
        const json& in = c["in"];
        const Epoch epoch(in["e"].get<std::uint64_t>());
        const auto account = crypto::AccountKeyPair::from_seed(hex(in["ak_seed"]));
        const auto reach = hex_as<crypto::ReachSecret>(in["s"]);
        const auto seed = hex_as<crypto::BeaconSeed>(in["beacon_seed"]);
        const BeaconContent content = content_of(in);

        Certificate previous;
        previous.epoch = epoch;
        previous.reissue = in["reissue"].get<std::uint32_t>() - 1;
        const bool reissued = in["reissue"] != 0;
        test::ScriptedRandom for_certificate(concat(hex(in["dlc_nonce"]), hex(in["Z"])));
        const Certificate certificate = issue_certificates(account,
                                                           reach,
                                                           seed,
                                                           content.list,
                                                           epoch,
                                                           1,
                                                           std::span(&previous, reissued ? 1U : 0U),
                                                           for_certificate)
                                            .front();
        EXPECT_EQ(test::to_text(certificate.encode()), c["out"]["cert_record"]);

        const std::size_t index = in["idx"];
        const Bytes other_nonce(24, 0);
        const Bytes nonce = hex(in["nonce"]);
        test::ScriptedRandom for_beacon(index == 0 ? concat(nonce, other_nonce)
                                                   : concat(other_nonce, nonce));
        const auto made = make_beacon(keys_of(in, epoch),
                                      beacon_pair(seed, reach, epoch),
                                      certificate,
                                      in["rev"],
                                      content,
                                      for_beacon);
        ASSERT_TRUE(made);
        EXPECT_EQ(test::to_text(made->at(index)), c["out"]["beacon"]);
    }
}

TEST(Beacon, IsReadAsInTheVectors) {
    for (const json& c : test::protocol_section("beacon").cases) {
        if (!c["in"].contains("ak_seed")) continue;
        SCOPED_TRACE(test::id_of(c));
        const json& in = c["in"];
        const Epoch epoch(in["e"].get<std::uint64_t>());
        const auto beacon = read_beacon(slot_of_vector(c["out"]["key"], c["out"]["id"]),
                                        hex(c["out"]["beacon"]),
                                        keys_of(in, epoch),
                                        from_unix_seconds(in["now"]),
                                        in["known_seq"]);
        ASSERT_TRUE(beacon) << beacon.error().context;
        EXPECT_EQ(beacon->content, content_of(in));
        EXPECT_EQ(beacon->epoch, epoch);
        EXPECT_EQ(beacon->revision, (Revision{in["reissue"], in["rev"]}));
    }
}

TEST(Beacon, RefusesWhatTheVectorsRefuse) {
    for (const json& c : test::protocol_section("beacon").bad) {
        const json& in = c["in"];
        if (in["op"] != "read") continue;
        SCOPED_TRACE(test::id_of(c));
        const Bytes data = hex(in["beacon"]);
        // The reader looks at the epoch that the beacon says it is of; the rest is judged.
        const auto beacon = read_beacon(slot_of_vector(in["key"], in["id"]),
                                        data,
                                        keys_of(in, Epoch(20000)),
                                        from_unix_seconds(in["now"]),
                                        in["known_seq"]);
        ASSERT_FALSE(beacon);
        EXPECT_EQ(beacon.error().context, c["code"].get<std::string>());
    }
}

class BeaconTest : public testing::Test {
  protected:
    test::BeaconMaker alice_{1};
    Epoch epoch_{20000};
    Timestamp now_ = epoch_start(Epoch(20000)) + hours(3);

    Result<Beacon> read(ByteView data) { return read_beacon(data, alice_.keys(epoch_), now_, 0); }
};

TEST_F(BeaconTest, ReadsBackWhatItSays) {
    alice_.content.effort = 500;
    alice_.content.stranger_desk = true;
    for (std::uint8_t i = 0; i < beacon_boxes; ++i) {
        alice_.content.boxes.push_back({crypto::draw_public<crypto::BoxId>(alice_.random()),
                                        i == 1,
                                        i == 2,
                                        Endpoint::v4(192, 0, 2, i, 4222)});
    }
    while (alice_.content.endpoints.size() < beacon_endpoints) {
        alice_.content.endpoints.push_back({crypto::draw_public<crypto::CallId>(alice_.random()),
                                            false,
                                            *parse_endpoint("[2001:db8::1]:4222")});
    }
    for (const Bytes& data : alice_.beacon(epoch_)) {
        ASSERT_EQ(data.size(), beacon_size);
        const auto beacon = read(data);
        ASSERT_TRUE(beacon) << beacon.error().context;
        EXPECT_EQ(beacon->content, alice_.content);
    }
}

TEST_F(BeaconTest, NotASingleByteCanBeChanged) {
    const BeaconPair pair = alice_.beacon(epoch_);
    for (std::size_t i = 0; i < beacon_size; ++i) {
        Bytes changed = pair[0];
        changed[i] ^= 1;
        EXPECT_FALSE(read(changed)) << "byte " << i;
    }
}

TEST_F(BeaconTest, IsRefusedAtEveryOtherLength) {
    const BeaconPair pair = alice_.beacon(epoch_);
    for (std::size_t length = 0; length < beacon_size; ++length) {
        EXPECT_FALSE(read(ByteView(pair[0]).first(length)));
    }
    for (std::size_t more = 1; more <= 64; ++more) {
        EXPECT_FALSE(read(concat(pair[0], Bytes(more, 0))));
    }
}

TEST_F(BeaconTest, CannotBeMadeWithMoreThanFits) {
    alice_.content.endpoints.resize(beacon_endpoints + 1);
    const auto made = make_beacon(alice_.keys(epoch_),
                                  beacon_pair(alice_.seed(), alice_.reach(), epoch_),
                                  alice_.certificate(epoch_),
                                  8,
                                  alice_.content,
                                  alice_.random());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Code::InvalidArgument);
}

TEST_F(BeaconTest, CannotBeMadeUnderACertificateForAnotherListOrEpoch) {
    const Certificate certificate = alice_.certificate(epoch_);
    const auto make = [&](Epoch epoch, const BeaconContent& content) {
        return make_beacon(alice_.keys(epoch),
                           beacon_pair(alice_.seed(), alice_.reach(), epoch),
                           certificate,
                           8,
                           content,
                           alice_.random());
    };
    EXPECT_TRUE(make(epoch_, alice_.content));
    EXPECT_EQ(make(Epoch(20001), alice_.content).error().code, Code::InvalidArgument);
    BeaconContent other = alice_.content;
    ++other.list.seq;
    EXPECT_EQ(make(epoch_, other).error().code, Code::BadSignature);
}

TEST(NextRev, NeverTiesBetweenDevices) {
    EXPECT_EQ(next_rev(0, 0), 8U);
    EXPECT_EQ(next_rev(8, 3), 19U);
    EXPECT_EQ(next_rev(19, 0), 24U);
    EXPECT_NE(next_rev(19, 1), next_rev(19, 2));
    EXPECT_GT(*next_rev(23, 0), 23U);
}

TEST(NextRev, EndsInsteadOfWrapping) {
    EXPECT_EQ(next_rev(0xFFFFFFF0, 7), 0xFFFFFFFFU);
    EXPECT_EQ(next_rev(0xFFFFFFF8, 0), std::nullopt);
}

TEST(MergeEndpoints, PutsOwnFirstAndKeepsTheOthers) {
    const auto entry = [](std::uint8_t device, std::uint8_t host) {
        BeaconEndpoint out;
        out.device.data()[0] = device;
        out.endpoint = Endpoint::v4(192, 0, 2, host, 4222);
        return out;
    };
    const crypto::CallId own = entry(1, 0).device;
    const auto merged =
        merge_endpoints({entry(2, 2), entry(1, 9), entry(3, 3)}, own, {entry(1, 1)});
    EXPECT_EQ(merged, (std::vector{entry(1, 1), entry(2, 2), entry(3, 3)}));
    const auto full = merge_endpoints(
        {entry(2, 2), entry(3, 3), entry(4, 4), entry(5, 5)}, own, {entry(1, 1), entry(1, 6)});
    EXPECT_EQ(full, (std::vector{entry(1, 1), entry(1, 6), entry(2, 2), entry(3, 3)}));
}

}  // namespace
}  // namespace kith::directory
