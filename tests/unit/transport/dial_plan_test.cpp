// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/dial_plan.h"

#include <gtest/gtest.h>

namespace kith::transport {
namespace {

Endpoint v4(std::uint8_t last) {
    return Endpoint::v4(203, 0, 113, last, 4222);
}

Endpoint v6(std::uint8_t last) {
    auto out = parse_endpoint("[2001:db8::1]:4222").value();
    out.address[15] = last;
    return out;
}

LocalAddress subnet(const char* address, unsigned bits) {
    LocalAddress out;
    out.address = parse_endpoint(address).value().address;
    out.prefix_bits = bits;
    return out;
}

TEST(DialPlan, TakesFamiliesInTurnBeginningWithTheBestCandidate) {
    const DialPlan plan({v4(1), v4(2), v6(1), v6(2), v4(3)}, {});
    EXPECT_EQ(plan.order(), (std::vector{v4(1), v6(1), v4(2), v6(2), v4(3)}));
    const DialPlan other({v6(9), v4(1), v4(2)}, {});
    EXPECT_EQ(other.order(), (std::vector{v6(9), v4(1), v4(2)}));
}

TEST(DialPlan, TriesAtMostSix) {
    std::vector<Endpoint> many;
    for (std::uint8_t i = 1; i < 50; ++i)
        many.push_back(v4(i));
    EXPECT_EQ(DialPlan(many, {}).order().size(), 6U);
}

TEST(DialPlan, DropsDuplicatesAndWhatCannotBeCalled) {
    const std::vector<Endpoint> candidates{
        v4(1),
        v4(1),
        Endpoint::v4(0, 0, 0, 0, 4222),
        Endpoint::v4(203, 0, 113, 9, 0),
        Endpoint::v4(224, 0, 0, 1, 4222),
        Endpoint::v4(255, 255, 255, 255, 4222),
        parse_endpoint("[ff02::1]:4222").value(),
        parse_endpoint("[fe80::1]:4222").value(),
    };
    EXPECT_EQ(DialPlan(candidates, {subnet("[fe80::2]:1", 64)}).order(), std::vector{v4(1)});
}

TEST(DialPlan, CallsPrivateAddressesOnlyInsideOurSubnets) {
    const auto lan = Endpoint::v4(192, 168, 1, 20, 4222);
    const auto other = Endpoint::v4(192, 168, 2, 20, 4222);
    const auto loopback = Endpoint::v4(127, 0, 0, 1, 4222);
    EXPECT_TRUE(DialPlan({lan, other, loopback}, {}).order().empty());
    EXPECT_EQ(DialPlan({lan, other, loopback}, {subnet("192.168.1.7:1", 96 + 24)}).order(),
              std::vector{lan});
    EXPECT_EQ(DialPlan({lan, other, loopback}, {subnet("192.168.0.1:1", 96 + 16)}).order(),
              (std::vector{lan, other}));
    EXPECT_EQ(DialPlan({lan, loopback}, {subnet("127.0.0.1:1", 96 + 8)}).order(),
              std::vector{loopback});
}

TEST(DialPlan, StartsAttempts250MillisecondsApart) {
    DialPlan plan({v4(1), v4(2), v4(3)}, {});
    SteadyTime now{seconds(5)};
    EXPECT_LE(plan.next_at().value(), now);
    EXPECT_EQ(plan.next(now), v4(1));
    EXPECT_EQ(plan.next(now), std::nullopt);
    EXPECT_EQ(plan.next_at(), now + milliseconds(250));
    EXPECT_EQ(plan.next(now + milliseconds(249)), std::nullopt);
    EXPECT_EQ(plan.next(now + milliseconds(250)), v4(2));
}

TEST(DialPlan, GoesOnAtOnceWhenAnAttemptHasFailed) {
    DialPlan plan({v4(1), v4(2)}, {});
    const SteadyTime now{seconds(5)};
    EXPECT_EQ(plan.next(now), v4(1));
    plan.failed();
    EXPECT_EQ(plan.next(now), v4(2));
    EXPECT_EQ(plan.next_at(), std::nullopt);
    plan.failed();
    EXPECT_EQ(plan.next(now + hours(1)), std::nullopt);
}

TEST(LocalAddress, ContainsByBits) {
    const auto wide = subnet("10.1.130.0:1", 96 + 17);
    EXPECT_TRUE(wide.contains(Endpoint::v4(10, 1, 255, 1, 5)));
    EXPECT_FALSE(wide.contains(Endpoint::v4(10, 1, 127, 1, 5)));
    const auto host = subnet("10.1.130.4:1", 128);
    EXPECT_TRUE(host.contains(Endpoint::v4(10, 1, 130, 4, 5)));
    EXPECT_FALSE(host.contains(Endpoint::v4(10, 1, 130, 5, 5)));
}

}  // namespace
}  // namespace kith::transport
