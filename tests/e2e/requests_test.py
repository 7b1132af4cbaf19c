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
# How many of them call at the same time; whoever is turned away calls again in a tenth of a second.
AT_ONCE = 256
SAMPLES = 400 if STRANGERS >= 1000 else 150
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

    def test_a_contact_introduces_two_others_and_they_chat(self):
        code, _, err = self.alice.kith("contacts", "introduce", "carol", "bob")
        self.assertEqual(code, 0, err)
        notice = self.notice(self.carol, "introduction")
        self.assertEqual(notice["message"], "alice introduces you to bob")
        command = notice["hint"].split()
        self.assertEqual(command[:3], ["kith", "contacts", "add"])
        self.assertEqual(command[3], self.address(self.bob))
        code, _, err = self.carol.kith(*command[1:], "--text", "alice sends me", "--name", "bob")
        self.assertEqual(code, 0, err)
        shown = self.bob.wait_contact("carol", "pending-in")
        alice = next(one for one in self.bob.call("contact.list") if one.get("name") == "alice")
        self.assertEqual(shown["introduced_by"], alice["id"])
        code, out, _ = self.bob.kith("contacts", "requests")
        self.assertEqual(code, 0)
        self.assertIn("introduced by alice", out)
        code, _, err = self.bob.kith("contacts", "accept", "carol")
        self.assertEqual(code, 0, err)
        self.carol.wait_contact("bob")
        for sender, reader in ((self.carol, "bob"), (self.bob, "carol")):
            sent = sender.call("message.send", to=reader, text="hello")["id"]
            sender.call("message.wait", id=sent, state="delivered", timeout_ms=30000)

    @staticmethod
    def notice(daemon, code):
        """The first one of this kind, when it comes."""
        client = daemon.client()
        client.call("events.subscribe", **{"as": "bot", "from": "start", "types": ["notice"]})
        while True:
            line = client.events.pop(0) if client.events else client.read()
            if line["params"]["event"]["code"] == code:
                client.close()
                return line["params"]["event"]

    def test_an_invitation_that_is_over_is_followed_by_work(self):
        self.bob.keep_port()
        invite = self.bob.call("invite.create", expires_ms=5000)["link"]
        over = time.monotonic() + 6
        self.bob.stop()
        self.carol.call("invite.accept", link=invite)
        self.carol.stop()
        self.carol.wait("the invitation to be over", lambda: time.monotonic() > over)
        self.carol.start()
        self.notice(self.carol, "invite-over")
        self.bob.start()
        self.bob.wait_contact("carol", "pending-in")
        self.bob.call("contact.accept", who="carol")
        self.carol.wait("to be contacts", lambda: self.carol.call(
            "contact.show", who=self.carol_knows())["state"] == "accepted")

    def carol_knows(self):
        """Whom Carol has asked."""
        return next(one["id"] for one in self.carol.call("contact.list")
                    if one.get("name") != "alice")

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
        self.link = self.bob.call("invite.create")["link"]

    @staticmethod
    def machine_of_their_own(policy, tasks):
        """All share our processors here. Friends get theirs at once and attackers what is left, as
        if each had a computer; what remains is what the besieged daemon costs."""
        for task in tasks:
            try:
                os.sched_setscheduler(task, policy, os.sched_param(policy == os.SCHED_RR))
            except PermissionError:
                pass  # then the figures are worse, not better

    def flood(self, count, **how):
        words = [f"{name.replace('_', '-')}={value}" for name, value in how.items()]
        return subprocess.Popen([str(Path(PROGRAMS) / "kith_flood"), self.link, str(count), *words],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                preexec_fn=self.machine_of_attackers)

    @classmethod
    def machine_of_attackers(cls):
        # Beside others who want our processors all day they would get none.
        if STRANGERS >= 1000:
            cls.machine_of_their_own(os.SCHED_IDLE, [0])

    def told(self, flood):
        out, _ = flood.communicate(timeout=300)
        self.assertEqual(flood.returncode, 0)
        return json.loads(out.splitlines()[-1])

    def shown(self):
        return [one["id"] for one in self.bob.call("contact.list") if one["state"] == "pending-in"]

    def resident(self):
        """What Bob's daemon has of its own in memory, in KiB."""
        text = (Path("/proc") / str(self.bob.process.pid) / "status").read_text()
        fields = dict(line.split(":", 1) for line in text.splitlines())
        return int(fields["RssAnon"].split()[0])

    def chat(self, samples, while_running=None):
        """Round trips of a message to the receipt, in ms. A contact's rate is 50 a second."""
        client, times = self.alice.client(), []
        while len(times) < samples or (while_running and while_running.poll() is None):
            begin = time.monotonic()
            sent = client.call("message.send", to="bob", text="hello")["id"]
            client.call("message.wait", id=sent, state="delivered", timeout_ms=30000)
            took = time.monotonic() - begin
            times.append(1000 * took)
            time.sleep(max(0.022 - took, 0))
        client.close()
        return sorted(times)

    @staticmethod
    def p99(times):
        return times[int(0.99 * (len(times) - 1))]

    def test_what_is_not_paid_for_is_not_shown(self):
        for place, fault in enumerate(("missing", "false", "foreign", "other", "stale")):
            told = self.told(self.flood(2, each=120, fault=fault, networks=2, first=2 * place))
            self.assertEqual(told["sent"], 2)
            self.assertEqual(self.shown(), [], fault)
        # On a slow machine few proofs are checked a second: BUSY, and they come back.
        told = self.told(self.flood(2, each=120, networks=2, first=20, patient=1))
        self.assertEqual(told["acknowledged"], 2)
        self.assertEqual(len(self.shown()), 2)

    def test_who_is_not_introduced_pays_in_full(self):
        # What was asked first today counts all day, so somebody else is besieged.
        self.bob = self.network.member("dave", self.alice)
        self.link = self.bob.call("invite.create")["link"]
        told = self.told(self.flood(2, fault="cheap", networks=2))
        self.assertEqual((told["sent"], told["effort"]), (2, 2))
        time.sleep(2)
        self.assertEqual(self.shown(), [])
        told = self.told(self.flood(1, networks=1, first=10, patient=1))
        self.assertEqual(told["acknowledged"], 1)

    def test_of_one_device_five_sessions_are_begun_a_day(self):
        self.link = self.bob.call("invite.create", uses=1000)["link"]
        told = self.told(self.flood(8, fault="invite", same=1))
        self.assertEqual(told["sent"], 8)
        self.assertEqual(told["acknowledged"], 5)

    def test_of_strangers_costs_a_few_looks_and_no_friend(self):
        alice = Path("/proc") / str(self.alice.process.pid) / "task"
        self.machine_of_their_own(os.SCHED_RR, [0, *(int(one.name) for one in alice.iterdir())])
        self.addCleanup(self.machine_of_their_own, os.SCHED_OTHER, [0])
        # What is made once is made: threads, tables, the first pages.
        self.told(self.flood(20, each=1, networks=20))
        self.chat(100)
        flood = self.flood(STRANGERS, each=1, networks=STRANGERS, first=20, at_once=AT_ONCE,
                           hold=STRANGERS, wait=1)
        self.assertEqual(json.loads(flood.stdout.readline())["ready"], STRANGERS)
        before, quiet = self.resident(), self.chat(SAMPLES)
        flood.stdin.write("\n")
        flood.stdin.flush()
        busy = self.chat(SAMPLES // 2, while_running=flood)
        told = self.told(flood)
        grown = self.resident() - before
        shown = self.shown()
        real = STRANGERS * 2000 * EVALUATION / 60
        print(f"{told['sent']} strangers of as many networks in {told['seconds']} s: "
              f"{len(shown)} shown, {grown} KiB more, a friend's p99 {self.p99(quiet):.1f} ms "
              f"quiet, {self.p99(busy):.1f} ms ({len(busy)} messages); at the least effort of 2 "
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
        self.bob.stop()
        self.bob.start()
        self.assertEqual(set(shown), set(self.shown()))


if __name__ == "__main__":
    report.main(sys.modules[__name__])
