// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/port_map.h"

#include "tests/unit/transport/fake_router.h"

#include <gtest/gtest.h>

namespace kith::transport {
namespace {

const MapRequest two_hours{4222, 4222, hours(2)};
const MapRequest take_back{4222, 4222, Duration::zero()};
const Endpoint loopback = Endpoint::v4(127, 0, 0, 1, 0);

using Mapped = std::map<std::pair<std::string, int>, int>;
const Mapped both{{{"TCP", 4222}, 4222}, {{"UDP", 4222}, 4222}};

class NatPmpTest : public testing::Test {
  protected:
    void SetUp() override {
        if (!router.is_open()) GTEST_SKIP() << "port 5351 is taken";
    }

    RouterState state;
    FakeNatPmp router{state};
};

TEST_F(NatPmpTest, MapsBothProtocolsAndTakesThemBack) {
    const auto mapped = map_by_nat_pmp(two_hours, loopback).value();
    EXPECT_EQ(mapped.external, Endpoint::v4(203, 0, 113, 9, 4222));
    EXPECT_EQ(mapped.by, MapProtocol::NatPmp);
    EXPECT_EQ(state.now().mapped, both);
    EXPECT_EQ(state.now().asked, (std::vector<std::string>{"TCP 4222 7200", "UDP 4222 7200"}));
    EXPECT_TRUE(map_by_nat_pmp(take_back, loopback).has_value());
    EXPECT_TRUE(state.now().mapped.empty());
}

TEST_F(NatPmpTest, UndoesTheOneWhenTheOtherGetsAnotherPort) {
    state.with([](RouterFacts& facts) { facts.refuse_udp = true; });
    EXPECT_EQ(map_by_nat_pmp(two_hours, loopback).error().code, Code::Refused);
    EXPECT_TRUE(state.now().mapped.empty());
}

TEST_F(NatPmpTest, WantsNothingFromARouterBehindAnother) {
    state.with([](RouterFacts& facts) { facts.address = {100, 64, 0, 7}; });
    EXPECT_EQ(map_by_nat_pmp(two_hours, loopback).error().code, Code::Unreachable);
    EXPECT_TRUE(state.now().asked.empty());
}

class UpnpTest : public testing::Test {
  protected:
    RouterState state;
    FakeIgd router{state};
};

TEST_F(UpnpTest, MapsBothProtocolsAndTakesThemBack) {
    const auto mapped = map_by_upnp(two_hours, router.url()).value();
    EXPECT_EQ(mapped.external, Endpoint::v4(203, 0, 113, 9, 4222));
    EXPECT_EQ(mapped.by, MapProtocol::Upnp);
    EXPECT_EQ(state.now().mapped, both);
    EXPECT_EQ(state.now().asked, (std::vector<std::string>{"TCP 4222 7200", "UDP 4222 7200"}));
    EXPECT_TRUE(map_by_upnp(take_back, router.url()).has_value());
    EXPECT_TRUE(state.now().mapped.empty());
}

TEST_F(UpnpTest, UndoesTheOneWhenTheOtherIsRefused) {
    state.with([](RouterFacts& facts) { facts.refuse_udp = true; });
    EXPECT_EQ(map_by_upnp(two_hours, router.url()).error().code, Code::Refused);
    EXPECT_TRUE(state.now().mapped.empty());
    EXPECT_EQ(state.now().asked.back(), "delete TCP");
}

TEST_F(UpnpTest, TakesAPermanentLeaseWhereThereIsNoOther) {
    state.with([](RouterFacts& facts) { facts.only_permanent = true; });
    EXPECT_TRUE(map_by_upnp(two_hours, router.url()).has_value());
    EXPECT_EQ(state.now().mapped, both);
    EXPECT_EQ(state.now().asked.back(), "UDP 4222 0");
}

TEST(PortMap, SaysNothingOnStandardErrorWhenNobodyDescribesTheRouter) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(map_by_upnp(two_hours, "http://127.0.0.1:1/rootDesc.xml").error().code,
              Code::Unreachable);
    EXPECT_EQ(map_by_upnp(two_hours, "no url").error().code, Code::Unreachable);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(UpnpTest, WantsNothingFromARouterBehindAnother) {
    state.with([](RouterFacts& facts) { facts.address = {192, 168, 1, 1}; });
    EXPECT_EQ(map_by_upnp(two_hours, router.url()).error().code, Code::Unreachable);
    EXPECT_TRUE(state.now().asked.empty());
}

TEST_F(UpnpTest, FindsNoGatewayWhereThereIsNone) {
    EXPECT_EQ(map_by_upnp(two_hours, "http://127.0.0.1:1/desc.xml").error().code,
              Code::Unreachable);
}

}  // namespace
}  // namespace kith::transport
