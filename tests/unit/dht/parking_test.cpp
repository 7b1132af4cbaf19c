// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/parking.h"

#include "tests/support/seeded_random.h"

#include <gtest/gtest.h>

namespace kith::dht {
namespace {

constexpr SteadyTime start{hours(100)};

class ParkingNode : public testing::Test {
  protected:
    /// Looks every ten minutes until `holds`; how long it took, at most a day.
    template <class Holds>
    Duration look_until(std::size_t nodes, Holds holds) {
        const SteadyTime begin = now;
        while (!holds() && now - begin < days(1)) {
            now += minutes(10);
            look(parking, nodes, now);
        }
        return now - begin;
    }

    void look(Parking& at, std::size_t nodes, SteadyTime when) {
        at.look(nodes, when, random);
        if (at.due(when)) at.decide(nodes);
    }

    test::SeededRandom random{7};
    Parking parking{ParkingLimits{}, false};
    SteadyTime now = start;
};

TEST_F(ParkingNode, StaysInASmallNetwork) {
    EXPECT_EQ(look_until(512, [&] { return parking.parks(); }), Duration(days(1)));
    EXPECT_FALSE(parking.parks());
}

TEST_F(ParkingNode, ParksInALargeOneWithinSixHours) {
    const Duration took = look_until(513, [&] { return parking.parks(); });
    EXPECT_TRUE(parking.parks());
    EXPECT_LE(took, Parking::decide_within + minutes(10));
}

TEST_F(ParkingNode, ACrowdDoesNotActAtOnce) {
    std::size_t parked = 0;
    for (int i = 0; i < 200; ++i) {
        Parking one{ParkingLimits{}, false};
        look(one, 2000, start);
        look(one, 2000, start + hours(3));
        parked += one.parks() ? 1U : 0U;
    }
    EXPECT_GT(parked, 70U);
    EXPECT_LT(parked, 130U);
}

TEST_F(ParkingNode, AReasonThatIsGoneMeanwhileDoesNotCount) {
    for (int i = 0; i < 200; ++i) {
        look(parking, 2000, now);
        now += minutes(1);
        look(parking, 400, now);
        now += hours(7);
    }
    EXPECT_FALSE(parking.parks());
}

TEST_F(ParkingNode, DecidesByWhatIsSeenThen) {
    parking.look(2000, now, random);
    now += Parking::decide_within;
    ASSERT_TRUE(parking.due(now));
    parking.decide(400);
    EXPECT_FALSE(parking.parks());
    EXPECT_FALSE(parking.due(now));
    parking.look(std::nullopt, now, random);
    EXPECT_FALSE(parking.due(now + hours(7))) << "nothing is known";
}

TEST_F(ParkingNode, ReturnsWhenTooFewAreLeft) {
    (void)look_until(2000, [&] { return parking.parks(); });
    look_until(256, [&] { return !parking.parks(); });
    EXPECT_TRUE(parking.parks()) << "between the limits nothing changes";
    look_until(255, [&] { return !parking.parks(); });
    EXPECT_FALSE(parking.parks());
}

TEST_F(ParkingNode, RestsTwoMinutesAfterTheLastOperation) {
    parking.used(now);
    EXPECT_FALSE(parking.may_rest(now + hours(1))) << "it takes part";
    (void)look_until(2000, [&] { return parking.parks(); });
    parking.used(now);
    EXPECT_FALSE(parking.may_rest(now + seconds(119)));
    EXPECT_TRUE(parking.may_rest(now + seconds(120)));
}

TEST_F(ParkingNode, ParksAgainWhenItStartsAnew) {
    parking.start(true);
    EXPECT_TRUE(parking.parks());
    look(parking, 400, now);
    EXPECT_TRUE(parking.parks()) << "between the limits nothing changes";
    EXPECT_TRUE(parking.may_rest(now + Parking::awake_for));
}

TEST_F(ParkingNode, RestsAfterAStartOnlyWhenItHasSeenTheNetwork) {
    parking.start(true);
    parking.look(std::nullopt, now, random);
    EXPECT_FALSE(parking.may_rest(now + hours(1)));
}

TEST_F(ParkingNode, ReturnsAtOnceWhenItStartsInASmallNetwork) {
    parking.start(true);
    look(parking, 255, now);
    EXPECT_FALSE(parking.parks());
    parking.start(false);
    look(parking, 255, now);
    EXPECT_FALSE(parking.parks());
}

TEST_F(ParkingNode, AServingNodeNeverParks) {
    parking = Parking{ParkingLimits{}, true};
    parking.start(true);
    EXPECT_FALSE(parking.parks());
    (void)look_until(1'000'000, [&] { return parking.parks(); });
    EXPECT_FALSE(parking.parks());
}

}  // namespace
}  // namespace kith::dht
