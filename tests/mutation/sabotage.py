# SPDX-License-Identifier: GPL-3.0-or-later
"""One small sabotage of the product, and how it is put into a tree and taken out again."""
from dataclasses import dataclass


class Misfit(Exception):
    """The place that a sabotage names is not in the file, or is there more than once."""


@dataclass(frozen=True)
class Sabotage:
    name: str
    harm: str  # what a product built like this would do
    path: str  # from the top of the tree
    search: str  # once in that file
    replace: str
    tests: tuple  # ctest names, one of which has to go red

    def spoiled(self, text):
        """The text of the file with the sabotage in it."""
        times = text.count(self.search)
        if times != 1:
            raise Misfit(f"{self.path}: the place of \"{self.name}\" is there {times} times")
        return text.replace(self.search, self.replace)

    def check(self, root):
        """Raises Misfit unless the sabotage can be put into the tree at `root`."""
        path = root / self.path
        if not path.is_file():
            raise Misfit(f"{self.path}: no such file, for \"{self.name}\"")
        self.spoiled(path.read_text(encoding="utf-8"))
