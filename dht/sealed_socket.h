// SPDX-License-Identifier: GPL-3.0-or-later
// The gate between the network and OpenDHT. Outbound, a packet is sealed and sent. Inbound, before
// any OpenDHT code and with nothing allocated: size, rate of the source, seal, shape. What fails is
// dropped without an answer and without a line in the log, and counted.
//
// It knows no socket: the sender is a function, so that a simulator can be one.
#pragma once

#include "core/base/random.h"
#include "core/directory/datagram_seal.h"
#include "core/directory/network_state.h"
#include "core/directory/packet_check.h"
#include "dht/source_rate.h"

#include <array>
#include <functional>
#include <optional>

namespace kith::dht {

/// False: not sent. The view lives until the function returns.
using Sender = std::function<bool(ByteView datagram, const Endpoint& to)>;

struct DatagramRates {
    double per_second = 400;
    double burst = 800;
    std::size_t sources = 4096;
};

/// A packet that may be handed to OpenDHT. The view lives until the next open().
struct OpenedPacket {
    ByteView packet;
    directory::ValueTypes types;
};

class SealedSocket {
  public:
    /// Largest packet sent: with seal, UDP and IPv6 it fits the smallest path of 1,280 bytes.
    static constexpr std::size_t packet_out_max = 1200;

    /// `random` must outlive it.
    SealedSocket(crypto::DatagramKey key, Random& random, Sender sender, DatagramRates rates);

    /// 0, or an errno as OpenDHT wants it: EMSGSIZE, EAGAIN.
    int send(ByteView packet, const Endpoint& to);

    std::optional<OpenedPacket> open(ByteView datagram, const Endpoint& from, SteadyTime now);

    /// A datagram that came while nobody reads: counted, for it has crossed the line.
    void pass_by(ByteView datagram);

    const directory::Traffic& traffic() const { return traffic_; }

  private:
    directory::DatagramSeal seal_;
    Random& random_;
    Sender sender_;
    SourceRate rate_;
    directory::Traffic traffic_;
    std::array<std::uint8_t, limits::datagram_max> out_{};
    std::array<std::uint8_t, directory::packet_max> in_{};
};

}  // namespace kith::dht
