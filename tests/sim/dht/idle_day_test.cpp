// SPDX-License-Identifier: GPL-3.0-or-later
// What the DHT costs each node of a network of 54 on a day on which nobody moves: upkeep,
// publications, look-ups, and answers to others; all that crosses its socket. The rest of an idle
// day: tests/sim/node/idle_day_test.cpp.
#include "tests/sim/dht/dht_world.h"
#include "tests/support/directory/beacon_maker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace kith::sim {
namespace {

constexpr std::size_t nodes = 54;
constexpr std::uint64_t dht_share = 1'500'000;
// IPv4 and UDP.
constexpr std::uint64_t datagram_overhead = 28;
// What a device publishes in a day: today's beacon every six hours, and for the last eight hours of
// the day tomorrow's. As many look-ups of contacts.
constexpr std::uint64_t rounds_a_day = 6;

std::uint64_t carried(const directory::Traffic& traffic) {
    return traffic.bytes_in + traffic.bytes_out +
           datagram_overhead * (traffic.datagrams_in + traffic.datagrams_out);
}

TEST(AnIdleDayOfTheDht, CostsItsShareOfFiveMegabytes) {
    DhtWorld world(1);
    world.grow(nodes);
    world.run_for(minutes(30));
    std::vector<std::uint64_t> before;
    std::deque<test::BeaconMaker> people;
    for (std::size_t i = 0; i < nodes; ++i) {
        before.push_back(carried(world[i].directory->traffic()));
        people.emplace_back(1 + i);
    }
    // One round of everybody in a sixth of a day: the day is six of these.
    const Duration between = hours(24) / (rounds_a_day * nodes);
    for (std::size_t i = 0; i < nodes; ++i) {
        const auto published = world.run(world[i].directory->publish(
            people[i].records(world.epoch(), {0, 8}), world.in(seconds(20))));
        EXPECT_TRUE(published);
        const auto found =
            world.run(world[i].directory->lookup(people[i / 2].slots(world.epoch()),
                                                 people[i / 2].accept(world.clock.wall()),
                                                 world.in(seconds(5))));
        EXPECT_TRUE(found);
        world.run_for(between);
    }
    std::vector<std::uint64_t> a_day;
    for (std::size_t i = 0; i < nodes; ++i) {
        a_day.push_back(rounds_a_day * (carried(world[i].directory->traffic()) - before[i]));
    }
    std::ranges::sort(a_day);
    std::printf("a day in the DHT: least %llu, median %llu, most %llu bytes\n",
                static_cast<unsigned long long>(a_day.front()),
                static_cast<unsigned long long>(a_day[nodes / 2]),
                static_cast<unsigned long long>(a_day.back()));
    EXPECT_GT(a_day.front(), 1000U);
    EXPECT_LT(a_day[nodes / 2], dht_share);
}

}  // namespace
}  // namespace kith::sim
