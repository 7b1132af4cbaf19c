# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbered texts to oneself: whatever happens to the machine, those that were acknowledged stay."""
import sys
import unittest

import daemons

# LeakSanitizer cannot work under strace.
NO_LEAK_CHECK = {"ASAN_OPTIONS": "detect_leaks=0"}


def texts(daemon, chat):
    return [line["text"] for line in daemon.history(chat)]


class Notes(unittest.TestCase):
    def setUp(self):
        programs = sys.modules[type(self).__module__].PROGRAMS
        self.network = self.enterContext(daemons.Network(programs))

    def notes(self, daemon, first, last):
        for number in range(first, last):
            daemon.call("message.send", to="me", text=f"note {number}")

    def expect_notes(self, daemon, count):
        self.assertEqual(texts(daemon, "me"), [f"note {number}" for number in range(count)])
