// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/writer.h"

#include "core/base/encoding.h"
#include "core/wire/reader.h"

#include <gtest/gtest.h>

namespace kith::wire {
namespace {

std::string number(std::uint64_t value) {
    Bytes out;
    Writer(out).uint(value);
    return to_hex(out);
}

TEST(Writer, TakesTheShortestFormOnBothSidesOfEachBorder) {
    EXPECT_EQ(number(0), "00");
    EXPECT_EQ(number(127), "7f");
    EXPECT_EQ(number(128), "cc80");
    EXPECT_EQ(number(255), "ccff");
    EXPECT_EQ(number(256), "cd0100");
    EXPECT_EQ(number(65535), "cdffff");
    EXPECT_EQ(number(65536), "ce00010000");
    EXPECT_EQ(number(0xffffffff), "ceffffffff");
    EXPECT_EQ(number(0x100000000), "cf0000000100000000");
    EXPECT_EQ(number(~0ULL), "cfffffffffffffffff");
}

TEST(Writer, EverySizeIsWrittenAsTheReaderWantsIt) {
    for (const std::size_t size : {0U, 1U, 15U, 16U, 31U, 32U, 255U, 256U, 1000U, 65535U, 65536U}) {
        Bytes bin;
        Writer(bin).bin(Bytes(size, 7));
        EXPECT_TRUE(check_document(bin, 1 << 20)) << size;
        Bytes text;
        Writer(text).text(std::string(size, 'x'));
        EXPECT_TRUE(check_document(text, 1 << 20)) << size;
        if (size > limits::msgpack_items) continue;
        Bytes array;
        Writer array_out(array);
        array_out.array(size);
        Bytes map;
        Writer map_out(map);
        map_out.map(size);
        for (std::size_t i = 0; i < size; ++i) {
            array_out.uint(i);
            map_out.uint(i).uint(i);
        }
        EXPECT_TRUE(check_document(array, 1 << 20)) << size;
        EXPECT_TRUE(check_document(map, 1 << 20)) << size;
    }
}

TEST(Writer, AppendsToWhatIsThere) {
    Bytes out{9};
    Writer(out).array(2).uint(1).raw(Bytes{0xc0});
    EXPECT_EQ(to_hex(out), "099201c0");
}

}  // namespace
}  // namespace kith::wire
