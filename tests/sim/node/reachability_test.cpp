// SPDX-License-Identifier: GPL-3.0-or-later
// Whether others can call a device: proved by a call, or by a peer who was asked to call back.
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

namespace kith::test {
namespace {

using node::Reachable;

class ReachabilityTest : public testing::Test {
  protected:
    ReachabilityTest() : alice(world.person("Alice")), bob(world.person("Bob")) { alice.found(); }

    // A port that the router opened, and that it passes on to nobody.
    void map_in_vain(Person& person) {
        person.node().set_mapped(transport::MappedPort{Endpoint::v4(203, 0, 113, 7, 50000),
                                                       transport::MapProtocol::NatPmp});
    }

    World world{1};
    Person& alice;
    Person& bob;
};

TEST_F(ReachabilityTest, ACallFromOutsideProvesIt) {
    EXPECT_EQ(alice.node().network().reachable, Reachable::Unknown);
    bob.join(alice);
    EXPECT_EQ(alice.node().network().reachable, Reachable::Direct);
}

TEST_F(ReachabilityTest, WhoOnlyCallsIsCalledBack) {
    bob.join(alice);
    world.run(seconds(2));
    EXPECT_EQ(bob.node().network().reachable, Reachable::Direct);
}

TEST_F(ReachabilityTest, BehindARouterNobodyCallsBack) {
    world.network.set_callable(bob.address(), false);
    bob.join(alice);
    world.run(seconds(20));
    EXPECT_EQ(bob.node().network().reachable, Reachable::Nat);
}

TEST_F(ReachabilityTest, ThePortOfTheRouterIsTheOneToCall) {
    bob.join(alice);
    world.run(seconds(20));
    ASSERT_EQ(bob.node().network().reachable, Reachable::Direct);
    map_in_vain(bob);
    const auto network = bob.node().network();
    EXPECT_EQ(network.reachable, Reachable::Unknown) << "what was known is void";
    EXPECT_EQ(network.mapped_by, "NAT-PMP");
    EXPECT_EQ(network.endpoints.front(), Endpoint::v4(203, 0, 113, 7, 50000));
    world.run(seconds(20));
    EXPECT_EQ(bob.node().network().reachable, Reachable::Nat);
}

TEST_F(ReachabilityTest, OneDeviceIsCalledBackThreeTimesInTenMinutes) {
    bob.join(alice);
    world.run(seconds(20));
    for (const Reachable verdict : {Reachable::Nat, Reachable::Nat, Reachable::Unknown}) {
        map_in_vain(bob);
        world.run(seconds(20));
        EXPECT_EQ(bob.node().network().reachable, verdict);
    }
    world.run(minutes(10));
    map_in_vain(bob);
    world.run(seconds(20));
    EXPECT_EQ(bob.node().network().reachable, Reachable::Nat);
}

TEST_F(ReachabilityTest, AProofHoldsForADay) {
    bob.join(alice);
    bob.switch_off();
    world.run(hours(23));
    EXPECT_EQ(alice.node().network().reachable, Reachable::Direct);
    world.run(hours(2));
    EXPECT_EQ(alice.node().network().reachable, Reachable::Unknown);
}

}  // namespace
}  // namespace kith::test
