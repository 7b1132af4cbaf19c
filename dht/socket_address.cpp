// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/socket_address.h"

#include <opendht/sockaddr.h>

#include <algorithm>

namespace kith::dht {

::dht::SockAddr to_socket_address(const Endpoint& endpoint) {
    ::dht::SockAddr out;
    if (endpoint.is_v4()) {
        out.setFamily(AF_INET);
        std::copy_n(endpoint.address.begin() + 12,
                    4,
                    reinterpret_cast<std::uint8_t*>(&out.getIPv4().sin_addr));
    } else {
        out.setFamily(AF_INET6);
        std::ranges::copy(endpoint.address,
                          reinterpret_cast<std::uint8_t*>(&out.getIPv6().sin6_addr));
    }
    out.setPort(endpoint.port);
    return out;
}

Endpoint from_socket_address(const ::dht::SockAddr& address) {
    if (address.getFamily() == AF_INET) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&address.getIPv4().sin_addr);
        return Endpoint::v4(bytes[0], bytes[1], bytes[2], bytes[3], address.getPort());
    }
    Endpoint out;
    if (address.getFamily() == AF_INET6) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&address.getIPv6().sin6_addr);
        std::copy_n(bytes, out.address.size(), out.address.begin());
        out.port = address.getPort();
    }
    return out;
}

}  // namespace kith::dht
