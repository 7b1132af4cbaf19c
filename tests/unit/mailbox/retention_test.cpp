// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/retention.h"

#include "core/mailbox/quota.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

const Timestamp now = from_unix_seconds(1728100000);

std::uint32_t in_seconds(Duration duration) {
    return static_cast<std::uint32_t>(duration / seconds(1));
}

TEST(Retention, KeepsAnEnvelopeAsLongAsItsClassAllows) {
    EXPECT_EQ(term_of(LeaseClass::Contact, false, in_seconds(days(14)), now)->expires,
              now + days(14));
    EXPECT_FALSE(term_of(LeaseClass::Contact, false, in_seconds(days(14)) + 1, now));
    EXPECT_FALSE(term_of(LeaseClass::Volunteer, false, in_seconds(days(14)) + 1, now));
    EXPECT_TRUE(term_of(LeaseClass::Own, false, in_seconds(days(30)), now));
    EXPECT_FALSE(term_of(LeaseClass::Own, false, in_seconds(days(30)) + 1, now));
}

TEST(Retention, RefusesATermThatIsNone) {
    EXPECT_FALSE(term_of(LeaseClass::Contact, false, 0, now));
    EXPECT_FALSE(term_of(LeaseClass::Contact, false, 59, now));
    EXPECT_TRUE(term_of(LeaseClass::Contact, false, 60, now));
}

TEST(Retention, PromisesStrangersOneHourOnly) {
    const auto term = term_of(LeaseClass::Own, true, in_seconds(days(7)), now);
    EXPECT_EQ(term->expires, now + days(7));
    EXPECT_EQ(term->promised, now + hours(1));
    EXPECT_EQ(term_of(LeaseClass::Own, true, 60, now)->promised, now + seconds(60));
    EXPECT_FALSE(term_of(LeaseClass::Own, true, in_seconds(days(7)) + 1, now));
}

TEST(Retention, CountsWholeSeconds) {
    const auto term = term_of(LeaseClass::Contact, false, 60, now + milliseconds(700));
    EXPECT_EQ(term->expires, now + seconds(60));
}

class ExpiryGateTest : public testing::Test {
  protected:
    bool after(Duration steady_time, Duration wall_time, bool sane = true) {
        steady += steady_time;
        wall += wall_time;
        return gate.open(steady, wall, sane);
    }

    void settle() {
        after({}, {});
        ASSERT_TRUE(after(minutes(10), minutes(10)));
    }

    ExpiryGate gate;
    SteadyTime steady{hours(5)};
    Timestamp wall = now;
};

TEST_F(ExpiryGateTest, OpensTenMinutesAfterTheStart) {
    EXPECT_FALSE(after({}, {}));
    EXPECT_FALSE(after(minutes(9), minutes(9)));
    EXPECT_TRUE(after(minutes(1), minutes(1)));
}

TEST_F(ExpiryGateTest, ClosesForTenMinutesAfterAStepEitherWay) {
    for (const Duration step : {Duration(days(1)), Duration(-days(1)), Duration(days(3650))}) {
        settle();
        EXPECT_FALSE(after(minutes(1), minutes(1) + step));
        EXPECT_FALSE(after(minutes(9), minutes(9)));
        EXPECT_TRUE(after(minutes(1), minutes(1)));
    }
}

TEST_F(ExpiryGateTest, IgnoresWhatIsNoStep) {
    settle();
    EXPECT_TRUE(after(minutes(1), minutes(1) + seconds(60)));
    EXPECT_FALSE(after(minutes(1), minutes(1) + seconds(61)));
}

TEST_F(ExpiryGateTest, StaysClosedWhileTheClockIsNotSane) {
    settle();
    EXPECT_FALSE(after(minutes(1), minutes(1), false));
    EXPECT_FALSE(after(hours(24), hours(24), false));
    EXPECT_FALSE(after(minutes(9), minutes(9)));
    EXPECT_TRUE(after(minutes(1), minutes(1)));
}

}  // namespace
}  // namespace kith::mailbox
