// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/udp_socket.h"

#include "core/base/assert.h"
#include "core/base/limits.h"

#include <array>

namespace kith::dht {

namespace {

// Handled in one turn, so that a flood cannot keep the strand from everything else; what does not
// fit the kernel's queue meanwhile is dropped there.
constexpr int datagrams_per_turn = 64;

using Error = boost::system::error_code;

Result<> failed(const Error& error, const Endpoint& endpoint) {
    const Code code =
        error == asio::error::address_in_use ? Code::AlreadyExists : Code::Unreachable;
    return fail(code, "udp " + to_string(endpoint) + ": " + error.message());
}

}  // namespace

struct UdpSocket::Family {
    explicit Family(const asio::any_io_executor& executor) : socket(executor) {}

    Udp::socket socket;
    // One more than the largest datagram, so that a larger one is seen to be.
    std::array<std::uint8_t, limits::datagram_max + 1> buffer{};
};

UdpSocket::UdpSocket(asio::any_io_executor executor) : scope_(std::move(executor)) {}

UdpSocket::~UdpSocket() {
    KITH_ASSERT(scope_.size() == 0);
}

Result<> UdpSocket::bind(const Endpoint& endpoint) {
    const bool v4 = endpoint.is_v4();
    auto family = std::make_unique<Family>(scope_.executor());
    Error error;
    family->socket.open(v4 ? Udp::v4() : Udp::v6(), error);
    if (!error && !v4) family->socket.set_option(asio::ip::v6_only(true), error);
    if (!error) family->socket.bind(to_asio<Udp>(endpoint), error);
    if (!error) family->socket.non_blocking(true, error);
    if (error) return failed(error, endpoint);
    ask_for_undelivered(family->socket.native_handle(), v4);
    bound_.push_back(from_asio(family->socket.local_endpoint(error)));
    (v4 ? v4_ : v6_) = std::move(family);
    return success();
}

Result<> UdpSocket::open(const std::vector<Endpoint>& listen,
                         OnDatagram on_datagram,
                         OnUndelivered on_undelivered) {
    for (const Endpoint& endpoint : listen) {
        if (auto done = bind(endpoint); !done) {
            v4_.reset();
            v6_.reset();
            bound_.clear();
            return done;
        }
    }
    on_datagram_ = std::move(on_datagram);
    on_undelivered_ = std::move(on_undelivered);
    if (v4_) scope_.spawn(read(*v4_));
    if (v6_) scope_.spawn(read(*v6_));
    return success();
}

bool UdpSocket::send(ByteView datagram, const Endpoint& to) {
    Family* const family = to.is_v4() ? v4_.get() : v6_.get();
    if (family == nullptr || !family->socket.is_open()) return false;
    const auto bytes = asio::buffer(datagram.data(), datagram.size());
    Error error;
    family->socket.send_to(bytes, to_asio<Udp>(to), 0, error);
    if (error && error != asio::error::would_block) {
        // It may be about an earlier datagram to somebody else.
        take_undelivered(family->socket.native_handle(), on_undelivered_);
        family->socket.send_to(bytes, to_asio<Udp>(to), 0, error);
    }
    return !error;
}

// False when the socket is of no use any more.
bool UdpSocket::read_some(Family& family) {
    for (int i = 0; i < datagrams_per_turn && family.socket.is_open(); ++i) {
        Udp::endpoint from;
        Error error;
        const std::size_t size =
            family.socket.receive_from(asio::buffer(family.buffer), from, 0, error);
        if (error == asio::error::would_block) return true;
        if (error) {
            // Says nothing about this socket.
            take_undelivered(family.socket.native_handle(), on_undelivered_);
            continue;
        }
        on_datagram_(ByteView(family.buffer).first(size), from_asio(from));
    }
    return family.socket.is_open();
}

Task<> UdpSocket::read(Family& family) {
    do {
        Error error;
        co_await family.socket.async_wait(Udp::socket::wait_read,
                                          asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return;
    } while (read_some(family));
}

Task<> UdpSocket::close() {
    Error ignored;
    if (v4_) v4_->socket.close(ignored);
    if (v6_) v6_->socket.close(ignored);
    co_await scope_.join();
}

}  // namespace kith::dht
