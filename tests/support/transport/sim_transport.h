// SPDX-License-Identifier: GPL-3.0-or-later
// The Transport port on a SimNetwork. Gate, handshakes, deadlines and dialling are the real ones;
// only sockets and TLS are made up.
#pragma once

#include "core/transport/dialler.h"
#include "core/transport/reception.h"
#include "tests/support/transport/sim_stream.h"

namespace kith::test {

class SimTransport final : public transport::Transport {
  public:
    /// A host at this address, which listens from start() to stop(). Callers of one /24 share the
    /// caps of a source, as they do outside.
    SimTransport(asio::any_io_executor executor,
                 SimNetwork& network,
                 const Endpoint& at,
                 Random& random,
                 transport::GateLimits caps = {});
    ~SimTransport() override;

    /// The host gets another address. Its connections go on from the old one, which nobody answers
    /// for any more if the test isolates it.
    void move_to(const Endpoint& at);

    void start(transport::LinkPolicy policy) override;
    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> dial(
        transport::DialRequest request, SteadyTime deadline) override;
    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> accept() override;
    std::vector<Endpoint> listening() const override;
    std::uint16_t local_port() const override;
    std::vector<transport::LocalAddress> local_addresses() const override;
    transport::TransportCounters counters() const override;
    [[nodiscard]] Task<> stop() override;

  private:
    void listen();

    asio::any_io_executor executor_;
    SimNetwork& network_;
    Endpoint at_;
    SimStream::Totals totals_ = std::make_shared<transport::LinkTraffic>();
    transport::TransportCounters counters_;
    transport::Reception reception_;
    transport::Dialler dialler_;
    std::optional<transport::LinkPolicy> policy_;
    bool listening_ = false;
};

}  // namespace kith::test
