// SPDX-License-Identifier: GPL-3.0-or-later
// The clock that all tests of time stand on.
#include "tests/support/clock/fake_clock.h"

#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace kith::test {
namespace {

TEST(FakeClock, RingsInOrderOfTimeThenOfSettingWhateverIsCalledOff) {
    FakeClock clock;
    SeededRandom random(1);
    using Key = std::pair<SteadyTime, int>;
    std::map<Key, Alarm> set;
    std::vector<Key> expected;
    std::vector<Key> rung;
    for (int number = 0; number < 2000; ++number) {
        const Key key{clock.now() + seconds(static_cast<int>(random.below(50))), number};
        set[key] = clock.call_at(key.first, [&rung, key] { rung.push_back(key); });
        if (random.below(3) == 0) {
            set.erase(std::next(set.begin(), static_cast<int>(random.below(set.size()))));
        }
    }
    for (const auto& [key, alarm] : set)
        expected.push_back(key);
    EXPECT_EQ(clock.alarms(), expected.size());
    clock.advance(minutes(1));
    EXPECT_EQ(rung, expected);
    EXPECT_EQ(clock.alarms(), 0U);
}

TEST(FakeClock, AnActionMayDestroyItsOwnAlarmAndOthers) {
    FakeClock clock;
    int rung = 0;
    Alarm own;
    Alarm other;
    own = clock.call_after(seconds(1), [&] {
        ++rung;
        own.cancel();
        other.cancel();
    });
    other = clock.call_after(seconds(2), [&] { ++rung; });
    clock.advance(minutes(1));
    EXPECT_EQ(rung, 1);
    EXPECT_EQ(clock.alarms(), 0U);
}

TEST(FakeClock, WhatIsSetMeanwhileRingsToo) {
    FakeClock clock;
    Alarm second;
    SteadyTime rung;
    const Alarm first = clock.call_after(
        seconds(1), [&] { second = clock.call_after(seconds(1), [&] { rung = clock.now(); }); });
    const SteadyTime begin = clock.now();
    clock.advance(minutes(1));
    EXPECT_EQ(rung, begin + seconds(2));
    EXPECT_EQ(clock.now(), begin + minutes(1));
}

}  // namespace
}  // namespace kith::test
