#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Little memory: a gigabyte of addresses, or 128 MB of memory of its own. A contact who sends as fast
as it can is served, from the start on.

Promise R13 of docs/threat-model.md. Programs without sanitizers only, which reserve more than that.
"""
import sys
import unittest

import daemons
import report

PROGRAMS = None
TEXTS = 400
TEXT = "x" * 59000


class LittleMemory(unittest.TestCase):
    def serve_within(self, limit):
        with daemons.Network(PROGRAMS) as network:
            alice = network.founder("Alice")
            bob = network.member("Bob", alice)
            alice.stop()
            alice.prefix = ["prlimit", limit, "--"]
            alice.start()
            for daemon, who in ((alice, "Bob"), (bob, "Alice")):
                daemon.call("contact.set", who=who, bulk=True)
            client = bob.client()
            sent = [client.call("message.send", to="Alice", text=f"{number} {TEXT}")["id"]
                    for number in range(TEXTS)]
            for message in sent:
                client.call("message.wait", id=message, state="delivered", timeout_ms=60000)
            client.close()
            newest = alice.call("message.history", chat="Bob", limit=5)
            self.assertEqual(newest[-1]["text"], f"{TEXTS - 1} {TEXT}")
            self.assertLess(alice.stop(), 5)

    def test_a_gigabyte_of_addresses(self):
        self.serve_within("--as=1073741824")

    def test_128_megabytes(self):
        self.serve_within("--data=134217728")


if __name__ == "__main__":
    report.main(sys.modules[__name__])
