#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No source file has 400 lines or more, and each starts with its licence (docs/style.md 2)."""
import sys

import source_tree

LIMIT = 400
LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"


def check(root):
    for path in source_tree.files(root, suffixes=(".h", ".cpp", ".py", ".cmake")):
        lines = source_tree.text_of(root, path).splitlines()
        if len(lines) >= LIMIT:
            yield f"{path}:{LIMIT}: {len(lines)} lines; split it by noun"
        if path.suffix != ".cmake" and not any(LICENCE in line for line in lines[:2]):
            yield f"{path}:1: no SPDX line on top"


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
