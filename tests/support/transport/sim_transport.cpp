// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/transport/sim_transport.h"

#include "core/base/assert.h"

namespace kith::test {

using transport::Channel;
using transport::DialRequest;
using transport::LocalAddress;

SimTransport::SimTransport(asio::any_io_executor executor,
                           SimNetwork& network,
                           const Endpoint& at,
                           Random& random,
                           transport::GateLimits caps)
    : executor_(std::move(executor)),
      network_(network),
      at_(at),
      reception_(executor_, network.clock(), counters_, caps, random.u64()),
      dialler_(
          executor_,
          network.clock(),
          [this] { return std::make_unique<SimStream>(executor_, network_, totals_, at_); },
          counters_) {
    reception_.set_local(local_addresses());
}

SimTransport::~SimTransport() {
    if (listening_) network_.unlisten(at_);
}

void SimTransport::listen() {
    network_.listen(at_, [this](std::shared_ptr<SimConnection> connection) {
        const Endpoint from = connection->caller;
        const auto ticket = reception_.admit(from);
        if (!ticket) return false;
        auto stream =
            std::make_unique<SimStream>(executor_, network_, totals_, std::move(connection));
        reception_.receive(std::move(stream), from, *ticket);
        return true;
    });
    listening_ = true;
}

void SimTransport::move_to(const Endpoint& at) {
    if (listening_) network_.unlisten(at_);
    at_ = at;
    reception_.set_local(local_addresses());
    if (listening_) listen();
}

void SimTransport::start(transport::LinkPolicy policy) {
    KITH_ASSERT(!policy_);
    policy_.emplace(std::move(policy));
    reception_.start(*policy_);
    dialler_.start(*policy_);
    listen();
}

Task<Result<std::unique_ptr<Channel>>> SimTransport::dial(DialRequest request,
                                                          SteadyTime deadline) {
    return dialler_.dial(std::move(request), local_addresses(), deadline);
}

Task<Result<std::unique_ptr<Channel>>> SimTransport::accept() {
    return reception_.accept();
}

std::vector<Endpoint> SimTransport::listening() const {
    return {at_};
}

std::uint16_t SimTransport::local_port() const {
    return at_.port;
}

std::vector<LocalAddress> SimTransport::local_addresses() const {
    LocalAddress out;
    out.address = at_.address;
    out.prefix_bits = at_.is_v4() ? 96 + 24 : 64;
    return {out};
}

transport::TransportCounters SimTransport::counters() const {
    transport::TransportCounters out = counters_;
    out.traffic = *totals_;
    out.inbound = reception_.inbound();
    out.inbound_before_open = reception_.before_open();
    return out;
}

Task<> SimTransport::stop() {
    if (listening_) network_.unlisten(at_);
    listening_ = false;
    co_await reception_.stop();
    co_await dialler_.stop();
}

}  // namespace kith::test
