// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/epoch.h"

#include "tests/support/vector_file.h"

#include <gtest/gtest.h>

namespace kith::directory {
namespace {

using test::hex_as;

Timestamp at(std::uint64_t unix_time) {
    return from_unix_seconds(unix_time);
}

TEST(Epoch, FollowsTheVectors) {
    for (const auto& c : test::protocol_section("blinding").all["epoch"]) {
        EXPECT_EQ(epoch_at(at(c["unix"])).value(), c["e"].get<std::uint64_t>());
    }
}

TEST(Epoch, StartsAndEndsAtNoon) {
    const Epoch epoch(20000);
    EXPECT_EQ(unix_seconds(epoch_start(epoch)), 1728043200U);
    EXPECT_EQ(epoch_at(epoch_start(epoch)), epoch);
    EXPECT_EQ(epoch_at(epoch_start(epoch) - seconds(1)), Epoch(19999));
}

TEST(Epoch, IsZeroBeforeTheFirstNoon) {
    EXPECT_EQ(epoch_at(at(0)), Epoch(0));
    EXPECT_EQ(epoch_at(Timestamp(-seconds(5))), Epoch(0));
}

TEST(Epoch, OfAnyNumberStartsWithinTheCalendar) {
    EXPECT_LE(unix_seconds(epoch_start(Epoch(~std::uint64_t{0}))), 253402300799U);
}

TEST(Epoch, IsNearItsNeighboursOnly) {
    EXPECT_TRUE(is_near(Epoch(5), Epoch(5)));
    EXPECT_TRUE(is_near(Epoch(5), Epoch(6)));
    EXPECT_TRUE(is_near(Epoch(6), Epoch(5)));
    EXPECT_FALSE(is_near(Epoch(5), Epoch(7)));
    EXPECT_FALSE(is_near(Epoch(0), Epoch(~std::uint64_t{0})));
}

TEST(AskOrder, TakesTheNeighbourTooNearABoundary) {
    const Epoch epoch(20000);
    const Timestamp start = epoch_start(epoch);
    const AskOrder early = ask_order(start + minutes(119));
    EXPECT_EQ(early.at_once, 2U);
    EXPECT_EQ(early.epochs, (std::array{epoch, Epoch(19999), Epoch(20001)}));
    const AskOrder middle = ask_order(start + hours(2));
    EXPECT_EQ(middle.at_once, 1U);
    const AskOrder late = ask_order(start + hours(22) + seconds(1));
    EXPECT_EQ(late.at_once, 2U);
    EXPECT_EQ(late.epochs, (std::array{epoch, Epoch(20001), Epoch(19999)}));
}

TEST(EpochKeys, FollowTheVectors) {
    for (const auto& c : test::protocol_section("blinding").cases) {
        SCOPED_TRACE(test::id_of(c));
        const Epoch epoch(c["in"]["e"].get<std::uint64_t>());
        const auto keys = EpochKeys::derive(hex_as<crypto::AccountKey>(c["in"]["ak"]),
                                            hex_as<crypto::ReachSecret>(c["in"]["s"]),
                                            epoch);
        ASSERT_TRUE(keys);
        EXPECT_EQ(test::to_text(keys->account), c["out"]["A_e"]);
        EXPECT_EQ(test::to_text(keys->cipher.expose()), c["out"]["K_e"]);
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_EQ(test::to_text(keys->slots[i].location), c["out"]["loc"][i]);
            EXPECT_EQ(test::to_text(be_bytes<std::uint64_t>(keys->slots[i].id.value())),
                      c["out"]["vid"][i]);
        }
    }
}

TEST(EpochKeys, RefuseAnAccountKeyThatIsNoPoint) {
    for (const auto& c : test::protocol_section("blinding").bad) {
        if (!c["in"].contains("ak")) continue;
        SCOPED_TRACE(test::id_of(c));
        const auto keys = EpochKeys::derive(hex_as<crypto::AccountKey>(c["in"]["ak"]),
                                            hex_as<crypto::ReachSecret>(c["in"]["s"]),
                                            Epoch(c["in"]["e"].get<std::uint64_t>()));
        ASSERT_FALSE(keys);
        EXPECT_EQ(keys.error().code, Code::BadKey);
    }
}

TEST(BeaconPair, FollowsTheVectors) {
    for (const auto& c : test::protocol_section("beacon").cases) {
        if (!c["in"].contains("beacon_seed")) continue;
        SCOPED_TRACE(test::id_of(c));
        const auto pair = beacon_pair(hex_as<crypto::BeaconSeed>(c["in"]["beacon_seed"]),
                                      hex_as<crypto::ReachSecret>(c["in"]["s"]),
                                      Epoch(c["in"]["e"].get<std::uint64_t>()));
        EXPECT_EQ(test::to_text(pair.expose_seed()), c["mid"]["d_seed"]);
        EXPECT_EQ(test::to_text(pair.public_key()), c["mid"]["D_e"]);
    }
}

}  // namespace
}  // namespace kith::directory
