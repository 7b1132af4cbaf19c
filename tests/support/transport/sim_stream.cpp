// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/transport/sim_stream.h"

#include "core/base/async_event.h"
#include "core/base/limits.h"
#include "core/wire/frame_splitter.h"

namespace kith::test {

using transport::LinkMerit;
using transport::LinkTraffic;
using transport::StreamHooks;
using transport::StreamSide;

struct SimStream::State {
    State(asio::any_io_executor on, SimNetwork& in, Totals sums)
        : executor(std::move(on)),
          network(in),
          totals(std::move(sums)),
          news(executor),
          written(executor) {}

    void count(std::uint64_t LinkTraffic::*what, std::uint64_t by) {
        traffic.*what += by;
        (*totals).*what += by;
    }

    static void attach(const std::shared_ptr<State>& self,
                       std::shared_ptr<SimConnection> to,
                       StreamSide side);
    static void schedule_flush(const std::shared_ptr<State>& self);
    void flush();
    void end(Error why);

    SimPipe& out() { return connection->pipes[side == StreamSide::Calling ? 0 : 1]; }

    SimPipe& in() { return connection->pipes[side == StreamSide::Calling ? 1 : 0]; }

    asio::any_io_executor executor;
    SimNetwork& network;
    Totals totals;
    Endpoint host;
    std::shared_ptr<SimConnection> connection;
    StreamSide side = StreamSide::Calling;
    std::optional<Error> ended;
    StreamHooks hooks;
    LinkTraffic traffic;
    wire::FrameSplitter splitter;
    std::deque<Bytes> inbox;
    bool peer_closed = false;
    Bytes plain;
    bool flush_posted = false;
    bool finishing = false;
    Alarm pending;
    AsyncEvent news;  // something to read, or the end
    AsyncEvent written;
};

namespace {

Error closed_here() {
    return {Code::Cancelled, "closed on this side"};
}

Error lost(const char* why) {
    return {Code::Unreachable, why};
}

}  // namespace

void SimStream::State::attach(const std::shared_ptr<State>& self,
                              std::shared_ptr<SimConnection> to,
                              StreamSide side) {
    self->connection = std::move(to);
    self->side = side;
    // Weak: the connection belongs to both ends and must not keep either.
    const std::weak_ptr<State> weak = self;
    self->in().ends.on_bytes = [weak](Bytes bytes) {
        if (const auto held = weak.lock()) {
            held->count(&LinkTraffic::bytes_in, bytes.size());
            held->inbox.push_back(std::move(bytes));
            held->news.pulse();
        }
    };
    self->in().ends.on_end = [weak] {
        if (const auto held = weak.lock()) {
            held->peer_closed = true;
            held->news.pulse();
        }
    };
    self->out().ends.on_room = [weak] {
        if (const auto held = weak.lock()) schedule_flush(held);
    };
    self->out().ends.on_dead = [weak] {
        if (const auto held = weak.lock()) held->end(lost("no answer from the peer"));
    };
}

void SimStream::State::schedule_flush(const std::shared_ptr<State>& self) {
    if (self->ended || std::exchange(self->flush_posted, true)) return;
    asio::post(self->executor, [self] {
        self->flush_posted = false;
        self->flush();
    });
}

void SimStream::State::flush() {
    if (ended) return;
    const std::size_t taken = std::min(plain.size(), out().room());
    if (taken > 0) {
        out().push(to_bytes(ByteView(plain).first(taken)));
        plain.erase(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(taken));
        count(&LinkTraffic::bytes_out, taken);
        written.pulse();
    }
    if (finishing && plain.empty()) end(closed_here());
}

void SimStream::State::end(Error why) {
    if (ended) return;
    ended = std::move(why);
    pending.cancel();
    if (connection) {
        out().push_end();
        out().drop_sender();
        in().drop_receiver();
    }
    plain = Bytes();
    inbox.clear();
    news.set();
    written.set();
    if (hooks.on_end) std::exchange(hooks.on_end, {})();
}

SimStream::SimStream(asio::any_io_executor executor,
                     SimNetwork& network,
                     Totals totals,
                     const Endpoint& host)
    : state_(std::make_shared<State>(std::move(executor), network, std::move(totals))) {
    state_->host = host;
}

SimStream::SimStream(asio::any_io_executor executor,
                     SimNetwork& network,
                     Totals totals,
                     std::shared_ptr<SimConnection> connection)
    : state_(std::make_shared<State>(std::move(executor), network, std::move(totals))) {
    state_->host = connection->callee;
    State::attach(state_, std::move(connection), StreamSide::Called);
}

SimStream::~SimStream() {
    close();
}

void SimStream::set_hooks(StreamHooks hooks) {
    state_->hooks = std::move(hooks);
}

Task<Result<>> SimStream::connect(Endpoint to) {
    const auto state = state_;
    bool answered = false;
    const auto done = [state, &answered](std::shared_ptr<SimConnection> connection) {
        answered = true;
        if (connection) State::attach(state, std::move(connection), StreamSide::Calling);
        state->news.pulse();
    };
    state->pending = state->network.connect(state->host, to, done);
    while (!answered && !state->ended)
        co_await state->news.wait_pulse();
    if (!state->connection && !state->ended) state->end(lost("connection refused"));
    if (state->ended) co_return tl::unexpected(*state->ended);
    co_return success();
}

Task<Result<crypto::ChannelBinding>> SimStream::handshake(StreamSide side) {
    const auto state = state_;
    if (side == StreamSide::Calling && !state->ended) {
        const Duration round_trip =
            2 * state->network.path(state->connection->caller, state->connection->callee).latency;
        bool over = false;
        const Alarm alarm = state->network.clock().call_after(round_trip, [state, &over] {
            over = true;
            state->news.pulse();
        });
        while (!over && !state->ended)
            co_await state->news.wait_pulse();
    }
    if (state->ended) co_return tl::unexpected(*state->ended);
    co_return state->connection->binding;
}

Task<Result<wire::Frame>> SimStream::receive() {
    const auto state = state_;
    for (;;) {
        if (state->ended) co_return tl::unexpected(*state->ended);
        auto next = state->splitter.next();
        if (!next) {
            close_malformed();
            co_return tl::unexpected(std::move(next).error());
        }
        if (*next) {
            state->count(&LinkTraffic::frames_in, 1);
            co_return **next;
        }
        if (!state->inbox.empty()) {
            const Bytes bytes = std::move(state->inbox.front());
            state->inbox.pop_front();
            state->splitter.feed(bytes);
            state->in().taken(bytes.size());
        } else if (state->peer_closed) {
            state->end(lost("the peer closed"));
        } else {
            co_await state->news.wait_pulse();
        }
    }
}

Result<> SimStream::send(ByteView frame) {
    if (state_->ended) return tl::unexpected(*state_->ended);
    if (state_->finishing) return tl::unexpected(closed_here());
    if (state_->plain.size() + frame.size() > limits::link_unsent) {
        return fail(Code::Busy, "too many bytes wait on this link");
    }
    append(state_->plain, frame);
    state_->count(&LinkTraffic::frames_out, 1);
    State::schedule_flush(state_);
    return success();
}

std::size_t SimStream::unsent() const {
    return state_->plain.size();
}

Task<> SimStream::wait_writable(std::size_t below) {
    const auto state = state_;
    while (!state->ended && state->plain.size() > below)
        co_await state->written.wait_pulse();
}

void SimStream::set_open() {
    state_->splitter.open();
}

void SimStream::close() {
    state_->end(closed_here());
}

void SimStream::finish() {
    if (state_->ended || state_->finishing) return;
    if (state_->plain.empty()) return close();
    state_->finishing = true;
    const std::weak_ptr<State> weak = state_;
    state_->pending = state_->network.clock().call_after(seconds(1), [weak] {
        if (const auto held = weak.lock()) held->end(closed_here());
    });
}

void SimStream::close_malformed() {
    if (!state_->ended && state_->hooks.on_malformed) state_->hooks.on_malformed();
    state_->end(Error{Code::Malformed, "the peer broke the protocol"});
}

void SimStream::note(LinkMerit merit) {
    if (!state_->ended && state_->hooks.on_merit) state_->hooks.on_merit(merit);
}

LinkTraffic SimStream::traffic() const {
    return state_->traffic;
}

std::optional<Duration> SimStream::round_trip() const {
    if (!state_->connection) return std::nullopt;
    return 2 * state_->network.path(state_->connection->caller, state_->connection->callee).latency;
}

Endpoint SimStream::local() const {
    if (!state_->connection) return {};
    const bool calling = state_->side == StreamSide::Calling;
    return calling ? state_->connection->caller : state_->connection->callee;
}

}  // namespace kith::test
