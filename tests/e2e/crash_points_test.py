#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at the n-th system call of a kind, in the daemon that sends or in the one that reads: the
points that a kill at random seldom meets, between a sync and what follows it.

Promise R1 of docs/threat-model.md. KITH_POINTS: so many n for each kind of call and each side.
"""
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import unittest

import daemons
import report
from notes import NO_LEAK_CHECK, texts

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
POINTS = int(os.environ.get("KITH_POINTS", 100 if SOAK else 3))
SEED = int(os.environ.get("KITH_SEED", random.randrange(1 << 32)))
# The sync of the store, what it writes before, and what leaves for the other side afterwards.
CALLS = ("fdatasync", "write", "sendto")
FURTHEST = 100


class Sender(threading.Thread):
    """Numbered texts through whatever daemon there is, each under one id until it is answered."""

    def __init__(self, side, daemon, to, numbers):
        super().__init__(daemon=True)
        self.side, self.kithd, self.to, self.numbers = side, daemon, to, numbers

    def run(self):
        for number in self.numbers:
            identifier = f"{self.side}{number:025d}"
            while True:
                try:
                    self.kithd.call("message.send", to=self.to, id=identifier,
                                    text=f"{self.kithd.name} {number}")
                    break
                except (OSError, ConnectionError, ValueError):
                    time.sleep(0.02)


class CrashPoints(unittest.TestCase):
    def setUp(self):
        if not shutil.which("strace"):
            self.skipTest("needs strace")
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        vera = self.network.founder("Vera")
        self.alice = self.network.member("Alice", vera)
        self.bob = self.network.member("Bob", vera)
        self.network.befriend(self.bob, self.alice)
        # Nobody reads here, so that no more than 5,000 texts would be let through.
        for daemon, who in ((self.alice, "Bob"), (self.bob, "Alice")):
            daemon.call("contact.set", who=who, bulk=True)
        self.said = 0

    @staticmethod
    def start_to_die(daemon, call, number):
        """It will be killed at that call of one of its threads."""
        daemon.prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                         "-e", f"inject={call}:signal=SIGKILL:when={number}"]
        daemon.spawn()
        daemon.prefix = []

    @staticmethod
    def end(daemon, senders):
        """Whether the call was reached before all was said; it is down afterwards in any case."""
        deadline = time.monotonic() + daemons.PATIENCE
        while any(sender.is_alive() for sender in senders) and time.monotonic() < deadline:
            if daemon.process.poll() is not None:
                return True
            time.sleep(0.02)
        try:
            daemon.process.wait(timeout=0.3)  # receipts are on their way
            return True
        except subprocess.TimeoutExpired:
            subprocess.run(["pkill", "-KILL", "-P", str(daemon.process.pid)])
            daemon.process.wait()
            return False

    def expect(self, first, lines_of):
        """All texts from the first one on, at both, once and in order."""
        for daemon in (self.alice, self.bob):
            daemon.wait("an empty outbox", lambda d=daemon: d.call("status.show")["outbox"] == 0)
        for sender, reader in ((self.alice, self.bob), (self.bob, self.alice)):
            wanted = [f"{sender.name} {number}" for number in range(first, self.said)]
            for person, other in ((reader, sender), (sender, reader)):
                said = [text for text in lines_of(person, other.name) if text.startswith(sender.name)]
                self.assertEqual(said, wanted)

    def die_at(self, victim, call, number):
        victim.stop()
        victim.environment.update(NO_LEAK_CHECK)
        self.start_to_die(victim, call, number)
        # Each text is a few calls of most kinds: some are under way when it dies.
        first, count = self.said, max(4, number)
        self.said += count
        numbers = range(first, self.said)
        senders = [Sender(1, self.alice, "Bob", numbers), Sender(2, self.bob, "Alice", numbers)]
        for sender in senders:
            sender.start()
        died = self.end(victim, senders)
        victim.start()
        for sender in senders:
            sender.join(timeout=daemons.PATIENCE)
            self.assertFalse(sender.is_alive(), "texts are not taken")
        latest = lambda person, other: [line["text"] for line in person.call(
            "message.history", chat=other, limit=2 * count)]
        self.expect(first, latest)
        return died

    def test_nothing_is_lost_twice_or_out_of_order(self):
        dice = random.Random(SEED)
        print(f"seed {SEED}", flush=True)
        for call in CALLS:
            died = 0
            for victim in (self.alice, self.bob):
                numbers = range(1, FURTHEST + 1)
                if POINTS < FURTHEST:
                    # The first ones are those of the start.
                    numbers = [1, *dice.sample(range(2, FURTHEST), POINTS - 1)]
                for number in numbers:
                    died += self.die_at(victim, call, number)
            print(f"{call}: died at {died} of {2 * POINTS} points", flush=True)
            self.assertGreaterEqual(died, 2, "each starts with one")
        self.expect(0, texts)


if __name__ == "__main__":
    report.main(sys.modules[__name__])
