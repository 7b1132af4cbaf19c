// SPDX-License-Identifier: GPL-3.0-or-later
// A transport that stands in between: the test overrides what it changes.
#pragma once

#include "core/transport/transport.h"

namespace kith::test {

class WrappedTransport : public transport::Transport {
  public:
    /// The inner one outlives it.
    explicit WrappedTransport(transport::Transport& inner) : inner_(inner) {}

    void start(transport::LinkPolicy policy) override { inner_.start(std::move(policy)); }

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> dial(
        transport::DialRequest request, SteadyTime deadline) override {
        return inner_.dial(std::move(request), deadline);
    }

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> accept() override {
        return inner_.accept();
    }

    std::vector<Endpoint> listening() const override { return inner_.listening(); }

    std::uint16_t local_port() const override { return inner_.local_port(); }

    std::vector<transport::LocalAddress> local_addresses() const override {
        return inner_.local_addresses();
    }

    transport::TransportCounters counters() const override { return inner_.counters(); }

    [[nodiscard]] Task<> stop() override { return inner_.stop(); }

  protected:
    transport::Transport& inner() { return inner_; }

  private:
    transport::Transport& inner_;
};

}  // namespace kith::test
