// SPDX-License-Identifier: GPL-3.0-or-later
// What crosses the links of one node, by cause: a transport in between that counts frames.
#pragma once

#include "tests/support/transport/wrapped_transport.h"

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
    /// Links that were said to be those of contacts while they were open.
    std::uint64_t protections = 0;

    void count(std::uint8_t type, std::size_t bytes);
    TrafficLedger& operator+=(const TrafficLedger& other);
};

class TrafficTap final : public WrappedTransport {
  public:
    /// Both outlive it.
    TrafficTap(transport::Transport& inner, TrafficLedger& ledger)
        : WrappedTransport(inner), ledger_(ledger) {}

    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> dial(
        transport::DialRequest request, SteadyTime deadline) override;
    [[nodiscard]] Task<Result<std::unique_ptr<transport::Channel>>> accept() override;

  private:
    std::unique_ptr<transport::Channel> tapped(std::unique_ptr<transport::Channel> channel);

    TrafficLedger& ledger_;
};

}  // namespace kith::test
