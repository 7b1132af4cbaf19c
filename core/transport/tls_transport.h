// SPDX-License-Identifier: GPL-3.0-or-later
// The Transport port on TCP and TLS 1.3. Included by daemon/composition.cpp and tests only.
#pragma once

#include "core/base/random.h"
#include "core/transport/dialler.h"
#include "core/transport/tls_listener.h"

#include <optional>

namespace kith::transport {

class TlsTransport final : public Transport {
  public:
    struct Options {
        /// Where to listen; empty for a transport that only dials. Port 0: any, the same for all.
        std::vector<Endpoint> listen;
        GateLimits caps;
    };

    /// Binds the listeners; nobody is accepted before start(). `clock` must outlive the transport.
    /// Errors: Busy (the port is in use), InvalidArgument (no such address here), Internal (TLS).
    static Result<std::unique_ptr<TlsTransport>> open(asio::any_io_executor executor,
                                                      Clock& clock,
                                                      Random& random,
                                                      Options options);

    void start(LinkPolicy policy) override;
    [[nodiscard]] Task<Result<std::unique_ptr<Channel>>> dial(DialRequest request,
                                                              SteadyTime deadline) override;
    [[nodiscard]] Task<Result<std::unique_ptr<Channel>>> accept() override;
    std::vector<Endpoint> listening() const override;
    std::uint16_t local_port() const override;
    std::vector<LocalAddress> local_addresses() const override;
    TransportCounters counters() const override;
    [[nodiscard]] Task<> stop() override;

  private:
    TlsTransport(std::shared_ptr<TlsShared> shared, GateLimits caps, std::uint64_t salt);

    std::shared_ptr<TlsShared> shared_;  // with the streams, whose last handlers may run later
    TransportCounters counters_;
    Reception reception_;
    TlsListener listener_;
    Dialler dialler_;
    std::optional<LinkPolicy> policy_;
};

}  // namespace kith::transport
