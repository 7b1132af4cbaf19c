#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One allocation fails, of the daemon that sends or of the one that reads: at its start, or while both
write. It goes on, or it ends as by kill -9 and is started again.

Promise R13 of docs/threat-model.md. Programs without sanitizers only, which have a malloc() of their
own. KITH_ALLOCATIONS: so many of them for each side.
"""
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import daemons
import report
from notes import texts
from two_writers import TwoWriters

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
COUNT = int(os.environ.get("KITH_ALLOCATIONS", 100 if SOAK else 10))
SEED = int(os.environ.get("KITH_SEED", random.randrange(1 << 32)))
TEXTS = 20


class FailingAllocations(TwoWriters):
    def setUp(self):
        self.programs = PROGRAMS
        super().setUp()
        self.preloaded = Path(PROGRAMS) / "libkith_failing_allocation.so"
        self.counted = Path(self.network.root) / "allocations"

    @staticmethod
    def end(victim):
        """Without a look at the code: the allocation may fail on the way out."""
        if victim.process.poll() is None:
            victim.process.terminate()
            victim.process.wait(timeout=daemons.PATIENCE)

    def start_so_that(self, victim, **variables):
        self.end(victim)
        victim.prefix = ["env", f"LD_PRELOAD={self.preloaded}",
                         *(f"{name}={value}" for name, value in variables.items())]
        victim.spawn()
        victim.prefix = []

    def allocations_of(self, victim):
        """From its start until the texts are through."""
        self.counted.write_bytes(bytes(8))
        self.start_so_that(victim, COUNT_ALLOCATIONS_IN=self.counted)
        victim.wait_ready()
        first, senders = self.begin_to_write(TEXTS)
        self.all_is_there(first, senders)
        victim.stop()
        count = int.from_bytes(self.counted.read_bytes(), sys.byteorder)
        victim.start()
        return count

    def is_quiet(self, senders):
        try:
            return not any(sender.is_alive() for sender in senders) and all(
                daemon.call("status.show")["outbox"] == 0 for daemon in (self.alice, self.bob))
        except OSError:
            return False

    def fail_at(self, victim, number):
        self.start_so_that(victim, FAIL_ALLOCATION=number)
        failing = victim.process
        first, senders = self.begin_to_write(TEXTS)
        deadline = time.monotonic() + daemons.PATIENCE
        while (failing.poll() is None and not self.is_quiet(senders)
               and time.monotonic() < deadline):
            time.sleep(0.02)
        if failing.poll() is None:
            try:
                self.all_is_there(first, senders)
            except OSError:  # it fails now that it is asked
                failing.wait(timeout=daemons.PATIENCE)
        code = failing.poll()
        if code is not None:
            victim.start()
            self.all_is_there(first, senders)
        return {None: "went on", 1: "said so and ended"}.get(code, "ended otherwise")

    def test_nothing_is_lost_twice_or_out_of_order(self):
        dice = random.Random(SEED)
        print(f"seed {SEED}", flush=True)
        for victim in (self.alice, self.bob):
            most = self.allocations_of(victim)
            ends = Counter()
            slowest = (0, 0)
            for number in sorted(dice.sample(range(1, most + 1), COUNT)):
                begin = time.monotonic()
                try:
                    ends[self.fail_at(victim, number)] += 1
                except AssertionError as error:
                    raise AssertionError(f"{victim.name}, allocation {number}: {error}") from error
                slowest = max(slowest, (time.monotonic() - begin, number))
            print(f"{victim.name}: of {most} allocations {COUNT} failed: {dict(ends)}, the slowest "
                  f"{slowest[0]:.1f} s, allocation {slowest[1]}", flush=True)
            self.assertIn("out of memory", victim.errors())
            self.end(victim)
            victim.start()
        self.expect(0, texts)


if __name__ == "__main__":
    report.main(sys.modules[__name__])
