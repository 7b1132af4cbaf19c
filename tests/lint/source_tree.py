# SPDX-License-Identifier: GPL-3.0-or-later
"""What every lint needs: the files of the tree, source text without comments, one way to report."""
import re
import sys
from pathlib import Path

CODE = ("core", "dht", "daemon", "cli", "tests")
SOURCE = (".h", ".cpp")


def files(root, folders=CODE, suffixes=SOURCE):
    """Paths below the given folders, relative to root and sorted."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes:
                yield path.relative_to(root)


def text_of(root, path):
    return (root / path).read_text(encoding="utf-8", errors="replace")


_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""",
    re.DOTALL,
)


def code_of(text):
    """The text with comments blanked and literals emptied; line numbers stay as they are."""

    def blank(match):
        token = match.group()
        newlines = "\n" * token.count("\n")
        if token.startswith("/"):
            return " " + newlines
        # 1'000: a digit separator, not a character.
        if token.startswith("'") and match.start() > 0 and text[match.start() - 1].isalnum():
            return token
        return token[-1] * 2 + newlines

    return _TOKEN.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def report(problems):
    """Prints "path:line: problem" for each and gives the exit code."""
    problems = list(problems)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} found" if problems else "ok")
    return 1 if problems else 0


def run(check):
    """The main of a lint: check(root) yields problems; root is the only argument."""
    return report(check(Path(sys.argv[1]).resolve()))
