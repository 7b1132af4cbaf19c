// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/display.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "tests/unit/text/hostile_strings.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <algorithm>

namespace kith::text {
namespace {

constexpr Kind all_kinds[] = {Kind::Name, Kind::Line, Kind::Text, Kind::Log};
constexpr Symbols all_symbols[] = {Symbols::Unicode, Symbols::Ascii};

std::u32string code_points(std::string_view text) {
    std::u32string out;
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Step step = decode_utf8(text, at);
        EXPECT_TRUE(step.valid) << "output is not UTF-8";
        out.push_back(step.code_point);
        at += step.length;
    }
    return out;
}

std::string hex(std::string_view text) {
    std::string out;
    for (const char byte : text)
        out += "\\x" + std::string(1, "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4]) +
               std::string(1, "0123456789abcdef"[static_cast<unsigned char>(byte) & 15U]);
    return out;
}

bool emoji_part(char32_t code) {
    return code == 0x200D || code == 0xFE0E || code == 0xFE0F;
}

// Says in its own words what display() may give.
bool is_whitelisted(char32_t code, Kind kind) {
    if (code == U' ') return true;
    if (code == U'\n') return kind == Kind::Text;
    if (emoji_part(code)) return true;  // where: see EmojiPartsStayInsideEmoji
    const std::string_view category = utf8proc_category_string(static_cast<utf8proc_int32_t>(code));
    return std::string_view("LMNPS").find(category[0]) != std::string_view::npos;
}

void expect_properties(std::string_view input, Kind kind, Symbols symbols) {
    const std::string shown = display(input, kind, symbols);
    const std::u32string codes = code_points(shown);
    for (const char32_t code : codes) {
        ASSERT_TRUE(is_whitelisted(code, kind))
            << "U+" << std::hex << static_cast<std::uint32_t>(code) << " from " << hex(input);
    }
    ASSERT_EQ(display(shown, kind, symbols), shown) << hex(input);
    ASSERT_LE(shown.size(), std::max<std::size_t>(1, 4 * input.size())) << hex(input);
    switch (kind) {
        case Kind::Name:
            ASSERT_GE(codes.size(), 1U);
            ASSERT_LE(codes.size(), 64U);
            ASSERT_NE(codes.front(), U' ');
            ASSERT_NE(codes.back(), U' ');
            break;
        case Kind::Line:
            ASSERT_LE(columns(shown), 400U);
            break;
        case Kind::Text:
            ASSERT_LE(shown.size(), limits::text);
            ASSERT_LE(std::ranges::count(shown, '\n'), 1999);
            break;
        case Kind::Log:
            break;
    }
}

TEST(Display, HoldsItsPromisesForHostileStrings) {
    const auto strings = test::hostile_strings();
    ASSERT_EQ(strings.size(), 2000U);
    for (const std::string& input : strings) {
        for (const Kind kind : all_kinds) {
            for (const Symbols symbols : all_symbols)
                ASSERT_NO_FATAL_FAILURE(expect_properties(input, kind, symbols));
        }
    }
}

TEST(Display, HoldsItsPromisesForEveryCodePoint) {
    for (char32_t code = 0; code <= 0x10FFFF; ++code) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        std::string input = "a";
        append_utf8(input, code);
        input += "\u0301";
        append_utf8(input, code);
        ASSERT_NO_FATAL_FAILURE(expect_properties(input, Kind::Name, Symbols::Unicode));
        ASSERT_NO_FATAL_FAILURE(expect_properties(input, Kind::Text, Symbols::Ascii));
        if (code > 0x20000) code += 251;
    }
}

TEST(Display, LeavesOrdinaryTextAlone) {
    for (const std::string_view text : {"привет! как дела?",
                                        "家族グループ",
                                        "Zoë",
                                        "한국어",
                                        "देवनागरी",
                                        "שלום",
                                        "5 € ≤ 6 £",
                                        "👋🏽 ❤️ 👩‍👩‍👧 🇩🇪 1️⃣"}) {
        EXPECT_EQ(display(text, Kind::Text), text);
        EXPECT_EQ(display(text, Kind::Name), text);
    }
}

TEST(Display, DrawsControlsAsPictures) {
    EXPECT_EQ(display("\x1b[31mred\x07\x7f", Kind::Line), "␛[31mred␇␡");
    EXPECT_EQ(display("\x1b[31m\x7f", Kind::Line, Symbols::Ascii), "\\x1b[31m\\x7f");
    EXPECT_EQ(display("a\tb", Kind::Line), "a    b");
    EXPECT_EQ(display("a\rb", Kind::Text), "a␍b");
    EXPECT_EQ(display(std::string_view("\0", 1), Kind::Line), "␀");
}

TEST(Display, KeepsLineEndsInTextsOnly) {
    EXPECT_EQ(display("a\nb\r\nc", Kind::Text), "a\nb\nc");
    EXPECT_EQ(display("a\nb\r\nc", Kind::Line), "a b c");
    EXPECT_EQ(display("a\nb\r\nc", Kind::Name), "a b c");
    EXPECT_EQ(display("a\nb\r\nc", Kind::Log), "a b c");
}

TEST(Display, ReplacesWhatIsNoText) {
    EXPECT_EQ(display("a\xff"
                      "b",
                      Kind::Line),
              "a\uFFFDb");
    EXPECT_EQ(display("\u009b\ue000\u0378\u2028", Kind::Line), "\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(Display, RemovesWhatHidesOrTurnsText) {
    EXPECT_EQ(display("photo_\u202egpj.exe", Kind::Name), "photo_gpj.exe");
    EXPECT_EQ(display("\u200bA\u200dl\u2060i\ufeffc\u00ade", Kind::Name), "Alice");
    EXPECT_EQ(display("a\U000e0041\U000e007fb", Kind::Line), "ab");
    EXPECT_EQ(display("a\ufe00b\U000e0100c\u034fd", Kind::Line), "abcd");
}

TEST(Display, EmojiPartsStayInsideEmoji) {
    EXPECT_EQ(display("\u200d\U0001F469\u200d", Kind::Line), "\U0001F469");
    EXPECT_EQ(display("a\ufe0fb", Kind::Line), "ab");
    EXPECT_EQ(display("9\ufe0f", Kind::Line), "9");
    EXPECT_EQ(display("9\ufe0f\u20e3", Kind::Line), "9\ufe0f\u20e3");
    EXPECT_EQ(display("\U0001F469\u200d\u200b\U0001F469", Kind::Line), "\U0001F469\U0001F469");
    EXPECT_EQ(display("\u2764\ufe0f\u200d\U0001F525", Kind::Line), "\u2764\ufe0f\u200d\U0001F525");
}

TEST(Display, LimitsMarks) {
    EXPECT_EQ(display("\u0301a", Kind::Line), "a");
    EXPECT_EQ(display(" \u0301a", Kind::Line), " a");
    EXPECT_EQ(display("x\u0335\u0321\u0322\u0327\u0328\u0338", Kind::Line),
              "x\u0335\u0321\u0322\u0327");
}

TEST(Display, NamesAreComposedTrimmedAndNeverEmpty) {
    EXPECT_EQ(display("  Zoe\u0308  ", Kind::Name), "Zoë");
    EXPECT_EQ(display("", Kind::Name), "?");
    EXPECT_EQ(display(" \u200b\u202e ", Kind::Name), "?");
    EXPECT_EQ(display("\u3164", Kind::Name), "\uFFFD");
    EXPECT_EQ(display("\u3164", Kind::Text), "\u3164");
    EXPECT_EQ(display(std::string(100, 'a'), Kind::Name), std::string(64, 'a'));
    EXPECT_EQ(display(std::string(63, 'a') + " b", Kind::Name), std::string(63, 'a'));
}

TEST(Display, CutsLongLinesAndTexts) {
    EXPECT_EQ(display(std::string(400, 'a'), Kind::Line), std::string(400, 'a'));
    EXPECT_EQ(display(std::string(401, 'a'), Kind::Line), std::string(399, 'a') + "…");
    std::string wide;
    for (int i = 0; i < 201; ++i)
        wide += "家";
    EXPECT_EQ(columns(display(wide, Kind::Line)), 399U);
    EXPECT_EQ(display(std::string(60000, 'a'), Kind::Text), std::string(60000, 'a'));
    EXPECT_EQ(display(std::string(60001, 'a'), Kind::Text), std::string(59997, 'a') + "…");
    EXPECT_EQ(display(std::string(1999, '\n'), Kind::Text), std::string(1999, '\n'));
    EXPECT_EQ(display(std::string(2000, '\n'), Kind::Text), std::string(1999, '\n') + "…");
}

TEST(Display, ShowsTheTagOfAKeyBesideTheName) {
    EXPECT_EQ(tagged("alice", "k3f9"), "alice⟨k3f9⟩");
    EXPECT_EQ(tagged("al\x1bice\n", "k3f9"), "al␛ice⟨k3f9⟩");
}

}  // namespace
}  // namespace kith::text
