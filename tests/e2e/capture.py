# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that passes the loopback interface, as an observer on the wire would have it."""
import collections
import socket
import struct
import threading

ETH_P_ALL = 3
ETHERNET_HEADER = 14
TCP, UDP = socket.IPPROTO_TCP, socket.IPPROTO_UDP

Flow = collections.namedtuple("Flow", "protocol source target")


def parse(frame):
    """(Flow, payload) of an IPv4 TCP or UDP frame; None for anything else."""
    ip = frame[ETHERNET_HEADER:]
    if len(ip) < 20 or ip[0] >> 4 != 4 or ip[9] not in (TCP, UDP):
        return None
    transport = ip[(ip[0] & 15) * 4:struct.unpack_from(">H", ip, 2)[0]]
    source, target = struct.unpack_from(">HH", transport)
    header = 8 if ip[9] == UDP else (transport[12] >> 4) * 4
    return Flow(ip[9], source, target), transport[header:]


class Capture:
    """Reads from the loopback interface until left; needs CAP_NET_RAW."""

    def __enter__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
        self.socket.bind(("lo", 0))
        self.socket.settimeout(0.2)
        self.streams = collections.defaultdict(bytearray)
        self.packets = collections.Counter()
        self.running = True
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.running = False
        self.thread.join()
        self.socket.close()

    def _read(self):
        while self.running:
            try:
                frame, address = self.socket.recvfrom(1 << 17)
            except TimeoutError:
                continue
            # The loopback shows each packet twice, on its way out and in.
            if address[2] == socket.PACKET_OUTGOING:
                continue
            parsed = parse(frame)
            if parsed is not None:
                flow, payload = parsed
                self.streams[flow] += payload
                self.packets[flow] += 1

    def holding(self, needle):
        """The flows that carried these bytes in the clear."""
        return [flow for flow, stream in list(self.streams.items()) if needle in stream]

    def packets_between(self, protocol, source, target):
        return self.packets[Flow(protocol, source, target)]

    def carried(self, protocol):
        """Bytes of one protocol in all."""
        return sum(len(s) for flow, s in self.streams.items() if flow.protocol == protocol)
