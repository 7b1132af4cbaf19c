// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/transport/sim_network.h"

#include "core/base/assert.h"

#include <algorithm>
#include <utility>

namespace kith::test {
namespace {

// Retransmission as in RFC 6298: doubling, within bounds.
constexpr Duration first_retry = milliseconds(200);
constexpr Duration cut_retry = seconds(1);
// TCP_USER_TIMEOUT of links.
constexpr Duration answer_limit = seconds(20);

}  // namespace

// --- SimPipe ------------------------------------------------------------------------------------

SimPipe::SimPipe(SimConnection& whole,
                 SimNetwork& network,
                 SimNetwork& receiving,
                 const Endpoint& from,
                 const Endpoint& to)
    : whole_(whole),
      network_(network),
      receiving_(receiving),
      from_(from),
      to_(to),
      from_life_(crosses() ? 0 : network.life_of(from)),
      to_life_(crosses() ? 0 : network.life_of(to)) {}

std::shared_ptr<SimPipe> SimPipe::shared() const {
    const auto whole = whole_.shared_from_this();
    return {whole, &whole->pipes[from_ == whole->caller ? 0 : 1]};
}

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
    if (crosses()) {
        const SteadyTime due = packet.due;
        auto arrive = [pipe = shared(), packet = std::move(packet)]() mutable {
            pipe->land(std::move(packet));
        };
        return network_.beyond().call_at(due, std::move(arrive));
    }
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
    land(std::move(packet));
}

void SimPipe::land(Packet packet) const {
    if (packet.end) {
        if (const auto end = ends.on_end) end();
    } else if (const auto bytes = ends.on_bytes) {
        bytes(std::move(packet.bytes));
    }
}

void SimPipe::taken(std::size_t count) {
    const auto make_room = [](SimPipe& pipe, std::size_t bytes) {
        pipe.held_ -= bytes;
        if (const auto room = pipe.ends.on_room) room();
    };
    if (!crosses()) return make_room(*this, count);
    receiving_.beyond().call_at(receiving_.clock().now() + receiving_.travel_time(to_, from_),
                                [make_room, pipe = shared(), count] { make_room(*pipe, count); });
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

std::shared_ptr<SimConnection> SimNetwork::receive(SimNetwork& calling,
                                                   const Endpoint& from,
                                                   const Endpoint& to,
                                                   const Listener& take) {
    const crypto::ChannelBinding binding(random_.array<32>());
    auto connection = std::make_shared<SimConnection>(calling, *this, from, to, binding);
    return take(connection) ? connection : nullptr;
}

Alarm SimNetwork::connect(const Endpoint& from, const Endpoint& to, OnConnected done) {
    if (beyond_ != nullptr && beyond_->holds(to)) return connect_beyond(from, to, std::move(done));
    const Duration round_trip = travel_time(from, to) + travel_time(to, from);
    return clock_.call_after(round_trip, [this, from, to, done = std::move(done)] {
        if (!passes(from, to) || uncallable_.contains(to.address)) return;
        if (is_dark(from) || is_dark(to)) return;
        const auto listener = listeners_.find(to);
        if (listener == listeners_.end()) return done(nullptr);
        // A copy: the listener may go away in its own call.
        const auto take = listener->second;
        done(receive(*this, from, to, take));
    });
}

// Touched by the caller's thread alone; the other carries it there and back.
struct SimNetwork::Call {
    explicit Call(OnConnected then) : done(std::move(then)) {}

    struct Entry final : Alarm::Entry {
        explicit Entry(std::shared_ptr<Call> of) : call(std::move(of)) {}

        ~Entry() override { call->done = {}; }

        std::shared_ptr<Call> call;
    };

    void answer(const std::shared_ptr<SimConnection>& connection) {
        if (const auto then = std::exchange(done, {})) return then(connection);
        if (connection) connection->pipes[0].push_end();
    }

    OnConnected done;  // none: nobody waits any more
};

Alarm SimNetwork::connect_beyond(const Endpoint& from, const Endpoint& to, OnConnected done) {
    auto call = std::make_shared<Call>(std::move(done));
    auto arrive = [call, calling = this, called = there_, from, to] {
        if (called->uncallable_.contains(to.address)) return;
        const auto listener = called->listeners_.find(to);
        std::shared_ptr<SimConnection> connection;
        if (listener != called->listeners_.end()) {
            const auto take = listener->second;
            connection = called->receive(*calling, from, to, take);
        }
        called->beyond().call_at(called->clock_.now() + called->travel_time(to, from),
                                 [call, connection] { call->answer(connection); });
    };
    beyond_->call_at(clock_.now() + travel_time(from, to), std::move(arrive));
    return Alarm(std::make_unique<Call::Entry>(std::move(call)));
}

}  // namespace kith::test
