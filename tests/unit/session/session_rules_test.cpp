// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_rules.h"

#include "tests/unit/session/session_pair.h"

#include <gtest/gtest.h>

namespace kith::session::test {
namespace {

SessionId sid(std::uint8_t first) {
    SessionId id;
    id.data()[0] = first;
    return id;
}

Session::Facts active(Role role, bool acknowledged) {
    Session::Facts facts;
    facts.id = sid(5);
    facts.role = role;
    facts.acknowledged = acknowledged;
    facts.created = start;
    return facts;
}

constexpr Timestamp soon = start + seconds(1);
constexpr Timestamp later = start + hours(1);

Admission judge(const Session::Facts& facts, std::uint8_t first, bool reset, Timestamp now) {
    return admit(&facts, {sid(first), reset}, false, {}, now);
}

TEST(SessionRules, TheFirstSessionIsTaken) {
    EXPECT_EQ(admit(nullptr, {sid(1), false}, false, {}, start), Admission::Active);
}

TEST(SessionRules, WhenBothInitiatedTheSmallerWins) {
    for (const bool acknowledged : {false, true}) {
        const auto mine = active(Role::Initiator, acknowledged);
        EXPECT_EQ(judge(mine, 4, false, soon), Admission::Active);
        EXPECT_EQ(judge(mine, 6, false, soon), Admission::Old);
        EXPECT_EQ(judge(mine, 6, false, later), Admission::Old);
    }
}

TEST(SessionRules, AfterTheCrossingWindowAnAcknowledgedSessionOfOursIsReplaced) {
    const auto mine = active(Role::Initiator, true);
    EXPECT_EQ(judge(mine, 6, false, start + crossing_window), Admission::Active);
    const auto unanswered = active(Role::Initiator, false);
    EXPECT_EQ(judge(unanswered, 6, false, start + crossing_window), Admission::Old);
}

TEST(SessionRules, APeersSessionIsReplacedByAResetOrAfterAMinute) {
    const auto theirs = active(Role::Responder, true);
    EXPECT_EQ(judge(theirs, 6, true, soon), Admission::Active);
    EXPECT_EQ(judge(theirs, 6, false, start + seconds(60)), Admission::Old);
    EXPECT_EQ(judge(theirs, 6, false, start + seconds(61)), Admission::Active);
}

TEST(SessionRules, WhatThePeerLostIsReadButNeverWins) {
    const auto theirs = active(Role::Responder, true);
    EXPECT_EQ(admit(&theirs, {sid(1), true}, true, {}, later), Admission::Old);
    EXPECT_EQ(admit(nullptr, {sid(1), false}, true, {}, later), Admission::Old);
}

TEST(SessionRules, AFourthReplacementWithinADayIsHeld) {
    const auto theirs = active(Role::Responder, true);
    const Replacements three{start, start + hours(1), start + hours(2)};
    const Incoming reset{sid(6), true};
    EXPECT_EQ(admit(&theirs, reset, false, three, start + hours(3)), Admission::Hold);
    EXPECT_EQ(admit(&theirs, reset, false, three, start + hours(24)), Admission::Active);
    EXPECT_TRUE(is_replacement(&theirs, reset, later));
    EXPECT_FALSE(is_replacement(nullptr, reset, later));
    const auto mine = active(Role::Initiator, false);
    EXPECT_FALSE(is_replacement(&mine, {sid(4), false}, soon));
}

}  // namespace
}  // namespace kith::session::test
