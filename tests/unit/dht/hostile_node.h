// SPDX-License-Identifier: GPL-3.0-or-later
// A member of the network that follows no rules of ours: it stores and asks for anything, and sends
// any packet, well sealed.
#pragma once

#include "core/directory/slot.h"
#include "tests/unit/dht/loopback_network.h"

#include <memory>

namespace kith::test {

class HostileNode {
  public:
    /// A member of network 1 on 127.0.0.1 that knows one node.
    HostileNode(LoopbackNetwork& net, const Endpoint& known);
    ~HostileNode();

    /// Puts a value of any type on the nodes nearest to it, and waits until they have answered.
    void put(const directory::Slot& slot, std::uint16_t type, Bytes data);
    /// The same, with an OpenDHT owner and signature.
    void put_signed(const directory::Slot& slot, std::uint16_t type, Bytes data);

    /// How many nodes give a value with this id when asked.
    int holders(const directory::Slot& slot);

    /// Seals and sends bytes that need not be a packet.
    void send(ByteView packet, const Endpoint& to);

    /// Packets of OpenDHT that this node has sent, opened: real traffic to make bad traffic from.
    const std::vector<Bytes>& sent() const;

  private:
    struct Inner;

    LoopbackNetwork& net_;
    std::unique_ptr<Inner> inner_;
};

/// Bytes that a record takes in a packet.
std::size_t packed_record_size(const directory::Slot& slot, ByteView data);

}  // namespace kith::test
