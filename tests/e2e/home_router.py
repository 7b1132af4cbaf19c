#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""home_router.py INTERFACE [random] [nat-pmp]: what leaves by this interface gets its address, as
behind a home router. `random`: each connection leaves by another port, as behind a symmetric NAT.
`nat-pmp`: then serves NAT-PMP (RFC 6886), which lets others in by ports that were asked for, and
tells standard output of each.

Speaks nf_tables by netlink, as nft would: one program less to install."""
import fcntl
import os
import socket
import struct
import sys

NETLINK_NETFILTER, NF_TABLES = 12, 10
BATCH_BEGIN, BATCH_END = 0x10, 0x11
NEW_TABLE, NEW_CHAIN, NEW_RULE, DELETE_RULE = (NF_TABLES << 8 | number for number in (0, 3, 6, 8))
REQUEST, ACK, CREATE, APPEND = 0x1, 0x4, 0x400, 0x800
NLMSG_ERROR, NESTED = 2, 0x8000
PREROUTING, POSTROUTING = 0, 4
META_IIFNAME, META_OIFNAME, META_L4PROTO = 6, 7, 16
TRANSPORT_HEADER, DNAT, IPV4, RANDOM_FULLY = 2, 1, 2, 16
PROTOCOLS = {1: socket.IPPROTO_UDP, 2: socket.IPPROTO_TCP}  # by NAT-PMP opcode
SIOCGIFADDR = 0x8915


def attribute(kind, value):
    if isinstance(value, int):
        value = struct.pack(">I", value)
    elif isinstance(value, str):
        value = value.encode() + b"\0"
    elif isinstance(value, list):
        value, kind = b"".join(value), kind | NESTED
    head = struct.pack("=HH", len(value) + 4, kind)
    return head + value + b"\0" * (-len(value) % 4)


def expression(name, *attributes):
    return attribute(1, [attribute(1, name), attribute(2, list(attributes))])


def is_equal(*load, value):
    """Loads something into register 1 and goes on if it is `value`."""
    data = attribute(3, [attribute(1, value)])
    return [expression(*load), expression("cmp", attribute(1, 1), attribute(2, 0), data)]


def interface_is(key, name):
    return is_equal("meta", attribute(1, 1), attribute(2, key), value=name.encode().ljust(16, b"\0"))


def in_register(number, value):
    return expression("immediate", attribute(1, number), attribute(2, [attribute(1, value)]))


class Table:
    """The table `kith`: rules of two chains, changed in one transaction each."""

    def __init__(self):
        self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self.netlink.settimeout(10)
        self.netlink.bind((0, 0))
        self.commit([(NEW_TABLE, CREATE, attribute(1, "kith")),
                     self.chain("in", PREROUTING, -100), self.chain("out", POSTROUTING, 100)])

    def chain(self, name, hook, priority):
        where = [attribute(1, hook), attribute(2, priority & 0xffffffff)]
        return (NEW_CHAIN, CREATE, attribute(1, "kith") + attribute(3, name)
                + attribute(4, where) + attribute(7, "nat"))

    def replace(self, chain, rules):
        of_chain = attribute(1, "kith") + attribute(2, chain)
        self.commit([(DELETE_RULE, 0, of_chain)] + [
            (NEW_RULE, CREATE | APPEND, of_chain + attribute(4, rule)) for rule in rules])

    def commit(self, steps):
        def message(kind, flags, sequence, body, resource=0):
            head = struct.pack("=IHHII", len(body) + 20, kind, REQUEST | flags, sequence, 0)
            return head + struct.pack("=BB", IPV4, 0) + struct.pack(">H", resource) + body

        batch = message(BATCH_BEGIN, 0, 0, b"", NF_TABLES)
        for number, (kind, flags, body) in enumerate(steps, 1):
            batch += message(kind, flags | ACK, number, body)
        self.netlink.send(batch + message(BATCH_END, 0, len(steps) + 1, b"", NF_TABLES))
        unanswered = len(steps)
        while unanswered:
            answers = self.netlink.recv(65536)
            while answers:
                size, kind, _, number, _ = struct.unpack_from("=IHHII", answers)
                if kind == NLMSG_ERROR:
                    error = -struct.unpack_from("=i", answers, 16)[0]
                    if error:
                        raise OSError(error, f"nf_tables, step {number}: {os.strerror(error)}")
                    unanswered -= 1
                answers = answers[size + -size % 4:]


class Router:
    def __init__(self, interface, symmetric):
        self.interface = interface
        self.table = Table()
        self.forwarded = {}  # (opcode, external port) -> (address, internal port)
        masquerade = expression("masq", *([attribute(1, RANDOM_FULLY)] if symmetric else []))
        self.table.replace("out", [interface_is(META_OIFNAME, interface) + [masquerade]])

    def address(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            request = struct.pack("16s240x", self.interface.encode())
            return fcntl.ioctl(any_socket.fileno(), SIOCGIFADDR, request)[20:24]

    def forward(self):
        self.table.replace("in", [
            interface_is(META_IIFNAME, self.interface)
            + is_equal("meta", attribute(1, 1), attribute(2, META_L4PROTO),
                       value=bytes([PROTOCOLS[opcode]]))
            + is_equal("payload", attribute(1, 1), attribute(2, TRANSPORT_HEADER), attribute(3, 2),
                       attribute(4, 2), value=struct.pack(">H", port))
            + [in_register(1, address), in_register(2, struct.pack(">H", internal)),
               expression("nat", attribute(1, DNAT), attribute(2, IPV4), attribute(3, 1),
                          attribute(5, 2))]
            for (opcode, port), (address, internal) in self.forwarded.items()])

    def map(self, opcode, host, internal, wanted, lifetime):
        """Gives the port that was given."""
        old = [key for key, target in self.forwarded.items()
               if key[0] == opcode and target == (host, internal)]
        for key in old:
            del self.forwarded[key]
        if lifetime:
            while (opcode, wanted) in self.forwarded:
                wanted += 1
            self.forwarded[opcode, wanted] = (host, internal)
        self.forward()
        kind = "UDP" if opcode == 1 else "TCP"
        print(f"{'mapped' if lifetime else 'released'} {kind} {wanted or internal}", flush=True)
        return wanted

    def serve(self):
        nat_pmp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        nat_pmp.bind(("", 5351))
        while True:
            request, sender = nat_pmp.recvfrom(1100)
            if request[:2] == b"\0\0":
                nat_pmp.sendto(struct.pack(">BBHI4s", 0, 128, 0, 1, self.address()), sender)
            elif len(request) == 12 and request[0] == 0 and request[1] in PROTOCOLS:
                opcode = request[1]
                internal, wanted, lifetime = struct.unpack(">HHI", request[4:])
                given = self.map(opcode, socket.inet_aton(sender[0]), internal, wanted, lifetime)
                nat_pmp.sendto(struct.pack(">BBHIHHI", 0, 128 + opcode, 0, 1, internal, given,
                                           lifetime), sender)


if __name__ == "__main__":
    try:
        router = Router(sys.argv[1], "random" in sys.argv[2:])
    except OSError as failed:
        sys.exit(f"home_router: {failed}")
    if "nat-pmp" in sys.argv[2:]:
        print("ready", flush=True)
        router.serve()
