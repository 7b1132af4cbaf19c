#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seeds of the fuzz targets that follow from the protocol vectors, and those that are
texts. The seeds that need our own encoders come from make_seeds.cpp. Both are committed; run them
again when a format changes:

    make_corpus.py                      writes corpus/ beside this file
"""
import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
SECTIONS = json.loads((HERE.parent / "vectors" / "kith_protocol.json").read_text())["sections"]
LARGEST = 4200  # a seed; the fuzzer grows them by itself

# Order of the bodies in fuzz_frame_body.cpp.
BODIES = ["CALL", "AUTH_S", "AUTH_C", "WANT_DL", "DL", "READY", "PING", "PONG", "BUSY", "BYE", "MSG",
          "ACK", "GET_BUNDLE", "BUNDLE", "DEPOSIT", "RECEIPT", "REFUSE", "STAT", "STAT_REPLY",
          "AUDIT", "AUDIT_REPLY"]


def cases(section):
    return SECTIONS[section]["cases"]


def bad(section):
    return SECTIONS[section].get("bad", [])


def pack(value):
    """The few shapes of msgpack that DHT packets have."""
    if isinstance(value, dict):
        return bytes([0x80 | len(value)]) + b"".join(pack(k) + pack(v) for k, v in value.items())
    if isinstance(value, list):
        return bytes([0x90 | len(value)]) + b"".join(pack(v) for v in value)
    if isinstance(value, str):
        return bytes([0xa0 | len(value)]) + value.encode()
    if isinstance(value, bytes):
        return b"\xc5" + len(value).to_bytes(2, "big") + value
    return bytes([value]) if value < 128 else b"\xce" + value.to_bytes(4, "big")


def packets():
    node = bytes(range(20))
    value = {"id": 5, "dat": {"body": {"type": 0x4B01, "data": bytes(554)}}}
    question = {"q": "", "t": 7, "y": "q", "v": "RNG1", "n": 0x4b67926f}
    yield "ping", {"a": {"id": node}, **question, "q": "ping"}
    yield "find", {"a": {"id": node, "target": node, "w": [2, 10]}, **question, "q": "find"}
    yield "get", {"a": {"id": node, "h": node, "q": {"s": [], "w": [[1, 5]]}}, **question, "q": "get"}
    yield "put", {"a": {"id": node, "h": node, "values": [value], "token": node}, **question,
                  "q": "put"}
    yield "answer", {"r": {"id": node, "sa": node[:6], "n4": bytes(52), "values": [value]}, "t": 7,
                     "y": "r", "v": "RNG1"}
    yield "error", {"e": [401, "token"], "r": {"id": node}, "t": 7, "y": "e", "v": "RNG1"}


def nodes_files():
    node = b"\x93\xc4\x14" + bytes(range(20)) + b"\xc4\x12" + bytes(18) + b"\xce" + bytes([104] * 4)
    for name, nodes, parks in (("old", b"\x91" + node, b""), ("none", b"\x90", b"\xa5parks\xc2"),
                               ("parked", b"\x92" + node + node, b"\xa5parks\xc3")):
        keys = bytes([0x83 if parks else 0x82])
        yield name, keys + b"\xa1v\x01\xa5nodes" + nodes + parks


def texts():
    links = [c["out"]["text"] for c in cases("invite") if c["in"]["kind"] == "link"]
    yield 0, "00ff7f"
    yield 1, "KRUGKIDROVUWG2ZAMJZG653O"
    yield 2, links[0][8:40]
    yield 3, "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    yield 4, "203.0.113.7:4222"
    yield 4, "[2001:db8::1]:4222"
    yield 5, "2026-11-22T15:04:05.120Z"
    yield 6, cases("address")[0]["out"]["text"]
    yield 6, "A1LQFN3A"
    yield 7, "3h20m"
    yield 7, "30 d"


def displays():
    for kind, text in enumerate(["Zoë O'Brien", "a\x1b[31mred\x1b[0m\u202e.txt", "line\nline\ttab\r\n",
                                 "log \x00\x7f\u0085 record"]):
        yield bytes([kind]) + text.encode()
    yield b"\x00" + "Z̵̡̛͇a̸l̷g̶o 👩‍👩‍👧‍👦 🇩🇪 ﷽ 한글 ｱ".encode()
    yield b"\x06" + "“quoted” – naïve … мир العربية\u200b\u2066".encode()
    yield b"\x02\xff\xfe\xc0\x80\xed\xa0\x80 end"


LINES = [
    '{"jsonrpc":"2.0","id":1,"method":"message.send","params":{"to":"bob","text":"hi \\u00e4\\n"}}',
    '{"jsonrpc":"2.0","id":"a7","method":"events.subscribe","params":{"types":["message"],'
    '"from":"start","window":256}}',
    '{"jsonrpc":"2.0","id":1,"result":{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","state":"queued"}}',
    '{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"no such contact",'
    '"data":{"code":"unknown-contact","hint":"kith contacts"}}}',
    '{"jsonrpc":"2.0","method":"event","params":{"subscription":1,"cursor":"12","event":'
    '{"type":"notice","level":"warn","code":"disk-full","message":"m"}}}',
    '[[[[[[[[1e400,-0.0,18446744073709551615,null,true,"\\ud83d\\ude00"]]]]]]]]',
]

CONFIG = """\
# kith
[daemon]
listen = ["0.0.0.0:4222", "[::]:4222"]
port_mapping = false
log_level = "debug"

