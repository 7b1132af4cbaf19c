// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/dht/hostile_node.h"

#include "dht/socket_address.h"
#include "dht/value_rules.h"

#include <opendht/dht.h>

namespace kith::test {

namespace {

::dht::InfoHash key_of(const directory::Slot& slot) {
    return {slot.location.data(), slot.location.size()};
}

}  // namespace

struct HostileNode::Inner {
    class Socket final : public ::dht::net::DatagramSocket {
      public:
        Socket(Inner& inner, ::dht::SockAddr bound) : inner_(inner), bound_(std::move(bound)) {}

        int sendTo(const ::dht::SockAddr& to,
                   const std::uint8_t* data,
                   std::size_t size,
                   bool) override {
            inner_.sent.emplace_back(data, data + size);
            return inner_.gate.send(ByteView(data, size), dht::from_socket_address(to));
        }

        bool hasIPv4() const override { return true; }

        bool hasIPv6() const override { return false; }

        const ::dht::SockAddr& getBoundRef(sa_family_t) const override { return bound_; }

        void stop() override {}

      private:
        Inner& inner_;
        ::dht::SockAddr bound_;
    };

    explicit Inner(LoopbackNetwork& net)
        : clock(net.clock()),
          random(77),
          udp(net.executor()),
          gate(network_number(1).datagram_key(),
               random,
               [this](ByteView datagram, const Endpoint& to) { return udp.send(datagram, to); },
               {1e5, 1e5, 64}) {
        const auto opened =
            udp.open({Endpoint::v4(127, 0, 0, 1, 0)},
                     [this](ByteView datagram, const Endpoint& from) {
                         if (const auto packet = gate.open(datagram, from, clock.now())) {
                             step(packet->packet, dht::to_socket_address(from));
                         }
                     },
                     {});
        if (!opened) throw std::runtime_error("no socket");
        ::dht::Config config;
        config.network = network_number(1).id();
        config.max_req_per_sec = 8192;
        config.max_peer_req_per_sec = 8192;
        node = std::make_unique<::dht::Dht>(
            std::make_unique<Socket>(*this, dht::to_socket_address(udp.bound().front())),
            config,
            std::shared_ptr<::dht::Logger>{});
    }

    void step(ByteView packet, ::dht::SockAddr from) {
        const auto next = node->periodic(packet.data(),
                                         packet.size(),
                                         std::move(from),
                                         ::dht::time_point(clock.now().time_since_epoch()));
        node->updateStatus(AF_INET);
        const auto latest = clock.now() + seconds(1);
        const SteadyTime when(std::chrono::ceil<Duration>(next.time_since_epoch()));
        alarm = clock.call_at(std::min(when, latest), [this] { step({}, {}); });
    }

    void put(const directory::Slot& slot, std::shared_ptr<::dht::Value> value) {
        value->id = slot.id.value();
        done = false;
        node->put(key_of(slot), value, ::dht::DoneCallbackSimple([this](bool) { done = true; }));
        step({}, {});
    }

    Clock& clock;
    SeededRandom random;
    std::vector<Bytes> sent;
    dht::UdpSocket udp;
    dht::SealedSocket gate;
    Alarm alarm;
    bool done = false;
    std::unique_ptr<::dht::Dht> node;
};

HostileNode::HostileNode(LoopbackNetwork& net, const Endpoint& known)
    : net_(net), inner_(std::make_unique<Inner>(net)) {
    bool answered = false;
    inner_->node->pingNode(dht::to_socket_address(known),
                           ::dht::DoneCallbackSimple([&answered](bool) { answered = true; }));
    inner_->step({}, {});
    net_.wait_until([&] { return answered; });
}

HostileNode::~HostileNode() {
    inner_->alarm.cancel();
    inner_->node->shutdown({}, true);
    net_.run(inner_->udp.close());
}

void HostileNode::put(const directory::Slot& slot, std::uint16_t type, Bytes data) {
    inner_->put(slot, std::make_shared<::dht::Value>(type, std::move(data)));
    net_.wait_until([this] { return inner_->done; });
}

void HostileNode::put_signed(const directory::Slot& slot, std::uint16_t type, Bytes data) {
    static const auto identity = ::dht::crypto::generateEcIdentity("mallory");
    auto value = std::make_shared<::dht::Value>(type, std::move(data));
    value->sign(*identity.first);
    inner_->put(slot, std::move(value));
    // Nobody answers what the gate drops, and OpenDHT asks three times.
    net_.run_for(seconds(1));
}

int HostileNode::holders(const directory::Slot& slot) {
    int count = 0;
    bool armed = false;
    bool done = false;
    inner_->node->get(
        key_of(slot),
        ::dht::GetCallback([](const std::vector<std::shared_ptr<::dht::Value>>&) { return true; }),
        ::dht::DoneCallbackSimple([&done](bool) { done = true; }),
        ::dht::Value::Filter([&](const ::dht::Value&) {
            if (armed) ++count;
            return armed;
        }),
        ::dht::Where{}.id(slot.id.value()));
    armed = true;
    inner_->step({}, {});
    net_.wait_until([&] { return done; });
    return count;
}

void HostileNode::send(ByteView packet, const Endpoint& to) {
    inner_->gate.send(packet, to);
}

const std::vector<Bytes>& HostileNode::sent() const {
    return inner_->sent;
}

std::size_t packed_record_size(const directory::Slot& slot, ByteView data) {
    return dht::packed_size(*dht::to_value(slot, data));
}

}  // namespace kith::test
