// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/tls_stream.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/wire/frame_splitter.h"

#include <netinet/tcp.h>

#include <optional>

namespace kith::transport {
namespace {

using boost::system::error_code;

// Plain bytes encrypted at a time: enough to fill the socket, little enough to gather behind it.
constexpr std::size_t encrypt_chunk = 4 * TlsSession::record_max;

Error closed_here() {
    return {Code::Cancelled, "closed on this side"};
}

tl::unexpected<Error> unreachable(const error_code& error) {
    return fail(Code::Unreachable, error.message());
}

}  // namespace

struct TlsStream::State {
    State(std::shared_ptr<TlsShared> common, Tcp::socket connection)
        : shared(std::move(common)), socket(std::move(connection)), written(shared->executor) {}

    void prepare_socket();
    [[nodiscard]] static Task<Result<>> read_socket(std::shared_ptr<State> self);
    Result<bool> decrypt();
    Result<> refill();
    void end(Error why);

    bool has_ended() const { return ended.has_value(); }

    Error why() const { return *ended; }

    static void schedule_flush(const std::shared_ptr<State>& self);
    static void flush(const std::shared_ptr<State>& self);
    static void wait_for_room(const std::shared_ptr<State>& self);

    std::size_t unsent() const {
        return plain.size() - plain_at + (session ? session->output().size() : 0);
    }

    std::shared_ptr<TlsShared> shared;
    Tcp::socket socket;
    std::optional<TlsSession> session;
    wire::FrameSplitter splitter;
    std::optional<Error> ended;
    StreamHooks hooks;
    LinkTraffic traffic;

