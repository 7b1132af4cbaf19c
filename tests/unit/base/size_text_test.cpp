// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/size_text.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

TEST(SizeText, ReadsOneNumberOfOneUnit) {
    EXPECT_EQ(parse_size("512K"), 512U * 1024);
    EXPECT_EQ(parse_size("64M"), 64U * 1024 * 1024);
    EXPECT_EQ(parse_size("1G"), std::uint64_t{1} << 30);
    EXPECT_EQ(parse_size("1024T"), std::uint64_t{1} << 50);
}

TEST(SizeText, RefusesTheRest) {
    for (const std::string_view text : {"",
                                        "1",
                                        "1024",
                                        "G",
                                        "0G",
                                        "-1G",
                                        "+1G",
                                        "1.5G",
                                        "1 G",
                                        "1g",
                                        "1GB",
                                        "1025T",
                                        "4294967295T",
                                        "99999999999G"}) {
        EXPECT_FALSE(parse_size(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace kith
