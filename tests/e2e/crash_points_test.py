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
import time

import daemons
import report
from notes import NO_LEAK_CHECK, texts
from two_writers import TwoWriters

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
POINTS = int(os.environ.get("KITH_POINTS", 100 if SOAK else 3))
SEED = int(os.environ.get("KITH_SEED", random.randrange(1 << 32)))
# The sync of the store, what it writes before, and what leaves for the other side afterwards.
CALLS = ("fdatasync", "write", "sendto")
FURTHEST = 100


class CrashPoints(TwoWriters):
    def setUp(self):
        if not shutil.which("strace"):
            self.skipTest("needs strace")
        self.programs = PROGRAMS
        super().setUp()

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

    def die_at(self, victim, call, number):
        victim.stop()
        victim.environment.update(NO_LEAK_CHECK)
        self.start_to_die(victim, call, number)
        # Each text is a few calls of most kinds: some are under way when it dies.
        first, senders = self.begin_to_write(max(4, number))
        died = self.end(victim, senders)
        victim.start()
        self.all_is_there(first, senders)
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
