#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody sets the clock of a computer, by an hour or by decades, while people write to each other.

libfaketime gives one daemon another wall clock; its steady clock goes on. It cannot do that to a
program under AddressSanitizer: for a plain build (./test soak). Promise R10 of docs/threat-model.md.
"""
import os
import sys
import time
import unittest
from pathlib import Path

import daemons
import report

PROGRAMS = None
LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
HOUR, DAY, YEAR = 3600, 86400, 365 * 86400
JUMPS = [HOUR, -HOUR, DAY, -DAY, 10 * YEAR, -10 * YEAR, "1970-01-02 00:00:00", "2040-06-01 00:00:00",
         0]


class Clock(unittest.TestCase):
    def setUp(self):
        if not LIBRARY.exists():
            self.skipTest("needs faketime")
        if daemons.is_sanitized(PROGRAMS):
            self.skipTest("libfaketime and AddressSanitizer do not go together")
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.alice = self.network.founder("Alice")
        self.bob = self.network.member("Bob", self.alice)
        self.bob.stop()
        # kithd reads in its own places only.
        self.time = self.bob.home / "state" / "default" / "time"
        self.set_clock(0)
        self.bob.environment.update(LD_PRELOAD=str(LIBRARY), FAKETIME_NO_CACHE="1",
                                    FAKETIME_TIMESTAMP_FILE=str(self.time),
                                    FAKETIME_DONT_FAKE_MONOTONIC="1")
        self.bob.start()

    def set_clock(self, to):
        new = self.time.with_suffix(".new")
        new.write_text(f"{to:+d}s" if isinstance(to, int) else f"@{to}")
        new.replace(self.time)

    def processor(self, daemon):
        fields = Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def talk(self, number):
        for sender, other in ((self.alice, "Bob"), (self.bob, "Alice")):
            message = sender.call("message.send", to=other, text=f"{sender.name} {number}")["id"]
            sender.call("message.wait", id=message, state="delivered", timeout_ms=60000)

    def expect_all(self, count):
        for one, other in ((self.alice, self.bob), (self.bob, self.alice)):
            there = [line["text"] for line in one.history(other.name) if line["dir"] == "in"]
            self.assertEqual(there, [f"{other.name} {number}" for number in range(count)])

    def test_the_clock_jumps_while_people_write(self):
        for number, jump in enumerate(JUMPS):
            self.set_clock(jump)
            begin = time.monotonic()
            self.talk(number)
            print(f"{jump}: {time.monotonic() - begin:.2f} s", flush=True)
            self.assertLess(time.monotonic() - begin, 30)
            if jump == 10 * YEAR:
                shown = self.bob.history("Alice")[-1]["time"]
                self.assertGreater(shown, f"{time.gmtime().tm_year + 9}", "the clock is not faked")
        self.expect_all(len(JUMPS))
        used, begin = self.processor(self.bob), time.monotonic()
        time.sleep(3)
        self.assertLess((self.processor(self.bob) - used) / (time.monotonic() - begin), 0.15)

    def test_it_jumps_while_nobody_is_there(self):
        for number, jump in enumerate(JUMPS):
            self.bob.stop()
            self.set_clock(jump)
            waiting = self.alice.call("message.send", to="Bob", text=f"Alice {number}")["id"]
            self.bob.start()
            begin = time.monotonic()
            self.alice.call("message.wait", id=waiting, state="delivered", timeout_ms=60000)
            message = self.bob.call("message.send", to="Alice", text=f"Bob {number}")["id"]
            self.bob.call("message.wait", id=message, state="delivered", timeout_ms=60000)
            print(f"{jump}: {time.monotonic() - begin:.2f} s", flush=True)
        self.expect_all(len(JUMPS))


if __name__ == "__main__":
    report.main(sys.modules[__name__])
