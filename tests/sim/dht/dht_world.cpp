// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/dht/dht_world.h"

#include <algorithm>

namespace kith::sim {
namespace {

identity::Network private_network() {
    return identity::Network(crypto::NetworkSecret::copy_of(Bytes(32, 7)));
}

// A /24 of its own for each node, so that none pays for another's traffic.
Endpoint address_of(std::size_t number) {
    return Endpoint::v4(
        10, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number), 1, 4222);
}

}  // namespace

DhtWorld::DhtWorld(std::uint64_t seed)
    : net(clock, seed * 4),
      random(seed * 4 + 1),
      opendht_random_(seed * 4 + 2),
      time_(clock, opendht_random_) {}

DhtWorld::~DhtWorld() {
    for (const auto& node : nodes_) {
        kill(*node);
    }
    // Their last handlers, while the clock is still ours.
    io_.restart();
    io_.poll();
    nodes_.clear();
}

DhtNodeInWorld& DhtWorld::add() {
    std::vector<Endpoint> known;
    if (!nodes_.empty()) known = {nodes_.front()->address, any().address};
    return add(std::move(known));
}

DhtNodeInWorld& DhtWorld::add(std::vector<Endpoint> known) {
    auto node = std::make_unique<DhtNodeInWorld>();
    node->address = address_of(nodes_.size() + 1);
    node->random = std::make_unique<test::SeededRandom>(random.u64());
    node->directory = std::make_unique<dht::OpendhtDirectory>(
        io_.get_executor(), clock, *node->random, net.io(node->address), config);
    if (!node->directory->start(private_network(), std::move(known))) {
        throw std::runtime_error("a virtual node does not start");
    }
    node->up = true;
    nodes_.push_back(std::move(node));
    return *nodes_.back();
}

void DhtWorld::grow(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        add();
        run_for(milliseconds(100));
    }
}

void DhtWorld::kill(DhtNodeInWorld& node) {
    if (!node.up) return;
    node.up = false;
    net.unplug(node.address);
    bool stopped = false;
    asio::co_spawn(
        io_, node.directory->stop(), [&stopped](const std::exception_ptr&) { stopped = true; });
    while (!stopped) {
        io_.restart();
        if (io_.poll() == 0) throw std::runtime_error("a node does not stop");
    }
}

DhtNodeInWorld& DhtWorld::any() {
    return *sample(1).front();
}

std::vector<DhtNodeInWorld*> DhtWorld::sample(std::size_t count) {
    std::vector<DhtNodeInWorld*> up;
    for (const auto& node : nodes_) {
        if (node->up) up.push_back(node.get());
    }
    for (std::size_t i = 0; i < std::min(count, up.size()); ++i) {
        std::swap(up[i], up[i + random.below(up.size() - i)]);
    }
    up.resize(std::min(count, up.size()));
    return up;
}

// False when nothing is due until `end`.
bool DhtWorld::step(SteadyTime end) {
    io_.restart();
    io_.poll();
    const auto next = clock.next();
    if (!next || *next > end) return false;
    clock.jump();
    return true;
}

void DhtWorld::run_for(Duration duration) {
    const SteadyTime end = in(duration);
    while (step(end)) {
    }
    if (clock.now() < end) clock.advance(end - clock.now());
    io_.restart();
    io_.poll();
}

void DhtWorld::run_until(const std::function<bool()>& condition) {
    const SteadyTime limit = in(minutes(10));
    for (;;) {
        io_.restart();
        io_.poll();
        if (condition()) return;
        if (!step(limit)) throw std::runtime_error("waited in vain");
    }
}

}  // namespace kith::sim
