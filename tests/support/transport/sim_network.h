// SPDX-License-Identifier: GPL-3.0-or-later
// A network in one process and in the time of a Clock: latency, loss, cuts, hosts that move, vanish
// or cannot be called. One seed gives one run.
//
// Connections behave as TCP does: in order, nothing lost; a lost packet costs a retransmission, a
// cut holds everything until it heals, and who has had no answer for 20 s gives up.
//
// A world in two threads has a network for each: a connection between them belongs to both, and
// what one end says or has taken reaches the other a latency later, through Beyond. There is
// neither loss nor power cut nor cable to be cut on such a path.
#pragma once

#include "core/base/clock.h"
#include "core/base/endpoint.h"
#include "core/base/random.h"
#include "core/crypto/keys.h"
#include "tests/support/clock/beyond.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>

namespace kith::test {

/// How packets travel, one way.
struct SimPath {
    Duration latency = milliseconds(20);
    Duration jitter{};
    /// Chance of each packet to be lost.
    double loss = 0;
};

class SimNetwork;
struct SimConnection;

/// One direction of a connection.
class SimPipe {
  public:
    /// Bytes sent and not yet taken by the receiver.
    static constexpr std::size_t window = std::size_t{256} << 10;

    struct Ends {
        std::function<void(Bytes)> on_bytes;  // at the receiver
        std::function<void()> on_end;         // at the receiver: the sender has closed
        std::function<void()> on_room;        // at the sender: bytes were taken
        std::function<void()> on_dead;        // at the sender: no answer for 20 s
    };

    /// Of the networks in which its ends are, which are mostly one.
    SimPipe(SimConnection& whole,
            SimNetwork& network,
            SimNetwork& receiving,
            const Endpoint& from,
            const Endpoint& to);

    /// Each set and called at its own end.
    Ends ends;

    std::size_t room() const { return window - held_; }

    /// Requires: bytes.size() <= room().
    void push(Bytes bytes);
    void push_end();
    /// The receiver has taken this many bytes.
    void taken(std::size_t count);
    /// Nothing is heard of it any more; what is under way still arrives at the other end.
    void drop_sender();
    void drop_receiver();

  private:
    struct Packet {
        Bytes bytes;
        bool end = false;
        SteadyTime sent;
        SteadyTime due;
    };

    bool crosses() const { return &network_ != &receiving_; }

    void enqueue(Packet packet);
    void wait_for_first();
    void arrive();
    void land(Packet packet) const;
    /// Alive for as long as somebody holds it.
    std::shared_ptr<SimPipe> shared() const;

    SimConnection& whole_;
    SimNetwork& network_;    // of the sender
    SimNetwork& receiving_;  // of the receiver
    Endpoint from_;
    Endpoint to_;
    // The lives of both hosts: a host that lost its power knows nothing of this pipe any more.
    unsigned from_life_;
    unsigned to_life_;
    std::deque<Packet> packets_;
    std::size_t held_ = 0;
    SteadyTime last_due_{};
    Alarm alarm_;
};

/// Shared by its two streams: [0] carries what the caller sends, [1] what the callee does.
struct SimConnection : std::enable_shared_from_this<SimConnection> {
    SimConnection(SimNetwork& calling,
                  SimNetwork& called,
                  const Endpoint& from,
                  const Endpoint& to,
                  const crypto::ChannelBinding& x)
        : caller(from),
          callee(to),
          binding(x),
          pipes{SimPipe(*this, calling, called, from, to),
                SimPipe(*this, called, calling, to, from)} {}

    Endpoint caller;
    Endpoint callee;
    /// x: what TLS would export.
    crypto::ChannelBinding binding;
    std::array<SimPipe, 2> pipes;
};

class SimNetwork {
  public:
    /// Whether a host takes this caller's connection.
    using Listener = std::function<bool(std::shared_ptr<SimConnection>)>;
    /// A connection, or nullptr when it was refused.
    using OnConnected = std::function<void(std::shared_ptr<SimConnection>)>;

    /// `clock` and `random` must outlive the network, which outlives all that is attached to it.
    SimNetwork(Clock& clock, Random& random) : clock_(clock), random_(random) {}

    /// Hosts that lie beyond are those of that network. Both must outlive this one.
    void connect(Beyond& beyond, SimNetwork& there) {
        beyond_ = &beyond;
        there_ = &there;
    }

    // --- What the test does
    void set_path(const SimPath& path) { default_path_ = path; }

    /// Between two hosts, both ways.
    void set_path(const Endpoint& a, const Endpoint& b, const SimPath& path);
    void cut(const Endpoint& a, const Endpoint& b);
    void heal(const Endpoint& a, const Endpoint& b);

    /// Nothing comes from or to the host, whoever asks: its cable is out.
    void isolate(const Endpoint& host) { isolated_.insert(host.address); }

    void rejoin(const Endpoint& host) { isolated_.erase(host.address); }

    /// The host loses its power: what it has sent is under way, nothing leaves or reaches it any
    /// more. Back on, it knows nothing of its connections, and says so to whoever uses them.
    void power_off(const Endpoint& host);

    void power_on(const Endpoint& host) { dark_.erase(host.address); }

    /// A host behind a NAT: it can call but not be called.
    void set_callable(const Endpoint& host, bool callable);

    // --- What hosts do
    void listen(const Endpoint& at, Listener listener) { listeners_[at] = std::move(listener); }

    void unlisten(const Endpoint& at) { listeners_.erase(at); }

    /// Calls `done` once, after a round trip. Never when nobody answers. The alarm calls it off.
    [[nodiscard]] Alarm connect(const Endpoint& from, const Endpoint& to, OnConnected done);

    // --- What pipes ask
    Clock& clock() { return clock_; }

    bool passes(const Endpoint& from, const Endpoint& to) const;

    bool is_dark(const Endpoint& host) const { return dark_.contains(host.address); }

    /// How often this host has lost its power.
    unsigned life_of(const Endpoint& host) const;
    Duration travel_time(const Endpoint& from, const Endpoint& to);
    const SimPath& path(const Endpoint& a, const Endpoint& b) const;

    Beyond& beyond() const { return *beyond_; }

  private:
    using Host = std::array<std::uint8_t, 16>;
    using Pair = std::pair<Host, Host>;

    struct Call;

    static Pair pair_of(const Endpoint& a, const Endpoint& b);

    Alarm connect_beyond(const Endpoint& from, const Endpoint& to, OnConnected done);
    /// The connection, when the host takes it.
    std::shared_ptr<SimConnection> receive(SimNetwork& calling,
                                           const Endpoint& from,
                                           const Endpoint& to,
                                           const Listener& take);

    Clock& clock_;
    Random& random_;
    Beyond* beyond_ = nullptr;
    SimNetwork* there_ = nullptr;
    SimPath default_path_;
    std::map<Pair, SimPath> paths_;
    std::set<Pair> cuts_;
    std::set<Host> isolated_;
    std::set<Host> dark_;
    std::map<Host, unsigned> lives_;
    std::set<Host> uncallable_;
    std::map<Endpoint, Listener> listeners_;
};

}  // namespace kith::test
