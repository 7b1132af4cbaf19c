#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""masquerade.py INTERFACE [random]: what leaves by this interface gets its address, as behind a
home router. With `random`, each connection gets a port of its own, as behind a symmetric NAT.

Speaks nf_tables by netlink, as `nft add rule ip nat post oifname INTERFACE masquerade` would: one
program less to install."""
import os
import socket
import struct
import sys

NETLINK_NETFILTER = 12
NF_TABLES = 10
BATCH_BEGIN, BATCH_END = 0x10, 0x11
NEW_TABLE, NEW_CHAIN, NEW_RULE = (NF_TABLES << 8 | number for number in (0, 3, 6))
REQUEST, ACK, CREATE, APPEND = 0x1, 0x4, 0x400, 0x800
NLMSG_ERROR = 2
NESTED = 0x8000
POSTROUTING, SOURCE_NAT_PRIORITY, ACCEPT = 4, 100, 1
REGISTER, META_OIFNAME, RANDOM_FULLY = 1, 7, 16


def attribute(kind, value):
    if isinstance(value, int):
        value = struct.pack(">I", value)
    elif isinstance(value, str):
        value = value.encode() + b"\0"
    elif isinstance(value, list):
        value, kind = b"".join(value), kind | NESTED
    head = struct.pack("=HH", len(value) + 4, kind)
    return head + value + b"\0" * (-len(value) % 4)


def message(kind, flags, sequence, body, resource=0):
    body = struct.pack("=BB", socket.AF_INET, 0) + struct.pack(">H", resource) + body
    return struct.pack("=IHHII", len(body) + 16, kind, REQUEST | flags, sequence, 0) + body


def expression(name, attributes):
    return attribute(1, [attribute(1, name), attribute(2, attributes)])


def batch(interface, random):
    table, chain = "kith", "post"
    make = ACK | CREATE
    name = interface.encode().ljust(16, b"\0")
    rule = [
        expression("meta", [attribute(1, REGISTER), attribute(2, META_OIFNAME)]),
        expression("cmp", [attribute(1, REGISTER), attribute(2, 0),
                           attribute(3, [attribute(1, name)])]),
        expression("masq", [attribute(1, RANDOM_FULLY)] if random else []),
    ]
    hook = [attribute(1, POSTROUTING), attribute(2, SOURCE_NAT_PRIORITY)]
    return [
        message(BATCH_BEGIN, 0, 0, b"", NF_TABLES),
        message(NEW_TABLE, make, 1, attribute(1, table)),
        message(NEW_CHAIN, make, 2, attribute(1, table) + attribute(3, chain) + attribute(4, hook)
                + attribute(5, ACCEPT) + attribute(7, "nat")),
        message(NEW_RULE, make | APPEND, 3,
                attribute(1, table) + attribute(2, chain) + attribute(4, rule)),
        message(BATCH_END, 0, 4, b"", NF_TABLES),
    ]


def masquerade(interface, random=False):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as netlink:
        netlink.settimeout(10)
        netlink.bind((0, 0))
        netlink.send(b"".join(batch(interface, random)))
        unanswered = 3
        while unanswered:
            answers = netlink.recv(65536)
            while answers:
                size, kind, _, sequence, _ = struct.unpack_from("=IHHII", answers)
                if kind == NLMSG_ERROR:
                    error = -struct.unpack_from("=i", answers, 16)[0]
                    if error:
                        raise OSError(error, f"nf_tables, step {sequence}: {os.strerror(error)}")
                    unanswered -= 1
                answers = answers[size + -size % 4:]


if __name__ == "__main__":
    try:
        masquerade(sys.argv[1], "random" in sys.argv[2:])
    except OSError as failed:
        sys.exit(f"masquerade: {failed}")
