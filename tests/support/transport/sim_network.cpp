// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/transport/sim_network.h"

#include "core/base/assert.h"

#include <algorithm>

namespace kith::test {
namespace {

// Retransmission as in RFC 6298: doubling, within bounds.
constexpr Duration first_retry = milliseconds(200);
constexpr Duration cut_retry = seconds(1);
// TCP_USER_TIMEOUT of links.
constexpr Duration answer_limit = seconds(20);

}  // namespace

// --- SimPipe ------------------------------------------------------------------------------------

SimPipe::SimPipe(SimNetwork& network, const Endpoint& from, const Endpoint& to)
    : network_(network),
      from_(from),
      to_(to),
      from_life_(network.life_of(from)),
      to_life_(network.life_of(to)) {}

void SimPipe::push(Bytes bytes) {
    KITH_ASSERT(bytes.size() <= room());
    held_ += bytes.size();
    Packet packet;
    packet.bytes = std::move(bytes);
    enqueue(std::move(packet));
}

void SimPipe::push_end() {
    Packet packet;
    packet.end = true;
    enqueue(std::move(packet));
}

void SimPipe::enqueue(Packet packet) {
    if (network_.life_of(from_) != from_life_) return;
    packet.sent = network_.clock().now();
    packet.due = std::max(packet.sent + network_.travel_time(from_, to_), last_due_);
    last_due_ = packet.due;
    packets_.push_back(std::move(packet));
    if (packets_.size() == 1) wait_for_first();
}

void SimPipe::wait_for_first() {
    if (packets_.empty()) return;
    alarm_ = network_.clock().call_at(packets_.front().due, [this] { arrive(); });
}

void SimPipe::arrive() {
    const SteadyTime now = network_.clock().now();
    const bool forgotten = network_.life_of(to_) != to_life_;
    if (forgotten && !network_.is_dark(to_)) {
        packets_.clear();
        if (const auto dead = ends.on_dead) dead();
        return;
    }
    if (forgotten || !network_.passes(from_, to_)) {
        if (now - packets_.front().sent >= answer_limit) {
            packets_.clear();
            if (const auto dead = ends.on_dead) dead();
            return;
        }
        packets_.front().due = now + cut_retry;
        return wait_for_first();
    }
    Packet packet = std::move(packets_.front());
    packets_.pop_front();
    // Before the receiver hears of it, who may end this pipe.
    wait_for_first();
    if (packet.end) {
        if (const auto end = ends.on_end) end();
    } else if (const auto bytes = ends.on_bytes) {
        bytes(std::move(packet.bytes));
    }
}

void SimPipe::taken(std::size_t count) {
    held_ -= count;
    if (const auto room = ends.on_room) room();
}

void SimPipe::drop_sender() {
    ends.on_room = {};
    ends.on_dead = {};
}

void SimPipe::drop_receiver() {
    ends.on_bytes = {};
    ends.on_end = {};
}

// --- SimNetwork ---------------------------------------------------------------------------------

SimNetwork::Pair SimNetwork::pair_of(const Endpoint& a, const Endpoint& b) {
    return std::minmax(a.address, b.address);
}

void SimNetwork::set_path(const Endpoint& a, const Endpoint& b, const SimPath& path) {
    paths_[pair_of(a, b)] = path;
}

void SimNetwork::cut(const Endpoint& a, const Endpoint& b) {
    cuts_.insert(pair_of(a, b));
}

void SimNetwork::heal(const Endpoint& a, const Endpoint& b) {
    cuts_.erase(pair_of(a, b));
}

void SimNetwork::power_off(const Endpoint& host) {
    dark_.insert(host.address);
    ++lives_[host.address];
}

unsigned SimNetwork::life_of(const Endpoint& host) const {
    const auto found = lives_.find(host.address);
    return found == lives_.end() ? 0 : found->second;
}

void SimNetwork::set_callable(const Endpoint& host, bool callable) {
    if (callable) {
        uncallable_.erase(host.address);
    } else {
        uncallable_.insert(host.address);
    }
}

const SimPath& SimNetwork::path(const Endpoint& a, const Endpoint& b) const {
    const auto found = paths_.find(pair_of(a, b));
    return found == paths_.end() ? default_path_ : found->second;
}

bool SimNetwork::passes(const Endpoint& from, const Endpoint& to) const {
    return !isolated_.contains(from.address) && !isolated_.contains(to.address) &&
           !cuts_.contains(pair_of(from, to));
}

Duration SimNetwork::travel_time(const Endpoint& from, const Endpoint& to) {
    const SimPath& by = path(from, to);
    Duration out = by.latency;
    if (by.jitter > Duration::zero()) {
        out += Duration(static_cast<Duration::rep>(
            random_.below(static_cast<std::uint64_t>(by.jitter.count()))));
    }
    Duration retry = first_retry;
    while (by.loss > 0 && random_.unit() < by.loss) {
        out += retry;
        retry = std::min(retry * 2, Duration(seconds(10)));
    }
    return out;
}

Alarm SimNetwork::connect(const Endpoint& from,
                          const Endpoint& to,
                          std::function<void(std::shared_ptr<SimConnection>)> done) {
    const Duration round_trip = travel_time(from, to) + travel_time(to, from);
    return clock_.call_after(round_trip, [this, from, to, done = std::move(done)] {
        if (!passes(from, to) || uncallable_.contains(to.address)) return;
        if (is_dark(from) || is_dark(to)) return;
        const auto listener = listeners_.find(to);
        if (listener == listeners_.end()) return done(nullptr);
        const crypto::ChannelBinding binding(random_.array<32>());
        auto connection = std::make_shared<SimConnection>(*this, from, to, binding);
        // A copy: the listener may go away in its own call.
        const auto take = listener->second;
        done(take(connection) ? connection : nullptr);
    });
}

}  // namespace kith::test
