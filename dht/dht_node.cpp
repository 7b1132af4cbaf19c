// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/dht_node.h"

#include "core/base/log.h"
#include "dht/density.h"
#include "dht/gone_peers.h"
#include "dht/socket_address.h"
#include "dht/value_rules.h"

#include <opendht/dht.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <map>

namespace kith::dht {

namespace {

using directory::Slot;
using Values = std::vector<std::shared_ptr<::dht::Value>>;
using Nodes = std::vector<std::shared_ptr<::dht::Node>>;

// OpenDHT places a value on this many nodes.
constexpr std::size_t replicas = 8;

// Values handed on from one get, see BestRecord; each may come from any node.
constexpr int values_per_get = 32;

// Reports of gone nodes come together, and one more look around is enough for all of them.
constexpr Duration reports_gathered = milliseconds(20);

// OpenDHT may ask for a call "now" over and over, or never again.
constexpr Duration shortest_pause = std::chrono::microseconds(100);
constexpr Duration longest_pause = hours(1);

::dht::InfoHash key_of(const Slot& slot) {
    return {slot.location.data(), slot.location.size()};
}

// As a share of the whole space.
double distance(const ::dht::InfoHash& a, const ::dht::InfoHash& b) {
    const std::uint64_t apart = read_be<std::uint64_t>(ByteView(a.data(), a.size())) ^
                                read_be<std::uint64_t>(ByteView(b.data(), b.size()));
    return std::ldexp(static_cast<double>(apart), -64);
}

// OpenDHT's socket: hands packets to the gate. It never receives through this class.
class Datagrams final : public ::dht::net::DatagramSocket {
  public:
    Datagrams(SealedSocket& socket,
              const GonePeers& gone,
              const Clock& clock,
              const std::vector<Endpoint>& bound)
        : socket_(socket), gone_(gone), clock_(clock) {
        for (const Endpoint& endpoint : bound) {
            (endpoint.is_v4() ? v4_ : v6_) = to_socket_address(endpoint);
        }
    }

    int sendTo(const ::dht::SockAddr& to,
               const std::uint8_t* data,
               std::size_t size,
               bool) override {
        const Endpoint endpoint = from_socket_address(to);
        // Then OpenDHT asks this node no more, and waits for nothing it has asked it.
        if (gone_.gone(endpoint, clock_.now())) return EHOSTUNREACH;
        return socket_.send(ByteView(data, size), endpoint);
    }

    bool hasIPv4() const override { return bool(v4_); }

    bool hasIPv6() const override { return bool(v6_); }

    const ::dht::SockAddr& getBoundRef(sa_family_t family) const override {
        return family == AF_INET6 ? v6_ : v4_;
    }

    // Names are resolved by us, without blocking.
    std::vector<::dht::SockAddr> resolve(const std::string&, const std::string&) override {
        return {};
    }

    void stop() override {}

  private:
    SealedSocket& socket_;
    const GonePeers& gone_;
    const Clock& clock_;
    ::dht::SockAddr v4_;
    ::dht::SockAddr v6_;
};

::dht::Config opendht_config(const NodeConfig& config) {
    ::dht::Config out;
    out.network = config.network;
    out.max_req_per_sec = config.requests_per_second;
    out.max_peer_req_per_sec = config.requests_per_source;
    // Quotas are ours (value_rules.cpp): a finite limit here can hang the thread.
    out.max_store_size = -1;
    out.public_stable = config.serving;
    return out;
}

// Hands a result to a handler on the strand, unless the node is gone by then: whoever made the
// handler may be gone with it.
class Courier {
  public:
    Courier(asio::any_io_executor executor, const std::shared_ptr<const bool>& alive)
        : executor_(std::move(executor)), alive_(alive) {}

    template <class Handler, class Result>
    void operator()(const Handler& handler, Result result) const {
        asio::post(executor_, [alive = alive_, handler, result = std::move(result)]() mutable {
            if (!alive.expired()) handler(std::move(result));
        });
    }

  private:
    asio::any_io_executor executor_;
    std::weak_ptr<const bool> alive_;
};

}  // namespace

struct DhtNode::Inner {
    Inner(asio::any_io_executor on, Clock& time, SealedSocket& socket, const NodeConfig& config)
        : courier(std::move(on), alive),
          clock(time),
          rules(time, config.store),
          node(std::make_unique<Datagrams>(socket, gone, time, config.bound),
               opendht_config(config),
               std::shared_ptr<::dht::Logger>{}) {
        rules.install(node);
        step(nullptr, 0, {});
    }

    ~Inner() {
        alive.reset();
        alarm.cancel();
        again.cancel();
        // Completes what is pending, so that no coroutine waits for ever.
        node.shutdown({}, true);
    }

