#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each sabotage of tests/mutation still fits its place, has a name of its own, and names real tests."""
import re
import sys
from pathlib import Path

import source_tree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "mutation"))

from sabotage import Misfit, Sabotage  # noqa: E402


def known_tests(root):
    """Names of the tests that CMakeLists.txt files make."""
    names = set()
    for path in source_tree.files(root, ("tests",), (".txt",)):
        text = source_tree.text_of(root, path)
        names |= set(re.findall(r"kith_test\(\s*(\w+)", text))
        names |= {"e2e_" + name for name in re.findall(r"kith_e2e\(\s*(\w+)", text)}
    return names


def check(root, sabotages=None):
    if sabotages is None:
        import run
        sabotages = run.SABOTAGES
    tests = known_tests(root)
    seen = set()
    for one in sabotages:
        if one.name in seen:
            yield f"two sabotages are called {one.name}"
        seen.add(one.name)
        if not one.tests:
            yield f"{one.name}: no test is named"
        for test in one.tests:
            if test not in tests:
                yield f"{one.name}: no test is called {test}"
        if one.search == one.replace:
            yield f"{one.name}: it changes nothing"
        try:
            one.check(root)
        except Misfit as misfit:
            yield str(misfit)


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
