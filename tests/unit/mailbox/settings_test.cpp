// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/settings.h"

#include "tests/support/mailbox/box_world.h"

#include <gtest/gtest.h>

namespace kith::mailbox {
namespace {

using test::BoxWorld;
using test::Owner;
using test::refusal_of;

class SettingsTest : public testing::Test {
  protected:
    wire::CapabilityGrant grant(std::uint8_t name) {
        wire::CapabilityGrant out;
        out.key = {name, 1};
        out.expires = unix_seconds(world.now.wall + days(30));
        return out;
    }

    std::vector<SettingsStep> plan(const std::vector<Bytes>& prekeys = {}) {
        return plan_settings(wanted, known, at_host(), prekeys);
    }

    std::uint32_t at_host() const { return world.rows.rows().leases.at(bob.lease).revision; }

    /// Sends a plan to the host and keeps what is then known.
    void carry_out(const std::vector<SettingsStep>& steps) {
        for (const SettingsStep& step : steps) {
            const auto frame = step.frame(1, bob.lease);
            ASSERT_LE(wire::encode_body(frame).size(), wire::frame_body_max);
            ASSERT_TRUE(wire::CapSet::decode(wire::encode_body(frame)));
            const auto outcome = world.box->cap_set(bob.link, frame, world.now);
            ASSERT_FALSE(refusal_of(outcome));
            world.commit(outcome);
            ASSERT_EQ(outcome.accepted()->revision, step.revision);
        }
        known = confirmed(wanted, at_host());
    }

    std::size_t capabilities_at_host() const { return world.rows.rows().capabilities.size(); }

    BoxWorld world;
    Owner bob = world.owner(LeaseClass::Contact);
    Settings wanted;
    SettingsAtHost known;
};

TEST_F(SettingsTest, NothingToSayNeedsNoFrame) {
    EXPECT_TRUE(plan().empty());
}

TEST_F(SettingsTest, ANewHostIsToldEverythingInOneFrame) {
    wanted.capabilities = {grant(1), grant(2)};
    wanted.beacons = {Bytes(554, 1)};
    wanted.bundle = Bytes(4096, 2);
    const auto steps = plan({Bytes(165, 0)});
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].revision, 1U);
    EXPECT_EQ(steps[0].add.size(), 2U);
    carry_out(steps);
    EXPECT_EQ(capabilities_at_host(), 2U);
    EXPECT_EQ(world.rows.rows().prekeys.size(), 1U);
    EXPECT_TRUE(plan().empty()) << "then it is up to date";
}

TEST_F(SettingsTest, OnlyWhatChangedIsTold) {
    wanted.capabilities = {grant(1), grant(2), grant(3)};
    wanted.bundle = Bytes(4096, 2);
    carry_out(plan());
    wanted.capabilities = {grant(1), grant(3), grant(4)};
    wanted.capabilities[1].envelopes = 9;
    const auto steps = plan();
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].revision, 2U);
    EXPECT_EQ(steps[0].add.size(), 2U);
    EXPECT_EQ(steps[0].remove.size(), 1U);
    EXPECT_TRUE(steps[0].bundle.empty());
    carry_out(steps);
    EXPECT_EQ(capabilities_at_host(), 3U);
}

TEST_F(SettingsTest, ManyTakeSeveralFrames) {
    for (std::uint8_t name = 0; name < 150; ++name)
        wanted.capabilities.push_back(grant(name));
    wanted.bundle = Bytes(32768, 2);
    for (int i = 0; i < 16; ++i)
        wanted.beacons.emplace_back(554, static_cast<std::uint8_t>(i));
    const auto steps = plan(std::vector<Bytes>(120, Bytes(165, 0)));
    EXPECT_EQ(steps.size(), 4U);
    carry_out(steps);
    EXPECT_EQ(capabilities_at_host(), 150U);
    wanted.capabilities.clear();
    carry_out(plan());
    EXPECT_EQ(capabilities_at_host(), 0U);
}

TEST_F(SettingsTest, AHostThatIsElsewhereForgetsAllAndIsToldAgain) {
    wanted.capabilities = {grant(1)};
    carry_out(plan());
    wanted.capabilities = {grant(1), grant(2)};
    carry_out(plan());
    known.revision = 1;  // a copy of older data, or another device of ours
    wanted.capabilities = {grant(3)};
    const auto steps = plan();
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].revision, 0U);
    EXPECT_TRUE(steps[0].add.empty());
    EXPECT_EQ(steps[1].revision, 1U);
    carry_out(steps);
    EXPECT_EQ(capabilities_at_host(), 1U);
    EXPECT_TRUE(plan().empty());
}

TEST_F(SettingsTest, AHostThatLostItsSettingsIsToldThemAgain) {
    wanted.capabilities = {grant(1)};
    carry_out(plan());
    world.lease(bob, 0);
    world.lease(bob);
    EXPECT_EQ(capabilities_at_host(), 0U);
    carry_out(plan());
    EXPECT_EQ(capabilities_at_host(), 1U);
}

TEST_F(SettingsTest, WhatIsSentTwiceHasNoSecondEffect) {
    wanted.capabilities = {grant(1)};
    const auto steps = plan();
    carry_out(steps);
    const auto before = world.rows.rows();
    const auto outcome = world.box->cap_set(bob.link, steps[0].frame(2, bob.lease), world.now);
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_EQ(world.rows.rows(), before);
}

}  // namespace
}  // namespace kith::mailbox
