// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wire/reader.h"

#include "core/base/encoding.h"
#include "core/base/refusal.h"
#include "core/wire/writer.h"

#include <gtest/gtest.h>

namespace kith::wire {
namespace {

using Id4 = PublicBytes<4, struct Id4Tag>;

Bytes from(std::string_view hex) {
    return from_hex(hex).value();
}

// The word of the refusal, "" for success.
std::string word(Reader& in) {
    const auto done = in.finish();
    return done ? "" : std::string(refusal_word(done.error()));
}

TEST(Reader, ReadsEachKindOfValue) {
    Bytes document;
    const Bytes bytes{1, 2, 3, 4};
    Writer(document)
        .array(9)
        .uint(255)
        .uint(65535)
        .uint(70000)
        .uint(~0ULL)
        .boolean(true)
        .nil()
        .bin(bytes)
        .bin(bytes)
        .text("h\xc3\xa9");
    Reader in(document, 100);
    in.tuple(9);
    EXPECT_EQ(in.u8(), 255);
    EXPECT_EQ(in.u16(), 65535);
    EXPECT_EQ(in.u32(), 70000U);
    EXPECT_EQ(in.u64(), ~0ULL);
    EXPECT_TRUE(in.boolean());
    EXPECT_FALSE(!in.take_nil());
    EXPECT_EQ(in.id<Id4>(), Id4(std::array<std::uint8_t, 4>{1, 2, 3, 4}));
    EXPECT_TRUE(equal(in.bin(0, 4), bytes));
    EXPECT_EQ(in.text(3), "h\xc3\xa9");
    EXPECT_EQ(word(in), "");
}

TEST(Reader, BinIsAViewIntoTheDocument) {
    const Bytes document = from("c4020102");
    Reader in(document, 100);
    const ByteView view = in.bin(2, 2);
    EXPECT_EQ(view.data(), document.data() + 2);
}

TEST(Reader, RefusesALargerDocumentBeforeItReadsIt) {
    const Bytes document = from("c4020102");
    Reader in(document, 3);
    EXPECT_EQ(in.bin(2, 2).size(), 0U);
    const auto done = in.finish();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::TooLarge);
    EXPECT_EQ(refusal_word(done.error()), "size");
}

TEST(Reader, RefusesNumbersOutOfTheRangeOfTheirField) {
    const Bytes document = from("94cd0100ce00010000cf000000010000000000");
    Reader u8(document, 100);
    u8.tuple(4);
    u8.u8();
    EXPECT_EQ(u8.first_fault(), Fault::Field);
    Reader u16(document, 100);
    u16.tuple(4);
    u16.u16();
    u16.u16();
    EXPECT_EQ(u16.first_fault(), Fault::Field);
    Reader u32(document, 100);
    u32.tuple(4);
    u32.u32();
    u32.u32();
    u32.u32();
    EXPECT_EQ(u32.first_fault(), Fault::Field);
}

TEST(Reader, DoesNotTakeOneKindForAnother) {
    const Bytes text = from("a161");
    Reader bin_wanted(text, 10);
    bin_wanted.bin(0, 10);
    EXPECT_EQ(word(bin_wanted), "mp_field");
    const Bytes bin = from("c40161");
    Reader text_wanted(bin, 10);
    text_wanted.text(10);
    EXPECT_EQ(word(text_wanted), "mp_field");
    const Bytes number = from("01");
    Reader bool_wanted(number, 10);
    bool_wanted.boolean();
    EXPECT_EQ(word(bool_wanted), "mp_field");
    Reader array_wanted(number, 10);
    array_wanted.array(0, 10);
    EXPECT_EQ(word(array_wanted), "mp_field");
    Reader nil_wanted(number, 10);
    EXPECT_FALSE(nil_wanted.take_nil());
    EXPECT_EQ(nil_wanted.u8(), 1);
    EXPECT_EQ(word(nil_wanted), "");
}

TEST(Reader, WantsExactSizes) {
    const Bytes document = from("c403010203");
    for (const auto& [min, max, good] : {std::tuple{3, 3, true}, {4, 9, false}, {0, 2, false}}) {
        Reader in(document, 10);
        in.bin(static_cast<std::size_t>(min), static_cast<std::size_t>(max));
        EXPECT_EQ(word(in), good ? "" : "mp_field");
    }
    Reader id(document, 10);
    EXPECT_TRUE(id.id<Id4>().is_zero());
    EXPECT_EQ(word(id), "mp_field");
    const Bytes text = from("a3616263");
    Reader long_text(text, 10);
    long_text.text(2);
    EXPECT_EQ(word(long_text), "mp_field");
    const Bytes not_utf8 = from("a1ff");
    Reader bad_text(not_utf8, 10);
    bad_text.text(10);
    EXPECT_EQ(word(bad_text), "mp_utf8");
    const Bytes array = from("920102");
    Reader short_array(array, 10);
    short_array.tuple(3);
    EXPECT_EQ(word(short_array), "mp_field");
}

TEST(Reader, KeepsTheFirstFaultAndReadsNothingAfterIt) {
    const Bytes document = from("93cc01a16107");
    Reader in(document, 100);
    in.tuple(3);
    EXPECT_EQ(in.u8(), 0);
    EXPECT_EQ(in.text(10), "");
    EXPECT_EQ(in.u8(), 0);
    EXPECT_FALSE(in.boolean());
    EXPECT_FALSE(in.take_nil());
    EXPECT_EQ(in.array(0, 10), 0U);
    EXPECT_TRUE(in.raw().empty());
    in.require(false);
    EXPECT_EQ(word(in), "mp_nonminimal");
}

TEST(Reader, RefusesWhatIsLeftOver) {
    const Bytes document = from("0100");
    Reader in(document, 10);
    in.u8();
    EXPECT_EQ(word(in), "mp_trailing");
}

TEST(Reader, RefusesAnArrayThatWasNotReadToItsEnd) {
    const Bytes document = from("920102");
    Reader in(document, 10);
    in.tuple(2);
    in.u8();
    EXPECT_EQ(word(in), "mp_trailing");
    // Nor one whose last item is not there, though the bytes are used up.
    const Bytes cut = from("92c40161");
    Reader too_short(cut, 10);
    too_short.tuple(2);
    too_short.bin(1, 1);
    EXPECT_NE(word(too_short), "");
}

TEST(Reader, TakesEightContainersAndRefusesNine) {
    const Bytes eight = from("919191919191919108");
    Reader deep(eight, 100);
    for (int i = 0; i < 8; ++i)
        deep.tuple(1);
    EXPECT_EQ(deep.u8(), 8);
    EXPECT_EQ(word(deep), "");
    const Bytes nine = from("91919191919191919108");
    Reader deeper(nine, 100);
    for (int i = 0; i < 9; ++i)
        deeper.tuple(1);
    EXPECT_EQ(word(deeper), "mp_depth");
    const Bytes empty_ninth = from("919191919191919190");
    EXPECT_EQ(refusal_word(check_document(empty_ninth, 100).error()), "mp_depth");
}

TEST(Reader, ContainersCloseByThemselves) {
    // Nine arrays beside each other are one level.
    EXPECT_TRUE(check_document(from("99910191019101910191019101910191019101"), 100));
}

TEST(Reader, TakesThousandAndTwentyFourItemsAndNoMore) {
    for (const std::size_t count : {1024U, 1025U}) {
        Bytes array;
        Writer array_out(array);
        array_out.array(count);
        Bytes map;
        Writer map_out(map);
        map_out.map(count);
        for (std::size_t i = 0; i < count; ++i) {
            array_out.uint(1);
            map_out.uint(i).uint(0);
        }
        EXPECT_EQ(check_document(array, 1 << 20).has_value(), count == 1024) << count;
        EXPECT_EQ(check_document(map, 1 << 20).has_value(), count == 1024) << count;
    }
}

TEST(Reader, DepthTenThousandIsRefusedAtOnce) {
    const Bytes bomb(10000, 0x91);
    const auto done = check_document(bomb, bomb.size());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().context, "mp_depth: at byte 9");
}