    ::dht::time_point dht_time(SteadyTime when) const {
        return ::dht::time_point(when.time_since_epoch());
    }

    // Lets OpenDHT work: after each packet, when it asked for it, and after each operation.
    void step(const std::uint8_t* packet, std::size_t size, ::dht::SockAddr from) {
        if (resting) return;
        const SteadyTime now = clock.now();
        const ::dht::time_point next = node.periodic(packet, size, std::move(from), dht_time(now));
        node.updateStatus(AF_INET);
        node.updateStatus(AF_INET6);
        const SteadyTime wanted(std::chrono::ceil<Duration>(
            std::min(next, dht_time(now + longest_pause)).time_since_epoch()));
        arm(std::max(wanted, now + shortest_pause));
    }

    // A call that comes too early does no harm, so a later time leaves the alarm as it is.
    void arm(SteadyTime when) {
        if (armed && *armed <= when) return;
        armed = when;
        alarm = clock.call_at(when, [this] {
            armed.reset();
            step(nullptr, 0, {});
        });
    }

    void work() { step(nullptr, 0, {}); }

    // An operation that asks around this place has begun, and ends with this.
    ::dht::DoneCallback under_way(const ::dht::InfoHash& place, ::dht::DoneCallback then) {
        ++asked[place];
        return [this, place, then = std::move(then)](bool ok, const Nodes& nodes) {
            if (--asked[place] == 0) asked.erase(place);
            then(ok, nodes);
        };
    }

    // OpenDHT learns that a node is gone when it sends to it, which it does a second later: so
    // places nearby, where the same nodes are asked, are looked at now.
    void look_again() {
        look_is_due = false;
        std::vector<::dht::InfoHash> nearby;
        for (const auto& [place, operations] : asked) {
            nearby.push_back(place);
            nearby.back()[place.size() - 1] ^= 1;
        }
        for (const ::dht::InfoHash& place : nearby) {
            node.get(place,
                     ::dht::GetCallback([](const Values&) { return true; }),
                     ::dht::DoneCallback{},
                     ::dht::Value::Filter{},
                     ::dht::Where{}.id(0));
        }
        work();
    }

    // The end of an operation that has asked all around this place.
    ::dht::DoneCallback counted(const ::dht::InfoHash& place, ::dht::DoneCallback then) {
        return [this, place, then = std::move(then)](bool ok, const Nodes& nodes) {
            std::vector<double> distances;
            for (const auto& at : nodes) {
                if (!at->isExpired()) distances.push_back(distance(place, at->id));
            }
            density.add(std::move(distances));
            then(ok, nodes);
        };
    }

    std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);
    Courier courier;
    Clock& clock;
    ValueRules rules;
    GonePeers gone;
    ::dht::Dht node;
    std::optional<SteadyTime> armed;
    Alarm alarm;
    bool resting = false;
    Density density;
    std::map<::dht::InfoHash, int> asked;
    Alarm again;
    bool look_is_due = false;
};

DhtNode::DhtNode(asio::any_io_executor executor,
                 Clock& clock,
                 SealedSocket& socket,
                 NodeConfig config)
    : inner_(std::make_unique<Inner>(std::move(executor), clock, socket, config)) {}

DhtNode::~DhtNode() = default;

void DhtNode::receive(const OpenedPacket& packet, const Endpoint& from) {
    inner_->gone.heard(from, inner_->clock.now());
    inner_->rules.refuse_unknown(inner_->node, packet.types);
    inner_->step(packet.packet.data(), packet.packet.size(), to_socket_address(from));
}

void DhtNode::undelivered(const Endpoint& to) {
    Inner& inner = *inner_;
    const bool news = inner.gone.reported(to, inner.clock.now());
    if (!news || inner.resting || inner.asked.empty() || inner.look_is_due) return;
    inner.look_is_due = true;
    inner.again = inner.clock.call_after(reports_gathered, [&inner] { inner.look_again(); });
}

void DhtNode::put(const directory::Record& record, std::function<void(int)> done) {
    const auto on_done = [send = inner_->courier, done = std::move(done)](bool ok,
                                                                          const Nodes& nodes) {
        send(done, ok ? static_cast<int>(std::min(nodes.size(), replicas)) : 0);
    };
    // Never permanent: a permanent put is refreshed, not replaced, on the nodes that hold it.
    const auto key = key_of(record.slot);
    inner_->node.put(key, to_value(record.slot, record.data), inner_->under_way(key, on_done));
    inner_->work();
}

