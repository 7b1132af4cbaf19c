// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/packet_check.h"

#include "core/wire/writer.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

using wire::Writer;

// {"a": {"id": .., "h": .., "values": [..]}, "q": "put", "t": 7, "y": "q", "v": "RNG1"}
Bytes put_packet(const std::vector<Bytes>& values) {
    Bytes out;
    Writer writer(out);
    writer.map(5).key("a").map(3).key("id").bin(Bytes(20, 1)).key("h").bin(Bytes(20, 2));
    writer.key("values").array(values.size());
    for (const Bytes& value : values) {
        writer.raw(value);
    }
    writer.key("q").text("put").key("t").uint(7).key("y").text("q").key("v").text("RNG1");
    return out;
}

Bytes number(std::uint64_t value) {
    Bytes out;
    Writer(out).uint(value);
    return out;
}

// {"id": 5, "dat": {"body": {"type": .., "data": ..}}}
Bytes value_of_type(ByteView type) {
    Bytes out;
    Writer writer(out);
    writer.map(2).key("id").uint(5).key("dat").map(1).key("body").map(2);
    writer.key("type").raw(type).key("data").bin(Bytes(554, 9));
    return out;
}

// A packet with an empty request and this entry in its outermost map.
Bytes packet_of(std::string_view key, ByteView value) {
    Bytes out;
    Writer(out).map(2).key("r").map(0).key(key).raw(value);
    return out;
}

// A packet whose request has this one entry.
Bytes request_of(std::string_view key, ByteView value) {
    Bytes out;
    Writer(out).map(1).key("r").map(1).key(key).raw(value);
    return out;
}

std::vector<std::uint16_t> types_of(ByteView packet) {
    const auto types = check_packet(packet);
    if (!types) return {0xDEAD};
    return {types->ids().begin(), types->ids().end()};
}

TEST(PacketCheck, TakesAPutAndTellsItsTypes) {
    EXPECT_EQ(types_of(put_packet({value_of_type(number(0x4B01))})),
              (std::vector<std::uint16_t>{0x4B01}));
    EXPECT_EQ(
        types_of(put_packet(
            {value_of_type(number(3)), value_of_type(number(999)), value_of_type(number(3))})),
        (std::vector<std::uint16_t>{3, 999}));
    EXPECT_TRUE(types_of(put_packet({})).empty());
}

TEST(PacketCheck, SeesATypeInEveryFormOpenDhtTakesForANumber) {
    for (const Bytes& form : {Bytes{0xcd, 0x03, 0xe7},
                              Bytes{0xce, 0, 0, 0x03, 0xe7},
                              Bytes{0xcf, 0, 0, 0, 0, 0, 0, 0x03, 0xe7},
                              Bytes{0xd1, 0x03, 0xe7},
                              Bytes{0xd2, 0, 0, 0x03, 0xe7},
                              Bytes{0xd3, 0, 0, 0, 0, 0, 0, 0x03, 0xe7}}) {
        EXPECT_EQ(types_of(put_packet({value_of_type(form)})), (std::vector<std::uint16_t>{999}));
    }
    EXPECT_EQ(types_of(put_packet({value_of_type(Bytes{0xd0, 0x05})})),
              (std::vector<std::uint16_t>{5}));
    EXPECT_FALSE(check_packet(put_packet({value_of_type(Bytes{0xd0, 0x85})}))) << "negative";
}

TEST(PacketCheck, SeesBothOfTwoTypesInOneValue) {
    Bytes value;
    Writer writer(value);
    writer.map(2).key("id").uint(5).key("dat").map(1).key("body").map(3);
    writer.key("type").uint(0x4B01).key("type").uint(999).key("data").bin(Bytes(3, 0));
    EXPECT_EQ(types_of(put_packet({value})), (std::vector<std::uint16_t>{0x4B01, 999}));
}

TEST(PacketCheck, RefusesPartsOfLargeValues) {
    EXPECT_FALSE(check_packet(put_packet({number(60000)}))) << "announces parts";
    EXPECT_FALSE(check_packet(put_packet({Bytes{0xd1, 0x10, 0x00}})));
    EXPECT_FALSE(check_packet(packet_of("p", Bytes{0x80}))) << "a part";
}

