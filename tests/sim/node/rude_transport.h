// SPDX-License-Identifier: GPL-3.0-or-later
// A contact that says what kith never says: frames of the test's choice on the links of an honest
// node, whose answers it does not get to see. Stands between a node and its network.
#pragma once

#include "core/transport/transport.h"

#include <functional>

namespace kith::test {

class RudeTransport final : public transport::Transport {
  public:
    /// Says a whole frame on the device link that opened last, and hides all answers from the node.
    using Say = std::function<Result<>(ByteView frame)>;

    /// Both outlive it.
    RudeTransport(transport::Transport& inner, Say& say) : inner_(inner), say_(say) {}

    void start(transport::LinkPolicy policy) override { inner_.start(std::move(policy)); }

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> dial(
        transport::DialRequest request, SteadyTime deadline) override;
    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> accept() override;

    std::vector<Endpoint> listening() const override { return inner_.listening(); }

    std::uint16_t local_port() const override { return inner_.local_port(); }

    std::vector<transport::LocalAddress> local_addresses() const override {
        return inner_.local_addresses();
    }

    transport::TransportCounters counters() const override { return inner_.counters(); }

    [[nodiscard]] Task<> stop() override { return inner_.stop(); }

  private:
    std::unique_ptr<transport::Channel> held(std::unique_ptr<transport::Channel> channel);

    transport::Transport& inner_;
    Say& say_;
};

}  // namespace kith::test
