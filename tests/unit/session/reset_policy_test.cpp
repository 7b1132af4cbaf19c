// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/reset_policy.h"

#include <gtest/gtest.h>

namespace kith::session {
namespace {

constexpr Timestamp noon = from_unix_seconds(1728100000);

// crypto attack test 20: resets are rate-limited.
TEST(ResetPolicy, WaitsDoubleUpToADay) {
    ResetPolicy policy;
    EXPECT_TRUE(policy.allowed(noon));
    Timestamp now = noon;
    for (const int wait : {1, 2, 4, 8, 16, 24, 24}) {
        policy.record(now);
        EXPECT_FALSE(policy.allowed(now + hours(wait) - seconds(1))) << wait;
        EXPECT_TRUE(policy.allowed(now + hours(wait))) << wait;
        now += hours(wait);
    }
}

TEST(ResetPolicy, AQuietDayStartsAfresh) {
    ResetPolicy policy;
    policy.record(noon);
    policy.record(noon + hours(1));
    const Timestamp later = noon + hours(1) + hours(2) + hours(24);
    policy.record(later);
    EXPECT_TRUE(policy.allowed(later + hours(1)));
}

TEST(ResetPolicy, SurvivesARestart) {
    ResetPolicy policy;
    policy.record(noon);
    policy.record(noon + hours(1));
    EXPECT_EQ(ResetPolicy::restore(policy.last(), policy.wait()), policy);
}

TEST(ResetPolicy, SilenceCountsOnlyWhileThePeerIsAbout) {
    EXPECT_EQ(judge_silence(noon, 0, true, noon + days(9)), ResetCause::None);
    EXPECT_EQ(judge_silence(noon, 1, true, noon + days(2)), ResetCause::None);
    EXPECT_EQ(judge_silence(noon, 1, true, noon + days(3)), ResetCause::NoReceipts);
    EXPECT_EQ(judge_silence(noon, 50, true, noon), ResetCause::NoReceipts);
    EXPECT_EQ(judge_silence(noon, 50, false, noon + days(9)), ResetCause::None);
}

}  // namespace
}  // namespace kith::session
