// SPDX-License-Identifier: GPL-3.0-or-later
// What crosses the links of one node, by cause: a transport in between that counts frames.
#pragma once

#include "core/transport/transport.h"

#include <map>
#include <string>

namespace kith::test {

/// Bytes of frames. Both directions.
struct TrafficLedger {
    struct Line {
        std::uint64_t frames = 0;
        std::uint64_t bytes = 0;
    };

    std::map<std::string, Line> causes;
    std::uint64_t links = 0;

    void count(std::uint8_t type, std::size_t bytes);
};

class TrafficTap final : public transport::Transport {
  public:
    /// Both outlive it.
    TrafficTap(transport::Transport& inner, TrafficLedger& ledger)
        : inner_(inner), ledger_(ledger) {}

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
    std::unique_ptr<transport::Channel> tapped(std::unique_ptr<transport::Channel> channel);

    transport::Transport& inner_;
    TrafficLedger& ledger_;
};

}  // namespace kith::test
