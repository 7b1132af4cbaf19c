// SPDX-License-Identifier: GPL-3.0-or-later
// Who may connect to us: a decision before anything is allocated for the newcomer.
//
// Every cap of docs/spec/link.md#caps is here: connections in all, before authentication, per
// source; handshake rates; sources that are refused for a while; and, when all places are taken,
// whom to evict. A source is a /24 of IPv4 or a /64 of IPv6. Pure: time is an argument, links are
// numbers, nothing here is a socket. Memory is bounded by gate_sources and the caps.
#pragma once

#include "core/base/endpoint.h"
#include "core/base/limits.h"
#include "core/base/rate.h"
#include "core/transport/local_address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace kith::transport {

/// The caps; the defaults are the specified ones. A serving node may raise `inbound`.
struct GateLimits {
    std::size_t inbound = limits::links_inbound;
    std::size_t before_open = limits::links_before_open;
    std::size_t per_source = limits::links_per_prefix;
    /// For sources inside our own subnets, loopback included.
    std::size_t per_own_source = 64;
    /// Places that strangers leave free for contacts.
    std::size_t kept_for_contacts = 16;
    /// Strangers that are linked to this device at one time, 20 KiB each; those of a mailbox are
    /// not meant.
    std::size_t strangers = 32;
};

/// As what somebody who is authenticated is here.
enum class Guest : std::uint8_t {
    Stranger,  ///< of this device; also who did not say its name
    Customer,  ///< of our mailbox
    Contact,   ///< its link is never evicted
};

/// Sources remembered because they owe something, or because a contact came from there.
inline constexpr std::size_t gate_sources = 4096;

/// Why a newcomer was turned away, or not.
enum class GateVerdict {
    Admitted,
    Banned,
    SourceRate,
    TotalRate,
    SourceFull,
    HandshakesFull,
    Full
};

/// An inbound connection, from accept to close.
using GateTicket = std::uint64_t;

struct GateDecision {
    GateVerdict verdict = GateVerdict::Full;
    /// Valid when admitted.
    GateTicket ticket = 0;
    /// Who has to be closed to make room; it has lost its place already.
    std::optional<GateTicket> evict;
};

class AcceptGate {
  public:
    /// `salt` makes the choice of protected sources unpredictable.
    AcceptGate(GateLimits caps, std::uint64_t salt);

    /// Our own subnets: sources inside get the larger cap.
    void set_local(std::vector<LocalAddress> local) { local_ = std::move(local); }

    /// Takes a place for a newcomer, or says why not.
    GateDecision admit(const Endpoint& from, SteadyTime now);

    /// The link is authenticated. A contact's is never evicted, and its source passes the limit on
    /// handshakes in all from now on. When strangers hold more than their places, gives the one to
    /// close, which has lost its place already and may be this one.
    std::optional<GateTicket> opened(GateTicket ticket, Guest guest, SteadyTime now);

    /// What eviction goes by. Harmless when the ticket is unknown.
    void set_round_trip(GateTicket ticket, Duration round_trip);
    void set_useful(GateTicket ticket, SteadyTime now);
    void set_protected(GateTicket ticket);

    /// The link is gone; gives its place back. Harmless when the ticket is unknown.
    void closed(GateTicket ticket);

    /// Its CALL, or the TLS before it, was wrong or did not come in time. Ten a minute from one
    /// source: refused for ten minutes.
    void failed_call(const Endpoint& from, SteadyTime now);

    /// An authenticated peer broke the protocol. Three in ten minutes: its source is refused for
    /// 1, 2, 4 .. 60 minutes.
    void malformed(const Endpoint& from, SteadyTime now);

    /// Gives up the stranger that was of no use for longest, for when descriptors run out.
    std::optional<GateTicket> evict_idlest();

    std::size_t inbound() const { return links_.size(); }

    std::size_t before_open() const { return before_open_; }

    std::size_t sources() const { return sources_.size(); }

  private:
    struct Link {
        NetworkPrefix source{};
        SteadyTime since;
        SteadyTime useful;
        std::optional<Duration> round_trip;
        bool open = false;
        Guest guest = Guest::Customer;
        bool is_protected = false;

        bool is_stranger() const { return open && !is_protected && guest == Guest::Stranger; }
    };

    struct Source {
        Source();
        bool idle(SteadyTime now) const;

        RateLimit handshakes;
        SteadyTime refused_until;
        // Wrong calls in the minute, and breaches in the ten minutes, that began then.
        SteadyTime wrong_since;
        std::uint32_t wrong = 0;
        SteadyTime breach_since;
        std::uint32_t breaches = 0;
        // Refusals for breaches so far; each doubles the next.
        std::uint32_t refusals = 0;
        SteadyTime contact_until;
    };

    using Links = std::map<GateTicket, Link>;

    Source& source(const NetworkPrefix& prefix, SteadyTime now);
    void make_room_for_source(SteadyTime now);
    std::size_t cap_of(const Endpoint& from) const;
    std::optional<GateTicket> stale_handshake(SteadyTime now) const;

    static bool unprotected(const Link& link) { return !link.is_protected; }

    std::optional<GateTicket> crowded_out(GateTicket newcomer, Guest guest) const;
    std::optional<GateTicket> victim(bool (*may_go)(const Link&)) const;
    std::uint64_t keyed(const NetworkPrefix& prefix) const;

    GateLimits caps_;
    std::uint64_t salt_;
    RateLimit all_;
    std::vector<LocalAddress> local_;
    Links links_;
    std::map<NetworkPrefix, Source> sources_;
    std::size_t before_open_ = 0;
    GateTicket last_ = 0;
};

}  // namespace kith::transport
