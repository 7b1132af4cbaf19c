#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""People who ask for contact without an invitation: what it costs, who sees it, and what happens
when whoever is asked is not there."""
import json
import os
import subprocess
import sys
import time
import unittest
from pathlib import Path

import daemons
import report

PROGRAMS = None
STRANGERS = int(os.environ.get("KITH_STRANGERS", 120))
# Seconds of one core for one evaluation of the puzzle, docs/performance.md.
EVALUATION = 0.0005
# Memory that was freed counts as free in a sanitized program, too.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"


class Strangers(unittest.TestCase):
    def setUp(self):
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.alice = self.network.founder("alice")
        self.bob = self.network.member("bob", self.alice)
        self.carol = self.network.member("carol", self.alice)

    def address(self, daemon):
        return daemon.call("identity.show")["address"]

    def test_a_request_costs_work_is_shown_and_accepted(self):
        self.bob.call("net.status")
        code, out, err = self.carol.kith("contacts", "add", self.address(self.bob), "--text",
                                         "we met at the lake", "--name", "bob")
        self.assertEqual(code, 0, err)
        self.assertRegex(out, r"about \d+ s of work; an invite needs none")
        self.bob.wait_contact("carol", "pending-in")
        code, out, err = self.bob.kith("contacts", "requests")
        self.assertEqual(code, 0, err)
        self.assertIn("carol", out)
        self.assertIn("we met at the lake", out)
        self.carol.wait("the receipt", lambda: self.carol.call("contact.show", who="bob")
                        ["request"]["state"] == "seen")
        code, out, err = self.bob.kith("contacts", "accept", "carol")
        self.assertEqual(code, 0, err)
        self.carol.wait_contact("bob")
        sent = self.carol.call("message.send", to="bob", text="hello")["id"]
        self.carol.call("message.wait", id=sent, state="delivered", timeout_ms=30000)

    def test_whoever_takes_none_is_not_troubled(self):
        self.bob.stop()
        config = self.bob.home / "config" / "config.toml"
        config.write_text(config.read_text() + '[privacy]\naccept_requests = "nobody"\n')
        self.bob.start()
        bob = self.address(self.bob)
        self.carol.call("contact.add", address=bob)
        self.carol.wait("to hear that they take none", lambda: self.carol.call(
            "contact.show", who=bob).get("request", {}).get("state") == "closed")
        code, out, err = self.carol.kith("contacts")
        self.assertIn("ask them for an invite", out)
        states = [contact["state"] for contact in self.bob.call("contact.list")]
        self.assertNotIn("pending-in", states)


class Absent(unittest.TestCase):
    """Whoever is asked is away; only its mailbox is there."""

    def setUp(self):
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.vera = self.network.founder("vera", flags=["--mailbox"]).keep_port()
        self.bob = self.network.member("bob", self.vera)
        self.bob.wait("a mailbox", lambda: any(
            box["state"] == "ok" for box in self.bob.call("mailbox.list")))
        # The host knows what to hand out, and the directory where it is.
        self.bob.wait("to be found", lambda: self.announced())

    def held(self):
        """Envelopes that the mailbox keeps for Bob."""
        return sum(one["envelopes"] for one in self.vera.call("mailbox.stats")["mailboxes"])

    def announced(self):
        time.sleep(4)
        return True

    def test_a_request_waits_with_the_mailbox(self):
        carol = self.network.member("carol", self.vera)
        address = self.bob.call("identity.show")["address"]
        self.bob.stop()
        code, out, err = carol.kith("contacts", "add", address, "--text", "we met at the lake")
        self.assertEqual(code, 0, err)
        carol.wait("the request to be on its way", lambda: carol.call(
            "contact.show", who=address)["request"]["state"] == "out")
        held = self.vera.wait("the envelope", lambda: self.held())
        self.assertEqual(held, 1)
        carol.stop()
        self.bob.start()
        self.assertEqual(self.bob.wait_contact("carol", "pending-in")["text"], "we met at the lake")
        self.bob.call("contact.accept", who="carol")
        carol.start()
        carol.wait_contact("bob")

    def test_an_invitation_is_taken_while_the_inviter_is_away(self):
        link = self.bob.call("invite.create")["link"]
        self.bob.stop()
        carol = self.network.daemon("carol").start()
        carol.call("identity.create", name="carol", network=link)
        carol.call("invite.accept", link=link)
        self.vera.wait("the envelope", lambda: self.held())
        self.bob.start()
        self.bob.wait_contact("carol")
        carol.wait_contact("bob")


class Flood(unittest.TestCase):
    """Fresh identities, all at once. KITH_STRANGERS chooses how many."""

    def setUp(self):
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.bob = self.network.founder("bob")
        self.bob.stop()
        config = self.bob.home / "config" / "config.toml"
        # The strangers' work would take them hours: here it costs next to nothing.
        config.write_text(config.read_text() + '[privacy]\nrequest_effort = "0"\n')
        self.bob.start()
        self.alice = self.network.member("alice", self.bob)

    def resident(self):
        """What Bob's daemon has of its own in memory, in KiB."""
        text = (Path("/proc") / str(self.bob.process.pid) / "status").read_text()
        fields = dict(line.split(":", 1) for line in text.splitlines())
        return int(fields["RssAnon"].split()[0])

    def chat(self, seconds, while_running=None):
        """Round trips of a message to the receipt, in ms."""
        client, times = self.alice.client(), []
        end = time.monotonic() + seconds
        while time.monotonic() < end or (while_running and while_running.poll() is None):
            begin = time.monotonic()
            sent = client.call("message.send", to="bob", text="hello")["id"]
            client.call("message.wait", id=sent, state="delivered", timeout_ms=30000)
            times.append(1000 * (time.monotonic() - begin))
            # Nobody reads them: more than 5,000 would have to wait.
            time.sleep(0.02 if STRANGERS < 1000 else 0.1)
        client.close()
        return sorted(times)

    @staticmethod
    def p99(times):
        return times[int(0.99 * (len(times) - 1))]

    def test_what_is_not_paid_for_is_not_shown(self):
        link = self.bob.call("invite.create")["link"]
        flood = [str(Path(PROGRAMS) / "kith_flood"), link]

        def shown():
            return [one["id"] for one in self.bob.call("contact.list")
                    if one["state"] == "pending-in"]
        for fault in ("missing", "false", "foreign", "other", "stale"):
            done = subprocess.run([*flood, "2", "120", fault], check=True, capture_output=True,
                                  timeout=120)
            self.assertEqual(json.loads(done.stdout)["sent"], 2)
            self.assertEqual(shown(), [], fault)
        subprocess.run([*flood, "2", "120"], check=True, capture_output=True, timeout=120)
        self.bob.wait("those who paid", lambda: len(shown()) == 2)

    def test_of_strangers_costs_a_few_looks_and_no_friend(self):
        link = self.bob.call("invite.create")["link"]
        flood = [str(Path(PROGRAMS) / "kith_flood"), link]
        # What is made once is made: threads, tables, the first pages.
        subprocess.run([*flood, "20", "1"], check=True, capture_output=True, timeout=120)
        self.chat(3)
        before, quiet = self.resident(), self.chat(5)
        attack = subprocess.Popen([*flood, str(STRANGERS), "1"], stdout=subprocess.PIPE)
        busy = self.chat(0, while_running=attack)
        told = json.loads(attack.communicate()[0])
        grown = self.resident() - before
        shown = [one for one in self.bob.call("contact.list") if one["state"] == "pending-in"]
        real = STRANGERS * 2000 * EVALUATION / 60
        print(f"{told['sent']} strangers in {told['seconds']} s: {len(shown)} shown, "
              f"{grown} KiB more, a friend's p99 {self.p99(quiet):.1f} ms quiet, "
              f"{self.p99(busy):.1f} ms ({len(busy)} messages); at the least effort of 2 "
              f"they would have paid {real:.1f} minutes of a core", flush=True)
        self.assertEqual(told["sent"], STRANGERS)
        self.assertGreaterEqual(len(shown), 1)
        self.assertLessEqual(len(shown), 50)
        # A sanitizer keeps a shadow of all that was ever touched.
        self.assertLessEqual(grown, 16384 if daemons.is_sanitized(PROGRAMS) else 4096)
        # A machine that does other things at the same time says little about milliseconds.
        patience = 2 * self.p99(quiet) if STRANGERS >= 3000 else 2 * self.p99(quiet) + 100
        self.assertLessEqual(self.p99(busy), patience)
        # What waits is there after a restart, and nothing is shown twice.
        ids = {one["id"] for one in shown}
        self.bob.stop()
        self.bob.start()
        again = {one["id"] for one in self.bob.call("contact.list")
                 if one["state"] == "pending-in"}
        self.assertEqual(ids, again)


if __name__ == "__main__":
    report.main(sys.modules[__name__])
