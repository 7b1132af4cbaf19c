// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/tls_transport.h"

#include "core/base/assert.h"
#include "core/transport/net_watch.h"

namespace kith::transport {

Result<std::unique_ptr<TlsTransport>> TlsTransport::open(asio::any_io_executor executor,
                                                         Clock& clock,
                                                         Random& random,
                                                         Options options) {
    KITH_TRY(auto context, TlsContext::create(random, clock.wall()));
    auto shared = std::make_shared<TlsShared>(std::move(executor), clock, std::move(context));
    std::unique_ptr<TlsTransport> out(
        new TlsTransport(std::move(shared), options.caps, random.u64()));
    KITH_CHECK(out->listener_.bind(options.listen));
    return out;
}

TlsTransport::TlsTransport(std::shared_ptr<TlsShared> shared, GateLimits caps, std::uint64_t salt)
    : shared_(std::move(shared)),
      reception_(shared_->executor, shared_->clock, counters_, caps, salt),
      listener_(shared_, reception_),
      dialler_(
          shared_->executor,
          shared_->clock,
          [common = shared_] {
              return std::make_unique<TlsStream>(common, Tcp::socket(common->executor));
          },
          counters_) {}

void TlsTransport::start(LinkPolicy policy) {
    KITH_ASSERT(!policy_);
    policy_.emplace(std::move(policy));
    reception_.start(*policy_);
    dialler_.start(*policy_);
    listener_.start();
}

Task<Result<std::unique_ptr<Channel>>> TlsTransport::dial(DialRequest request,
                                                          SteadyTime deadline) {
    return dialler_.dial(std::move(request), local_addresses(), deadline);
}

Task<Result<std::unique_ptr<Channel>>> TlsTransport::accept() {
    return reception_.accept();
}

std::vector<Endpoint> TlsTransport::listening() const {
    return listener_.listening();
}

std::uint16_t TlsTransport::local_port() const {
    const auto bound = listening();
    return bound.empty() ? std::uint16_t{0} : bound.front().port;
}

std::vector<LocalAddress> TlsTransport::local_addresses() const {
    return transport::local_addresses();
}

TransportCounters TlsTransport::counters() const {
    TransportCounters out = counters_;
    out.traffic = shared_->traffic;
    out.inbound = reception_.inbound();
    out.inbound_before_open = reception_.before_open();
    return out;
}

Task<> TlsTransport::stop() {
    co_await listener_.stop();
    co_await reception_.stop();
    co_await dialler_.stop();
}

}  // namespace kith::transport
