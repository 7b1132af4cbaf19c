// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/writer.h"

#include "core/api/json.h"
#include "core/base/utf8.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

namespace kith::api {
namespace {

std::string json_text(std::string_view text) {
    std::string out;
    Writer writer(out);
    writer.text(text);
    return out;
}

TEST(Writer, LeavesPlainTextAlone) {
    EXPECT_EQ(json_text("привет, 世界 👋 <&>'/"), "\"привет, 世界 👋 <&>'/\"");
}

TEST(Writer, EscapesWhatSteersATerminal) {
    EXPECT_EQ(json_text("\x1b[31m"), R"("\u001b[31m")");
    EXPECT_EQ(json_text(std::string_view("\0", 1)), R"("\u0000")");
    EXPECT_EQ(json_text("\x7f"), R"("\u007f")");
    EXPECT_EQ(json_text("\u009b"), R"("\u009b")");
    EXPECT_EQ(json_text("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
}

TEST(Writer, EscapesWhatHidesOrTurnsText) {
    EXPECT_EQ(json_text("\u202e"), R"("\u202e")");
    EXPECT_EQ(json_text("\u2066x\u2069"), R"("\u2066x\u2069")");
    EXPECT_EQ(json_text("\u200b\u200d\ufeff\u00ad"), R"("\u200b\u200d\ufeff\u00ad")");
    EXPECT_EQ(json_text("\u2028\u2029"), R"("\u2028\u2029")");
    EXPECT_EQ(json_text("\U000e0041"), R"("\udb40\udc41")");
}

TEST(Writer, ReplacesInvalidUtf8) {
    EXPECT_EQ(json_text("a\xff"
                        "b"),
              "\"a\uFFFDb\"");
    EXPECT_EQ(json_text("\xe2\x82"), "\"\uFFFD\uFFFD\"");
}

TEST(Writer, EscapesExactlyTheFormatCharactersOfUnicode) {
    for (std::uint32_t code = 0x20; code <= 0x10FFFF; ++code) {
        const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(code));
        const bool wanted = category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_CC ||
                            category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
        ASSERT_EQ(is_escaped(code), wanted) << std::hex << code;
    }
}

// What goes out comes back unchanged, for every code point.
TEST(Writer, KeepsEveryScalarValueForTheReader) {
    for (char32_t code = 0; code <= 0x10FFFF; code += code < 0x3000 ? 1 : 37) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        std::string text = "<";
        append_utf8(text, code);
        const auto document = Document::parse(json_text(text));
        ASSERT_TRUE(document.has_value()) << std::hex << static_cast<std::uint32_t>(code);
        ASSERT_EQ(document->root().text(), text) << std::hex << static_cast<std::uint32_t>(code);
    }
}

TEST(Writer, SeparatesMembersAndElements) {
    std::string out;
    Writer writer(out);
    writer.begin_object();
    writer.name("a");
    writer.begin_array();
    writer.integer(-1);
    writer.begin_object();
    writer.end_object();
    writer.boolean(true);
    writer.end_array();
    writer.name("b");
    writer.unsigned_number(18446744073709551615U);
    writer.name("c");
    writer.time(from_unix_millis(1795359845120));
    writer.end_object();
    EXPECT_EQ(out, R"({"a":[-1,{},true],"b":18446744073709551615,"c":"2026-11-22T15:04:05.120Z"})");
}

}  // namespace
}  // namespace kith::api
