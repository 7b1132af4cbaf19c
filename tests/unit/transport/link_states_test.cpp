// SPDX-License-Identifier: GPL-3.0-or-later
// Every state of both machines against every frame: only what belongs there goes on, everything
// else ends the link without a byte.
#include "tests/unit/transport/handshake_fixture.h"

#include <functional>

namespace kith::transport {
namespace {

class LinkStates : public LinkHandshakeTest {
  protected:
    void SetUp() override {
        LinkHandshakeTest::SetUp();
        alice.learn(bob);  // Bob does not know Alice's list, so that all five frames occur.
        auto from = caller(bob.as_callee());
        LinkCallee to(bob_policy, x);
        call = from.start();
        auth_s = to.receive(frame_of(call)).value();
        auth_c = from.receive(frame_of(auth_s)).value();
        want = to.receive(frame_of(auth_c)).value();
        dl = from.receive(frame_of(want)).value();
        ready = to.receive(frame_of(dl)).value();
        ASSERT_TRUE(from.receive(frame_of(ready)).has_value());
        // A known list would make Bob skip a step.
        bob.lists.clear();
    }

    // Frames of all types, those of the handshake genuine.
    std::vector<Bytes> all_frames() const {
        std::vector<Bytes> out{call, auth_s, auth_c, want, dl, ready};
        for (unsigned type = 0; type < 256; ++type) {
            Bytes frame;
            append_be<std::uint32_t>(frame, 1);
            frame.push_back(static_cast<std::uint8_t>(type));
            out.push_back(frame);
        }
        return out;
    }

    struct Row {
        const char* state;
        std::vector<Bytes> before;    // frames that lead there
        std::vector<Bytes> expected;  // frames that go on from there
    };

    void check(const std::function<std::unique_ptr<LinkHandshake>()>& make,
               const std::vector<Row>& rows) {
        std::size_t accepted = 0;
        for (const auto& row : rows) {
            for (const auto& frame : all_frames()) {
                bob.lists.clear();
                const auto machine = make();
                std::ignore = machine->start();
                for (const auto& step : row.before)
                    ASSERT_TRUE(machine->receive(frame_of(step)).has_value()) << row.state;
                const bool fits = std::ranges::find(row.expected, frame) != row.expected.end();
                const auto result = machine->receive(frame_of(frame));
                ASSERT_EQ(result.has_value(), fits)
                    << row.state << ", frame type " << int{frame[4]} << ", "
                    << (result ? "" : result.error().context);
                accepted += fits ? 1 : 0;
                if (fits) continue;
                ASSERT_FALSE(machine->is_open());
                // A machine that failed stays so.
                ASSERT_FALSE(machine->receive(frame_of(frame)).has_value());
            }
        }
        EXPECT_GE(accepted, rows.size() - 1);
    }

    Bytes call;
    Bytes auth_s;
    Bytes auth_c;
    Bytes want;
    Bytes dl;
    Bytes ready;
};

TEST_F(LinkStates, CalleeTakesOnlyTheFrameThatBelongsThere) {
    // An empty WANT_DL equals the genuine one, hence the callee's rows name none.
    check([this] { return std::make_unique<LinkCallee>(bob_policy, x); },
          {
              {"AwaitCall", {}, {call}},
              {"AwaitAuth", {call}, {auth_c}},
              {"AwaitList", {call, auth_c}, {dl}},
              {"Open", {call, auth_c, dl}, {}},
          });
}

TEST_F(LinkStates, CallerTakesOnlyTheFrameThatBelongsThere) {
    check(
        [this] {
            return std::make_unique<LinkCaller>(alice_policy, bob.as_callee(), LinkRole::Device, x);
        },
        {
            {"AwaitAuth", {}, {auth_s}},
            {"AwaitReady", {auth_s}, {want, ready}},
            {"AwaitReady, list sent", {auth_s, want}, {ready}},
            {"Open", {auth_s, ready}, {}},
        });
}

}  // namespace
}  // namespace kith::transport
