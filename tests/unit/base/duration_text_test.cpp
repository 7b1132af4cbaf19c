// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/duration_text.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

TEST(DurationText, ReadsOneNumberOfOneUnit) {
    EXPECT_EQ(parse_duration("30s"), Duration(seconds(30)));
    EXPECT_EQ(parse_duration("10m"), Duration(minutes(10)));
    EXPECT_EQ(parse_duration("24h"), Duration(hours(24)));
    EXPECT_EQ(parse_duration("3650d"), Duration(days(3650)));
}

TEST(DurationText, RefusesTheRest) {
    for (const std::string_view text : {"",
                                        "5",
                                        "h",
                                        "0h",
                                        "-1h",
                                        "+1h",
                                        " 1h",
                                        "1.5h",
                                        "1h30m",
                                        "1H",
                                        "1w",
                                        "3651d",
                                        "4000000000d",
                                        "99999999999999s"}) {
        EXPECT_FALSE(parse_duration(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace kith
