#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stranger with bad intentions, for siege_test.py: siege.py KIND HOST PORT SECONDS [COUNT].

    drips        connections that say one byte a second
    crowd        connections that say nothing, and are opened again when they are closed
    handshakes   as many TLS handshakes as it can, none finished
    datagrams    random and nearly right datagrams, as many as it can
    frames       over TLS: frames that are too long, too deep or senseless, one a connection

Each prints one line of what came of it, in JSON. No identity and no network secret is needed.
"""
import json
import os
import random
import selectors
import socket
import ssl
import struct
import sys
import time

CHANCE = random.Random(20261123)


def connect(host, port, wait=2, source=""):
    one = socket.socket()
    one.settimeout(wait)
    try:
        one.bind((source, 0))
        one.connect((host, port))
    except OSError:
        one.close()
        return None
    return one


def drips(host, port, seconds, count):
    """The longest time that one of them was kept open."""
    open_since, longest, refused = {}, 0.0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        while len(open_since) < count:
            one = connect(host, port)
            if one is None:
                refused += 1
                break
            one.setblocking(False)
            open_since[one] = time.monotonic()
        for one, since in list(open_since.items()):
            try:
                one.send(b"\x16")
                gone = one.recv(1) == b""
            except BlockingIOError:
                gone = False
            except OSError:
                gone = True
            longest = max(longest, time.monotonic() - since)
            if gone:
                one.close()
                del open_since[one]
        time.sleep(1)
    return {"longest": longest, "refused": refused}


def crowd(host, port, seconds, count):
    """How many connections were made, and the most that were open at once."""
    watch, opened, most = selectors.DefaultSelector(), 0, 0
    end = time.monotonic() + seconds
    pending = 0
    while time.monotonic() < end:
        for _ in range(50):
            if len(watch.get_map()) >= count:
                break
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex((host, port))
            watch.register(one, selectors.EVENT_READ)
            opened += 1
        most = max(most, len(watch.get_map()) - pending)
        for key, _ in watch.select(0.01):
            try:
                gone = key.fileobj.recv(64) == b""
            except BlockingIOError:
                gone = False
            except OSError:
                gone = True
            if gone:
                watch.unregister(key.fileobj)
                key.fileobj.close()
    return {"opened": opened, "most": most}


def handshakes(host, port, seconds, _):
    """A ClientHello and good-bye."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    outgoing = ssl.MemoryBIO()
    hello = context.wrap_bio(ssl.MemoryBIO(), outgoing)
    try:
        hello.do_handshake()
    except ssl.SSLWantReadError:
        pass
    first = outgoing.read()
    made, answered = 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        one = connect(host, port)
        if one is None:
            continue
        try:
            one.send(first)
            one.settimeout(0.05)
            answered += one.recv(1) != b""
        except OSError:
            pass
        one.close()
        made += 1
    return {"made": made, "answered": answered}


def datagrams(host, port, seconds, _):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.connect((host, port))
    junk = [CHANCE.randbytes(CHANCE.choice((1, 40, 41, 200, 900, 1472))) for _ in range(64)]
    # As OpenDHT would send without a network key, and a bomb for its parser.
    junk += [b"\x85\xa1a\x82\xa2id\xc4\x14" + CHANCE.randbytes(20), b"\xdd\x0f\xff\xff\xff" * 8,
             b"\x81" * 1400]
    sent = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for packet in junk:
            try:
                one.send(packet)
                sent += 1
            except OSError:
                pass
    return {"sent": sent, "rate": int(sent / seconds)}


def bad_frames():
    """(name, bytes) of what nobody may say first."""
    head = lambda length, kind: struct.pack(">IB", length, kind)
    yield "length 2^32-1", head(0xFFFFFFFF, 1) + bytes(64)
    yield "length 2^31", head(0x80000000, 1)
    yield "longer than any frame", head(66561, 1) + bytes(64)
    yield "longer than before authentication", head(4097, 1) + bytes(4097)
    yield "length 0", struct.pack(">I", 0)
    yield "nesting", head(3001, 1) + b"\x91" * 3000
    yield "maps in maps", head(3001, 1) + b"\x81\x01" * 1500
    yield "array32 of 4 G", head(6, 1) + b"\xdd\xff\xff\xff\xff"
    yield "map32 of 4 G", head(6, 1) + b"\xdf\xff\xff\xff\xff"
    yield "bin32 of 4 G", head(6, 1) + b"\xc6\xff\xff\xff\xff"
    yield "str32 of 4 G", head(6, 1) + b"\xdb\xff\xff\xff\xff"
    yield "ext32 of 4 G", head(7, 1) + b"\xc9\xff\xff\xff\xff\x01"
    yield "array of many", head(4001, 1) + b"\xdc\x0f\x9d" + b"\xc0" * 3997
    yield "no body", head(1, 1)
    yield "text instead", b"GET / HTTP/1.1\r\nHost: kith\r\n\r\n"
    for kind in (0, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0x11, 0x12, 0x13, 0x14, 0x20, 0x21, 0x22, 0x23,
                 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x30, 0x7F):
        yield f"type {kind:#04x} first", head(3, kind) + b"\x91\xc0"
    for number in range(8):
        body = CHANCE.randbytes(CHANCE.randrange(1, 4000))
        yield f"random {number}", head(len(body) + 1, 1) + body


def frames(host, port, _, __):
    """The frames that were answered by anything but the end of the connection, and the longest
    time until that end. From several networks: each is turned away for a while after ten of them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    kept, longest, count = [], 0.0, 0
    for number, (name, content) in enumerate(bad_frames()):
        plain = connect(host, port, source=f"10.99.{1 + number // 8}.1")
        try:
            secure = context.wrap_socket(plain)
        except (OSError, AttributeError):
            kept.append(f"{name}: no connection")
            continue
        secure.settimeout(5)
        begin = time.monotonic()
        try:
            secure.sendall(content)
            answer = secure.recv(4096)
            if answer:
                kept.append(f"{name}: {answer[:16].hex()}")
        except TimeoutError:
            kept.append(f"{name}: kept open")
        except OSError:
            pass
        longest = max(longest, time.monotonic() - begin)
        count += 1
        secure.close()
        time.sleep(0.2)  # below the limit of handshakes
    return {"frames": count, "kept": kept, "longest": longest}


if __name__ == "__main__":
    kind, host, port, seconds, *rest = sys.argv[1:]
    told = globals()[kind](host, int(port), float(seconds), int(rest[0]) if rest else 0)
    print(json.dumps(told))
