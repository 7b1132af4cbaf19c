// SPDX-License-Identifier: GPL-3.0-or-later
// The called half of a transport: the accept gate, and the handshakes of those it lets in. What
// comes out of accept() is authenticated. For the strand only.
#pragma once

#include "core/base/async_queue.h"
#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/transport/accept_gate.h"
#include "core/transport/link_callee.h"
#include "core/transport/transport.h"

#include <map>
#include <memory>

namespace kith::transport {

class Reception {
  public:
    /// `counters` must outlive this.
    Reception(const asio::any_io_executor& executor,
              Clock& clock,
              TransportCounters& counters,
              GateLimits caps,
              std::uint64_t salt);

    /// Requires: `policy` outlives stop().
    void start(const LinkPolicy& policy) { policy_ = &policy; }

    /// Our own subnets, see AcceptGate.
    void set_local(std::vector<LocalAddress> local) { gate_.set_local(std::move(local)); }

    /// Asks the gate about somebody who has just connected. nullopt: turn it away. Otherwise
    /// receive() must follow.
    std::optional<GateTicket> admit(const Endpoint& from);

    /// Takes over the connection of somebody admitted.
    void receive(std::unique_ptr<FrameStream> stream, const Endpoint& from, GateTicket ticket);

    /// Closes the stranger that was of no use for longest: descriptors have run out.
    void relieve();

    [[nodiscard]] Task<Result<std::unique_ptr<Channel>>> accept();

    std::size_t inbound() const { return gate_.inbound(); }

    std::size_t before_open() const { return gate_.before_open(); }

    /// Ends the handshakes under way and lets accept() go.
    [[nodiscard]] Task<> stop();

  private:
    struct Link {
        FrameStream* stream = nullptr;
        bool open = false;
    };

    // Somebody whom the gate has let in, on the way to a channel.
    struct Newcomer {
        enum class Stage { Secrecy, Call, Auth };

        std::unique_ptr<FrameStream> stream;
        Endpoint from;
        GateTicket ticket = 0;
        SteadyTime since;
        Stage stage = Stage::Secrecy;
        bool late = false;
        std::unique_ptr<LinkCallee> machine;
    };

    [[nodiscard]] Task<> serve(std::unique_ptr<Newcomer> newcomer);
    [[nodiscard]] Task<Result<>> open(Newcomer* newcomer);
    void give_out(Newcomer& newcomer);
    void settle_failure(const Newcomer& newcomer, const Error& error);
    StreamHooks hooks_of(const Endpoint& from, GateTicket ticket);
    void evict(GateTicket ticket);

    Clock& clock_;
    TransportCounters& counters_;
    AcceptGate gate_;
    const LinkPolicy* policy_ = nullptr;
    std::map<GateTicket, Link> links_;
    AsyncQueue<std::unique_ptr<Channel>> ready_;
    AsyncScope scope_;
};

}  // namespace kith::transport
