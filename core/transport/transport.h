// SPDX-License-Identifier: GPL-3.0-or-later
// The Transport port: authenticated channels to devices and mailboxes, dialled or accepted.
// Production: TlsTransport. Test: SimTransport (tests/support/transport).
//
// Both run the same link handshake: without the network secret and the id of the callee nobody gets
// an answer, and the caller names itself only to a callee that has proven who it is. For the strand
// only. Specification: docs/spec/link.md.
#pragma once

#include "core/base/asio.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/transport/channel.h"
#include "core/transport/link_policy.h"
#include "core/transport/local_address.h"

#include <vector>

namespace kith::transport {

struct DialRequest {
    Callee callee;
    /// Name ourselves to the callee, or stay anonymous.
    LinkRole as = LinkRole::Anonymous;
    /// Best first; the last one that worked belongs in front. More than six are not tried.
    std::vector<Endpoint> candidates;
};

/// Everything since start.
struct TransportCounters {
    std::uint64_t accepted = 0;  // TCP connections that the gate let in
    std::uint64_t refused = 0;   // and those that it did not
    std::uint64_t evicted = 0;
    std::uint64_t tls_failed = 0;   // inbound, before CALL
    std::uint64_t call_failed = 0;  // inbound: CALL wrong, missing or late
    std::uint64_t auth_failed = 0;  // inbound: after a right CALL
    std::uint64_t opened_in = 0;    // authenticated
    std::uint64_t dials = 0;
    std::uint64_t attempts = 0;  // addresses called
    std::uint64_t opened_out = 0;
    std::uint64_t malformed = 0;  // links closed for a breach of the protocol
    LinkTraffic traffic;          // all links, closed ones included
    std::size_t inbound = 0;      // now
    std::size_t inbound_before_open = 0;
};

class Transport {
  public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    /// Requires: stop() has returned, or was never needed because start() was never called.
    virtual ~Transport() = default;

    /// Begins to accept and allows dial(). `policy` is used until stop().
    virtual void start(LinkPolicy policy) = 0;

    /// Calls the candidates (Happy Eyeballs) until one has proven to be the callee, at the latest
    /// until `deadline` or 8 s.
    ///
    /// Errors: Unreachable (no candidate answered as the callee: wrong, silent and dead addresses
    /// look alike), Timeout, InvalidArgument (as a device to a callee that no list vouches for),
    /// Busy (too many dials at once), Cancelled (stopping).
    [[nodiscard]] virtual Task<Result<std::unique_ptr<Channel>>> dial(DialRequest request,
                                                                      SteadyTime deadline) = 0;

    /// The next caller that has proven what it claims, anonymous ones included. One waits at a
    /// time. Cancelled: stopping.
    [[nodiscard]] virtual Task<Result<std::unique_ptr<Channel>>> accept() = 0;

    /// Bound addresses with their real ports; empty when nothing listens. A wildcard stays one.
    virtual std::vector<Endpoint> listening() const = 0;
    /// The port of the first listener; 0 when nothing listens.
    virtual std::uint16_t local_port() const = 0;
    /// The addresses of this host that are up.
    virtual std::vector<LocalAddress> local_addresses() const = 0;
    virtual TransportCounters counters() const = 0;

    /// Closes the listeners and every handshake under way, lets accept() and dial() go, and waits
    /// for its own coroutines. Channels that were given out live on.
    [[nodiscard]] virtual Task<> stop() = 0;
};

}  // namespace kith::transport
