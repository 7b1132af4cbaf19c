// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/time_text.h"

#include <gtest/gtest.h>

namespace kith::api {
namespace {

TEST(TimeText, ReadsWhatIsPrinted) {
    for (const std::uint64_t millis :
         {0ULL, 1795359845120ULL, 253402300799999ULL, 951782400000ULL}) {
        const Timestamp time = from_unix_millis(millis);
        EXPECT_EQ(parse_rfc3339(to_rfc3339(time)), time);
    }
}

TEST(TimeText, ReadsOffsetsAndFractions) {
    const Timestamp time = from_unix_millis(1795359845120);
    EXPECT_EQ(parse_rfc3339("2026-11-22T18:04:05.12+03:00"), time);
    EXPECT_EQ(parse_rfc3339("2026-11-22t09:34:05.1200009-05:30"), time);
    EXPECT_EQ(parse_rfc3339("2026-11-22T15:04:05.1200z"), time);
    EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), from_unix_seconds(1483228799));
}

TEST(TimeText, RefusesWhatIsNoTime) {
    for (const std::string_view text : {"",
                                        "2026-11-22",
                                        "2026-02-29T00:00:00Z",
                                        "2026-00-10T00:00:00Z",
                                        "2026-13-10T00:00:00Z",
                                        "2026-11-22T24:00:00Z",
                                        "2026-11-22T15:60:05Z",
                                        "2026-11-22T15:04:61Z",
                                        "2026-11-22T15:04:05",
                                        "2026-11-22T15:04:05.Z",
                                        "2026-11-22T15:04:05Zx",
                                        "2026-11-22 15:04:05Z",
                                        "2026-11-22T15:04:05+3:00",
                                        "26-11-22T15:04:05Z"}) {
        EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace kith::api
