// SPDX-License-Identifier: GPL-3.0-or-later
// A transport whose links to the mailbox kept here go through a HostileHost. Over a real one or a
// simulated one; other links are as they are.
#pragma once

#include "tests/support/hostile/hostile_host.h"
#include "tests/support/transport/wrapped_transport.h"

#include <functional>

namespace kith::test {

class HostileTransport : public WrappedTransport {
  public:
    /// All outlive it. `before` is called before each frame, to turn the host.
    HostileTransport(transport::Transport& inner,
                     HostileHost& host,
                     std::function<void(HostileHost&)> before = {});

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> accept() override;

  private:
    HostileHost& host_;
    std::function<void(HostileHost&)> before_;
};

}  // namespace kith::test
