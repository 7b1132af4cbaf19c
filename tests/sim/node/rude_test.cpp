// SPDX-License-Identifier: GPL-3.0-or-later
// A contact that breaks the rules: it is noted, shown with its reasons, and stays a contact.
#include "core/message/inner.h"
#include "core/wire/link_frames.h"
#include "tests/sim/node/rude_transport.h"
#include "tests/sim/node/world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::test {
namespace {

using reputation::Event;

class Rude : public testing::Test {
  protected:
    Rude() : world(seed_or(1)), alice(world.person("Alice")), bob(world.person("Bob")) {
        bob.found();
        alice.switch_off();
        alice.through = [this](transport::Transport& inner) {
            return std::make_unique<RudeTransport>(inner, say);
        };
        alice.switch_on();
        alice.join(bob);
        world.run(seconds(5));
        alice.send(bob, "hello");
        world.run(seconds(5));
    }

    reputation::Explanation why() { return bob.node().reputation(alice.id())->explanation; }

    std::uint32_t counted(Event event) {
        const auto reasons = why().because;
        const auto found = std::ranges::find(reasons, event, &reputation::Reason::event);
        return found == reasons.end() ? 0 : found->count;
    }

    /// A message that is well formed and belongs to no session.
    void say_message(std::uint32_t number) {
        Bytes body(64);
        world.random.fill(body);
        const auto device = alice.node().identity()->device;
        const Bytes bytes =
            message::encode_inner(message::InnerKind::Ratchet, device, message::InnerTag(), body);
        wire::Msg msg;
        msg.n = number;
        msg.inner = bytes;
        Bytes frame;
        wire::append_frame(frame, msg);
        ASSERT_TRUE(say(frame).has_value()) << number;
    }

    World world;
    Person& alice;
    Person& bob;
    RudeTransport::Say say;
};

TEST_F(Rude, WhoeverSendsOnThroughBusyIsNotedOnceAndStaysAContact) {
    // The rate of a contact, the one that is refused, and a window behind it.
    constexpr std::uint32_t first = 1'000'000;
    for (std::uint32_t i = 0; i < 1000 + 1 + 1024; ++i) {
        say_message(first + i);
        if (i % 64 == 0) world.run(Duration(1));
    }
    world.run(milliseconds(200));
    EXPECT_EQ(counted(Event::PastBusy), 0U) << "what was under way is nobody's fault";
    for (std::uint32_t i = 0; i < 8; ++i)
        say_message(first + 3000 + i);
    world.run(milliseconds(200));
    EXPECT_EQ(counted(Event::PastBusy), 1U);
    const auto explained = why();
    EXPECT_EQ(explained.standing.tier, reputation::Tier::Contact);
    EXPECT_GE(explained.standing.score, 0.60);
}

TEST_F(Rude, WhoeverBreaksAFrameLosesTheLinkAndIsNoted) {
    wire::Msg msg;
    msg.n = 1'000'000;
    Bytes frame;
    wire::append_frame(frame, msg);
    frame.back() ^= 0xff;
    ASSERT_TRUE(say(frame).has_value());
    world.run(milliseconds(100));
    EXPECT_EQ(counted(Event::Malformed), 1U);
    EXPECT_EQ(why().standing.tier, reputation::Tier::Contact);
    // They find each other again.
    const auto id = alice.send(bob, "sorry");
    EXPECT_TRUE(world.run_until([&] { return alice.state_of(id) == node::MessageState::Delivered; },
                                minutes(20)));
}

}  // namespace
}  // namespace kith::test
