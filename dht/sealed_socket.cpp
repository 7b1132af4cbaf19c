// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/sealed_socket.h"

#include <cerrno>

namespace kith::dht {

SealedSocket::SealedSocket(crypto::DatagramKey key,
                           Random& random,
                           Sender sender,
                           DatagramRates rates)
    : seal_(std::move(key)),
      random_(random),
      sender_(std::move(sender)),
      rate_(rates.per_second, rates.burst, rates.sources) {}

int SealedSocket::send(ByteView packet, const Endpoint& to) {
    if (packet.empty() || packet.size() > packet_out_max) return EMSGSIZE;
    const ByteView datagram = seal_.seal(packet, random_, out_);
    if (!sender_(datagram, to)) return EAGAIN;
    ++traffic_.datagrams_out;
    traffic_.bytes_out += datagram.size();
    return 0;
}

void SealedSocket::pass_by(ByteView datagram) {
    ++traffic_.datagrams_in;
    traffic_.bytes_in += datagram.size();
}

std::optional<OpenedPacket> SealedSocket::open(ByteView datagram,
                                               const Endpoint& from,
                                               SteadyTime now) {
    pass_by(datagram);
    if (datagram.size() < limits::datagram_min || datagram.size() > limits::datagram_max) {
        ++traffic_.foreign;
        return std::nullopt;
    }
    if (!rate_.take(from, now)) {
        ++traffic_.over_rate;
        return std::nullopt;
    }
    const auto packet = seal_.open(datagram, in_);
    if (!packet) {
        ++traffic_.foreign;
        return std::nullopt;
    }
    const auto types = directory::check_packet(*packet);
    if (!types) {
        ++traffic_.odd;
        return std::nullopt;
    }
    return OpenedPacket{*packet, *types};
}

}  // namespace kith::dht
