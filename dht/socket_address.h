// SPDX-License-Identifier: GPL-3.0-or-later
// Endpoints as OpenDHT wants them. For the .cpp files that know OpenDHT.
#pragma once

#include "core/base/endpoint.h"

namespace dht {
class SockAddr;
}  // namespace dht

namespace kith::dht {

::dht::SockAddr to_socket_address(const Endpoint& endpoint);

/// Unspecified for an address of no family that we know.
Endpoint from_socket_address(const ::dht::SockAddr& address);

}  // namespace kith::dht
