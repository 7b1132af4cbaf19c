#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody on the wire sees of a private network: sealed datagrams and TLS, nothing else."""
import socket
import sys
import time
import unittest

import capture
import daemons
import report

PROGRAMS = None

TEXTS = {"ascii": "the quick brown fox has a secret to tell",
         "cyrillic": "съешь же ещё этих мягких французских булок",
         "emoji": "🦊🔐 for your eyes only 🦊🔐",
         "long": "an excerpt that repeats itself " * 1900}
NAMES = ("Verena-the-first", "Alice-in-the-clear", "Bob-in-the-clear")


def bech32m_bytes(address):
    """The bytes inside an address: type, account key, secret of the beacon."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    digits = [alphabet.index(c) for c in address.rpartition("1")[2].lower()][:-6]
    number, bits = 0, len(digits) * 5
    for digit in digits:
        number = number << 5 | digit
    return (number >> bits % 8).to_bytes(bits // 8, "big")


def needles(founder, people):
    """All that must not be seen, by what it is."""
    out = {}
    for daemon in (founder, *people):
        address = daemon.call("identity.show")["address"]
        raw = bech32m_bytes(address)
        out[f"address of {daemon.name}"] = address.encode()
        out[f"name of {daemon.name}"] = daemon.name.encode()
        for at in range(0, len(raw) - 15):
            out[f"bytes {at} of the address of {daemon.name}"] = raw[at:at + 16]
    for kind, text in TEXTS.items():
        out[f"{kind} text"] = text.encode()[:40]
    return out


def port(daemon):
    return int(daemon.call("daemon.status")["listen"][0].rpartition(":")[2])


class OnTheWire(unittest.TestCase):
    def setUp(self):
        try:
            self.capture = capture.Capture().__enter__()
        except PermissionError:
            self.fail("needs CAP_NET_RAW to read the loopback interface: run ./test as root")
        self.addCleanup(self.capture.__exit__)
        self.network = self.enterContext(daemons.Network(PROGRAMS))

    def settle(self):
        """Waits until a packet of our own has come through, so that all before it has too."""
        marker = b"end of the capture"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            deadline = time.monotonic() + daemons.PATIENCE
            while not self.capture.holding(marker):
                self.assertLess(time.monotonic(), deadline, "the capture is deaf")
                out.sendto(marker, ("127.0.0.1", 9))
                time.sleep(0.05)

    def test_neither_address_nor_name_nor_text_is_seen(self):
        vera = self.network.founder(NAMES[0])
        alice = self.network.member(NAMES[1], vera)
        bob = self.network.member(NAMES[2], vera)
        self.network.befriend(bob, alice)
        for text in TEXTS.values():
            for sender, to in ((alice, bob), (bob, alice)):
                message = sender.call("message.send", to=to.name, text=text)
                sender.call("message.wait", id=message["id"], state="delivered", timeout_ms=60000)
        secrets = needles(vera, (alice, bob))
        self.settle()
        self.assertGreater(self.capture.carried(capture.TCP), 2 * len(TEXTS["long"]))
        self.assertGreater(self.capture.carried(capture.UDP), 10000)
        seen = {what: self.capture.holding(needle) for what, needle in secrets.items()}
        self.assertEqual({what: flows for what, flows in seen.items() if flows}, {})
        print(f"{len(secrets)} needles in {self.capture.carried(capture.TCP)} bytes of TCP and "
              f"{self.capture.carried(capture.UDP)} of UDP: none found", flush=True)

    def test_who_lacks_the_network_secret_gets_no_answer(self):
        vera = self.network.founder(NAMES[0])
        mallory = self.network.founder("Mallory")
        inside, outside = port(vera), port(mallory)
        with self.assertRaises(daemons.Refused):
            mallory.call("net.bootstrap", op="add", address=f"127.0.0.1:{inside}")
        self.settle()
        asked = self.capture.packets_between(capture.UDP, outside, inside)
        self.assertGreater(asked, 0)
        self.assertEqual(self.capture.packets_between(capture.UDP, inside, outside), 0)
        print(f"{asked} datagrams of an outsider, 0 answers", flush=True)


if __name__ == "__main__":
    report.main(sys.modules[__name__])
