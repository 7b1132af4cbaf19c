// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace kith {
namespace {

constexpr std::array<std::string_view, 5> words{"listen", "send", "inbox", "id", "invite"};

TEST(Nearest, CountsEachKindOfSlipOnce) {
    EXPECT_EQ(edit_distance("send", "send"), 0U);
    EXPECT_EQ(edit_distance("snd", "send"), 1U);
    EXPECT_EQ(edit_distance("seend", "send"), 1U);
    EXPECT_EQ(edit_distance("sent", "send"), 1U);
    EXPECT_EQ(edit_distance("sned", "send"), 1U);
    EXPECT_EQ(edit_distance("", "send"), 4U);
}

TEST(Nearest, FindsTheWordThatWasMeant) {
    EXPECT_EQ(nearest("lisen", words), "listen");
    EXPECT_EQ(nearest("lsiten", words), "listen");
    EXPECT_EQ(nearest("invte", words), "invite");
}

TEST(Nearest, StaysSilentWhenNothingIsNear) {
    EXPECT_EQ(nearest("frobnicate", words), std::nullopt);
    EXPECT_EQ(nearest("xy", words), std::nullopt);
    EXPECT_EQ(nearest(std::string(10000, 'a'), words), std::nullopt);
}

}  // namespace
}  // namespace kith
