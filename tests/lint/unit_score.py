#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an attacker could do beyond the daemon's own rights: the exposure of its systemd unit, 0 to
10, as `systemd-analyze security` counts it, is at most 2.5 (docs/threat-model.md, S12).

    unit_score.py UNIT...
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import source_tree

MOST = 2.5


def exposure(unit):
    """The score, or None when it cannot be told."""
    out = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
                         capture_output=True, text=True).stdout
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", out)
    return float(found.group(1)) if found else None


def check(units):
    if not units:
        yield "no unit to look at"
    if shutil.which("systemd-analyze") is None:
        print("skipped: there is no systemd-analyze here")
        return
    for unit in units:
        score = exposure(Path(unit).resolve())
        if score is None:
            yield f"{unit}: systemd-analyze gives no score"
        elif score > MOST:
            yield f"{unit}: an exposure of {score}, more than {MOST}"


if __name__ == "__main__":
    sys.exit(source_tree.report(check(sys.argv[1:])))
