#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile mailbox hosts beside an honest one, as real processes.

Vera is honest. Hal is pinned, so that he can try every act in turn; Mal drops everything from the
first moment on and is to be left. Alice and Bob are never there together. KITH_ROUNDS chooses how
often each act is tried.
"""
import os
import sys
import time
import unittest

import daemons
import report

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
ROUNDS = int(os.environ.get("KITH_ROUNDS", 5 if SOAK else 1))
ACTS = ["none", "replay", "reorder", "withhold", "drop", "flip", "swap", "lie-in-stat",
        "lie-in-audit", "false-gone", "bad-receipt"]
AT_ONCE = 3


class HostileDaemon(daemons.Daemon):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.program = "kithd_hostile"
        self.word = self.home / "config" / "hostility"  # the daemon may read there
        self.environment["KITH_HOSTILITY"] = str(self.word)
        self.turn("none")

    def turn(self, act):
        fresh = self.word.with_suffix(".new")
        fresh.write_text(act)
        fresh.rename(self.word)


class Hostile(unittest.TestCase):
    def setUp(self):
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.vera = self.network.founder("Vera", flags=["--mailbox"]).keep_port()
        self.hal, self.mal = (self.hostile(name) for name in ("Hal", "Mal"))
        self.alice, self.bob = (self.guest(name) for name in ("Alice", "Bob"))
        self.network.befriend(self.bob, self.alice)
        for owner in (self.alice, self.bob):
            owner.wait("three mailboxes", lambda d=owner: sum(
                box["state"] == "ok" for box in d.call("mailbox.list")) == 3)
            owner.call("mailbox.use", who=self.box(owner, "Hal")["id"])
        self.network.teach(self.alice, self.bob)
        self.said = {"Alice": [], "Bob": []}
        self.first = {name: len(self.heard(person, other)) for name, person, other in (
            ("Alice", self.bob, "Alice"), ("Bob", self.alice, "Bob"))}

    def hostile(self, name):
        daemon = HostileDaemon(PROGRAMS, self.network.root, name)
        daemon.flags = ["--mailbox"]
        self.network.daemons.append(daemon)
        daemon.start()
        link = self.vera.call("invite.create")["link"]
        daemon.call("identity.create", name=name, network=link)
        daemon.call("invite.accept", link=link)
        daemon.wait_contact("Vera")
        return daemon.keep_port()

    def guest(self, name):
        daemon = self.network.member(name, self.vera)
        for host in (self.hal, self.mal):
            self.network.befriend(host, daemon)
        return daemon

    @staticmethod
    def box(owner, name):
        return next(box for box in owner.call("mailbox.list") if box.get("name") == name)

    @staticmethod
    def heard(daemon, other):
        return [line["text"] for line in daemon.history(other) if line["dir"] == "in"]

    @staticmethod
    def out(daemon, other):
        return [line for line in daemon.history(other) if line["dir"] == "out"]

    def leave(self, here, away, act):
        """One is there alone and leaves some lines, which the honest host takes."""
        lines = [f"{here.name} {act} {len(self.said[here.name]) + i}" for i in range(AT_ONCE)]
        ids = [here.call("message.send", to=away.name, text=line)["id"] for line in lines]
        self.said[here.name] += lines
        self.wait_receipts(self.vera, here, ids)
        return ids

    @staticmethod
    def wait_receipts(host, here, messages):
        """The first receipt may be of a host that keeps nothing."""
        port = host.call("daemon.status")["listen"][0].rpartition(":")[2]
        for message in messages:
            here.wait(f"{host.name}'s receipt", lambda m=message: any(
                step.get("receipt") and step["to"].endswith(f":{port}")
                for step in here.call("message.trace", id=m)["steps"]), patience=30)

    def change_shift(self, here, away):
        claimed = {line["text"] for line in self.out(here, away.name)
                   if line["state"] == "delivered"}
        here.stop()
        away.start()
        wanted = self.said[here.name]
        begin = time.monotonic()
        away.wait("the mail", lambda: len(self.heard(away, here.name)) >=
                  self.first[here.name] + len(wanted), patience=60)
        self.slowest = max(self.slowest, time.monotonic() - begin)
        time.sleep(1)  # what a hostile host still has to say
        came = self.heard(away, here.name)
        self.assertLessEqual(claimed, set(came), "called delivered")
        # One host decides in which order it hands out what came at once; nothing else does.
        self.assertEqual(sorted(came[self.first[here.name]:]), sorted(wanted), "all of it, once")

    def test_nothing_is_lost_and_nothing_is_believed(self):
        self.slowest = 0.0
        here, away = self.alice, self.bob
        self.mal.turn("drop")
        away.stop()
        for act in ACTS * ROUNDS:
            self.hal.turn(act)
            self.leave(here, away, act)
            self.change_shift(here, away)
            here, away = away, here
        for _ in range(2):
            self.catch(here, away)
            here, away = away, here
        self.hal.turn("none")
        here, away = self.settle(here, away)
        print(f"{sum(map(len, self.said.values()))} messages, slowest {self.slowest:.1f} s", flush=True)
        for owner in (here, away):
            if owner is away:
                here.stop()
                away.start()
            hal, mal = self.box(owner, "Hal"), self.box(owner, "Mal")
            print(f"{owner.name}: Hal {hal['state']} {hal['acts']}, Mal {mal['state']} {mal['acts']}",
                  flush=True)
            self.assertTrue(hal["pinned"])
            self.assertGreaterEqual(mal["lost"], 3)
            self.assertEqual(len(mal["evidence"]), 256, "the receipt of its last loss, in hex")
            self.assertIn(mal["state"], ("draining", "offered"), "it is left")

    def catch(self, here, away):
        """Whoever comes convicts Hal. What it has from Vera it asks Hal to delete, and then nobody can
        say any more whether he had it: so he is not there while it is collected."""
        self.hal.turn("drop")
        for _ in range(2):  # a message says where those before it were left
            self.wait_receipts(self.hal, here, self.leave(here, away, "drop"))
        self.hal.stop()
        self.change_shift(here, away)
        before = self.picked_up(away)
        self.hal.start()
        # The first pick-up may have begun before the notes had come.
        for _ in range(2):
            away.wait("a pick-up at Hal's", lambda: self.picked_up(away) > before, patience=120)
            before = self.picked_up(away)
            away.stop()
            away.start()
        time.sleep(4)  # the question leaves
        self.change_shift(away, here)
        time.sleep(4)  # the answer leaves
        self.change_shift(here, away)
        away.wait("Hal's loss", lambda: self.box(away, "Hal")["lost"] >= 1, patience=60)

    def picked_up(self, owner):
        return self.box(owner, "Hal").get("last_pickup", "")

    def settle(self, here, away):
        """Both come in turn until all is called delivered, and Mal has been left by both."""
        done = set()
        for visit in range(20):
            time.sleep(4)  # what was owed at the start has left by then
            delivered = {line["state"] for line in self.out(here, away.name)} <= {"delivered", "read"}
            left = self.box(here, "Mal")["state"] in ("draining", "offered")
            if "KITH_VERBOSE" in os.environ:
                open_lines = [line["text"] for line in self.out(here, away.name)
                              if line["state"] not in ("delivered", "read")]
                print(here.name, open_lines, self.box(here, "Mal"), flush=True)
            done = done | {here.name} if delivered and left else done - {here.name}
            if len(done) == 2:
                return here, away
            if visit < 2:
                self.leave(here, away, "more")
            self.change_shift(here, away)
            here, away = away, here
        self.fail(f"only {done} came to an end")


if __name__ == "__main__":
    report.main(sys.modules[__name__])
