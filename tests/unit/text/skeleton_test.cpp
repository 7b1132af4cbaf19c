// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/skeleton.h"

#include "tests/unit/text/hostile_strings.h"

#include <gtest/gtest.h>

namespace kith::text {
namespace {

TEST(Skeleton, IsEqualForNamesThatLookAlike) {
    EXPECT_EQ(skeleton("alice"), skeleton("аlice"));  // Cyrillic a
    EXPECT_EQ(skeleton("alice"), skeleton("ALICE"));
    EXPECT_EQ(skeleton("paypal"), skeleton("раураl"));
    EXPECT_EQ(skeleton("bob"), skeleton("bo\u200bb"));
    EXPECT_EQ(skeleton("l0l"), skeleton("lOl"));
    EXPECT_NE(skeleton("alice"), skeleton("alina"));
    EXPECT_NE(skeleton("Борис"), skeleton("Денис"));
}

TEST(Skeleton, TakesAnyBytes) {
    for (const std::string& text : test::hostile_strings()) {
        EXPECT_EQ(skeleton(text), skeleton(text));
        mixes_scripts(text);
    }
}

TEST(Skeleton, TellsMixedScriptsFromThoseWrittenTogether) {
    EXPECT_TRUE(mixes_scripts("Аlice"));  // Cyrillic A
    EXPECT_TRUE(mixes_scripts("βob"));
    EXPECT_FALSE(mixes_scripts("Alice"));
    EXPECT_FALSE(mixes_scripts("Борис 2"));
    EXPECT_FALSE(mixes_scripts("家族グループ Tokyo"));
    EXPECT_FALSE(mixes_scripts("👋 Zoë"));
}

TEST(NeededTag, IsEmptyForANameLikeNoOther) {
    const KeyedName all[] = {{"Alice", "7x9rd5tc"}, {"Bob", "7q2mabcd"}};
    EXPECT_EQ(needed_tag(all[0], all), "");
    EXPECT_EQ(needed_tag({"Carol", "k3f9"}, {}), "");
}

TEST(NeededTag, IsShownForLookAlikesReservedAndMixedNames) {
    const KeyedName all[] = {{"Alice", "7x9rd5tc"}, {"аlice", "k3f9abcd"}};
    EXPECT_EQ(needed_tag(all[0], all), "7x9r");
    EXPECT_EQ(needed_tag(all[1], all), "k3f9");
    EXPECT_EQ(needed_tag({"system", "k3f9abcd"}, {}), "k3f9");
    EXPECT_EQ(needed_tag({"Κith", "k3f9abcd"}, {}), "k3f9");  // Greek kappa
}

TEST(NeededTag, GrowsUntilItTellsThemApart) {
    const KeyedName all[] = {
        {"alice", "k3f9abcdxy"}, {"Alice", "k3f9abcezz"}, {"alice", "k3f9zzzzzz"}};
    EXPECT_EQ(needed_tag(all[0], all), "k3f9abcd");
    EXPECT_EQ(needed_tag(all[2], all), "k3f9z");
}

}  // namespace
}  // namespace kith::text
