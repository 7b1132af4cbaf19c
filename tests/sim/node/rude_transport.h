// SPDX-License-Identifier: GPL-3.0-or-later
// A contact that says what kith never says: frames of the test's choice on the links of an honest
// node, whose answers it does not get to see. Stands between a node and its network.
#pragma once

#include "tests/support/transport/wrapped_transport.h"

#include <functional>

namespace kith::test {

class RudeTransport final : public WrappedTransport {
  public:
    /// Says a whole frame on the device link that opened last, and hides all answers from the node.
    using Say = std::function<Result<>(ByteView frame)>;

    /// Both outlive it.
    RudeTransport(transport::Transport& inner, Say& say) : WrappedTransport(inner), say_(say) {}

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> dial(
        transport::DialRequest request, SteadyTime deadline) override;
    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> accept() override;

  private:
    std::unique_ptr<transport::Channel> held(std::unique_ptr<transport::Channel> channel);

    Say& say_;
};

}  // namespace kith::test