TEST(PacketCheck, RefusesAValueWithAnOwner) {
    Bytes value;
    Writer writer(value);
    writer.map(2).key("id").uint(5).key("dat").map(1).key("body").map(3);
    writer.key("type").uint(0x4B01).key("owner").bin(Bytes(8, 0)).key("data").bin(Bytes(3, 0));
    EXPECT_FALSE(check_packet(put_packet({value})));
}

TEST(PacketCheck, LetsAValueHaveAPriority) {
    Bytes value;
    Writer(value).map(2).key("id").uint(5).key("p").uint(1);
    EXPECT_TRUE(check_packet(put_packet({value})));
}

TEST(PacketCheck, RefusesASealedOrSignedValue) {
    Bytes sealed;
    Writer(sealed).map(2).key("id").uint(5).key("dat").bin(Bytes(64, 1));
    EXPECT_FALSE(check_packet(put_packet({sealed})));
    Bytes value;
    Writer writer(value);
    writer.map(2).key("id").uint(5).key("dat").map(2).key("body").map(1).key("type").uint(1);
    writer.key("sig").bin(Bytes(64, 1));
    EXPECT_FALSE(check_packet(put_packet({value})));
}

TEST(PacketCheck, RefusesARequestThatIsNoMap) {
    Bytes bin;
    Writer(bin).bin(Bytes(1000, 1));
    for (const std::string_view key : {"a", "r", "u"}) {
        for (const Bytes& no_map : {bin, number(7), Bytes{0x90}, Bytes{0xa1, 'x'}, Bytes{0xc0}}) {
            EXPECT_FALSE(check_packet(packet_of(key, no_map))) << key;
        }
        EXPECT_TRUE(check_packet(packet_of(key, Bytes{0x80})));
    }
}

TEST(PacketCheck, RefusesAnErrorAlone) {
    // OpenDHT would read the list as a map.
    Bytes error;
    Writer(error).map(1).key("e").array(2).uint(401).text("unauthorized");
    EXPECT_FALSE(check_packet(error));
    Bytes list;
    Writer(list).array(2).uint(401).text("unauthorized");
    EXPECT_TRUE(check_packet(packet_of("e", list)));
}

TEST(PacketCheck, RefusesEmptyListsThatOpenDhtReadsTheFirstItemOf) {
    EXPECT_FALSE(check_packet(packet_of("e", Bytes{0x90})));
    Bytes fields;
    Writer(fields).map(2).key("f").array(0).key("v").array(0);
    EXPECT_FALSE(check_packet(request_of("fileds", fields)));
    Bytes some;
    Writer(some).map(2).key("f").array(1).uint(1).key("v").array(1).uint(7);
    EXPECT_TRUE(check_packet(request_of("fileds", some)));
}

TEST(PacketCheck, TakesNumbersAndStringsUnderUnknownKeysOnly) {
    for (const Bytes& plain : {number(7), Bytes{0xa1, 'x'}, Bytes{0xc4, 0x01, 0x00}, Bytes{0xc3}}) {
        EXPECT_TRUE(check_packet(packet_of("new", plain)));
        EXPECT_TRUE(check_packet(request_of("new", plain)));
    }
    EXPECT_FALSE(check_packet(packet_of("new", Bytes{0x80})));
    EXPECT_FALSE(check_packet(request_of("new", Bytes{0x91, 0x01})));
    EXPECT_FALSE(check_packet(packet_of("", Bytes{0x80})));
}

TEST(PacketCheck, WantsEachKnownKeyToHoldItsKind) {
    EXPECT_TRUE(check_packet(request_of("id", Bytes{0xc4, 0x01, 0x00})));
    EXPECT_FALSE(check_packet(request_of("id", number(7))));
    EXPECT_FALSE(check_packet(request_of("w", number(7))));
    EXPECT_FALSE(check_packet(request_of("w", Bytes{0x91, 0xa1, 'x'})));
    EXPECT_TRUE(check_packet(request_of("w", Bytes{0x92, 0x02, 0x0a})));
    EXPECT_FALSE(check_packet(request_of("q", Bytes{0x90})));
    EXPECT_FALSE(check_packet(request_of("values", Bytes{0x80})));
    EXPECT_FALSE(check_packet(packet_of("q", number(7))));
}

