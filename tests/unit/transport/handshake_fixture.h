// SPDX-License-Identifier: GPL-3.0-or-later
// Alice calls Bob; the test carries the frames.
#pragma once

#include "core/base/refusal.h"
#include "tests/unit/transport/people.h"

#include <gtest/gtest.h>

namespace kith::transport {

using wire::FrameType;

inline crypto::ChannelBinding exporter(std::uint8_t fill) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(fill);
    return crypto::ChannelBinding(bytes);
}

inline const crypto::ChannelBinding x = exporter(7);

// Alice calls Bob over a connection whose exporter is x; each frame can be looked at on its way.
class LinkHandshakeTest : public testing::Test {
  protected:
    void know_each_other() {
        alice.learn(bob);
        bob.learn(alice);
    }

    LinkCaller caller(Callee to, LinkRole as = LinkRole::Device) {
        return LinkCaller(alice_policy, std::move(to), as, x);
    }

    // Runs both machines to their end; the first error, if any.
    static Result<> run(LinkCaller& from, LinkCallee& to) {
        Bytes out = from.start();
        while (!out.empty()) {
            KITH_TRY(const Bytes answer, to.receive(frame_of(out)));
            answers.push_back(answer);
            if (answer.empty()) break;
            KITH_TRY(out, from.receive(frame_of(answer)));
        }
        EXPECT_TRUE(from.is_open());
        EXPECT_TRUE(to.is_open());
        return success();
    }

    void SetUp() override { answers.clear(); }

    // What the callee said in run().
    static inline std::vector<Bytes> answers;

    Person alice{1};
    Person bob{2};
    LinkPolicy alice_policy = alice.policy();
    LinkPolicy bob_policy = bob.policy();
};

inline std::vector<FrameType> types(const std::vector<Bytes>& frames) {
    std::vector<FrameType> out;
    for (const auto& frame : frames)
        out.push_back(frame_of(frame).type);
    return out;
}

}  // namespace kith::transport
