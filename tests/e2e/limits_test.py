#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits between contacts, with real daemons and default limits.

Friends never notice, a burst is taken at its rate, whoever is not read waits and is told why, and a
report restricts at once. The long form (KITH_SOAK) has 3,000 messages to somebody who reads nothing
and 10,000 in a burst; without it there are fewer, and the burst of a contact is used up before.
"""
import json
import os
import subprocess
import sys
import threading
import time
import unittest

import daemons
import report

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
UNREAD = 3000 if SOAK else 1200
BURST = 10000 if SOAK else 400
PAUSE = 21 if SOAK else 0  # until the burst of a contact is there again
PIPELINE = 256
PROBE = "is anybody listening?"


def send_many(daemon, to, count, label):
    """Many messages over one connection, as a script does; gives their ids."""
    client = daemon.client()
    ids, asked = [], {}
    for number in range(count):
        asked[client.start("message.send", to=to, text=f"{label} {number}")] = number
        if len(asked) == PIPELINE or number == count - 1:
            client.flush()
            while asked:
                answer = client.read()
                if answer.get("id") not in asked:
                    continue
                if "error" in answer:
                    raise daemons.Refused(answer["error"])
                del asked[answer["id"]]
                ids.append(answer["result"]["id"])
    client.close()
    return ids


def unread(daemon, who):
    return daemon.call("contact.show", who=who).get("unread", 0)


def texts(daemon, who):
    return [line["text"] for line in daemon.history(who) if line["dir"] == "in"]


class Reader(threading.Thread):
    """`kith listen --ack`: every event is acknowledged, which is reading it."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.process = subprocess.Popen(
            [daemon.programs / "kith", "listen", "--types", "message", "--as", "reader", "--ack", "--from", "now"],
            env=daemon.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.heard = []
        self.times = []
        self.listening = False
        self.start()

    def run(self):
        for line in self.process.stdout:
            event = json.loads(line)
            if event["text"] == PROBE:
                self.listening = True
            else:
                self.heard.append(event["text"])
                self.times.append(time.monotonic())
            self.process.stdin.write(event["cursor"] + "\n")
            self.process.stdin.flush()

    def stop(self):
        self.process.kill()
        self.process.wait()


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = daemons.Network(PROGRAMS)
        cls.bob = cls.network.founder("Bob")
        cls.alice = cls.network.member("Alice", cls.bob)
        cls.carol = cls.network.member("Carol", cls.bob)

    @classmethod
    def tearDownClass(cls):
        for daemon in (cls.alice, cls.bob, cls.carol):
            daemon.stop()
        cls.network.__exit__()

    def read_all(self):
        newest = self.bob.call("message.history", chat="Alice", limit=1)[-1]["id"]
        self.bob.call("message.read", chat="Alice", up_to=newest)

    def test_1_nobody_reads_and_all_arrives(self):
        begin = time.monotonic()
        send_many(self.alice, "Bob", UNREAD, "quiet")
        self.alice.wait("an empty outbox", lambda: self.alice.call("status.show")["outbox"] == 0, 90)
        took = time.monotonic() - begin
        print(f"{UNREAD} messages to somebody who reads nothing: {took:.1f} s", flush=True)
        self.assertEqual(unread(self.bob, "Alice"), UNREAD)
        self.assertEqual(texts(self.bob, "Alice"), [f"quiet {n}" for n in range(UNREAD)])
        self.read_all()

    def test_2_a_burst_to_a_reader(self):
        reader = Reader(self.bob)

        def listening():
            # It begins with what comes after its start, which takes a while.
            self.carol.call("message.send", to="Bob", text=PROBE)
            time.sleep(0.2)
            return reader.listening
        self.bob.wait("a reader", listening)
        time.sleep(PAUSE)
        begin = time.monotonic()
        ids = send_many(self.alice, "Bob", BURST, "burst")
        self.alice.wait("why it waits", lambda: "Bob's device takes no more so fast" in
                        self.alice.kith("msg", "show", ids[-1])[1])
        other = time.monotonic()
        sent = self.carol.call("message.send", to="Bob", text="from Carol")["id"]
        self.carol.call("message.wait", id=sent, state="delivered", timeout_ms=10000)
        self.assertLess(time.monotonic() - other, 1.0)
        self.assertLess(len(reader.heard), BURST)
        try:
            self.bob.wait("the burst", lambda: len(reader.heard) >= BURST + 1, 240)
        except AssertionError as error:
            have = texts(self.bob, "Alice")[-BURST:]
            missed = [text for text in have if text not in reader.heard]
            raise AssertionError(f"{len(reader.heard)} heard, {len(have)} there, not heard "
                                 f"{missed[:5]}, {self.alice.call('status.show')['outbox']} in the "
                                 f"outbox, {unread(self.bob, 'Alice')} unread") from error
        carol = reader.times[reader.heard.index("from Carol")] - other
        print(f"{BURST} in a burst to a reader: {time.monotonic() - begin:.1f} s, "
              f"another contact's in the middle after {1000 * carol:.0f} ms", flush=True)
        self.assertEqual([text for text in reader.heard if text != "from Carol"],
                         [f"burst {n}" for n in range(BURST)])
        self.alice.wait("an empty outbox", lambda: self.alice.call("status.show")["outbox"] == 0)
        self.bob.wait("all read", lambda: unread(self.bob, "Alice") == 0)
        reader.stop()

    def test_3_with_nobody_reading_it_stops_at_the_credit(self):
        time.sleep(PAUSE)
        ids = send_many(self.alice, "Bob", BURST, "unread")
        credit = self.bob.call("reputation.why", who="Alice")["limits"]["unread"]
        self.assertEqual(credit, 5000)
        self.bob.wait("the credit", lambda: unread(self.bob, "Alice") == credit, 120)
        time.sleep(5)
        self.assertEqual(unread(self.bob, "Alice"), credit)
        code, out, _ = self.alice.kith("msg", "show", ids[-1])
        self.assertEqual(code, 0)
        self.assertIn("Bob's device takes no more until Bob reads", out)
        self.read_all()
        self.bob.wait("what waited", lambda: unread(self.bob, "Alice") >= 1000, 20)
        self.assertEqual(self.bob.kith("contacts", "set", "Alice", "bulk", "on")[0], 0)
        self.bob.wait("the rest", lambda: unread(self.bob, "Alice") == BURST - credit, 60)
        self.assertEqual(texts(self.bob, "Alice")[-BURST:], [f"unread {n}" for n in range(BURST)])
        self.read_all()

    def test_4_with_bulk_a_burst_is_taken_at_once(self):
        self.assertEqual(self.bob.kith("contacts", "set", "Alice", "bulk", "on")[0], 0)
        self.assertIn("none (bulk)", self.bob.kith("net", "why", "Alice")[1])
        begin = time.monotonic()
        send_many(self.alice, "Bob", BURST, "bulk")
        self.alice.wait("an empty outbox", lambda: self.alice.call("status.show")["outbox"] == 0, 20)
        print(f"{BURST} in a burst with bulk: {time.monotonic() - begin:.1f} s", flush=True)
        self.assertEqual(unread(self.bob, "Alice"), BURST)
        self.assertEqual(self.bob.kith("contacts", "set", "Alice", "bulk", "off")[0], 0)
        self.read_all()

    def test_5_a_report_restricts_at_once(self):
        code, out, error = self.bob.kith("contacts", "report", "Alice")
        self.assertEqual(code, 0, error)
        self.assertIn("restricted", out)
        out = self.bob.kith("net", "why", "Alice")[1]
        self.assertIn("you reported a message", out)
        self.assertIn("5 unread at a time, 5 at once then 1 an hour", out)
        self.assertIn("kith contacts unblock", out)
        send_many(self.alice, "Bob", 7, "restricted")
        self.bob.wait("five of them", lambda: unread(self.bob, "Alice") == 5)
        time.sleep(1)
        self.assertEqual(unread(self.bob, "Alice"), 5)
        self.bob.kill()
        self.bob.start()
        self.assertEqual(self.bob.call("reputation.why", who="Alice")["tier"], "restricted")
        self.assertEqual(self.bob.kith("contacts", "unblock", "Alice")[0], 0)
        self.assertEqual(self.bob.call("reputation.why", who="Alice")["tier"], "contact")
        self.bob.wait("all of them", lambda: unread(self.bob, "Alice") == 7)


if not SOAK:  # it takes two minutes
    del Limits.test_3_with_nobody_reading_it_stops_at_the_credit

if __name__ == "__main__":
    report.main(sys.modules[__name__])
