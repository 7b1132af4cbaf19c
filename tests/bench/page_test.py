#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of figures: what is written by hand stays, what fails is named, nothing else is lost."""
import argparse
import sys
import unittest
from pathlib import Path

import figures
import page
import run

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = figures.Row("good", figures.key("good"), "{} ms", ("<=", 5))
BAD = figures.Row("bad", figures.key("bad"))


def shell(text, rows, needs="sh", slow=False):
    return figures.Command(needs, lambda _: ["sh", "-c", text], rows, slow)


def measure(*commands, repeat=False, quick=False):
    options = argparse.Namespace(programs="/bin", rounds=3, quick=quick, root="/tmp", scratch="/tmp/scratch")
    run.say = lambda _: None
    return run.measure(figures.Section("section", list(commands), repeat), options)


class Page(unittest.TestCase):
    def test_every_section_has_a_place_in_the_page(self):
        text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
        for name in ["machine", *(section.name for section in figures.SECTIONS)]:
            self.assertIn("new\n", page.replace_block(text, name, "new\n"))

    def test_what_is_written_by_hand_stays(self):
        text = "before\n<!-- measured: a -->\nold \\1\n<!-- end: a -->\nafter\n"
        self.assertEqual(page.replace_block(text, "a", "new \\1"), text.replace("old", "new"))

    def test_a_page_without_the_place_is_refused(self):
        with self.assertRaises(ValueError):
            page.replace_block("<!-- measured: a -->\n<!-- end: b -->", "a", "new")

    def test_a_missed_goal_is_said(self):
        self.assertEqual(page.verdict((">=", 0.8), "{}", 0.79), "at least 0.8: **missed**")
        self.assertEqual(page.verdict((">=", 0.8), "{}", 0.8), "at least 0.8")
        self.assertEqual(page.verdict(("<=", 30), "{} ms", 31), "at most 30 ms: **missed**")

    def test_rounds_show_what_they_lay_between(self):
        self.assertEqual(page.spread(GOOD, [3, 1, 2]), "2 ms (1 ms to 3 ms)")
        self.assertEqual(page.spread(GOOD, [1361.2]), "1,361 ms")

    def test_others_are_compared_with_the_first(self):
        table = page.comparison_table([(GOOD._replace(goal=None), [80]), (BAD._replace(goal=(">=", 4)), [40])])
        self.assertIn("| bad | 40 | 40 to 40 | 2 times that | at least 4 times: **missed** |", table)


class Measure(unittest.TestCase):
    def test_each_round_gives_a_figure(self):
        found, notes, _ = measure(shell("echo good 1", [GOOD]), repeat=True)
        self.assertEqual((found, notes), ([(GOOD, [1.0] * 3)], []))

    def test_what_fails_is_named_and_loses_no_other(self):
        found, notes, _ = measure(shell("echo bad 1; echo why >&2; exit 3", [BAD, BAD._replace(pattern="x(y)")]),
                                  shell("echo good 1", [GOOD]))
        self.assertEqual(found, [(BAD, [1.0]), (GOOD, [1.0])])
        self.assertEqual(len(notes), 1)
        self.assertRegex(notes[0], "^failed: .*exit 3: why$")

    def test_what_prints_no_figure_has_failed(self):
        found, notes, _ = measure(shell("echo good 1", [GOOD, BAD]))
        self.assertEqual(found, [(GOOD, [1.0])])
        self.assertEqual(notes, ['failed: nothing printed for "bad"'])

    def test_what_a_yardstick_would_have_printed_is_left_out(self):
        _, notes, _ = measure(shell("echo good 1", [GOOD, BAD._replace(optional=True)]))
        self.assertEqual(notes, ['left out: nothing printed for "bad"'])

    def test_what_is_not_built_is_left_out_and_named(self):
        found, notes, _ = measure(shell("echo bad 1", [BAD], needs="no-such-program"), shell("echo good 1", [GOOD]))
        self.assertEqual(found, [(GOOD, [1.0])])
        self.assertRegex(notes[0], r"^left out: .*\(not here: no-such-program\)$")

    def test_quick_leaves_out_what_is_slow(self):
        found, notes, _ = measure(shell("echo bad 1", [BAD], slow=True), quick=True)
        self.assertEqual(found, [])
        self.assertRegex(notes[0], "^left out: .* by --quick$")


if __name__ == "__main__":
    sys.exit(unittest.main())
