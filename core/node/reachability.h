// SPDX-License-Identifier: GPL-3.0-or-later
// Whether others can call this device. Proved by a call that came from outside; else a peer who
// sees us at a public address is asked to call back. And the other side: calling back whoever asks.
//
// A call back goes to the address that the asking link comes from and nowhere else, so nobody can
// have us knock at a third door. Specification: docs/spec/link.md.
#pragma once

#include "core/node/link_table.h"
#include "core/node/views.h"

#include <deque>
#include <utility>

namespace kith::node {

class Reachability {
  public:
    /// How long a proof holds.
    static constexpr Duration direct_for = hours(24);
    static constexpr Duration ask_every = hours(6);
    /// Between two questions while nothing has changed.
    static constexpr Duration pause = minutes(10);
    /// Calls back within one pause, for one device: its addresses may change, and its router may
    /// open a port. Beyond: not tried.
    static constexpr std::ptrdiff_t calls_per_device = 3;
    static constexpr std::size_t most_calls = 64;

    Reachability(LinkTable& links,
                 transport::Transport& transport,
                 Clock& clock,
                 const asio::any_io_executor& executor);

    /// Our addresses changed, or this port of the router is now ours: what was known is void.
    void renew(std::optional<std::uint16_t> external_port);

    /// Somebody's call came in from there.
    void called_from(const Endpoint& remote);

    /// Asks one of the peers that are linked, if it is time to.
    void look();

    Reachable verdict() const;

    /// The device at the other end of this link wants to be called back at this port.
    void call_back(PeerLink& link, std::uint32_t q, std::uint16_t port);

    /// Requires: the links have ended, the transport has stopped.
    [[nodiscard]] Task<> stop() { return scope_.join(); }

  private:
    [[nodiscard]] Task<> ask(std::uint64_t serial, std::uint16_t port);
    [[nodiscard]] Task<> try_call(std::uint64_t serial,
                                  transport::DialRequest request,
                                  std::uint32_t q);

    LinkTable& links_;
    transport::Transport& transport_;
    Clock& clock_;
    AsyncScope scope_;
    std::optional<std::uint16_t> external_port_;
    std::optional<SteadyTime> proved_;   // by a call from outside
    std::optional<SteadyTime> refuted_;  // by a peer whose call back failed
    std::optional<SteadyTime> asked_;
    std::deque<std::pair<SteadyTime, crypto::DeviceId>> called_back_;
};

}  // namespace kith::node
