#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page that code or documentation points to exists, and so does the heading."""
import re
import sys

import source_tree

_MENTION = re.compile(r"\b(docs/[\w./-]+\.(?:md|json))(?:#([\w-]+))?")
_LINK = re.compile(r"\]\(([^)\s#]*)(?:#([\w-]+))?\)")


def anchors(text):
    """The anchors of a page's headings, made as code hosts make them."""
    found = set()
    for heading in re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
        found.add(words.replace(" ", "-"))
    return found


def problem(root, target, anchor):
    if not target.exists():
        return "no such page"
    if anchor and target.suffix == ".md":
        if anchor not in anchors(target.read_text(encoding="utf-8")):
            return f"no heading #{anchor}"
    return None


def mentions(root, path, text):
    """(offset, what is written, the file it means, anchor)."""
    for match in _MENTION.finditer(text):
        yield match.start(), match.group(), root / match.group(1), match.group(2)
    if path.suffix != ".md":
        return
    for match in _LINK.finditer(text):
        target, anchor = match.groups()
        if re.match(r"[a-z]+:", target) or target.startswith("docs/"):
            continue
        meant = (root / path).parent / target if target else root / path
        yield match.start(), match.group()[2:-1], meant, anchor


def check(root):
    pages = list(source_tree.files(root, ("docs",), (".md",)))
    pages += [path.relative_to(root) for path in root.glob("*.md")]
    for path in [*source_tree.files(root, suffixes=(".h", ".cpp", ".py")), *pages]:
        if str(path).startswith("tests/lint/"):
            continue
        text = source_tree.text_of(root, path)
        for offset, written, target, anchor in mentions(root, path, text):
            wrong = problem(root, target, anchor)
            if wrong:
                yield f"{path}:{source_tree.line_of(text, offset)}: {written}: {wrong}"


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