TEST(Reader, RawGivesTheValueAsItStands) {
    const Bytes document = from(
        "92"
        "82a16101a162920203"
        "07");
    Reader in(document, 100);
    in.tuple(2);
    EXPECT_EQ(to_hex(in.raw()), "82a16101a162920203");
    EXPECT_EQ(in.u8(), 7);
    EXPECT_EQ(word(in), "");
}

TEST(Reader, FindsDuplicateKeysAtEachDepthOfASkippedValue) {
    EXPECT_EQ(refusal_word(check_document(from("9181a1618201010101"), 100).error()),
              "mp_duplicate");
    EXPECT_EQ(refusal_word(check_document(from("8201a161"
                                               "02"
                                               "820101"
                                               "0102"),
                                          100)
                               .error()),
              "mp_duplicate");
    // The same key in two maps, or as number and as text, is not twice.
    EXPECT_TRUE(check_document(from("928101018101"
                                    "01"),
                               100));
    EXPECT_TRUE(check_document(from("820101a10102"), 100));
}

TEST(Reader, ACheckOfTheDecoderIsAFault) {
    const Bytes document = from("05");
    Reader in(document, 10);
    in.require(in.u8() < 5);
    EXPECT_EQ(word(in), "mp_field");
}

TEST(Reader, FinishHandsOutTheValueOnlyWhenAllIsWell) {
    const Bytes document = from("05");
    Reader good(document, 10);
    const int value = good.u8();
    EXPECT_EQ(good.finish(value).value(), 5);
    Reader bad(document, 10);
    EXPECT_FALSE(bad.finish(5));
}

}  // namespace
}  // namespace kith::wire
