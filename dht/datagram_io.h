// SPDX-License-Identifier: GPL-3.0-or-later
// Where datagrams come from and go to, as three functions: UDP in the daemon, a virtual network in
// the simulator.
#pragma once

#include "core/base/asio.h"
#include "core/base/endpoint.h"
#include "core/base/result.h"
#include "dht/sealed_socket.h"
#include "dht/udp_socket.h"

#include <functional>
#include <vector>

namespace kith::dht {

struct DatagramIo {
    /// Begins to receive and gives the addresses that others would send to.
    std::function<Result<std::vector<Endpoint>>(OnDatagram, OnUndelivered)> open;
    Sender send;
    /// Ends receiving, and returns when the last datagram has been handled.
    std::function<Task<>()> close;
};

/// UDP on these addresses, at most one of each family; port 0 takes any.
DatagramIo udp_io(const asio::any_io_executor& executor, std::vector<Endpoint> listen);

}  // namespace kith::dht
