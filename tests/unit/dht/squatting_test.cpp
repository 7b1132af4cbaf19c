// SPDX-License-Identifier: GPL-3.0-or-later
// Members of the network that follow no rules: values at our keys before us, and packets that
// OpenDHT must never see.
#include "core/directory/record_rules.h"
#include "core/wire/writer.h"
#include "tests/support/directory/beacon_maker.h"
#include "tests/unit/dht/hostile_node.h"

#include <gtest/gtest.h>

namespace kith::dht {
namespace {

using Node = test::LoopbackNetwork::Node;

class Squatting : public testing::Test {
  protected:
    Result<directory::Published> publish(Node& node) {
        auto records = alice_.records(net_.epoch());
        return net_.run(node.directory.publish(std::move(records), net_.in(seconds(20))));
    }

    bool found_by(Node& node) {
        auto accept = alice_.accept(net_.clock().wall());
        const auto slots = alice_.slots(net_.epoch());
        return net_.run(node.directory.lookup(slots, std::move(accept), net_.in(seconds(5))))
            .has_value();
    }

    test::LoopbackNetwork net_;
    test::BeaconMaker alice_{1};
    std::vector<Node*> nodes_ = net_.grow(6);
    test::HostileNode mallory_{net_, nodes_[0]->endpoint()};
};

TEST_F(Squatting, ARecordOfNoOtherTypeCanSitAtOurKey) {
    const directory::Slots slots = alice_.slots(net_.epoch());
    for (const std::uint16_t type :
         std::initializer_list<std::uint16_t>{0, 3, 999, 0x4B00, 0x4B02, 0xFFFF}) {
        for (const directory::Slot& slot : slots) {
            mallory_.put(slot, type, Bytes(200, 'j'));
            EXPECT_EQ(mallory_.holders(slot), 0) << "type " << type;
        }
    }
    const auto published = publish(*nodes_[1]);
    ASSERT_TRUE(published);
    EXPECT_GE(published->holders, 5);
    EXPECT_TRUE(found_by(*nodes_[4]));
}

TEST_F(Squatting, AForgedRecordOfOurTypeIsStoredByNobody) {
    const auto records = alice_.records(net_.epoch());
    Bytes forged = records[0].data;
    forged[300] ^= 1;
    mallory_.put(records[0].slot, directory::beacon_type, forged);
    EXPECT_EQ(mallory_.holders(records[0].slot), 0);
    mallory_.put(records[0].slot, directory::beacon_type, Bytes(554, 'j'));
    EXPECT_EQ(mallory_.holders(records[0].slot), 0);
    // Good, but not for this key.
    mallory_.put(records[0].slot, directory::beacon_type, records[1].data);
    EXPECT_EQ(mallory_.holders(records[0].slot), 0);
    EXPECT_TRUE(publish(*nodes_[1]));
    EXPECT_TRUE(found_by(*nodes_[4]));
}

TEST_F(Squatting, ASignedValueIsDroppedBeforeOpenDhtSeesIt) {
    const auto records = alice_.records(net_.epoch());
    const auto odd_before = nodes_[0]->directory.traffic().odd;
    mallory_.put_signed(records[0].slot, directory::beacon_type, records[0].data);
    EXPECT_EQ(mallory_.holders(records[0].slot), 0);
    EXPECT_GT(nodes_[0]->directory.traffic().odd, odd_before);
}

TEST_F(Squatting, AnOldRecordDoesNotReplaceTheNewOne) {
    const auto old_records = alice_.records(net_.epoch(), {0, 8});
    auto newer = alice_.records(net_.epoch(), {0, 16});
    ASSERT_TRUE(net_.run(nodes_[1]->directory.publish(newer, net_.in(seconds(20)))));
    for (const directory::Record& record : old_records) {
        mallory_.put(record.slot, directory::beacon_type, record.data);
    }
    auto accept = alice_.accept(net_.clock().wall());
    const auto found = net_.run(
        nodes_[4]->directory.lookup(alice_.slots(net_.epoch()), accept, net_.in(seconds(5))));
    ASSERT_TRUE(found);
    EXPECT_EQ(accept(*found), (directory::Revision{0, 16}));
}

TEST_F(Squatting, ARecordPacksIntoOneUnbrokenValue) {
    const auto records = alice_.records(net_.epoch());
    EXPECT_EQ(test::packed_record_size(records[0].slot, records[0].data), 594U);
}

TEST_F(Squatting, PacketsThatOpenDhtWouldChokeOnAreDroppedAndCounted) {
    Bytes error_without_code;
    wire::Writer(error_without_code)
        .map(2)
        .key("e")
        .array(0)
        .key("r")
        .map(1)
        .key("id")
        .bin(Bytes(20, 1));
    Bytes fields_of_none;
    wire::Writer(fields_of_none)
        .map(1)
        .key("r")
        .map(2)
        .key("id")
        .bin(Bytes(20, 1))
        .key("fileds")
        .map(2)
        .key("f")
        .array(0)
        .key("v")
        .array(0);
    // Read as a map of 1,000 entries, this ends the process.
    Bytes request_that_is_no_map;
    wire::Writer(request_that_is_no_map).map(2).key("a").bin(Bytes(1000, 1)).key("q").text("ping");
    const Bytes bomb{0xdd, 0x0f, 0xff, 0xff, 0xff};
    std::uint64_t expected = nodes_[0]->directory.traffic().odd;
    for (const Bytes& packet : {error_without_code, fields_of_none, request_that_is_no_map, bomb}) {
        mallory_.send(packet, nodes_[0]->endpoint());
        ++expected;
        net_.wait_until([&] { return nodes_[0]->directory.traffic().odd == expected; });
    }
    EXPECT_TRUE(publish(*nodes_[0]));
}

// What passes the gate goes to a parser that we did not write: real packets with a few bytes
// changed. The sanitizers watch.
TEST_F(Squatting, DamagedPacketsOfMembersDoNoHarm) {
    mallory_.put(alice_.slots(net_.epoch())[0],
                 directory::beacon_type,
                 alice_.records(net_.epoch())[0].data);
    mallory_.holders(alice_.slots(net_.epoch())[1]);
    const std::vector<Bytes> real = mallory_.sent();
    ASSERT_GT(real.size(), 10U);
    test::SeededRandom random(9);
    for (int i = 0; i < 4000; ++i) {
        Bytes packet = real[random.below(real.size())];
        for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes) {
            packet[random.below(std::min<std::size_t>(packet.size(), 200))] =
                static_cast<std::uint8_t>(random.below(256));
        }
        mallory_.send(packet, nodes_[static_cast<std::size_t>(i) % 3]->endpoint());
        if (i % 20 == 0) net_.run_for(milliseconds(1));
    }
    EXPECT_GT(nodes_[0]->directory.traffic().odd, 0U);
    EXPECT_TRUE(publish(*nodes_[5]));
    EXPECT_TRUE(found_by(*nodes_[3]));
}

}  // namespace
}  // namespace kith::dht
