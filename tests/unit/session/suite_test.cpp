// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/suite.h"

#include <gtest/gtest.h>

namespace kith::session {
namespace {

constexpr SuiteOffer classic{0, 1};
constexpr SuiteOffer both{identity::capability_suite_2, 1};
constexpr SuiteOffer only_new{identity::capability_suite_2, 2};

TEST(Suites, TheHighestThatBothKnowIsChosen) {
    EXPECT_EQ(choose_suite(classic, classic, Suite::Classic).value(), Suite::Classic);
    EXPECT_EQ(choose_suite(classic, both, Suite::Classic).value(), Suite::Classic);
    EXPECT_EQ(choose_suite(both, both, Suite::Classic).value(), Suite::PostQuantum);
}

// crypto attack test 21: downgrades.
TEST(Suites, NothingBelowWhatAListAsksForOrAContactOnceUsed) {
    EXPECT_FALSE(choose_suite(classic, only_new, Suite::Classic));
    EXPECT_FALSE(choose_suite(only_new, classic, Suite::Classic));
    EXPECT_FALSE(choose_suite(both, classic, Suite::PostQuantum));
    EXPECT_TRUE(choose_suite(both, both, Suite::PostQuantum));
}

// crypto attack test 21: the X-Wing key was stripped although both lists advertise it.
TEST(Suites, AResponderTakesOnlyWhatBothListsAskFor) {
    EXPECT_FALSE(check_suite(Suite::Classic, both, both, Suite::Classic));
    EXPECT_TRUE(check_suite(Suite::Classic, classic, both, Suite::Classic));
    EXPECT_FALSE(check_suite(Suite::PostQuantum, classic, both, Suite::Classic));
}

}  // namespace
}  // namespace kith::session
