#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""People who are never there together, and peers that keep their mail.

What counts is what both see, compared from outside the processes. KITH_KILLS and KITH_MAILS choose
the size; KITH_SEED repeats a run.
"""
import collections
import os
import random
import sys
import time
import unittest

import capture
import daemons
import report
from capture_test import needles

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
MAILS = int(os.environ.get("KITH_MAILS", 1000 if SOAK else 60))
KILLS = int(os.environ.get("KITH_KILLS", 200 if SOAK else 24))
STORM_MAILS = int(os.environ.get("KITH_STORM_MAILS", 4000 if SOAK else 240))
SEED = int(os.environ.get("KITH_SEED", random.randrange(1 << 32)))

# Long enough not to turn up in ciphertext by chance.
VERA, WALT, ALICE, BOB = (f"{name}-in-the-clear" for name in ("Vera", "Walt", "Alice", "Bob"))

# Receipts are gathered for up to half a minute before they are left at a host.
RECEIPTS = 45


class Mailboxes(unittest.TestCase):
    def setUp(self):
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.vera = self.network.founder(VERA, flags=["--mailbox"])
        self.walt = self.network.member(WALT, self.vera, flags=["--mailbox"])
        self.hosts = [self.vera.keep_port(), self.walt.keep_port()]
        self.alice = self.guest(ALICE)
        self.bob = self.guest(BOB)
        self.network.befriend(self.bob, self.alice)
        for owner in (self.alice, self.bob):
            owner.wait("two mailboxes", lambda d=owner: self.kept(d) == 2)
        self.network.teach(self.alice, self.bob)

    def guest(self, name):
        daemon = self.network.member(name, self.vera)
        self.network.befriend(self.walt, daemon)
        return daemon

    @staticmethod
    def kept(daemon):
        return sum(box["state"] == "ok" for box in daemon.call("mailbox.list"))

    @staticmethod
    def send(sender, to, texts):
        client = sender.client()
        try:
            return [client.call("message.send", to=to, text=text)["id"] for text in texts]
        finally:
            client.close()

    @staticmethod
    def states(daemon, other):
        return {line["id"]: line["state"] for line in daemon.history(other) if line["dir"] == "out"}

    @staticmethod
    def heard(daemon, other):
        return [line["text"] for line in daemon.history(other) if line["dir"] == "in"]

    def settle(self, daemon, other, wanted):
        """Until every message of this chat is at least that far; none may claim more than is true."""
        rank = ["queued", "sent", "stored", "delivered", "read"]
        def done():
            return all(rank.index(state) >= rank.index(wanted)
                       for state in self.states(daemon, other).values())
        daemon.wait(f"all {wanted}", done, patience=120)

    def test_two_who_are_never_there_together_miss_nothing(self):
        wire = None
        try:
            wire = capture.Capture().__enter__()
            self.addCleanup(wire.__exit__)
        except PermissionError:
            self.fail("needs CAP_NET_RAW to read the loopback interface: run ./test as root")
        before_a, before_b = self.heard(self.bob, ALICE), self.heard(self.alice, BOB)
        secrets = needles(self.vera, (self.alice, self.bob))
        rounds = 3 if SOAK else 1
        size = MAILS // rounds
        texts = {name: [f"{name} writes line {n} of a long letter" for n in range(rounds * size)]
                 for name in (ALICE, BOB)}
        self.bob.stop()
        for turn in range(rounds):
            part = slice(turn * size, (turn + 1) * size)
            claimed = {}
            for here, away in ((self.alice, self.bob), (self.bob, self.alice)):
                self.send(here, away.name, texts[here.name][part])
                self.settle(here, away.name, "stored")
                claimed[here.name] = [line["text"] for line in here.history(away.name)
                                      if line["dir"] == "out" and line["state"] == "delivered"]
                if SOAK:
                    time.sleep(RECEIPTS)  # as long as receipts are gathered
                here.stop()
                away.start()
                away.wait("the mail", lambda a=away, h=here: len(self.heard(a, h.name)) >=
                          len(texts[h.name][:part.stop]) + 1)
                # What was called delivered had been read by then.
                self.assertLessEqual(set(claimed[here.name]), set(self.heard(away, here.name)))
        # Bob was the last to stop; both come back in turn until every receipt has got through.
        self.assertEqual(self.heard(self.alice, BOB), before_b + texts[BOB])
        time.sleep(RECEIPTS)
        self.settle(self.alice, BOB, "stored")
        self.alice.stop()
        self.bob.start()
        self.settle(self.bob, ALICE, "delivered")
        self.assertEqual(self.heard(self.bob, ALICE), before_a + texts[ALICE])
        time.sleep(5)  # what was owed when he started leaves at once
        self.bob.stop()
        self.alice.start()
        self.settle(self.alice, BOB, "delivered")
        secrets.update({f"text of {name}": lines[0].encode() for name, lines in texts.items()})
        self.check_nothing_is_told(wire, secrets)

    def check_nothing_is_told(self, wire, secrets):
        seen = {what: wire.holding(needle) for what, needle in secrets.items()}
        self.assertEqual({what: flows for what, flows in seen.items() if flows}, {})
        size = 0
        for host in self.hosts:
            host.stop()
            for path in (host.home / "share").rglob("*"):
                if not path.is_file():
                    continue
                data = path.read_bytes()
                size += len(data)
                for what, needle in secrets.items():
                    self.assertNotIn(needle, data, f"{what} in {path.name} of {host.name}")
        self.assertGreater(size, 100000)
        print(f"{len(secrets)} needles in {wire.carried(capture.TCP)} bytes of TCP and {size} bytes "
              "of the hosts' disks: none found", flush=True)

    def test_kills_lose_nothing_and_show_nothing_twice(self):
        dice = random.Random(SEED)
        print(f"seed {SEED}, {KILLS} kills, {STORM_MAILS} messages", flush=True)
        texts = {ALICE: [], BOB: []}
        first = {ALICE: self.heard(self.bob, ALICE), BOB: self.heard(self.alice, BOB)}
        self.bob.kill()
        here, away = self.alice, self.bob
        for kill in range(KILLS):
            goal = -(-STORM_MAILS * (kill + 1) // (2 * KILLS))
            mine = texts[here.name]
            fresh = [f"{here.name} {n}" for n in range(len(mine), goal)]
            self.send(here, away.name, fresh)
            mine += fresh
            time.sleep(dice.uniform(0.0, 0.8))
            victim = dice.choice([here, self.vera, self.walt])
            victim.kill()
            if victim is here:
                here, away = away, here
                here.start()
            else:
                victim.start()
        # Now in peace, but never together, until both have everything and know that it arrived.
        done = {}
        for _ in range(16):
            heard = first[away.name] + texts[away.name]
            try:
                here.wait("the rest", lambda: self.heard(here, away.name) == heard and
                          set(self.states(here, away.name).values()) == {"delivered"}, patience=20)
                done[here.name] = True
            except AssertionError:
                done[here.name] = False
                print(f"{here.name} heard {len(self.heard(here, away.name))} of {len(heard)}, is at "
                      f"{sorted(collections.Counter(self.states(here, away.name).values()).items())}",
                      flush=True)
            if len(done) == 2 and all(done.values()):
                break
            time.sleep(5)  # what was owed when it started has left by then
            here.stop()
            here, away = away, here
            here.start()
        for person, other in ((self.alice, self.bob), (self.bob, self.alice)):
            if person.process.poll() is not None:
                person.start()
            self.assertEqual(self.heard(person, other.name), first[other.name] + texts[other.name])
            self.assertEqual(set(self.states(person, other.name).values()), {"delivered"})
        print(f"never together: {len(texts[ALICE])} and {len(texts[BOB])} messages", flush=True)


if __name__ == "__main__":
    report.main(sys.modules[__name__])
