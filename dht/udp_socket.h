// SPDX-License-Identifier: GPL-3.0-or-later
// UDP for the DHT: one socket for IPv4, one for IPv6 that takes no mapped addresses, on the port
// where links are accepted over TCP. Non-blocking: a datagram that the kernel does not take at once
// is lost, as any other may be. For the strand only.
#pragma once

#include "core/base/asio_net.h"
#include "core/base/async_scope.h"
#include "core/base/bytes.h"
#include "core/base/endpoint.h"
#include "core/base/result.h"
#include "dht/undelivered.h"

#include <functional>
#include <memory>
#include <vector>

namespace kith::dht {

/// Called with each datagram. The view lives until the function returns.
using OnDatagram = std::function<void(ByteView datagram, const Endpoint& from)>;

class UdpSocket {
  public:
    explicit UdpSocket(asio::any_io_executor executor);
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;
    /// Requires: close() has returned, or open() never succeeded.
    ~UdpSocket();

    /// Binds to at most one address of each family; port 0 takes any. AlreadyExists: in use.
    /// Unreachable: no such address here. On failure nothing is open.
    Result<> open(const std::vector<Endpoint>& listen,
                  OnDatagram on_datagram,
                  OnUndelivered on_undelivered);

    /// The addresses it is bound to, with their real ports.
    const std::vector<Endpoint>& bound() const { return bound_; }

    /// False: not sent, for now or for good.
    bool send(ByteView datagram, const Endpoint& to);

    /// Closes, and waits until the last datagram has been handled.
    [[nodiscard]] Task<> close();

  private:
    struct Family;

    Result<> bind(const Endpoint& endpoint);
    [[nodiscard]] Task<> read(Family& family);
    bool read_some(Family& family);

    AsyncScope scope_;
    OnDatagram on_datagram_;
    OnUndelivered on_undelivered_;
    std::vector<Endpoint> bound_;
    std::unique_ptr<Family> v4_;
    std::unique_ptr<Family> v6_;
};

}  // namespace kith::dht
