#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people chat: real daemons, real DHT, real TLS, on 127.0.0.1."""
import json
import sys
import unittest

import daemons
import report

PROGRAMS = None

TEXTS = ["hello", "привет, как дела?", "family 👨‍👩‍👧‍👦 and flag 🇺🇦", "two\nlines", "x" * 60000]


def shape(history):
    """What both ends must agree on."""
    return [(line["id"], line["text"], line["from"]) for line in history]


class Chat(unittest.TestCase):
    def setUp(self):
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.vera = self.network.founder("Vera")

    def pair(self):
        alice = self.network.member("Alice", self.vera)
        bob = self.network.member("Bob", self.vera)
        self.network.befriend(bob, alice)
        return alice, bob

    def send_and_wait(self, sender, to, text):
        message = sender.call("message.send", to=to, text=text)
        return sender.call("message.wait", id=message["id"], state="delivered", timeout_ms=60000)

    def test_texts_of_every_kind_arrive_both_ways(self):
        alice, bob = self.pair()
        for text in TEXTS:
            self.assertEqual(self.send_and_wait(alice, "Bob", text)["state"], "delivered")
            self.assertEqual(self.send_and_wait(bob, "Alice", text)["state"], "delivered")
        at_alice, at_bob = alice.history("Bob"), bob.history("Alice")
        self.assertEqual(shape(at_alice), shape(at_bob))
        self.assertEqual([line["text"] for line in at_alice], [t for t in TEXTS for _ in "ab"])
        for daemon in (alice, bob, self.vera):
            self.assertLess(daemon.stop(), 5)

    def test_message_waits_for_a_peer_that_is_down_and_survives_own_restart(self):
        alice, bob = self.pair()
        self.send_and_wait(alice, "Bob", "before")
        bob.stop()
        message = alice.call("message.send", to="Bob", text="while you were away")
        with self.assertRaises(daemons.Refused) as refused:
            alice.call("message.wait", id=message["id"], state="delivered", timeout_ms=300)
        self.assertEqual(refused.exception.code, "timeout")
        alice.kill()
        bob.start()
        alice.start()
        alice.call("message.wait", id=message["id"], state="delivered", timeout_ms=60000)
        self.assertEqual([line["text"] for line in bob.history("Alice")],
                         ["before", "while you were away"])

    def test_request_by_address_is_answered(self):
        alice = self.network.member("Alice", self.vera)
        bob = self.network.member("Bob", self.vera)
        alice.call("contact.add", address=bob.call("identity.show")["address"], text="it is me")
        request = bob.wait_contact("Alice", "pending-in")
        self.assertEqual(request.get("note", "it is me"), "it is me")
        early = alice.call("message.send", to="Bob" if False else
                           bob.call("identity.show")["id"], text="queued until you say yes")
        bob.call("contact.accept", who=request["id"])
        alice.wait_contact("Bob")
        alice.call("message.wait", id=early["id"], state="delivered", timeout_ms=60000)
        self.assertEqual(bob.history("Alice")[-1]["text"], "queued until you say yes")

    def test_blocked_peer_sees_somebody_who_is_offline(self):
        alice, bob = self.pair()
        self.send_and_wait(alice, "Bob", "one")
        bob.call("contact.block", who="Alice")
        message = alice.call("message.send", to="Bob", text="two")
        with self.assertRaises(daemons.Refused) as refused:
            alice.call("message.wait", id=message["id"], state="delivered", timeout_ms=2000)
        self.assertEqual(refused.exception.code, "timeout")
        self.assertEqual([line["text"] for line in bob.history("Alice")], ["one"])
        bob.call("contact.unblock", who="Alice")
        alice.call("message.retry", id=message["id"])
        alice.call("message.wait", id=message["id"], state="delivered", timeout_ms=60000)

    def test_same_id_is_one_message(self):
        alice, bob = self.pair()
        first = alice.call("message.send", to="Bob", text="once")
        again = alice.call("message.send", to="Bob", text="once", id=first["id"])
        self.assertEqual(first["id"], again["id"])
        alice.call("message.wait", id=first["id"], state="delivered", timeout_ms=60000)
        self.assertEqual(len(bob.history("Alice")), 1)
        self.assertEqual(len(alice.history("Bob")), 1)

    def test_outsider_gets_neither_answer_nor_link(self):
        alice = self.network.member("Alice", self.vera)
        mallory = self.network.founder("Mallory")
        node = alice.call("daemon.status")["listen"][0]
        with self.assertRaises(daemons.Refused) as refused:
            mallory.call("net.bootstrap", op="add", address=node)
        self.assertEqual(refused.exception.code, "bootstrap-unreachable")
        self.assertEqual(str(refused.exception).count("nobody answered"), 1)
        self.assertEqual(mallory.call("net.status")["nodes"], 0)
        mallory.call("contact.add", address=alice.call("identity.show")["address"], text="hi")
        with self.assertRaises(AssertionError):
            alice.wait("a request", lambda: [contact for contact in alice.call("contact.list")
                                             if contact["state"] == "pending-in"], patience=3)

    def test_events_resume_where_the_consumer_acknowledged(self):
        alice, bob = self.pair()
        for text in ("one", "two", "three"):
            self.send_and_wait(alice, "Bob", text)
        client = bob.client()
        client.call("events.subscribe", **{"as": "bot", "from": "start", "types": ["message"]})
        seen = []
        while len(seen) < 2:
            line = client.events.pop(0) if client.events else client.read()
            seen.append((line["params"]["cursor"], line["params"]["event"]["text"]))
        self.assertEqual([text for _, text in seen], ["one", "two"])
        client.call("events.ack", **{"as": "bot", "cursor": seen[0][0]})
        client.close()
        bob.kill()
        bob.start()
        client = bob.client()
        client.call("events.subscribe", **{"as": "bot", "types": ["message"]})
        line = client.events.pop(0) if client.events else client.read()
        self.assertEqual(line["params"]["event"]["text"], "two")
        client.close()

    def test_safety_numbers_agree(self):
        alice, bob = self.pair()
        at_alice = alice.call("verify.show", who="Bob")
        at_bob = bob.call("verify.show", who="Alice")
        self.assertEqual(at_alice["safety_number"], at_bob["safety_number"])
        self.assertEqual(at_alice["state"], "invited")
        code, out, _ = alice.kith("--json", "verify", "Bob", "--matches", at_bob["qr"])
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(out)["state"], "verified")


if __name__ == "__main__":
    report.main(sys.modules[__name__])
