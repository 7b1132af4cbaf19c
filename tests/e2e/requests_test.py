#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""People who ask for contact without an invitation: what it costs, who sees it, and what happens
when whoever is asked is not there."""
import sys
import unittest

import daemons
import report

PROGRAMS = None


class Strangers(unittest.TestCase):
    def setUp(self):
        self.network = daemons.Network(PROGRAMS)
        self.addCleanup(self.network.__exit__)
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


if __name__ == "__main__":
    report.main(sys.modules[__name__])
