// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/datagram_io.h"

namespace kith::dht {

DatagramIo udp_io(const asio::any_io_executor& executor, std::vector<Endpoint> listen) {
    // Shared by the three functions, which may be copied.
    const auto socket = std::make_shared<UdpSocket>(executor);
    DatagramIo io;
    io.open = [socket, listen = std::move(listen)](
                  OnDatagram on_datagram,
                  OnUndelivered on_undelivered) -> Result<std::vector<Endpoint>> {
        KITH_CHECK(socket->open(listen, std::move(on_datagram), std::move(on_undelivered)));
        return socket->bound();
    };
    io.send = [socket](ByteView datagram, const Endpoint& to) {
        return socket->send(datagram, to);
    };
    io.close = [socket]() { return socket->close(); };
    return io;
}

}  // namespace kith::dht
