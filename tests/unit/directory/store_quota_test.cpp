// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/store_quota.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

const Endpoint somebody = Endpoint::v4(198, 51, 100, 7, 4222);
const Endpoint neighbour = Endpoint::v4(198, 51, 100, 250, 9);
const Endpoint other = Endpoint::v4(203, 0, 113, 7, 4222);
const SteadyTime start{hours(1)};

int taken(StoreQuota& quota, const Endpoint& source, SteadyTime now, int tries) {
    int out = 0;
    for (int i = 0; i < tries; ++i) {
        if (quota.take_value(source, 594, {}, now)) ++out;
    }
    return out;
}

TEST(StoreQuota, GivesOneNetworkItsBurstAndThenItsRate) {
    StoreLimits limits;
    limits.bytes_per_hour = std::size_t{1} << 30;
    StoreQuota quota(limits);
    EXPECT_EQ(taken(quota, somebody, start, 500), 128);
    EXPECT_EQ(taken(quota, neighbour, start, 10), 0) << "same /24";
    EXPECT_EQ(taken(quota, other, start, 10), 10);
    EXPECT_EQ(taken(quota, somebody, start + minutes(1), 500), 64);
}

TEST(StoreQuota, CountsBytesByTheHour) {
    StoreLimits limits;
    limits.new_values_burst = 1e6;
    StoreQuota quota(limits);
    const double fits = static_cast<double>(limits.bytes_per_hour) / 594;
    EXPECT_NEAR(taken(quota, somebody, start, 2000), fits, 1);
    EXPECT_NEAR(taken(quota, somebody, start + minutes(30), 2000), fits / 2, fits / 20);
}

TEST(StoreQuota, CountsIPv6ByForty8Bits) {
    StoreLimits limits;
    limits.new_values_burst = 1;
    StoreQuota quota(limits);
    EXPECT_TRUE(quota.take_value(*parse_endpoint("[2001:db8:5:1::1]:1"), 594, {}, start));
    EXPECT_FALSE(quota.take_value(*parse_endpoint("[2001:db8:5:ffff::2]:1"), 594, {}, start));
    EXPECT_TRUE(quota.take_value(*parse_endpoint("[2001:db8:6:1::1]:1"), 594, {}, start));
}

TEST(StoreQuota, RefusesWhenTheStoreIsFull) {
    StoreQuota quota(StoreLimits{});
    const StoreLimits limits;
    EXPECT_FALSE(quota.take_value(somebody, 594, {0, limits.values}, start));
    EXPECT_FALSE(quota.take_value(somebody, 594, {limits.bytes - 593, 1}, start));
    EXPECT_TRUE(quota.take_value(somebody, 594, {limits.bytes - 594, 1}, start));
}

TEST(StoreQuota, BoundsSignatureChecksBySourceAndInAll) {
    StoreLimits limits;
    limits.checks_overall = 120;
    StoreQuota quota(limits);
    const auto checks = [&](const Endpoint& source) {
        int out = 0;
        while (quota.take_check(source, start))
            ++out;
        return out;
    };
    EXPECT_EQ(checks(somebody), 50);
    EXPECT_EQ(checks(neighbour), 0);
    EXPECT_EQ(checks(other), 50);
    EXPECT_EQ(checks(Endpoint::v4(192, 0, 2, 1, 1)), 20) << "what is left in all";
}

TEST(StoreQuota, ForgetsSourcesThatOweNothingAndRefusesBeyond) {
    StoreLimits limits;
    limits.sources = 16;
    StoreQuota quota(limits);
    const auto source = [](std::uint8_t i) { return Endpoint::v4(10, i, 0, 1, 1); };
    for (std::uint8_t i = 0; i < 16; ++i) {
        EXPECT_TRUE(quota.take_check(source(i), start));
    }
    EXPECT_FALSE(quota.take_check(source(16), start));
    EXPECT_EQ(quota.sources(), 16U);
    EXPECT_TRUE(quota.take_check(source(16), start + seconds(2)));
    EXPECT_LE(quota.sources(), 16U);
}

}  // namespace
}  // namespace kith::directory
