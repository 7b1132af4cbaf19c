// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/name.h"

#include "core/text/display.h"
#include "tests/unit/text/hostile_strings.h"

#include <gtest/gtest.h>

namespace kith::text {
namespace {

TEST(Name, IsTakenComposedAndTrimmed) {
    for (const auto& [typed, stored] : {std::pair<std::string, std::string>{"Alice", "Alice"},
                                        {"  Борис Пастернак ", "Борис Пастернак"},
                                        {"Zoe\u0308", "Zoë"},
                                        {"👩‍👩‍👧", "👩‍👩‍👧"},
                                        {"meadow", "meadow"}}) {
        const auto name = make_name(typed);
        ASSERT_TRUE(name.has_value()) << typed;
        EXPECT_EQ(*name, stored);
    }
}

TEST(Name, IsRefusedWhenItMeansSomethingElse) {
    for (const std::string_view typed : {"",
                                         "   ",
                                         "me",
                                         "ME",
                                         "You",
                                         "kith",
                                         "System",
                                         "kith1qabc",
                                         "u:7q2m",
                                         "-v",
                                         "@all",
                                         "KITH:I/1"}) {
        const auto name = make_name(typed);
        ASSERT_FALSE(name.has_value()) << typed;
        EXPECT_EQ(name.error().code, Code::InvalidArgument);
        EXPECT_FALSE(name.error().context.empty());
    }
}

TEST(Name, IsRefusedWhenItCannotBeShown) {
    EXPECT_FALSE(make_name("a\nb"));
    EXPECT_FALSE(make_name("a\x1b"));
    EXPECT_FALSE(make_name("\u202eecila"));
    EXPECT_FALSE(make_name("\u3164"));
    EXPECT_FALSE(make_name("\xff"));
    EXPECT_FALSE(make_name(std::string(65, 'a')));
    EXPECT_TRUE(make_name(std::string(64, 'a')));
}

TEST(Name, WhatIsTakenIsShownUnchanged) {
    for (const std::string& typed : test::hostile_strings()) {
        const auto name = make_name(typed);
        if (!name) continue;
        EXPECT_EQ(display(*name, Kind::Name), *name);
    }
}

TEST(Name, KeysForgiveCaseAndComposition) {
    EXPECT_EQ(name_key("ALICE"), name_key("alice"));
    EXPECT_EQ(name_key("AZ@[`z 9"), "az@[`z 9");
    EXPECT_EQ(name_key("БОРИС"), name_key("борис"));
    EXPECT_EQ(name_key("Zoe\u0308"), name_key("ZOË"));
    EXPECT_NE(name_key("bob"), name_key("b0b"));
}

}  // namespace
}  // namespace kith::text
