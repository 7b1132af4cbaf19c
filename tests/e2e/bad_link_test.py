#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people on a bad line: packets are lost, late, doubled and in any order; messages are not.

Promises R6 and R7 of docs/threat-model.md. KITH_MESSAGES and KITH_SEED choose size and line.
"""
import os
import random
import subprocess
import sys
import time
import unittest
from datetime import datetime
from pathlib import Path

import daemons
import namespaces
import report

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
MESSAGES = int(os.environ.get("KITH_MESSAGES", 1000 if SOAK else 100))
SEED = int(os.environ.get("KITH_SEED", random.randrange(1 << 32)))
BRIDGE = Path(__file__).with_name("bad_link.py")


class BadLink(unittest.TestCase):
    def setUp(self):
        self.net = self.enterContext(namespaces.Topology())
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.bridge = None
        self.addCleanup(self.end_bridge)
        self.line = self.net.host("line")
        self.people = []
        for number, name in enumerate(("alice", "bob")):
            host = self.net.host(name)
            self.line.ip("link", "add", name, "type", "veth", "peer", "name", "eth0",
                         "netns", host.namespace)
            self.line.ip("link", "set", name, "up", "promisc", "on")
            host.ip("address", "add", f"10.66.0.{number + 1}/24", "dev", "eth0")
            host.ip("link", "set", "eth0", "up")
            # The bridge sees what a cable would carry: no frames larger than the MTU, all sums made.
            for place, interface in ((self.line, name), (host, "eth0")):
                place.run("ethtool", "-K", interface, "tso", "off", "gso", "off", "gro", "off",
                          "tx", "off", "rx", "off")
            self.people.append(host)
        # The kernel says a second later that a new interface is up; before, it has no address.
        for host in self.people:
            while "state UP" not in host.ip("link", "show", "eth0"):
                time.sleep(0.05)
        self.begin_bridge(0, 1, 0)
        self.alice = self.network.founder("Alice", self.people[0])
        self.bob = self.network.member("Bob", self.alice, self.people[1])

    def begin_bridge(self, loss, delay, jitter):
        self.end_bridge()
        self.bridge = subprocess.Popen(
            [*self.line.prefix, sys.executable, str(BRIDGE), "alice", "bob", str(loss), str(delay),
             str(jitter), str(SEED)], stdout=subprocess.PIPE, text=True)
        self.assertEqual(self.bridge.stdout.readline(), "ready\n")

    def end_bridge(self):
        if self.bridge:
            self.bridge.kill()
            self.bridge.wait()
            self.bridge.stdout.close()
            self.bridge = None

    def exchange(self, count, patience):
        """Texts both ways, four a second; gives the seconds until each was known to be there."""
        sent = []
        for number in range(count):
            one, other = ((self.alice, "Bob"), (self.bob, "Alice"))[number % 2]
            message = one.call("message.send", to=other, text=f"text {number}")
            sent.append((one, message["id"], time.monotonic()))
            time.sleep(0.25)
        took = []
        for one, message, begin in sent:
            one.call("message.wait", id=message, state="delivered", timeout_ms=int(patience * 1000))
        for one, other in ((self.alice, "Bob"), (self.bob, "Alice")):
            for _, message, _ in (line for line in sent if line[0] is one):
                steps = one.call("message.trace", id=message)["steps"]
                at = {step["step"]: datetime.fromisoformat(step["time"]) for step in steps}
                took.append((at["delivered"] - at["queued"]).total_seconds())
        wanted = [f"text {number}" for number in range(count)]
        for person, other in ((self.alice, "Bob"), (self.bob, "Alice")):
            there = [line["text"] for line in person.history(other)]
            self.assertEqual(sorted(there), sorted(wanted))
            for direction in ("in", "out"):
                own = [line["text"] for line in person.history(other) if line["dir"] == direction]
                self.assertEqual(own, sorted(own, key=lambda text: int(text.split()[1])))
        took.sort()
        middle, late = took[count // 2], took[int(count * 0.99)]
        print(f"seed {SEED}: p50 {middle:.2f} s, p99 {late:.2f} s", flush=True)
        return middle, late

    def test_a_fifth_is_lost_both_ways(self):
        self.begin_bridge(0.2, 100, 20)
        middle, late = self.exchange(MESSAGES, 60)
        self.assertLess(late, 60)
        # Of a hundred texts all wait when the line stalls once for as long as they take.
        if MESSAGES >= 1000:
            self.assertLess(middle, 1)
            self.assertLess(late, 10)

    def test_two_fifths_are_lost_both_ways(self):
        self.begin_bridge(0.4, 100, 20)
        _, late = self.exchange(MESSAGES // 5, 180)
        self.assertLess(late, 180)

    def test_nothing_comes_through_for_a_while(self):
        for cut in range(200 if SOAK else 3):
            self.end_bridge()
            waiting = [(one, one.call("message.send", to=other, text=f"cut {cut}")["id"])
                       for one, other in ((self.alice, "Bob"), (self.bob, "Alice"))]
            time.sleep((60, 5, 12)[cut % 3] if SOAK else (40, 2, 5)[cut % 3])
            self.begin_bridge(0, 20, 5)
            begin = time.monotonic()
            for one, message in waiting:
                one.call("message.wait", id=message, state="delivered", timeout_ms=60000)
            print(f"back after {time.monotonic() - begin:.1f} s", flush=True)
            self.assertLess(time.monotonic() - begin, 45)


if __name__ == "__main__":
    report.main(sys.modules[__name__])
