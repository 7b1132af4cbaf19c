// SPDX-License-Identifier: GPL-3.0-or-later
// One OpenDHT node, driven on the strand: no threads, no sockets and no clocks of its own.
//
// dht::Dht does all its work inside the calls made here and then says when it wants the next one.
// What it calls back is copied and posted, so no handler given here runs inside OpenDHT, which
// neither suffers to be re-entered nor catches what is thrown. No handler runs once the node is
// destroyed: those that wait are dropped. Traps: docs/spec/directory.md#opendht.
#pragma once

#include "core/base/clock.h"
#include "core/directory/directory.h"
#include "core/directory/store_quota.h"
#include "dht/sealed_socket.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace kith::dht {

struct NodeConfig {
    /// Keeps foreign OpenDHT nodes out; the seal is the protection, not this number.
    std::uint32_t network = 1;
    /// The addresses that the socket is bound to; a family without one is not used.
    std::vector<Endpoint> bound;
    /// Requests answered, in all and for one address. Both finite: see trap 3.
    int requests_per_second = 2000;
    int requests_per_source = 200;
    /// Always reachable: failed searches are no sign of a changed network.
    bool serving = false;
    directory::StoreLimits store;
};

class DhtNode {
  public:
    /// `clock` must count as std::chrono::steady_clock does, which OpenDHT reads by itself. `clock`
    /// and `socket` must outlive the node.
    DhtNode(asio::any_io_executor executor, Clock& clock, SealedSocket& socket, NodeConfig config);
    DhtNode(const DhtNode&) = delete;
    DhtNode& operator=(const DhtNode&) = delete;
    ~DhtNode();

    /// A packet that the socket let through.
    void receive(const OpenedPacket& packet, const Endpoint& from);
    /// Nobody took what was sent there.
    void undelivered(const Endpoint& to);

    /// Puts a record on the nodes nearest to it. `done` gets how many acknowledged it, which is
    /// no proof: they acknowledge what they refuse.
    void put(const directory::Record& record, std::function<void(int)> done);

    /// Asks for the values with this id at this location. `on_value` gets each as it arrives, at
    /// most 32 and none after it has returned false; `done` then says whether nodes were found.
    void get(const directory::Slot& slot,
             std::function<bool(Bytes)> on_value,
             std::function<void(bool)> done);

    /// Counts the other nodes that give exactly this record when asked.
    void count_holders(const directory::Record& record, std::function<void(int)> done);

    /// `done` says whether a node answered there.
    void ping(const Endpoint& endpoint, std::function<void(bool)> done);

    /// Tells of a node that was good once; it is not called.
    void insert(const directory::Peer& peer);

    struct Neighbours {
        std::size_t good = 0;   // answered lately
        std::size_t known = 0;  // heard of
    };

    Neighbours neighbours() const;
    /// The good ones, those that bring us back soonest first.
    std::vector<directory::Peer> peers() const;
    directory::StoreUse store_use() const;

    /// How many nodes take part: the denser they are, the nearer are those that answer to a place.
    /// By the last places that this node has asked at, within a third of the truth, mostly.
    std::optional<std::size_t> network_size() const;

    /// Asks at these places, which nobody chose, so that network_size() is of now.
    void measure(std::span<const directory::Location> places, std::function<void(bool)> done);

    /// Our addresses changed: calls the neighbours anew.
    void connectivity_changed();

    /// No timer runs until resume(), which calls the neighbours anew. Requires: nothing is received
    /// or asked meanwhile.
    void rest();
    void resume();

  private:
    struct Inner;

    std::unique_ptr<Inner> inner_;
};

}  // namespace kith::dht
