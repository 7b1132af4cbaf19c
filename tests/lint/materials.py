#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bill of materials is true: what the programs link follows from daemon/packaging/apt-build.txt,
nothing on that list is for nothing, and each component has a licence that goes with GPL-3.0-or-later.

    materials.py PROGRAM...
"""
import re
import subprocess
import sys
from pathlib import Path

import source_tree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "daemon" / "packaging"))

import sbom  # noqa: E402

# One of these in a component is enough to use it: others are for its tests and its packaging.
GOES_WITH_GPL3 = re.compile(
    r"^(Expat|MIT|ISC|BSD-?[23].*|BSD-2-[Cc]lause.*|Boost-1|BSL-1\.0|CC0.*|Apache-2\.0|GPL-2\+|GPL-3\+?.*|"
    r"GPL-2 or Apache-2\.0|LGPL.*|FreeSoftware|public-domain|Unicode)$", re.IGNORECASE)


def development_packages(names):
    """What the packages of the list bring by their dependencies, one level down."""
    brought = set()
    for name in names:
        depends = subprocess.run(["dpkg-query", "-W", "-f", "${Depends}", name], check=True,
                                 capture_output=True, text=True).stdout
        brought |= {re.match(r"[^ ,:(|]+", part.strip()).group() for part in depends.split(",") if part.strip()}
    return brought


def check(programs, bill=None, listed=None):
    programs = [program for program in map(Path, programs) if program.exists()]
    if not programs and bill is None:
        yield "no program to look at"
        return
    bill = bill or sbom.bill(programs)
    listed = listed or sbom.listed()
    linked = {part["name"] for part in bill["components"]
              if part["properties"][0]["value"] == "linked"}
    for package in sorted(linked - development_packages(listed) - listed - sbom.RUNTIME):
        yield f"{package} is linked and follows from no line of apt-build.txt"
    for package in sorted(listed - sbom.COMPILED_IN):
        if package not in linked and not development_packages([package]) & linked:
            yield f"{package} of apt-build.txt is neither linked nor known as headers"
    for part in bill["components"]:
        names = [entry["license"]["name"] for entry in part["licenses"]]
        if part["name"] not in sbom.RUNTIME and not any(map(GOES_WITH_GPL3.match, names)):
            yield f"{part['name']}: no licence known that goes with the GPL: {names}"


if __name__ == "__main__":
    sys.exit(source_tree.report(check(sys.argv[1:])))
