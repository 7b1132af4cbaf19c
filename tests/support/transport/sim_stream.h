// SPDX-License-Identifier: GPL-3.0-or-later
// One end of a connection of SimNetwork, as a stream of frames. Secrecy costs a round trip and
// gives the exporter that the network made up.
#pragma once

#include "core/transport/frame_stream.h"
#include "tests/support/transport/sim_network.h"

namespace kith::test {

class SimStream final : public transport::FrameStream {
  public:
    /// Sums over all streams of a host, shared with them.
    using Totals = std::shared_ptr<transport::LinkTraffic>;

    /// To call from `host`.
    SimStream(asio::any_io_executor executor,
              SimNetwork& network,
              Totals totals,
              const Endpoint& host);
    /// Called.
    SimStream(asio::any_io_executor executor,
              SimNetwork& network,
              Totals totals,
              std::shared_ptr<SimConnection> connection);
    ~SimStream() override;

    void set_hooks(transport::StreamHooks hooks) override;
    [[nodiscard]] Task<Result<>> connect(Endpoint to) override;
    [[nodiscard]] Task<Result<crypto::ChannelBinding>> handshake(
        transport::StreamSide side) override;
    [[nodiscard]] Task<Result<wire::Frame>> receive() override;
    Result<> send(ByteView frame) override;
    std::size_t unsent() const override;
    [[nodiscard]] Task<> wait_writable(std::size_t below) override;
    void set_open() override;
    void close() override;
    void finish() override;
    void close_malformed() override;
    void note(transport::LinkMerit merit) override;
    transport::LinkTraffic traffic() const override;
    std::optional<Duration> round_trip() const override;
    Endpoint local() const override;

  private:
    struct State;

    std::shared_ptr<State> state_;  // shared with what is under way in the network
};

}  // namespace kith::test
