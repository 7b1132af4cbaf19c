#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of either daemon at random while both send: nothing lost, twice, or out of order.

What counts is what both people see, compared from outside the processes. KITH_KILLS and
KITH_MESSAGES choose the size (promise R1 of docs/threat-model.md); KITH_SEED repeats a run.
"""
import os
import random
import sys
import threading
import time
import unittest

import daemons
import report

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
KILLS = int(os.environ.get("KITH_KILLS", 100 if SOAK else 16))
MESSAGES = int(os.environ.get("KITH_MESSAGES", 2000 if SOAK else 600))
SEED = int(os.environ.get("KITH_SEED", random.randrange(1 << 32)))


class Writer(threading.Thread):
    """Sends numbered texts through whatever socket there is; a text counts when it was answered.

    `allowed` grows with the kills, so that each of them finds messages under way.
    """

    def __init__(self, daemon, to, count):
        super().__init__(daemon=True)
        self.kithd, self.to, self.count = daemon, to, count
        self.sent = 0
        self.allowed = 0

    def run(self):
        client, number, message_id = None, 0, None
        while number < self.count:
            if number >= self.allowed:
                time.sleep(0.005)
                continue
            try:
                client = client or self.kithd.client()
                # The id makes the repeat after a lost answer no second message.
                message_id = message_id or f"{(number << 64) | random.getrandbits(60):032x}"
                client.call("message.send", to=self.to, text=f"{self.kithd.name} {number}",
                            id=crockford(int(message_id, 16)))
                number, message_id = number + 1, None
                self.sent = number
            except (OSError, ConnectionError, ValueError):
                if client is not None:
                    client.close()
                client = None
                time.sleep(0.02)


def crockford(number):
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(alphabet[(number >> shift) & 31] for shift in range(125, -5, -5))


class KillStorm(unittest.TestCase):
    def test_nothing_is_lost_twice_or_out_of_order(self):
        dice = random.Random(SEED)
        print(f"seed {SEED}, {KILLS} kills, {MESSAGES} messages", flush=True)
        with daemons.Network(PROGRAMS) as network:
            vera = network.founder("Vera")
            alice = network.member("Alice", vera)
            bob = network.member("Bob", vera)
            network.befriend(bob, alice)
            writers = [Writer(alice, "Bob", MESSAGES // 2), Writer(bob, "Alice", MESSAGES // 2)]
            for writer in writers:
                writer.start()
            slowest = 0.0
            for kill in range(KILLS):
                for writer in writers:
                    writer.allowed = -(-writer.count * (kill + 1) // KILLS)
                time.sleep(dice.uniform(0.0, 0.3))
                victim = dice.choice([alice, bob])
                victim.kill()
                begin = time.monotonic()
                victim.start()
                slowest = max(slowest, time.monotonic() - begin)
            for writer in writers:
                writer.join(timeout=300)
                self.assertEqual(writer.sent, MESSAGES // 2, "a writer did not finish")
            for daemon, other in ((alice, "Bob"), (bob, "Alice")):
                daemon.wait("an empty outbox",
                            lambda d=daemon: d.call("status.show")["outbox"] == 0, patience=120)
            self.check(alice.history("Bob"), bob.history("Alice"))
            print(f"slowest start {slowest:.2f} s", flush=True)
            for daemon in (alice, bob, vera):
                daemon.stop()

    def check(self, at_alice, at_bob):
        for name, history, other in (("Alice", at_bob, at_alice), ("Bob", at_alice, at_bob)):
            expected = [f"{name} {n}" for n in range(MESSAGES // 2)]
            received = [line["text"] for line in history
                        if line["dir"] == "in" and line["text"].startswith(name)]
            self.assertEqual(received, expected)
            kept = [line for line in other if line["dir"] == "out"]
            self.assertEqual([line["text"] for line in kept], expected)
            self.assertEqual({line["state"] for line in kept}, {"delivered"})


if __name__ == "__main__":
    report.main(sys.modules[__name__])
