// SPDX-License-Identifier: GPL-3.0-or-later
// Datagrams between addresses of the program's own: latency that is fixed for each direction of
// each pair, loss, cuts. Everything follows from the seed.
#pragma once

#include "dht/datagram_io.h"
#include "tests/support/clock/beyond.h"
#include "tests/support/clock/fake_clock.h"
#include "tests/support/seeded_random.h"

#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace kith::sim {

class VirtualNetwork {
  public:
    VirtualNetwork(test::FakeClock& clock, std::uint64_t seed) : clock_(clock), random_(seed) {}

    /// Share of datagrams lost, 0..1.
    double loss = 0;
    /// From one address to another: at least, and at most so much more.
    Duration latency = milliseconds(10);
    Duration jitter = milliseconds(20);

    /// Whoever sends to where a cable is pulled hears so, as hosts and routers tell by ICMP.
    bool reports = false;

    /// Receives and sends from one address. The network must outlive it.
    dht::DatagramIo io(const Endpoint& address);

    /// Cables pulled: nothing goes to or from this address.
    void unplug(const Endpoint& address) { unplugged_.insert(address); }

    void plug(const Endpoint& address) { unplugged_.erase(address); }

    /// Datagrams to what lies beyond arrive at that network. Both must outlive this one. Cables
    /// there cannot be pulled.
    void connect(test::Beyond& beyond, VirtualNetwork& there) {
        beyond_ = &beyond;
        there_ = &there;
    }

    /// Addresses of different sides do not hear each other. Empty: all do.
    std::function<int(const Endpoint&)> side;

    std::uint64_t datagrams() const { return sent_; }

    std::uint64_t bytes() const { return bytes_; }

    /// A number that two runs share only if every datagram was the same at the same time.
    std::uint64_t digest() const { return digest_; }

  private:
    bool passes(const Endpoint& from, const Endpoint& to);
    Duration delay(const Endpoint& from, const Endpoint& to) const;
    void send(const Endpoint& from, const Endpoint& to, ByteView datagram);
    void report(const Endpoint& from, const Endpoint& to);
    void deliver(const Endpoint& from, const Endpoint& to, ByteView datagram);

    test::FakeClock& clock_;
    test::SeededRandom random_;
    test::Beyond* beyond_ = nullptr;
    VirtualNetwork* there_ = nullptr;
    std::unordered_map<Endpoint, dht::OnDatagram, EndpointHash> receivers_;
    std::unordered_map<Endpoint, dht::OnUndelivered, EndpointHash> senders_;
    std::unordered_set<Endpoint, EndpointHash> unplugged_;
    std::unordered_map<std::uint64_t, Alarm> under_way_;
    std::uint64_t sent_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t digest_ = 0xcbf29ce484222325;
};

}  // namespace kith::sim
