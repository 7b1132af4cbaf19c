// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/tls_listener.h"

#include "core/base/log.h"
#include "core/transport/net_watch.h"

#include <algorithm>
#include <cerrno>

namespace kith::transport {
namespace {

using boost::system::error_code;

constexpr int backlog = 128;
// Tries to find one port that is free for all endpoints.
constexpr int port_tries = 8;
// How long accepting rests when descriptors run out.
constexpr Duration exhausted_rest = seconds(1);
constexpr Duration local_max_age = seconds(15);

bool is_v6_wildcard(const Endpoint& endpoint) {
    return !endpoint.is_v4() &&
           std::ranges::all_of(endpoint.address, [](std::uint8_t byte) { return byte == 0; });
}

// Turned away without a trace: a reset leaves nothing behind here, not even TIME_WAIT.
void turn_away(Tcp::socket socket) {
    error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

}  // namespace

TlsListener::TlsListener(std::shared_ptr<TlsShared> shared, Reception& reception)
    : shared_(std::move(shared)),
      reception_(reception),
      stopping_(shared_->executor),
      scope_(shared_->executor) {}

Result<> TlsListener::bind(const std::vector<Endpoint>& endpoints) {
    for (int tries = 1;; ++tries) {
        Result<> bound = success();
        for (Endpoint endpoint : endpoints) {
            const bool any_port = endpoint.port == 0;
            if (any_port && !acceptors_.empty()) endpoint.port = listening().front().port;
            bound = bind_one(endpoint);
            if (bound) continue;
            const bool try_another = any_port && bound.error().code == Code::Busy;
            if (!try_another || tries == port_tries) return bound;
            acceptors_.clear();
            break;
        }
        if (bound) return success();
    }
}

Result<> TlsListener::bind_one(const Endpoint& endpoint) {
    const auto address = to_asio<Tcp>(endpoint);
    Tcp::acceptor acceptor(shared_->executor);
    error_code error;
    acceptor.open(address.protocol(), error);
    if (!error && !endpoint.is_v4()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(address, error);
    if (!error) acceptor.listen(backlog, error);
    if (!error) {
        acceptors_.push_back(std::move(acceptor));
        return success();
    }
    const bool no_v6 =
        error == asio::error::address_family_not_supported || error.value() == EADDRNOTAVAIL;
    if (no_v6 && is_v6_wildcard(endpoint)) return success();
    const auto code = error == asio::error::address_in_use ? Code::Busy : Code::InvalidArgument;
    return fail(code, to_string(endpoint) + ": " + error.message());
}

std::vector<Endpoint> TlsListener::listening() const {
    std::vector<Endpoint> out;
    for (const auto& acceptor : acceptors_) {
        error_code error;
        const auto local = acceptor.local_endpoint(error);
        if (!error) out.push_back(from_asio(local));
    }
    return out;
}

void TlsListener::start() {
    for (auto& acceptor : acceptors_)
        scope_.spawn(accept_loop(&acceptor));
}

Task<> TlsListener::accept_loop(Tcp::acceptor* acceptor) {
    while (!stopping_.is_set()) {
        Tcp::socket socket(shared_->executor);
        Tcp::endpoint remote;
        error_code error;
        co_await acceptor->async_accept(
            socket, remote, asio::redirect_error(asio::use_awaitable, error));
        if (stopping_.is_set()) break;
        if (!error) {
            welcome(std::move(socket), from_asio(remote));
        } else if (error != asio::error::connection_aborted) {
            log::warn(log::Category::Transport, "accepting rests: {}", error.message());
            reception_.relieve();
            co_await sleep_for(shared_->clock, exhausted_rest, stopping_);
        }
    }
}

void TlsListener::welcome(Tcp::socket socket, const Endpoint& from) {
    refresh_local();
    if (const auto ticket = reception_.admit(from)) {
        auto stream = std::make_unique<TlsStream>(shared_, std::move(socket));
        reception_.receive(std::move(stream), from, *ticket);
    } else {
        turn_away(std::move(socket));
    }
}

void TlsListener::refresh_local() {
    const SteadyTime now = shared_->clock.now();
    if (local_read_ && now - *local_read_ < local_max_age) return;
    local_read_ = now;
    reception_.set_local(local_addresses());
}

Task<> TlsListener::stop() {
    stopping_.set();
    error_code ignored;
    for (auto& acceptor : acceptors_)
        acceptor.close(ignored);
    co_await scope_.join();
}

}  // namespace kith::transport
