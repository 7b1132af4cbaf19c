// SPDX-License-Identifier: GPL-3.0-or-later
// A network in which more nodes are there than are needed: some park, enough stay, and who is
// parked publishes and finds as before. The limits are an eighth of the real ones, for speed.
#include "tests/sim/dht/dht_world.h"
#include "tests/support/directory/beacon_maker.h"

#include <gtest/gtest.h>

#include <deque>

namespace kith::sim {
namespace {

using directory::Connection;

constexpr std::size_t nodes = 160;
constexpr std::size_t park_above = 64;
constexpr std::size_t return_below = 32;

class AParkingNetwork : public testing::Test {
  protected:
    AParkingNetwork() {
        world.config.parking = {park_above, return_below};
        world.grow(nodes);
        world.run_for(hours(8));
    }

    std::size_t parked() {
        std::size_t out = 0;
        for (std::size_t i = 0; i < world.size(); ++i)
            out += world[i].up && world[i].state().connection == Connection::Parked ? 1U : 0U;
        return out;
    }

    DhtNodeInWorld& parked_one(std::size_t skip) {
        for (std::size_t i = 0; i < world.size(); ++i) {
            if (world[i].state().connection == Connection::Parked && skip-- == 0) return world[i];
        }
        throw std::runtime_error("not so many are parked");
    }

    DhtWorld world{1};
};

TEST_F(AParkingNetwork, KeepsEnoughNodesAndNotMany) {
    const std::size_t active = nodes - parked();
    std::printf("%zu of %zu nodes take part after 8 h\n", active, nodes);
    EXPECT_GT(active, return_below);
    EXPECT_LT(active, 2 * park_above);
}

TEST_F(AParkingNetwork, ParkedNodesPublishAndFind) {
    ASSERT_GE(parked(), 40U);
    std::deque<test::BeaconMaker> people;
    for (std::size_t i = 0; i < 20; ++i) {
        people.emplace_back(1 + i);
        auto& publisher = parked_one(i);
        const auto published = world.run(publisher.directory->publish(
            people[i].records(world.epoch(), {0, 8}), world.in(seconds(20))));
        ASSERT_TRUE(published) << published.error().context;
        EXPECT_GE(published->holders, 3);
    }
    world.run_for(minutes(10));
    std::size_t found = 0;
    for (std::size_t i = 0; i < people.size(); ++i) {
        auto& reader = parked_one(i + 20);
        found += world.run(reader.directory->lookup(people[i].slots(world.epoch()),
                                                    people[i].accept(world.clock.wall()),
                                                    world.in(seconds(5))))
                     ? 1U
                     : 0U;
    }
    EXPECT_EQ(found, people.size());
}

TEST_F(AParkingNetwork, AParkedNodeCostsNextToNothing) {
    auto& node = parked_one(0);
    const auto before = node.directory->traffic();
    world.run_for(hours(1));
    ASSERT_EQ(node.state().connection, Connection::Parked);
    const auto after = node.directory->traffic();
    EXPECT_EQ(after.bytes_out, before.bytes_out);
    EXPECT_LT(after.bytes_in - before.bytes_in, 20'000U);
}

TEST_F(AParkingNetwork, ComesBackWhenTheOthersLeave) {
    const std::size_t active = nodes - parked();
    std::size_t killed = 0;
    for (std::size_t i = 0; i < world.size(); ++i) {
        if (world[i].state().connection == Connection::Parked || killed == active * 3 / 4) continue;
        world.kill(world[i]);
        ++killed;
    }
    // What a parked node learns it learns when it asks: each has a reason every few hours, and the
    // reasons are spread.
    std::deque<test::BeaconMaker> people;
    for (int round = 0; round < 4; ++round) {
        for (std::size_t i = 0; i < world.size(); ++i) {
            if (world[i].up && world[i].state().connection == Connection::Parked) {
                people.emplace_back(1000 + people.size());
                (void)world.run(world[i].directory->publish(
                    people.back().records(world.epoch(), {0, 8}), world.in(seconds(20))));
                world.run_for(minutes(2));
            }
        }
    }
    const std::size_t left = nodes - killed - parked();
    std::printf("%zu took part, %zu of them died, %zu take part now\n", active, killed, left);
    EXPECT_GT(left, active - killed);
}

}  // namespace
}  // namespace kith::sim