    Bytes plain;  // frames not yet encrypted
    std::size_t plain_at = 0;
    bool flush_posted = false;
    bool waits_for_room = false;
    bool finishing = false;
    bool patient = false;
    AsyncEvent written;
    Alarm stall;
    Alarm finish_alarm;
};

// --- Ending -------------------------------------------------------------------------------------

void TlsStream::State::end(Error why) {
    if (ended) return;
    ended = std::move(why);
    stall.cancel();
    finish_alarm.cancel();
    error_code ignored;
    socket.close(ignored);
    session.reset();
    plain = Bytes();
    plain_at = 0;
    written.set();
    if (hooks.on_end) std::exchange(hooks.on_end, {})();
}

// --- Reading ------------------------------------------------------------------------------------

// Waits until bytes have come, and hands them to the session. Each call passes through the reactor,
// so a peer that never pauses cannot keep the strand.
Task<Result<>> TlsStream::State::read_socket(std::shared_ptr<State> self) {
    error_code error;
    co_await self->socket.async_wait(Tcp::socket::wait_read,
                                     asio::redirect_error(asio::use_awaitable, error));
    if (self->patient) co_await self->shared->patience.pass();
    if (self->ended) co_return tl::unexpected(self->why());
    std::size_t count = 0;
    if (!error) count = self->socket.read_some(asio::buffer(self->shared->buffer), error);
    if (error == asio::error::would_block) co_return success();
    if (error) {
        self->end(Error{Code::Unreachable, error.message()});
        co_return unreachable(error);
    }
    self->traffic.bytes_in += count;
    self->shared->traffic.bytes_in += count;
    self->session->feed(ByteView(self->shared->buffer).first(count));
    co_return success();
}

// All that the session can decrypt now goes to the splitter; false when that is nothing.
Result<bool> TlsStream::State::decrypt() {
    bool any = false;
    for (;;) {
        KITH_TRY(const std::size_t count, session->read(splitter.room()));
        if (count == 0) return any;
        splitter.commit(count);
        any = true;
    }
}

// --- Writing ------------------------------------------------------------------------------------

void TlsStream::State::schedule_flush(const std::shared_ptr<State>& self) {
    if (self->flush_posted || self->waits_for_room || self->ended) return;
    self->flush_posted = true;
    asio::post(self->shared->executor, [self] {
        self->flush_posted = false;
        flush(self);
    });
}

// Encrypts the next chunk when all before it has gone.
Result<> TlsStream::State::refill() {
    if (!session->output().empty() || plain.empty()) return success();
    const auto chunk = ByteView(plain).subspan(plain_at);
    const std::size_t count = std::min(chunk.size(), encrypt_chunk);
    KITH_CHECK(session->write(chunk.first(count)));
    plain_at += count;
    if (plain_at == plain.size()) {
        plain = Bytes();
        plain_at = 0;
    } else if (plain_at >= plain.size() / 2) {
        plain.erase(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(plain_at));
        plain_at = 0;
    }
    return success();
}

void TlsStream::State::flush(const std::shared_ptr<State>& self) {
    while (!self->ended) {
        if (auto filled = self->refill(); !filled) return self->end(filled.error());
        const ByteView output = self->session->output();
        if (output.empty()) {
            if (self->finishing) self->end(closed_here());
            return;
        }
        error_code error;
        const std::size_t count =
            self->socket.write_some(asio::buffer(output.data(), output.size()), error);
        if (error == asio::error::would_block) return wait_for_room(self);
        if (error) return self->end(Error{Code::Unreachable, error.message()});
        self->session->consume(count);
        self->traffic.bytes_out += count;
        self->shared->traffic.bytes_out += count;
        self->written.pulse();
    }
}

void TlsStream::State::wait_for_room(const std::shared_ptr<State>& self) {
    self->waits_for_room = true;
    self->stall = self->shared->clock.call_after(write_stall, [weak = std::weak_ptr(self)] {
        if (const auto held = weak.lock()) {
            held->end(Error{Code::Unreachable, "the peer takes no bytes"});
        }
    });
    self->socket.async_wait(Tcp::socket::wait_write, [self](const error_code& error) {
        self->waits_for_room = false;
        self->stall.cancel();
        if (!error) flush(self);
    });
}

// --- The stream ---------------------------------------------------------------------------------

TlsStream::TlsStream(std::shared_ptr<TlsShared> shared, Tcp::socket socket)
    : state_(std::make_shared<State>(std::move(shared), std::move(socket))) {
    if (state_->socket.is_open()) state_->prepare_socket();
}

TlsStream::~TlsStream() {
    close();
}

void TlsStream::State::prepare_socket() {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(Tcp::no_delay(true), ignored);
    const auto timeout =
        static_cast<unsigned>(std::chrono::duration_cast<milliseconds>(write_stall).count());
    std::ignore = ::setsockopt(
        socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
}

void TlsStream::set_hooks(StreamHooks hooks) {
    state_->hooks = std::move(hooks);
}

Task<Result<>> TlsStream::connect(Endpoint to) {
    const auto state = state_;
    const auto remote = to_asio<Tcp>(to);
    error_code error;
    state->socket.open(remote.protocol(), error);
    if (!error) {
        state->prepare_socket();
        co_await state->socket.async_connect(remote,
                                             asio::redirect_error(asio::use_awaitable, error));
    }
    if (state->ended) co_return tl::unexpected(state->why());
    if (!error) co_return success();
    state->end(Error{Code::Unreachable, error.message()});
    co_return unreachable(error);
}

Task<Result<crypto::ChannelBinding>> TlsStream::handshake(StreamSide side) {
    const auto state = state_;
    if (state->ended) co_return tl::unexpected(state->why());
    const TlsSide tls_side = side == StreamSide::Calling ? TlsSide::Client : TlsSide::Server;
    KITH_CO_TRY(auto session, TlsSession::create(*state->shared->context, tls_side));
    state->session.emplace(std::move(session));
    for (;;) {
        const auto done = state->session->handshake();
        State::flush(state);
        if (!done) {
            state->end(done.error());
            co_return tl::unexpected(done.error());
        }
        if (state->ended) co_return tl::unexpected(state->why());
        if (*done) break;
        KITH_CO_CHECK(co_await State::read_socket(state));
    }
    co_return state->session->exporter();
}

Task<Result<wire::Frame>> TlsStream::receive() {
    const auto state = state_;
    for (;;) {
        if (state->ended) co_return tl::unexpected(state->why());
        auto next = state->splitter.next();
        if (!next) {
            close_malformed();
            co_return tl::unexpected(std::move(next).error());
        }
        if (*next) {
            ++state->traffic.frames_in;
            ++state->shared->traffic.frames_in;
            co_return **next;
        }
        KITH_ASSERT(state->session.has_value());  // handshake() came first
        const auto decrypted = state->decrypt();
        // TLS answers some records by itself (key updates).
        if (!state->session->output().empty()) State::schedule_flush(state);
        if (!decrypted) {
            if (decrypted.error().code == Code::Malformed) close_malformed();
            state->end(decrypted.error());
            co_return tl::unexpected(decrypted.error());
        }
        if (*decrypted) continue;
        if (state->splitter.buffered() == 0) state->splitter.release();
        KITH_CO_CHECK(co_await State::read_socket(state));
    }
}

Result<> TlsStream::send(ByteView frame) {
    if (state_->ended) return tl::unexpected(state_->why());
    if (state_->finishing) return tl::unexpected(closed_here());
    if (state_->unsent() + frame.size() > limits::link_unsent) {
        return fail(Code::Busy, "too many bytes wait on this link");
    }
    append(state_->plain, frame);
    ++state_->traffic.frames_out;
    ++state_->shared->traffic.frames_out;
    State::schedule_flush(state_);
    return success();
}

std::size_t TlsStream::unsent() const {
    return state_->unsent();
}

Task<> TlsStream::wait_writable(std::size_t below) {
    const auto state = state_;
    while (!state->ended && state->unsent() > below)
        co_await state->written.wait_pulse();
}

void TlsStream::set_open() {
    state_->splitter.open();
}

void TlsStream::close() {
    state_->end(closed_here());
}

void TlsStream::finish() {
    if (state_->ended || state_->finishing) return;
    if (state_->unsent() == 0) return close();
    state_->finishing = true;
    state_->finish_alarm =
        state_->shared->clock.call_after(finish_limit, [weak = std::weak_ptr(state_)] {
            if (const auto held = weak.lock()) held->end(closed_here());
        });
}

void TlsStream::close_malformed() {
    if (!state_->ended && state_->hooks.on_malformed) state_->hooks.on_malformed();
    state_->end(Error{Code::Malformed, "the peer broke the protocol"});
}

void TlsStream::note(LinkMerit merit) {
    if (merit == LinkMerit::Protected) set_patient(false);
    if (!state_->ended && state_->hooks.on_merit) state_->hooks.on_merit(merit);
}

void TlsStream::set_patient(bool patient) {
    state_->patient = patient;
}

LinkTraffic TlsStream::traffic() const {
    return state_->traffic;
}

std::optional<Duration> TlsStream::round_trip() const {
    tcp_info info{};
    socklen_t size = sizeof(info);
    if (!state_->socket.is_open()) return std::nullopt;
    auto& socket = state_->socket;
    if (::getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return std::nullopt;
    }
    return Duration(info.tcpi_rtt);
}

Endpoint TlsStream::local() const {
    error_code error;
    const auto endpoint = state_->socket.local_endpoint(error);
    return error ? Endpoint{} : from_asio(endpoint);
}

std::string TlsStream::description() const {
    return state_->session ? state_->session->description() : std::string();
}

}  // namespace kith::transport
