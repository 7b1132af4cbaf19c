// SPDX-License-Identifier: GPL-3.0-or-later
// The listening half of TlsTransport: listeners, the accept gate, and the handshakes of those it
// lets in. What comes out of accept() is authenticated. For the strand only.
#pragma once

#include "core/base/async_queue.h"
#include "core/base/async_scope.h"
#include "core/transport/accept_gate.h"
#include "core/transport/link_callee.h"
#include "core/transport/tls_stream.h"
#include "core/transport/transport.h"

#include <list>
#include <map>
#include <memory>
#include <vector>

namespace kith::transport {

class InboundLinks {
  public:
    /// `counters` must outlive this.
    InboundLinks(std::shared_ptr<TlsShared> shared,
                 TransportCounters& counters,
                 GateLimits caps,
                 std::uint64_t salt);

    /// Binds. Several endpoints with port 0 get the same port. An IPv6 wildcard is left out where
    /// the host has no IPv6. Errors: Busy (the port is in use), InvalidArgument (no such address
    /// here, or not permitted).
    Result<> listen(const std::vector<Endpoint>& endpoints);

    /// Requires: `policy` outlives stop().
    void start(const LinkPolicy& policy);

    [[nodiscard]] Task<Result<std::unique_ptr<Channel>>> accept();

    std::vector<Endpoint> listening() const;

    std::size_t inbound() const { return gate_.inbound(); }

    std::size_t before_open() const { return gate_.before_open(); }

    [[nodiscard]] Task<> stop();

  private:
    struct Link {
        TlsStream* stream = nullptr;
        bool open = false;
    };

    // Somebody whom the gate has let in, on the way to a channel.
    struct Newcomer {
        enum class Stage { Tls, Call, Auth };

        std::unique_ptr<TlsStream> stream;
        Endpoint from;
        GateTicket ticket = 0;
        SteadyTime since;
        Stage stage = Stage::Tls;
        bool late = false;
        std::unique_ptr<LinkCallee> machine;
    };

    Result<> bind(const Endpoint& endpoint);
    [[nodiscard]] Task<> accept_loop(Tcp::acceptor* acceptor);
    void welcome(Tcp::socket socket, const Endpoint& from);
    [[nodiscard]] Task<> serve(std::unique_ptr<Newcomer> newcomer);
    [[nodiscard]] Task<Result<>> open(Newcomer* newcomer);
    void give_out(Newcomer& newcomer);
    void settle_failure(const Newcomer& newcomer, const Error& error);
    TlsStreamHooks hooks_of(const Endpoint& from, GateTicket ticket);
    void evict(GateTicket ticket);

    std::shared_ptr<TlsShared> shared_;
    TransportCounters& counters_;
    AcceptGate gate_;
    const LinkPolicy* policy_ = nullptr;
    std::list<Tcp::acceptor> acceptors_;
    std::map<GateTicket, Link> links_;
    AsyncQueue<std::unique_ptr<Channel>> ready_;
    AsyncEvent stopping_;
    AsyncScope scope_;
    std::optional<SteadyTime> local_read_;
};

}  // namespace kith::transport
