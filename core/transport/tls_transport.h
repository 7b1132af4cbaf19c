// SPDX-License-Identifier: GPL-3.0-or-later
// The Transport port on TCP and TLS 1.3. Included by daemon/composition.cpp and tests only.
#pragma once

#include "core/base/random.h"
#include "core/transport/dial_race.h"
#include "core/transport/inbound_links.h"

#include <map>
#include <optional>

namespace kith::transport {

/// Dials at the same time; a whole dial; how long an address at which somebody else answered is
/// left out.
inline constexpr std::size_t dials_at_once = 16;
inline constexpr Duration dial_limit = seconds(8);
inline constexpr Duration wrong_address_rest = minutes(10);

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
    // An address that belongs to somebody else than this callee.
    using WrongAddress = std::pair<crypto::CallId, Endpoint>;

    TlsTransport(std::shared_ptr<TlsShared> shared, GateLimits caps, std::uint64_t salt);

    Result<> check(const DialRequest& request) const;
    std::vector<Endpoint> without_wrong(const crypto::CallId& cid,
                                        const std::vector<Endpoint>& candidates);
    void remember_wrong(const crypto::CallId& cid, const std::vector<Endpoint>& addresses);

    std::shared_ptr<TlsShared> shared_;  // with the streams, whose last handlers may run later
    TransportCounters counters_;
    InboundLinks inbound_;
    std::optional<LinkPolicy> policy_;
    std::vector<DialRace*> races_;
    std::map<WrongAddress, SteadyTime> wrong_;
    AsyncEvent dial_ended_;
    bool stopping_ = false;
};

}  // namespace kith::transport
