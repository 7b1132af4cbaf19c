// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/endpoint.h"

#include <gtest/gtest.h>

namespace kith {
namespace {

TEST(Endpoint, ParsesAndPrints) {
    for (const auto* text : {"203.0.113.7:4222", "[2001:db8::1]:1", "127.0.0.1:65535"}) {
        EXPECT_EQ(to_string(parse_endpoint(text).value()), text);
    }
}

TEST(Endpoint, RefusesWhatIsNotNumeric) {
    for (const auto* text : {"",
                             ":",
                             "1.2.3.4",
                             "1.2.3.4:",
                             "1.2.3.4:65536",
                             "1.2.3.4:-1",
                             "example.org:1",
                             "2001:db8::1:1",
                             "[1.2.3.4]:1",
                             "1.2.3.4:1 "}) {
        EXPECT_FALSE(parse_endpoint(text)) << text;
    }
}

TEST(Endpoint, SurvivesTheWire) {
    const auto v4 = parse_endpoint("203.0.113.7:4222").value();
    EXPECT_EQ(Endpoint::from_wire(v4.to_wire()), v4);
    EXPECT_TRUE(v4.is_v4());
    const auto v6 = parse_endpoint("[2001:db8::1]:4222").value();
    EXPECT_EQ(Endpoint::from_wire(v6.to_wire()), v6);
    EXPECT_FALSE(v6.is_v4());
}

TEST(Endpoint, KnowsPrivateRanges) {
    for (const auto* text : {"10.1.2.3:1",
                             "172.16.0.1:1",
                             "172.31.255.1:1",
                             "192.168.0.1:1",
                             "169.254.0.1:1",
                             "100.64.0.1:1",
                             "127.0.0.1:1",
                             "[::1]:1",
                             "[fe80::1]:1",
                             "[fd00::1]:1"}) {
        EXPECT_TRUE(parse_endpoint(text).value().is_private()) << text;
    }
    for (const auto* text : {"172.32.0.1:1", "8.8.8.8:1", "100.128.0.1:1", "[2001:db8::1]:1"}) {
        EXPECT_FALSE(parse_endpoint(text).value().is_private()) << text;
    }
}

TEST(Endpoint, CountsSourcesByPrefix) {
    const auto prefix = [](const char* text) { return prefix_of(parse_endpoint(text).value()); };
    EXPECT_EQ(prefix("203.0.113.7:1"), prefix("203.0.113.200:9"));
    EXPECT_NE(prefix("203.0.113.7:1"), prefix("203.0.114.7:1"));
    EXPECT_EQ(prefix("[2001:db8:0:1::1]:1"), prefix("[2001:db8:0:1:ffff::]:1"));
    EXPECT_NE(prefix("[2001:db8:0:1::1]:1"), prefix("[2001:db8:0:2::1]:1"));
}

}  // namespace
}  // namespace kith
