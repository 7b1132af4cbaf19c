#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spoils the product in small ways, one at a time, and shows that the tests see each of them.

    run.py [--list] [--keep DIR] [--report DIR] [NAME...]

A private copy of the tree is built (preset dev, with ccache); the tests that are named by the
sabotages have to pass there first. Then each sabotage is put in, what it needs is built, its tests
are run until one fails, and it is taken out. Who survives is a bug of the tests, and so is one that
no longer fits: exit code 1. Nothing in this checkout is touched; --keep keeps the copy for the next
run and for a look at it. --report leaves DIR/ctest.junit, one case a sabotage, for tests/summary.py.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import delivery
import limits
import strangers
import trust
from sabotage import Misfit

ROOT = Path(__file__).resolve().parent.parent.parent
SABOTAGES = delivery.SABOTAGES + trust.SABOTAGES + limits.SABOTAGES + strangers.SABOTAGES
PROGRAMS_OF_E2E = ["kith", "kithd", "kith_flood", "kithd_hostile"]


def copy_tree(target):
    """All files of the checkout that git knows or would take, uncommitted changes too."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        source, copy = ROOT / name, target / name
        if not source.is_file():
            continue
        if copy.is_file() and copy.read_bytes() == source.read_bytes():
            continue  # its time stays, and with it what was built from it
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)


class Copy:
    """The private tree and its build directory."""

    def __init__(self, tree):
        self.tree = tree
        self.build_dir = tree / "build" / "dev"
        self.env = {**os.environ, "CCACHE_BASEDIR": str(tree), "CCACHE_NOHASHDIR": "1",
                    "GTEST_FAIL_FAST": "1"}

    def configure(self):
        if not (self.build_dir / "build.ninja").exists():
            self.call("cmake", "--preset", "dev").check_returncode()

    def call(self, *command):
        return subprocess.run(command, cwd=self.tree, env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace")

    def build(self, tests):
        targets = []
        for test in tests:
            targets += PROGRAMS_OF_E2E if test.startswith("e2e_") else [test]
        return self.call("ninja", "-C", str(self.build_dir), "-j", str(os.cpu_count()), *sorted(set(targets)))

    def run(self, tests):
        pattern = "^(" + "|".join(map(re.escape, tests)) + ")$"
        return self.call("ctest", "--test-dir", str(self.build_dir), "-R", pattern,
                         "--no-tests=error", "--stop-on-failure", "--output-on-failure",
                         "--timeout", "900")


def first_failure(output):
    """What went red first, in the words of GoogleTest or ctest."""
    found = re.search(r"\[  FAILED  \] (\S+)", output) or re.search(r"\((?:Failed|Timeout|\w*\*+\w*)\)", output)
    if found:
        return found.group(found.lastindex or 0).rstrip(",")
    died = re.search(r"\*\*\*(Exception: \w+|Timeout|Failed)", output)
    return died.group(1) if died else "a test failed"


def try_one(copy, sabotage):
    """(word, what was seen): "caught", "survived", or "broken" when it does not even build."""
    path = copy.tree / sabotage.path
    good = path.read_text(encoding="utf-8")
    try:
        path.write_text(sabotage.spoiled(good), encoding="utf-8")
        built = copy.build(sabotage.tests)
        if built.returncode != 0:
            return "broken", "it does not build:\n" + built.stdout[-3000:]
        ran = copy.run(sabotage.tests)
        return ("survived", "") if ran.returncode == 0 else ("caught", first_failure(ran.stdout))
    except Misfit as misfit:
        return "broken", str(misfit)
    finally:
        path.write_text(good, encoding="utf-8")


def leave_report(directory, words):
    """One case a sabotage, in the dialect of ctest."""
    suite = ElementTree.Element("testsuite", name="mutations")
    for name, word in words.items():
        case = ElementTree.SubElement(suite, "testcase", name=f"mutation {name}",
                                      status="run" if word == "caught" else "fail")
        if word != "caught":
            ElementTree.SubElement(case, "failure", message=word)
    directory.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(suite).write(directory / "ctest.junit")


def prepare(copy, tests):
    """Builds what is unspoiled and runs it: a test that is red anyway catches nothing."""
    print(f"building {len(tests)} test programs, unspoiled", flush=True)
    built = copy.build(tests)
    if built.returncode != 0:
        sys.exit("error: the unspoiled tree does not build\n" + built.stdout[-3000:])
    ran = copy.run(tests)
    if ran.returncode != 0:
        sys.exit("error: the unspoiled tree is red\n" + ran.stdout[-6000:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--report", type=Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    unknown = set(options.names) - {one.name for one in SABOTAGES}
    if unknown:
        sys.exit(f"error: no sabotage is called {', '.join(sorted(unknown))}")
    chosen = [one for one in SABOTAGES if not options.names or one.name in options.names]
    if options.list:
        for one in chosen:
            print(f"{one.name:24} {one.harm}")
        return 0

    held = None if options.keep else tempfile.TemporaryDirectory(prefix="kith-mutations-")
    copy = Copy((options.keep or Path(held.name)).resolve() / "tree")
    copy_tree(copy.tree)
    copy.configure()
    tests = sorted({test for one in chosen for test in one.tests})
    prepare(copy, tests)

    words = {}
    for one in chosen:
        began = time.monotonic()
        words[one.name], seen = try_one(copy, one)
        print(f"{words[one.name]:8} {one.name:24} {time.monotonic() - began:4.0f} s  {seen or one.harm}", flush=True)
    counts = {word: list(words.values()).count(word) for word in ("caught", "survived", "broken")}
    print(f"{counts['caught']} caught, {counts['survived']} survived, {counts['broken']} broken")
    if options.report:
        leave_report(options.report, words)
    return 0 if counts["caught"] == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
