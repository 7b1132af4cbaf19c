# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs unittest cases against programs and reports them as GoogleTest would (tests/summary.py)."""
import argparse
import sys
import time
import unittest
import xml.etree.ElementTree as ElementTree


class Recorder(unittest.TextTestResult):
    def __init__(self, *args):
        super().__init__(*args)
        self.rows = []

    def startTest(self, test):
        self.begin = time.monotonic()
        super().startTest(test)

    def note(self, test, outcome, text=""):
        self.rows.append((test.id(), time.monotonic() - self.begin, outcome, text))

    def addSuccess(self, test):
        self.note(test, "passed")
        super().addSuccess(test)

    def addFailure(self, test, err):
        self.note(test, "failure", self._exc_info_to_string(err, test))
        super().addFailure(test, err)

    def addError(self, test, err):
        self.note(test, "failure", self._exc_info_to_string(err, test))
        super().addError(test, err)

    def addSkip(self, test, reason):
        self.note(test, "skipped", reason)
        super().addSkip(test, reason)


def write(rows, path):
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(root, "testsuite", name="e2e", tests=str(len(rows)))
    for name, took, outcome, text in rows:
        suite_name, _, case_name = name.rpartition(".")
        case = ElementTree.SubElement(suite, "testcase", classname=suite_name, name=case_name,
                                      time=f"{took:.3f}", status="run")
        if outcome != "passed":
            ElementTree.SubElement(case, outcome, message=text[-2000:])
    ElementTree.ElementTree(root).write(path)


def main(module):
    """Parses --programs and --report, runs all cases of the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True, help="directory with kith and kithd")
    parser.add_argument("--report", help="where to write the XML report")
    parser.add_argument("case", nargs="*", help="only these cases: Class.test_name")
    options = parser.parse_args()
    module.PROGRAMS = options.programs
    loader = unittest.defaultTestLoader
    suite = (loader.loadTestsFromNames(options.case, module) if options.case
             else loader.loadTestsFromModule(module))
    result = unittest.TextTestRunner(resultclass=Recorder, verbosity=2).run(suite)
    if options.report:
        write(result.rows, options.report)
    sys.exit(0 if result.wasSuccessful() else 1)
