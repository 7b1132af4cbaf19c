#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every source file is as clang-format 14 leaves it. Versions differ, so it must be that one."""
import subprocess
import sys

import source_tree

TOOL = "clang-format-14"


def check(root):
    paths = [str(path) for path in source_tree.files(root)]
    done = subprocess.run([TOOL, "--dry-run", "--style=file", *paths], cwd=root, check=False,
                          capture_output=True, text=True)
    if done.returncode != 0:
        yield f"{TOOL} failed: {done.stderr.strip()}"
        return
    seen = set()
    for line in done.stderr.splitlines():
        if "[-Wclang-format-violations]" in line:
            path, number = line.split(":")[:2]
            if path not in seen:
                seen.add(path)
                yield f"{path}:{number}: not as {TOOL} -i leaves it"


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
