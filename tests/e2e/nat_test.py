#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Behind home routers: who can be called, who knows it, and a port that the router opens.

Promise R8 of docs/threat-model.md; KITH_SOAK: every pair of homes.
"""
import itertools
import os
import sys
import time
import unittest

import daemons
import namespaces
import report

PROGRAMS = None
TALKS = 20
SOAK = "KITH_SOAK" in os.environ
HOMES = ("open", "cone", "symmetric")


class BehindRouters(unittest.TestCase):
    def setUp(self):
        self.net = self.enterContext(namespaces.Topology())
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.internet = self.net.switch("internet")
        at_vera = self.net.host("vera")
        self.internet.plug(at_vera, "203.0.113.1/24")
        self.vera = self.network.founder("Vera", at_vera)

    def resident(self, name, number, **router):
        """Somebody whose only way to others is a router; gives the daemon and the home."""
        home = self.net.home(f"home{number}", self.internet, f"203.0.113.1{number}/24",
                             f"192.168.{number}.1/24", **router)
        host = self.net.host(name.lower())
        home.plug(host, f"192.168.{number}.2/24")
        return self.network.member(name, self.vera, host), home

    def deliver(self, sender, to):
        message = sender.call("message.send", to=to, text=f"hello {to}")["id"]
        sender.call("message.wait", id=message, state="delivered", timeout_ms=60000)

    @staticmethod
    def says(sender, reader, text):
        """Seconds until the reader has it."""
        to, at = sender.client(), reader.client()
        begin = time.monotonic()
        message = to.call("message.send", to=reader.name, text=text)["id"]
        while text not in [line["text"] for line in
                           at.call("message.history", chat=sender.name, limit=1)]:
            if time.monotonic() - begin > daemons.PATIENCE:
                told = sender.kith("msg", "show", message)[1] + reader.kith("mailbox", "list")[1]
                raise AssertionError(f"{text} did not arrive:\n{told}")
            time.sleep(0.002)
        took = time.monotonic() - begin
        to.close()
        at.close()
        return took

    def wait_reachable(self, daemon, how):
        daemon.wait(f"reachable: {how}", lambda: daemon.call("net.status")["reachable"] == how)

    def test_who_is_behind_a_router_calls_and_knows_that_nobody_calls_back(self):
        for name, number, symmetric in (("Alice", 1, False), ("Bob", 2, True)):
            with self.subTest(symmetric=symmetric):
                resident, _ = self.resident(name, number, symmetric=symmetric)
                self.deliver(resident, "Vera")
                self.deliver(self.vera, name)
                self.wait_reachable(resident, "nat")
                self.assertNotIn("mapping", resident.call("net.status"))
        self.wait_reachable(self.vera, "direct")

    def test_a_port_that_the_router_opens_lets_others_in(self):
        alice, home = self.resident("Alice", 1, nat_pmp=True)
        status = lambda: alice.call("net.status")
        alice.wait("a port of the router", lambda: status().get("mapping") == "NAT-PMP")
        self.assertEqual(status()["address"], "203.0.113.11:4222")
        self.wait_reachable(alice, "direct")
        bob, _ = self.resident("Bob", 2)
        # The way in is in Alice's invitation; later, in her beacon.
        self.network.befriend(alice, bob)
        self.deliver(bob, "Alice")
        alice.stop()
        bob.kill()
        bob.start()
        alice.start()
        self.deliver(bob, "Alice")
        self.deliver(alice, "Bob")
        code, out, _ = alice.kith("status")
        self.assertEqual(code, 0)
        self.assertIn("direct 203.0.113.11:4222 (NAT-PMP)", out)
        alice.stop()
        home.process.terminate()
        told = home.process.stdout.read().split("\n")
        self.assertEqual(sorted(told[-3:-1]), ["released TCP 4222", "released UDP 4222"])

    def talk_from(self, *homes):
        """Alice and Bob, who have mailboxes, each go to such a home and talk."""
        self.vera.stop()
        self.vera.flags = ["--mailbox"]
        self.vera.start()
        people = []
        for number, name in enumerate(("Alice", "Bob"), 1):
            host = self.net.host(name.lower())
            cable = self.internet.plug(host, f"203.0.113.2{number}/24")
            people.append((self.network.member(name, self.vera, host), host, cable))
        (alice, *_), (bob, *_) = people
        self.network.befriend(alice, bob)
        for owner in (alice, bob):
            owner.wait("a mailbox", lambda d=owner: any(
                box["state"] == "ok" for box in d.call("mailbox.list")))
        self.network.teach(alice, bob)
        for number, ((_, host, cable), home) in enumerate(zip(people, homes), 1):
            if home == "open":
                continue
            router = self.net.home(f"home{number}", self.internet, f"203.0.113.1{number}/24",
                                   f"192.168.{number}.1/24", symmetric=home == "symmetric")
            cable.down()
            router.plug(host, f"192.168.{number}.2/24")
        took = []
        for number in range(TALKS):
            for sender, reader in ((alice, bob), (bob, alice)):
                took.append(self.says(sender, reader, f"{sender.name} {number}"))
        took = sorted(took[4:])  # the first ones find out which ways there are
        median = took[len(took) // 2]
        print(f"{' and '.join(homes)}: {len(took)} texts, p50 {median * 1000:.0f} ms, "
              f"max {took[-1] * 1000:.0f} ms", flush=True)
        self.assertLess(median, 1.0)


def talk_from(*homes):
    return lambda self: self.talk_from(*homes)


# Where nobody can call either of them, there is the mailbox.
for pair in itertools.product(HOMES, HOMES) if SOAK else [("symmetric", "symmetric")]:
    setattr(BehindRouters, f"test_{'_and_'.join(pair)}_talk", talk_from(*pair))


if __name__ == "__main__":
    report.main(sys.modules[__name__])
