#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up a test run in one closing line: "N passed, N failed" (", N skipped" if there are any).

    summary.py RESULTS_DIR...

Each directory holds ctest.junit (every test that ctest ran) and, for programs that report their
cases themselves, NAME.xml as GoogleTest writes it. Such a program counts as its cases, any other
as one. A program that failed without a failed case (a crash, a leak found at exit, a time-out)
counts as one failure more. Exit code 0 only if nothing failed and something passed.
"""
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


def outcome(case):
    """Of one <testcase>, in the dialects of GoogleTest and ctest."""
    if case.find("failure") is not None or case.find("error") is not None:
        return FAILED
    status = case.get("status", "run")
    if status in ("fail", "failed"):
        return FAILED
    if case.find("skipped") is not None or case.get("result") in ("skipped", "suppressed"):
        return SKIPPED
    return SKIPPED if status in ("notrun", "disabled") else PASSED


def cases_of(path):
    """(name, outcome) of each case in one XML report."""
    root = ElementTree.parse(path).getroot()
    for case in root.iter("testcase"):
        suite = case.get("classname", "")
        yield f"{suite}.{case.get('name')}", outcome(case)


def count(directory):
    """(name, outcome) of all that ran in one directory."""
    junit = directory / "ctest.junit"
    if not junit.exists():
        yield f"{directory}: ctest left no report", FAILED
        return
    for test in ElementTree.parse(junit).getroot().iter("testcase"):
        name, whole = test.get("name"), outcome(test)
        report = directory / f"{name}.xml"
        cases = []
        if report.exists():
            try:
                cases = [(f"{name}: {case}", result) for case, result in cases_of(report)]
            except ElementTree.ParseError:
                cases = [(f"{name}: its report is broken", FAILED)]
        yield from cases
        # What the cases do not explain is a failure of the program itself.
        if not cases or (whole == FAILED and all(result != FAILED for _, result in cases)):
            yield name, whole


def main(directories):
    totals = {PASSED: 0, FAILED: 0, SKIPPED: 0}
    for directory in directories:
        for name, result in count(Path(directory)):
            totals[result] += 1
            if result != PASSED:
                print(f"{result.upper()} {name}")
    line = f"{totals[PASSED]} passed, {totals[FAILED]} failed"
    if totals[SKIPPED]:
        line += f", {totals[SKIPPED]} skipped"
    print(line)
    return 0 if totals[FAILED] == 0 and totals[PASSED] > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
