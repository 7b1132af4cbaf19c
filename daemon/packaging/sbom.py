#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the programs: a bill of materials in CycloneDX 1.4, as JSON on stdout.

    sbom.py PROGRAM...

Components are the packages whose shared libraries the programs name, and those of apt-build.txt
whose headers are compiled into them; versions and licences come from dpkg on this machine.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

BUILD_LIST = Path(__file__).resolve().parent / "apt-build.txt"
# Of the list: tools, which leave nothing in the programs.
TOOLS = {"g++", "cmake", "ninja-build", "pkg-config"}
# Libraries that are headers alone.
COMPILED_IN = {"libboost-dev", "libexpected-dev", "libtomlplusplus-dev", "libmsgpack-cxx-dev", "libcli11-dev"}
# What the compiler brings, with its sanitizers.
RUNTIME = {"libc6", "libstdc++6", "libgcc-s1", "libasan8", "libubsan1", "libtsan2"}
# Copyright files of an older form name no licence in a field; read by a person, at these versions.
READ_BY_HAND = {"libgnutls30": "LGPL-2.1-or-later"}


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def listed():
    """Names of apt-build.txt without tools and without versions."""
    lines = (line.split("#")[0].split() for line in BUILD_LIST.read_text().splitlines())
    return {words[0] for words in lines if words} - TOOLS


def linked_packages(program):
    """Packages of the shared libraries that the program itself names."""
    dynamic = output("readelf", "-Wd", str(program))
    wanted = set(re.findall(r"\(NEEDED\).*\[(.+?)\]", dynamic))
    paths = dict(re.findall(r"(\S+) => (/\S+)", output("ldd", str(program))))
    packages = set()
    for library in wanted:
        if library.startswith("ld-linux"):
            continue
        path = Path(paths[library]).resolve()
        # dpkg knows files by the names they were installed under, with or without the merged /usr.
        for name in (str(path), str(path).removeprefix("/usr")):
            found = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True).stdout
            if found:
                packages.add(found.split(":")[0])
                break
        else:
            raise LookupError(f"{path} belongs to no package")
    return packages


def licences(package):
    """From the machine-readable copyright file, sorted."""
    if package in READ_BY_HAND:
        return [READ_BY_HAND[package]]
    text = Path(f"/usr/share/doc/{package}/copyright").read_text(encoding="utf-8", errors="replace")
    if not text.startswith("Format:"):
        return []
    return sorted({name.strip() for name in re.findall(r"^License:[ \t]*(\S.*)$", text, re.MULTILINE)})


def version(package):
    return output("dpkg-query", "-W", "-f", "${Version}\n", package).splitlines()[0]


def document_package(package):
    """libboost-dev says nothing itself: what it stands for does."""
    if Path(f"/usr/share/doc/{package}/copyright").exists() and package != "libboost-dev":
        return package
    depends = output("dpkg-query", "-W", "-f", "${Depends}", package)
    return re.match(r"[^ ,:]+", depends).group()


def component(package, how):
    real = document_package(package)
    return {
        "type": "library",
        "name": real,
        "version": version(real),
        "purl": f"pkg:deb/debian/{real}@{version(real)}",
        "licenses": [{"license": {"name": name}} for name in licences(real)],
        "properties": [{"name": "kith:how", "value": how}],
    }


def bill(programs):
    linked = set().union(*(linked_packages(program) for program in programs))
    parts = [component(package, "linked") for package in sorted(linked)]
    parts += [component(package, "compiled in") for package in sorted(COMPILED_IN & listed())]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.4",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "kith",
                                   "licenses": [{"license": {"id": "GPL-3.0-or-later"}}]}},
        "components": parts,
    }


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    json.dump(bill(sys.argv[1:]), sys.stdout, indent=2)
    print()
