// SPDX-License-Identifier: GPL-3.0-or-later
// A network in which more nodes are there than are needed: some park, enough stay, and who is
// parked publishes and finds as before. The limits are a twelfth of the real ones, for speed.
#include "tests/sim/dht/dht_world.h"
#include "tests/support/directory/beacon_maker.h"
#include "tests/support/directory/last_run_in_memory.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <stdexcept>

namespace kith::sim {
namespace {

using directory::Connection;

constexpr std::size_t nodes = 96;
constexpr std::size_t park_above = 40;
constexpr std::size_t return_below = 20;

class AParkingNetwork : public testing::Test {
  protected:
    // One network for all tests, in their order: it takes a while to settle.
    static void SetUpTestSuite() {
        shared = std::make_unique<DhtWorld>(1);
        shared->config.parking = {park_above, return_below};
        shared->grow(nodes);
        shared->run_for(hours(8));
    }

    static void TearDownTestSuite() { shared.reset(); }

    static bool is_parked(const DhtNodeInWorld& node) {
        return node.up && node.state().connection == Connection::Parked;
    }

    std::size_t parked() {
        std::size_t out = 0;
        for (std::size_t i = 0; i < world.size(); ++i)
            out += is_parked(world[i]) ? 1U : 0U;
        return out;
    }

    DhtNodeInWorld& parked_one(std::size_t skip) {
        for (std::size_t i = 0; i < world.size(); ++i) {
            if (is_parked(world[i]) && skip-- == 0) return world[i];
        }
        throw std::runtime_error("not so many are parked");
    }

    static std::unique_ptr<DhtWorld> shared;
    DhtWorld& world = *shared;
};

std::unique_ptr<DhtWorld> AParkingNetwork::shared;

TEST_F(AParkingNetwork, KeepsEnoughNodesAndNotMany) {
    const std::size_t active = nodes - parked();
    std::printf("%zu of %zu nodes take part after 8 h\n", active, nodes);
    EXPECT_GT(active, return_below);
    EXPECT_LT(active, 2 * park_above);
}

TEST_F(AParkingNetwork, ParkedNodesPublishAndFind) {
    constexpr std::size_t some = 8;
    ASSERT_GE(parked(), 2 * some);
    std::deque<test::BeaconMaker> people;
    for (std::size_t i = 0; i < some; ++i) {
        people.emplace_back(1 + i);
        auto& publisher = parked_one(i);
        const auto published = world.run(publisher.directory->publish(
            people[i].records(world.epoch(), {0, 8}), world.in(seconds(20))));
        ASSERT_TRUE(published) << published.error().context;
        EXPECT_GE(published->holders, 3);
    }
    world.run_for(minutes(10));
    std::size_t found = 0;
    for (std::size_t i = 0; i < some; ++i) {
        auto& reader = parked_one(i + some);
        found += world.run(reader.directory->lookup(people[i].slots(world.epoch()),
                                                    people[i].accept(world.clock.wall()),
                                                    world.in(seconds(5))))
                     ? 1U
                     : 0U;
    }
    EXPECT_EQ(found, some);
}

TEST_F(AParkingNetwork, AParkedNodeCostsNextToNothing) {
    auto& node = parked_one(0);
    const auto before = node.directory->traffic();
    world.run_for(hours(1));
    ASSERT_TRUE(is_parked(node));
    const auto after = node.directory->traffic();
    EXPECT_EQ(after.bytes_out, before.bytes_out);
    EXPECT_LT(after.bytes_in - before.bytes_in, 20'000U);
}

TEST_F(AParkingNetwork, WhoWasParkedParksAgainWhenItStarts) {
    // By itself it would draw a time within six hours, which few are there for without a break.
    const auto kept = std::make_shared<test::LastRunInMemory>(dht::LastRun{{}, true});
    world.config.last_run = kept;
    auto& again = world.add();
    world.config.last_run = std::make_shared<test::LastRunInMemory>();
    auto& fresh = world.add();
    world.config.last_run.reset();
    std::deque<test::BeaconMaker> people;
    for (const auto* const one : {&again, &fresh}) {
        auto& person = people.emplace_back(500 + people.size());
        const auto published = world.run(
            one->directory->publish(person.records(world.epoch(), {0, 8}), world.in(seconds(20))));
        ASSERT_TRUE(published) << published.error().context;
        EXPECT_GE(published->holders, 3);
    }
    EXPECT_FALSE(is_parked(again)) << "it was asked something";
    world.run_for(minutes(3));
    EXPECT_TRUE(is_parked(again));
    EXPECT_TRUE(again.state().self_test) << "once in each run";
    EXPECT_FALSE(is_parked(fresh)) << "it has drawn a time";
    world.kill(again);
    world.kill(fresh);
    EXPECT_TRUE(kept->load().parks);
    EXPECT_FALSE(kept->load().nodes.empty());
}

TEST_F(AParkingNetwork, ComesBackWhenTheOthersLeave) {
    const std::size_t active = nodes - parked();
    std::size_t killed = 0;
    for (std::size_t i = 0; i < world.size() && killed < active * 3 / 4; ++i) {
        if (is_parked(world[i])) continue;
        world.kill(world[i]);
        ++killed;
    }
    // What a parked node learns it learns when it asks: each has a reason every few hours, and the
    // reasons are spread.
    std::deque<test::BeaconMaker> people;
    for (int round = 0; round < 4; ++round) {
        for (std::size_t i = 0; i < world.size(); ++i) {
            if (!is_parked(world[i])) continue;
            people.emplace_back(1000 + people.size());
            (void)world.run(world[i].directory->publish(
                people.back().records(world.epoch(), {0, 8}), world.in(seconds(20))));
            world.run_for(minutes(3));
        }
    }
    const std::size_t left = nodes - killed - parked();
    std::printf("%zu took part, %zu of them died, %zu take part now\n", active, killed, left);
    EXPECT_GT(left, active - killed);
}

}  // namespace
}  // namespace kith::sim
