// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/time.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

TEST(Time, PrintsRfc3339) {
    EXPECT_EQ(to_rfc3339(from_unix_millis(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339(from_unix_millis(1795359845120)), "2026-11-22T15:04:05.120Z");
    EXPECT_EQ(to_rfc3339(from_unix_seconds(~0ULL)), "9999-12-31T23:59:59.000Z");
}

TEST(Time, ClampsWhatLiesOutsideItsRange) {
    EXPECT_EQ(unix_seconds(Timestamp(-hours(5))), 0U);
    EXPECT_EQ(unix_seconds(from_unix_seconds(~0ULL)), 253402300799U);
    EXPECT_EQ(unix_millis(from_unix_millis(~0ULL)), 253402300799999U);
}

TEST(Time, SpeaksToPeople) {
    EXPECT_EQ(to_words(milliseconds(120)), "120 ms");
    EXPECT_EQ(to_words(seconds(45)), "45 s");
    EXPECT_EQ(to_words(minutes(5)), "5 min");
    EXPECT_EQ(to_words(hours(3) + minutes(20)), "3 h 20 min");
    EXPECT_EQ(to_words(hours(52)), "2 d 4 h");
}

static_assert(!std::is_convertible_v<SteadyTime, Timestamp>);

}  // namespace
}  // namespace kith
