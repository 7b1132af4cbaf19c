#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows on built programs that the hardening flags took effect.

    hardening.py PROGRAM...

Programs that do not exist are left out; one at least must be there.
"""
import re
import subprocess
import sys
from pathlib import Path

import source_tree


def readelf(program, *options):
    return subprocess.run(["readelf", "-W", *options, str(program)], check=True,
                          capture_output=True, text=True).stdout


def weaknesses(program):
    """What an attacker would like about this program."""
    dynamic = readelf(program, "--dynamic")
    segments = readelf(program, "--segments")
    symbols = readelf(program, "--dyn-syms")
    if not re.search(r"FLAGS_1.*\bPIE\b", dynamic):
        yield "not position independent (PIE)"
    if "GNU_RELRO" not in segments:
        yield "no RELRO"
    if not re.search(r"BIND_NOW|FLAGS_1.*\bNOW\b", dynamic):
        yield "symbols are bound late: RELRO is not full (-z now)"
    if re.search(r"GNU_STACK.*\bRWE\b", segments):
        yield "executable stack"
    if re.search(r"LOAD.*\bRWE\b", segments):
        yield "memory that is writable and executable"
    if "__stack_chk_fail" not in symbols:
        yield "no stack protector"
    if not re.search(r"__(?!stack)\w+_chk\b", symbols):
        yield "no _FORTIFY_SOURCE"
    if "glibcxx_assert_fail" not in symbols:
        yield "no _GLIBCXX_ASSERTIONS"


def check(programs):
    there = [program for program in map(Path, programs) if program.exists()]
    if not there:
        yield "no program to look at"
    for program in there:
        for weakness in weaknesses(program):
            yield f"{program}: {weakness}"


if __name__ == "__main__":
    sys.exit(source_tree.report(check(sys.argv[1:])))
