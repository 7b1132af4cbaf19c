// SPDX-License-Identifier: GPL-3.0-or-later
// What the system says about datagrams that a UDP socket sent and nobody took: the socket's error
// queue, ip(7) and ipv6(7), IP_RECVERR. Linux.
#pragma once

#include "core/base/endpoint.h"

#include <functional>

namespace kith::dht {

/// Called with where a datagram went to that the host there refused: no such port.
using OnUndelivered = std::function<void(const Endpoint& to)>;

/// Asks for such reports. With them, a send or a receive may fail once for each, whatever it is
/// for. A system that refuses sends none, and time-outs tell instead.
void ask_for_undelivered(int socket, bool v4);

/// Takes all that have come, at most a few at a time. Never blocks. An empty function: they are
/// dropped.
void take_undelivered(int socket, const OnUndelivered& on_undelivered);

}  // namespace kith::dht