[network]
bootstrap = ["192.0.2.1:4222"]
"""


def frame_bodies():
    for case in cases("frames"):
        name = case["in"].get("frame", "")
        if name == "AUTH":
            name = "AUTH_S"
        if name in BODIES:
            # Length and type go before the body.
            yield name, bytes([BODIES.index(name)]) + bytes.fromhex(case["out"]["bytes"])[5:]
    for case in cases("link"):
        if case["in"]["frame"] == "AUTH_C":
            yield "AUTH_C", bytes([BODIES.index("AUTH_C")]) + bytes.fromhex(case["out"]["body"])


def seeds():
    """(target, name, bytes)"""
    for case in cases("msgpack") + bad("msgpack"):
        yield "msgpack", case["id"], bytes.fromhex(case["in"]["bytes"])
    for case in cases("frames"):
        yield "frames", case["id"], b"\x03" + bytes.fromhex(case["out"]["bytes"])
    for case in cases("link"):
        if case["in"]["frame"] in ("CALL", "AUTH_S"):
            body = bytes.fromhex(case["out"]["body"])
            kind = 1 if case["in"]["frame"] == "CALL" else 2
            frame = (len(body) + 1).to_bytes(4, "big") + bytes([kind]) + body
            yield "link_handshake", case["id"], frame
    for name, body in frame_bodies():
        yield "frame_body", name, body
    for case in cases("address"):
        target = "address" if case["in"]["kind"] == "address" else "recovery_key"
        yield target, case["id"], case["out"]["text"].encode()
    for case in cases("invite"):
        if case["in"]["kind"] == "link":
            yield "invite", case["id"], case["out"]["text"].encode()
            yield "invite", case["id"] + " qr", case["out"]["qr"].encode()
    for case in cases("keystore"):
        yield "keyfile", case["id"], bytes.fromhex(case["out"]["file"])
    for case in cases("device_list"):
        if "wire" in case["out"]:
            yield "device_list", case["id"], bytes.fromhex(case["out"]["wire"])
    for case in cases("inner"):
        yield "inner", case["id"], bytes.fromhex(case["out"]["inner"])
    for case in cases("init"):
        yield "init", case["id"], bytes.fromhex(case["out"]["init"])
        yield "inner", "init " + case["id"], bytes.fromhex(case["out"]["inner"])
    for case in cases("envelope"):
        yield "envelope", case["id"], bytes.fromhex(case["out"]["envelope"])
    for case in cases("prekeys"):
        if "msgpack" in case["out"]:
            yield "prekey", case["id"], bytes.fromhex(case["out"]["msgpack"])
    for case in cases("bundle"):
        if "bundle" in case["out"]:
            yield "bundle", case["id"], bytes.fromhex(case["mid"]["plain"])
    for case in cases("beacon"):
        if "beacon" in case["out"]:
            yield "beacon", case["id"], bytes.fromhex(case["out"]["beacon"])
        if "plain" in case.get("mid", {}):
            yield "beacon_content", case["id"], bytes.fromhex(case["mid"]["plain"])
    for step in SECTIONS["ratchet"]["steps"]:
        if "header" in step.get("mid", {}) and step["op"] == "send":
            yield "ratchet_header", step["name"], bytes.fromhex(step["mid"]["header"])
    for case in cases("proof_of_work"):
        for name in ("proof", "pow"):
            if name in case["out"]:
                yield "proof", case["id"], bytes.fromhex(case["out"][name])
        if "ticket" in case["out"]:
            yield "ticket", case["id"], bytes.fromhex(case["out"]["ticket"])
    for case in cases("invite"):
        if case["in"]["kind"] == "ticket":
            yield "ticket", case["id"], bytes.fromhex(case["out"]["ticket"])
    for name, packet in packets():
        yield "packet", name, pack(packet)
    for name, file in nodes_files():
        yield "nodes_file", name, file
    for kind, text in texts():
        yield "texts", text, bytes([kind]) + text.encode()
    for text in displays():
        yield "display", "text", text
    for line in LINES:
        yield "api_line", "line", line.encode()
    yield "config", "sections", CONFIG.encode()
    yield "config", "empty", b"\n"
    # Steps: bit 0 who, bits 1 and 2 what (0 send, 2 deliver, 4 drop, 6 damage), the rest which.
    yield "session_interaction", "one message", bytes([1, 2, 0, 3])
    yield "session_interaction", "out of order", bytes([1, 1, 1, 18, 10, 2, 2, 0, 3, 1, 2])
    yield "session_interaction", "damaged, lost", bytes([1, 6, 2, 1, 4, 1, 2, 0, 7, 3, 3, 1, 2])


def main():
    count = {}
    for target, name, data in seeds():
        if len(data) > LARGEST or count.get(target, 0) >= 20:
            continue
        number = count[target] = count.get(target, 0) + 1
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32]
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:02}-{slug}").write_bytes(data)
    for target, number in sorted(count.items()):
        print(f"{target}: {number}")


if __name__ == "__main__":
    main()