TEST(PacketCheck, BoundsWidthAndLength) {
    const auto wide = [](std::size_t items) {
        Bytes list;
        Writer writer(list);
        writer.array(items);
        for (std::size_t i = 0; i < items; ++i) {
            writer.uint(1);
        }
        return request_of("re", list);
    };
    EXPECT_TRUE(check_packet(wide(packet_items)));
    EXPECT_FALSE(check_packet(wide(packet_items + 1)));

    const auto with_string = [](std::size_t length) {
        Bytes bin;
        Writer(bin).bin(Bytes(length, 0));
        return request_of("token", bin);
    };
    EXPECT_TRUE(check_packet(with_string(packet_string)));
    EXPECT_FALSE(check_packet(with_string(packet_string + 1)));
}

TEST(PacketCheck, RefusesDepth) {
    Bytes nested;
    for (int i = 0; i < 300; ++i) {
        Writer(nested).map(1).key("r");
    }
    Writer(nested).uint(1);
    EXPECT_FALSE(check_packet(nested));
}

TEST(PacketCheck, RefusesSizesThatAreNotThere) {
    // An array of 2^28 items, a map of 2^32 - 1, a string of 2^32 - 1.
    for (const Bytes& bomb : {Bytes{0xdd, 0x0f, 0xff, 0xff, 0xff},
                              Bytes{0xdf, 0xff, 0xff, 0xff, 0xff},
                              Bytes{0xc6, 0xff, 0xff, 0xff, 0xff}}) {
        EXPECT_FALSE(check_packet(bomb));
        EXPECT_FALSE(check_packet(packet_of("a", bomb)));
        EXPECT_FALSE(check_packet(request_of("values", bomb)));
        EXPECT_FALSE(check_packet(request_of("token", bomb)));
    }
}

TEST(PacketCheck, RefusesEveryTruncationAndEveryTail) {
    const Bytes good = put_packet({value_of_type(number(0x4B01))});
    ASSERT_TRUE(check_packet(good));
    for (std::size_t length = 0; length < good.size(); ++length) {
        EXPECT_FALSE(check_packet(ByteView(good).first(length))) << length;
    }
    EXPECT_FALSE(check_packet(concat(good, Bytes{0xc0})));
}

TEST(PacketCheck, RefusesWhatIsNoMapAndWhatIsNeverSent) {
    EXPECT_FALSE(check_packet({}));
    EXPECT_FALSE(check_packet(Bytes{0x80})) << "says nothing";
    EXPECT_FALSE(check_packet(Bytes{0x93, 1, 2, 3}));
    EXPECT_FALSE(check_packet(Bytes{0x82, 0xa1, 'a', 0x80, 0x01, 0x01})) << "a key that is no text";
    EXPECT_FALSE(check_packet(packet_of("new", Bytes{0xca, 0, 0, 0, 0}))) << "a float";
    EXPECT_FALSE(check_packet(packet_of("new", Bytes{0xd4, 1, 1}))) << "an extension";
    EXPECT_FALSE(check_packet(packet_of("new", Bytes{0xc1}))) << "not msgpack";
}

TEST(PacketCheck, RefusesMoreTypesThanItCanTell) {
    Bytes body;
    Writer writer(body);
    writer.map(2).key("id").uint(1).key("dat").map(1).key("body").map(packet_items);
    for (std::size_t i = 0; i < packet_items; ++i) {
        writer.key("type").uint(i);
    }
    EXPECT_TRUE(check_packet(put_packet({body})));
    EXPECT_FALSE(check_packet(put_packet({body, value_of_type(number(999))})));
}

}  // namespace
}  // namespace kith::directory
