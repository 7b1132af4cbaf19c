# SPDX-License-Identifier: GPL-3.0-or-later
"""Alice and Bob write to each other while one of their daemons is in trouble."""
import threading
import time
import unittest

import daemons


class Sender(threading.Thread):
    """Numbered texts through whatever daemon there is, each under one id until it is answered."""

    def __init__(self, side, daemon, to, numbers):
        super().__init__(daemon=True)
        self.side, self.kithd, self.to, self.numbers = side, daemon, to, numbers

    def run(self):
        for number in self.numbers:
            identifier = f"{self.side}{number:025d}"
            while True:
                try:
                    self.kithd.call("message.send", to=self.to, id=identifier,
                                    text=f"{self.kithd.name} {number}")
                    break
                except (OSError, ConnectionError, ValueError):
                    time.sleep(0.02)


class TwoWriters(unittest.TestCase):
    programs = None

    def setUp(self):
        self.network = self.enterContext(daemons.Network(self.programs))
        vera = self.network.founder("Vera")
        self.alice = self.network.member("Alice", vera)
        self.bob = self.network.member("Bob", vera)
        self.network.befriend(self.bob, self.alice)
        # Nobody reads here, so that no more than 5,000 texts would be let through.
        for daemon, who in ((self.alice, "Bob"), (self.bob, "Alice")):
            daemon.call("contact.set", who=who, bulk=True)
        self.said = 0

    def begin_to_write(self, count):
        """So many texts each way; gives the number of the first and who says them."""
        first = self.said
        self.said += count
        numbers = range(first, self.said)
        senders = [Sender(1, self.alice, "Bob", numbers), Sender(2, self.bob, "Alice", numbers)]
        for sender in senders:
            sender.start()
        return first, senders

    def all_is_there(self, first, senders):
        """What was said from the first one on; both daemons are up."""
        for sender in senders:
            sender.join(timeout=daemons.PATIENCE)
            self.assertFalse(sender.is_alive(), "texts are not taken")
        limit = 2 * (self.said - first)
        latest = lambda person, other: [line["text"] for line in person.call(
            "message.history", chat=other, limit=limit)]
        self.expect(first, latest)

    def expect(self, first, lines_of):
        """All texts from the first one on, at both, once and in order."""
        for daemon in (self.alice, self.bob):
            daemon.wait("an empty outbox", lambda d=daemon: d.call("status.show")["outbox"] == 0)
        for sender, reader in ((self.alice, self.bob), (self.bob, self.alice)):
            wanted = [f"{sender.name} {number}" for number in range(first, self.said)]
            for person, other in ((reader, sender), (sender, reader)):
                said = [text for text in lines_of(person, other.name) if text.startswith(sender.name)]
                self.assertEqual(said, wanted)
