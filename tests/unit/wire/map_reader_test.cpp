// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/map_reader.h"

#include "core/base/refusal.h"
#include "core/wire/writer.h"

#include <gtest/gtest.h>

namespace kith::wire {
namespace {

Bytes written(const std::function<void(Writer&)>& write) {
    Bytes out;
    Writer writer(out);
    write(writer);
    return out;
}

// {1: a, 3?: b, 5: c} as a frame would be read; gives "a b c" or the word of the refusal.
std::string read_int(ByteView document) {
    Reader in(document, 1000);
    IntMap map(in);
    const auto a = map.key(1).u8();
    std::optional<std::uint8_t> b;
    if (map.has(3)) b = in.u8();
    const auto c = map.key(5).u8();
    map.end();
    const auto done = in.finish();
    if (!done) return std::string(refusal_word(done.error()));
    return std::to_string(a) + " " + (b ? std::to_string(*b) : "-") + " " + std::to_string(c);
}

// {a, b?, c} as a signed object would be read.
std::string read_str(ByteView document) {
    Reader in(document, 1000);
    StrMap map(in);
    const auto a = map.key("a").u8();
    std::optional<std::uint8_t> b;
    if (map.has("b")) b = in.u8();
    const auto c = map.key("c").u8();
    map.end();
    const auto done = in.finish();
    if (!done) return std::string(refusal_word(done.error()));
    return std::to_string(a) + " " + (b ? std::to_string(*b) : "-") + " " + std::to_string(c);
}

std::string read_int(const std::vector<unsigned>& keys) {
    return read_int(written([&](Writer& out) {
        out.map(keys.size());
        for (const unsigned key : keys)
            out.uint(key).uint(key + 10);
    }));
}

std::string read_str(const std::vector<std::string_view>& keys) {
    return read_str(written([&](Writer& out) {
        out.map(keys.size());
        for (const auto key : keys)
            out.text(key).uint(7);
    }));
}

TEST(IntMap, ReadsKnownKeysAndSeesWhichAreAbsent) {
    EXPECT_EQ(read_int({1, 3, 5}), "11 13 15");
    EXPECT_EQ(read_int({1, 5}), "11 - 15");
}

TEST(IntMap, IgnoresUnknownKeysUnder64WhereverTheyStand) {
    EXPECT_EQ(read_int({0, 1, 2, 3, 4, 5, 63}), "11 13 15");
}

TEST(IntMap, RefusesUnknownKeysFrom64) {
    EXPECT_EQ(read_int({1, 5, 64}), "bad_key");
    EXPECT_EQ(read_int({1, 5, 70000}), "bad_key");
}

TEST(IntMap, RefusesMissingFieldsOtherOrdersAndRepeats) {
    EXPECT_EQ(read_int({3, 5}), "mp_field");
    EXPECT_EQ(read_int({1, 3}), "mp_field");
    EXPECT_EQ(read_int(std::vector<unsigned>{}), "mp_field");
    EXPECT_EQ(read_int({3, 1, 5}), "mp_order");
    EXPECT_EQ(read_int({1, 5, 3}), "mp_order");
    EXPECT_EQ(read_int({1, 1, 5}), "mp_duplicate");
    EXPECT_EQ(read_int({1, 5, 5}), "mp_duplicate");
    EXPECT_EQ(read_int({1, 5, 60, 60}), "mp_duplicate");
}

TEST(IntMap, RefusesKeysThatAreNoNumbers) {
    EXPECT_EQ(read_int(written([](Writer& out) { out.map(1).text("1").uint(1); })), "mp_field");
    EXPECT_EQ(read_int(written([](Writer& out) { out.map(1).nil().uint(1); })), "mp_key");
    EXPECT_EQ(read_int(written([](Writer& out) { out.array(1).uint(1); })), "mp_field");
}

TEST(IntMap, ChecksTheValuesOfUnknownKeys) {
    EXPECT_EQ(read_int(written([](Writer& out) {
                  out.map(3).uint(1).uint(1).uint(2).raw(Bytes{0xcc, 0x01}).uint(5).uint(5);
              })),
              "mp_nonminimal");
}

TEST(StrMap, ReadsKnownKeysAndSeesWhichAreAbsent) {
    EXPECT_EQ(read_str({"a", "b", "c"}), "7 7 7");
    EXPECT_EQ(read_str({"a", "c"}), "7 - 7");
}

TEST(StrMap, IgnoresUnknownKeysAtTheEndOnly) {
    EXPECT_EQ(read_str({"a", "c", "x", "d"}), "7 - 7");
    EXPECT_EQ(read_str({"x", "a", "c"}), "mp_order");
    EXPECT_EQ(read_str({"a", "x", "c"}), "mp_order");
}

TEST(StrMap, RefusesMissingFieldsOtherOrdersAndRepeats) {
    EXPECT_EQ(read_str({"a", "b"}), "mp_field");
    EXPECT_EQ(read_str({"b", "c"}), "mp_field");
    EXPECT_EQ(read_str(std::vector<std::string_view>{}), "mp_field");
    EXPECT_EQ(read_str({"c", "a"}), "mp_order");
    EXPECT_EQ(read_str({"a", "c", "b"}), "mp_order");
    EXPECT_EQ(read_str({"a", "a", "c"}), "mp_duplicate");
    EXPECT_EQ(read_str({"a", "c", "a"}), "mp_duplicate");
    EXPECT_EQ(read_str({"a", "c", "x", "y", "x"}), "mp_duplicate");
}

TEST(StrMap, RefusesKeysThatAreNoText) {
    EXPECT_EQ(read_str(written([](Writer& out) { out.map(1).uint(1).uint(1); })), "mp_field");
    EXPECT_EQ(read_str(written([](Writer& out) { out.map(1).bin(Bytes{97}).uint(1); })), "mp_key");
    EXPECT_EQ(read_str(written([](Writer& out) {
                  out.map(1).raw(Bytes{0xa1, 0xff}).uint(1);
              })),
              "mp_utf8");
}

TEST(StrMap, MapsStandInsideEachOther) {
    const Bytes document = written([](Writer& out) {
        out.map(2).key("l").array(2);
        for (const unsigned i : {1U, 2U})
            out.map(2).key("n").uint(i).key("zz").uint(0);
        out.key("m").uint(3);
    });
    Reader in(document, 100);
    StrMap map(in);
    unsigned sum = 0;
    for (std::size_t left = map.key("l").array(1, 2); left > 0; --left) {
        StrMap item(in);
        sum += item.key("n").u8();
        item.end();
    }
    sum += map.key("m").u8();
    map.end();
    EXPECT_TRUE(in.finish());
    EXPECT_EQ(sum, 6U);
}

}  // namespace
}  // namespace kith::wire