void DhtNode::get(const Slot& slot,
                  std::function<bool(Bytes)> on_value,
                  std::function<void(bool)> done) {
    // Shared by OpenDHT's callback and what it posts.
    struct Feed {
        int left = values_per_get;
        bool wanted = true;
    };

    const auto feed = std::make_shared<Feed>();
    const auto deliver = [feed, on_value = std::move(on_value)](Bytes data) {
        if (feed->wanted) feed->wanted = on_value(std::move(data));
    };
    const auto on_values = [send = inner_->courier, feed, deliver](const Values& values) {
        for (const auto& value : values) {
            const auto data = record_of(*value);
            if (!data || feed->left == 0) continue;
            --feed->left;
            send(deliver, to_bytes(*data));
        }
        return feed->wanted && feed->left > 0;
    };
    const auto on_done = [send = inner_->courier, done = std::move(done)](bool ok, const Nodes&) {
        send(done, ok);
    };
    const auto key = key_of(slot);
    inner_->node.get(key,
                     ::dht::GetCallback(on_values),
                     inner_->under_way(key, on_done),
                     ::dht::Value::Filter{},
                     // By id always: junk at the location is then neither asked for nor sent.
                     ::dht::Where{}.id(slot.id.value()));
    inner_->work();
}

void DhtNode::count_holders(const directory::Record& record, std::function<void(int)> done) {
    // OpenDHT offers our own copy inside the call; what comes after it is from others.
    struct Count {
        bool armed = false;
        int holders = 0;
    };

    const auto count = std::make_shared<Count>();
    const auto is_holder = [count, data = record.data](const ::dht::Value& value) {
        const auto held = record_of(value);
        if (!count->armed || !held || !equal(*held, data)) return false;
        ++count->holders;
        return true;
    };
    const auto on_done = [send = inner_->courier, count, done = std::move(done)](
                             bool, const Nodes&) { send(done, count->holders); };
    inner_->node.get(key_of(record.slot),
                     ::dht::GetCallback([](const Values&) { return true; }),
                     inner_->counted(key_of(record.slot), ::dht::DoneCallback(on_done)),
                     ::dht::Value::Filter(is_holder),
                     ::dht::Where{}.id(record.slot.id.value()));
    count->armed = true;
    inner_->work();
}

void DhtNode::ping(const Endpoint& endpoint, std::function<void(bool)> done) {
    const auto on_done = [send = inner_->courier, done = std::move(done)](bool ok) {
        send(done, ok);
    };
    inner_->node.pingNode(to_socket_address(endpoint), ::dht::DoneCallbackSimple(on_done));
    inner_->work();
}

void DhtNode::insert(const directory::Peer& peer) {
    inner_->node.insertNode(::dht::InfoHash(peer.id.data(), peer.id.size()),
                            to_socket_address(peer.endpoint));
}

DhtNode::Neighbours DhtNode::neighbours() const {
    Neighbours out;
    for (const sa_family_t family : {sa_family_t{AF_INET}, sa_family_t{AF_INET6}}) {
        const auto stats = inner_->node.getNodesStats(family);
        out.good += stats.good_nodes;
        out.known += stats.good_nodes + stats.dubious_nodes;
    }
    return out;
}

std::vector<directory::Peer> DhtNode::peers() const {
    std::vector<directory::Peer> out;
    for (const ::dht::NodeExport& node : inner_->node.exportNodes()) {
        directory::Peer peer;
        peer.id = decltype(peer.id)::copy_of(ByteView(node.id.data(), node.id.size()));
        peer.endpoint = from_socket_address(::dht::SockAddr(node.ss, node.sslen));
        out.push_back(peer);
    }
    return out;
}

directory::StoreUse DhtNode::store_use() const {
    const auto [bytes, values] = inner_->node.getStoreSize();
    return {bytes, values};
}

std::optional<std::size_t> DhtNode::network_size() const {
    return inner_->density.nodes();
}

void DhtNode::measure(std::span<const directory::Location> places, std::function<void(bool)> done) {
    const auto left = std::make_shared<std::size_t>(places.size());
    const auto on_done = [send = inner_->courier, left, done = std::move(done)](bool,
                                                                                const Nodes&) {
        if (--*left == 0) send(done, true);
    };
    for (const directory::Location& location : places) {
        const ::dht::InfoHash place(location.data(), location.size());
        inner_->node.get(place,
                         ::dht::GetCallback([](const Values&) { return true; }),
                         inner_->counted(place, ::dht::DoneCallback(on_done)),
                         ::dht::Value::Filter{},
                         ::dht::Where{}.id(0));
    }
    inner_->work();
}

void DhtNode::connectivity_changed() {
    inner_->node.connectivityChanged();
    inner_->work();
}

void DhtNode::rest() {
    inner_->resting = true;
    inner_->alarm.cancel();
    inner_->armed.reset();
}

void DhtNode::resume() {
    inner_->resting = false;
    connectivity_changed();
}

}  // namespace kith::dht
