// SPDX-License-Identifier: GPL-3.0-or-later
// A transport whose links to the mailbox kept here go through a HostileHost. Over a real one or a
// simulated one; other links are as they are.
#pragma once

#include "core/transport/transport.h"
#include "tests/support/hostile/hostile_host.h"

#include <functional>

namespace kith::test {

class HostileTransport final : public transport::Transport {
  public:
    /// All outlive it. `before` is called before each frame, to turn the host.
    HostileTransport(transport::Transport& inner,
                     HostileHost& host,
                     std::function<void(HostileHost&)> before = {});

    void start(transport::LinkPolicy policy) override { inner_.start(std::move(policy)); }

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> dial(
        transport::DialRequest request, SteadyTime deadline) override {
        return inner_.dial(std::move(request), deadline);
    }

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> accept() override;

    std::vector<Endpoint> listening() const override { return inner_.listening(); }

    std::uint16_t local_port() const override { return inner_.local_port(); }

    std::vector<transport::LocalAddress> local_addresses() const override {
        return inner_.local_addresses();
    }

    transport::TransportCounters counters() const override { return inner_.counters(); }

    [[nodiscard]] Task<> stop() override { return inner_.stop(); }

  private:
    transport::Transport& inner_;
    HostileHost& host_;
    std::function<void(HostileHost&)> before_;
};

}  // namespace kith::test
