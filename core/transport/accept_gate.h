// SPDX-License-Identifier: GPL-3.0-or-later
// Who may connect to us: a decision before anything is allocated for the newcomer.
//
// Every cap of docs/spec/links.md#caps is here: connections in all, before authentication, per
// network prefix; handshake rates; sources that are refused for a while; and, when all places are
// taken, whom to evict. Pure: time is an argument, links are numbers, nothing here is a socket.
// Memory is bounded: at most gate_sources sources are remembered, forgotten when they owe nothing.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/rate.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace kith::transport {

/// Numbers of the caps; the defaults are the specified ones. A serving node may raise `inbound`.
struct GateLimits {
    std::size_t inbound = 256;
    std::size_t before_open = 64;
    std::size_t per_prefix = 8;
    /// For prefixes that this host is in itself, loopback included.
    std::size_t per_own_prefix = 64;
    /// Places that strangers leave free for contacts.
    std::size_t kept_for_contacts = 16;
};

/// Why a newcomer was turned away.
enum class GateVerdict {
    Admitted,
    Banned,
    SourceRate,
    TotalRate,
    PrefixFull,
    HandshakesFull,
    Full
};

/// An inbound connection, from accept to close.
using GateTicket = std::uint64_t;

struct GateDecision {
    GateVerdict verdict = GateVerdict::Full;
    /// Valid when admitted.
    GateTicket ticket = 0;
    /// Who has to be closed to make room; close it before serving the newcomer.
    std::optional<GateTicket> evict;
};

class AcceptGate {
  public:
    /// `salt` makes the choice of protected prefixes unpredictable.
    AcceptGate(GateLimits limits, std::uint64_t salt);

    /// Prefixes of this host; they get the larger cap.
    void set_own_prefixes(std::vector<NetworkPrefix> prefixes);

    /// Takes a place, or says why not. Costs the source and all a handshake either way it goes on.
    GateDecision admit(const Endpoint& from, SteadyTime now);

    /// The link is authenticated. `contact`: never evicted. Gives the link to close instead when
    /// strangers use more than their places; that may be this one.
    std::optional<GateTicket> opened(GateTicket ticket, bool contact, SteadyTime now);

    /// Measured round trip, and that the link carried something of use: both count in eviction.
    void set_rtt(GateTicket ticket, Duration rtt);
    void set_useful(GateTicket ticket, SteadyTime now);
    /// A contact or the owner of a lease, as it turned out later.
    void set_contact(GateTicket ticket);

    /// The link is gone; gives its place back. Harmless when the ticket is unknown.
    void closed(GateTicket ticket);

    /// Its CALL, or the TLS before it, was wrong or did not come in time. Ten a minute from one
    /// source: it is refused for ten minutes.
    void failed_call(const Endpoint& from, SteadyTime now);

    /// An authenticated peer broke the protocol. Three in ten minutes: its source is refused for
    /// 1, 2, 4 .. 60 minutes.
    void malformed(const Endpoint& from, SteadyTime now);

    /// The stranger to close when descriptors run out: the longest without use.
    std::optional<GateTicket> idlest_stranger() const;

    std::size_t inbound() const { return links_.size(); }

    std::size_t before_open() const { return before_open_; }

    std::size_t sources() const { return sources_.size(); }

  private:
    struct Link {
        NetworkPrefix prefix{};
        SteadyTime since;
        SteadyTime useful;
        std::optional<Duration> rtt;
        bool open = false;
        bool contact = false;
    };

    // What one network prefix owes. Kept only while it owes something.
    struct Source {
        RateLimit handshakes;
        SteadyTime refused_until;
        SteadyTime failures_since;
        std::uint32_t failures = 0;
        SteadyTime faults_since;
        std::uint32_t faults = 0;
        std::uint32_t refusals = 0;  // of malformed frames; each doubles the next
    };

    Source& source(const NetworkPrefix& prefix, SteadyTime now);
    void forget_idle(SteadyTime now);
    bool is_own(const NetworkPrefix& prefix) const;
    std::size_t count_prefix(const NetworkPrefix& prefix) const;
    std::optional<GateTicket> victim() const;

    GateLimits limits_;
    std::uint64_t salt_;
    RateLimit all_;
    std::vector<NetworkPrefix> own_;
    std::map<GateTicket, Link> links_;
    std::map<NetworkPrefix, Source> sources_;
    std::size_t before_open_ = 0;
    GateTicket last_ = 0;
};

}  // namespace kith::transport
