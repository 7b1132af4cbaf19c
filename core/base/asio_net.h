// SPDX-License-Identifier: GPL-3.0-or-later
// The door to Boost.Asio's sockets, for the adapters at the edge of the process.
#pragma once

#include "core/base/asio.h"
#include "core/base/endpoint.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace kith {

using Tcp = asio::ip::tcp;
using Udp = asio::ip::udp;

/// An Endpoint for a socket: IPv4 leaves its mapped form.
template <class Protocol>
typename Protocol::endpoint to_asio(const Endpoint& endpoint) {
    if (endpoint.is_v4()) {
        asio::ip::address_v4::bytes_type v4{};
        std::copy_n(endpoint.address.begin() + 12, v4.size(), v4.begin());
        return {asio::ip::address_v4(v4), endpoint.port};
    }
    return {asio::ip::address_v6(endpoint.address), endpoint.port};
}

/// The other way round. The scope of a link-local IPv6 address is lost.
template <class Protocol>
Endpoint from_asio(const asio::ip::basic_endpoint<Protocol>& endpoint) {
    Endpoint out;
    out.port = endpoint.port();
    if (endpoint.address().is_v4()) {
        const auto v4 = endpoint.address().to_v4().to_bytes();
        return Endpoint::v4(v4[0], v4[1], v4[2], v4[3], out.port);
    }
    out.address = endpoint.address().to_v6().to_bytes();
    return out;
}

}  // namespace kith
