// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bech32m.h"

#include "core/base/refusal.h"
#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

std::string word(std::string_view text) {
    const auto parsed = parse_bech32m(text);
    return parsed ? "" : std::string(refusal_word(parsed.error()));
}

std::string lower(std::string text) {
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// BIP-350, "Test vectors for Bech32m".
constexpr std::array valid{
    "A1LQFN3A",
    "a1lqfn3a",
    "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
    "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
    "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
    "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
    "?1v759aa",
};

struct Invalid {
    std::string_view text;
    std::string_view word;
};

constexpr std::array invalid{
    Invalid{"\x20"
            "1xj0phk",
            "bad_prefix"},
    Invalid{"\x7f"
            "1g6xzxy",
            "bad_prefix"},
    Invalid{"\x80"
            "1vctc34",
            "bad_prefix"},
    Invalid{
        "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6"
        "pts4",
        "size"},
    Invalid{"qyrz8wqd2c9m", "bad_prefix"},
    Invalid{"1qyrz8wqd2c9m", "bad_prefix"},
    Invalid{"y1b0jsk6g", "bad_char"},
    Invalid{"lt1igcx5c0", "bad_char"},
    Invalid{"in1muywd", "bad_prefix"},
    Invalid{"mm1crxm3i", "bad_char"},
    Invalid{"au1s5cgom", "bad_char"},
    Invalid{"M1VUXWEZ", "bad_checksum"},
    Invalid{"16plkw9", "bad_prefix"},
    Invalid{"1p2gdwpf", "bad_prefix"},
};

TEST(Bech32m, TakesTheValidTextsOfBip350AndMakesThemAgain) {
    for (const std::string text : valid) {
        const auto parsed = parse_bech32m(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(format_bech32m(*parsed), lower(text));
    }
}

TEST(Bech32m, RefusesTheInvalidTextsOfBip350) {
    for (const Invalid& c : invalid)
        EXPECT_EQ(word(c.text), c.word) << c.text;
}

TEST(Bech32m, AgreesWithThePublishedSet) {
    const auto set = test::published_set("bech32m.json");
    if (!set) GTEST_SKIP();
    for (const auto& c : (*set)["valid"]) {
        const Bytes text = test::hex(c["hex"]);
        EXPECT_EQ(word(as_text(text)), "") << c;
    }
    for (const auto& c : (*set)["invalid"]) {
        const Bytes text = test::hex(c["hex"]);
        EXPECT_NE(word(as_text(text)), "") << c;
    }
    test::report_set("bech32m.json",
                     (*set)["valid"].size() + (*set)["invalid"].size(),
                     (*set)["invalid"].size());
}

TEST(Bech32m, RefusesMixedCase) {
    EXPECT_EQ(word("a1lqfn3A"), "mixed_case");
    EXPECT_EQ(word("A1lqfn3a"), "mixed_case");
}

TEST(Bech32m, CarriesBytesOfEachLength) {
    for (std::size_t size = 0; size <= 49; ++size) {
        Bytes bytes(size);
        for (std::size_t i = 0; i < size; ++i)
            bytes[i] = static_cast<std::uint8_t>(251 * i + size);
        const std::string text = to_bech32m("kith", bytes);
        EXPECT_EQ(from_bech32m("kith", text).value(), bytes) << text;
    }
}

TEST(Bech32m, FindsEachSingleAndDoubleTypingError) {
    const std::string good = to_bech32m("kith", Bytes{1, 2, 3, 4, 5});
    for (std::size_t i = 5; i < good.size(); ++i) {
        for (const char wrong : std::string("qpzry9x8gf2tvdw0s3jn54khce6mua7l")) {
            std::string text = good;
            text[i] = wrong;
            EXPECT_EQ(word(text), wrong == good[i] ? "" : "bad_checksum");
            if (i + 1 < good.size()) std::swap(text[i], text[i + 1]);
            EXPECT_EQ(word(text), text == good ? "" : "bad_checksum");
        }
    }
}

TEST(Bech32m, RefusesAnotherPrefixBeforeItLooksAtTheChecksum) {
    const std::string other = to_bech32m("kin", Bytes{1});
    EXPECT_EQ(refusal_word(from_bech32m("kith", other).error()), "bad_prefix");
}

TEST(Bech32m, RefusesBitsAfterTheLastByte) {
    // One byte takes two groups; the last two bits must be zero, and a third group is too many.
    const auto text = [](Bytes groups) { return format_bech32m({"kith", std::move(groups)}); };
    EXPECT_EQ(from_bech32m("kith", text({0x1f, 0x1c})).value(), Bytes{0xff});
    EXPECT_EQ(refusal_word(from_bech32m("kith", text({0x1f, 0x1d})).error()), "bad_padding");
    EXPECT_EQ(refusal_word(from_bech32m("kith", text({0x1f, 0x1c, 0})).error()), "bad_padding");
    EXPECT_EQ(refusal_word(from_bech32m("kith", text({0})).error()), "bad_padding");
}

}  // namespace
}  // namespace kith
