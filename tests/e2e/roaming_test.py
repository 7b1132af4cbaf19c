#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of a host goes and comes back, or becomes another: what waited arrives soon."""
import sys
import time
import unittest

import daemons
import namespaces
import report

PROGRAMS = None

# docs/spec/network.md, tests 4: after the network is back.
BACK_AFTER_CUT = 15
BACK_AFTER_MOVE = 20


class Roaming(unittest.TestCase):
    def setUp(self):
        self.net = self.enterContext(namespaces.Topology())
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.lan = self.net.switch("lan")
        at_alice, at_bob = self.net.host("alice"), self.net.host("bob")
        self.cable = self.lan.plug(at_alice, "10.77.0.1/24")
        self.lan.plug(at_bob, "10.77.0.2/24")
        self.alice = self.network.founder("Alice", at_alice)
        self.bob = self.network.member("Bob", self.alice, at_bob)

    def queue(self):
        """Messages both ways that cannot go now."""
        sent = [(sender, sender.call("message.send", to=to, text=f"to {to}")["id"])
                for sender, to in ((self.alice, "Bob"), (self.bob, "Alice"))]
        for sender, message in sent:
            with self.assertRaises(daemons.Refused) as refused:
                sender.call("message.wait", id=message, state="delivered", timeout_ms=500)
            self.assertEqual(refused.exception.code, "timeout")
        return sent

    def delivered(self, sent, within):
        begin = time.monotonic()
        for sender, message in sent:
            sender.call("message.wait", id=message, state="delivered", timeout_ms=60000)
        took = time.monotonic() - begin
        print(f"delivered both ways after {took:.1f} s", flush=True)
        self.assertLess(took, within)

    def address(self, daemon):
        return daemon.call("net.status").get("address")

    def test_cable_out_for_half_a_minute(self):
        self.cable.pull()
        time.sleep(1)
        sent = self.queue()
        time.sleep(30)
        self.cable.push()
        self.delivered(sent, BACK_AFTER_CUT)

    def test_interface_off_and_on(self):
        self.cable.down()
        sent = self.queue()
        time.sleep(10)
        self.cable.up()
        self.delivered(sent, BACK_AFTER_CUT)
        self.assertEqual(self.address(self.alice), "10.77.0.1:4222")

    def test_another_address(self):
        self.cable.down()
        sent = self.queue()
        self.cable.readdress("10.77.0.9/24")
        self.cable.up()
        self.delivered(sent, BACK_AFTER_MOVE)
        self.assertEqual(self.address(self.alice), "10.77.0.9:4222")

    def test_another_address_while_nothing_waits_is_published(self):
        self.cable.readdress("10.77.0.9/24")
        self.alice.wait("the new address", lambda: self.address(self.alice) == "10.77.0.9:4222")
        self.bob.wait("a link from it", lambda: any(
            peer["role"] == "contact" and peer["good"] and peer["address"].startswith("10.77.0.9:")
            for peer in self.bob.call("net.peers")), patience=BACK_AFTER_MOVE)
        # Bob forgets his links; only the directory and what he has noted tell him where to call.
        self.bob.kill()
        self.bob.start()
        message = self.bob.call("message.send", to="Alice", text="found you")["id"]
        self.delivered([(self.bob, message)], BACK_AFTER_MOVE)


if __name__ == "__main__":
    report.main(sys.modules[__name__])
