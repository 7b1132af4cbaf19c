#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls, words and file names that have no place here, each with its reason (docs/style.md)."""
import re
import sys
from fnmatch import fnmatch

import source_tree

PRODUCT = ["core/*", "dht/*", "daemon/*", "cli/*"]
EVERYWHERE = PRODUCT + ["tests/*"]
VIRTUAL = PRODUCT + ["tests/unit/*", "tests/sim/*", "tests/support/*"]

# (pattern, where it is looked for, where it is allowed, why not)
FORBIDDEN = [
    (r"this_thread\s*::\s*sleep_|(?<!\w )(?<![\w.>])u?sleep\s*\(|\bnanosleep\s*\(", VIRTUAL, [],
     "nobody sleeps: wait for what you need, on a Clock"),
    (r"\brandombytes\w*|\bstd::random_device|\bmt19937\w*|\bgetrandom\s*\(|\bs?rand\s*\(", PRODUCT,
     ["core/crypto/sodium_random.cpp"], "randomness is an argument: Random&"),
    (r"\bcrypto_\w+(?<!_seed)_keypair\s*\(|\bcrypto_secretstream\w*_init_push|\bcrypto_box_seal\s*\(",
     PRODUCT, [], "draws randomness itself: take the seeded form"),
    (r"(system|steady|high_resolution|utc|file)_clock\s*::\s*now|\bclock_gettime\s*\(|"
     r"\bgettimeofday\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\)", VIRTUAL,
     ["core/base/system_clock.cpp", "cli/clock.cpp", "tests/sim/*clock*"], "time is an argument: Clock or Timestamp"),
    (r"\basio::detached\b", EVERYWHERE, ["core/base/async_scope.h"],
     "a coroutine without owner: AsyncScope"),
    (r"\bMSGPACK_DEFINE", EVERYWHERE, [], "bytes from outside go through wire::Reader"),
    (r"\bco_await\s*\[", EVERYWHERE, [], "g++ 12 destroys the closure twice: name it first"),
    (r"\busing\s+namespace\s+std\s*;", EVERYWHERE, [], "name what you use"),
]
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
BAD_NAME = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?|impl|types|handlers?)($|_)")
BLOCK_WORDS = {"else", "do", "try", "const", "mutable", "noexcept", "override", "final"}


def allowed(path, places):
    return any(fnmatch(path, place) for place in places)


def closing(text, start):
    """Offset after the `<...>` that opens at start, or None."""
    depth = 0
    for offset in range(start, min(len(text), start + 400)):
        depth += {"<": 1, ">": -1}.get(text[offset], 0)
        if depth == 0:
            return offset + 1
    return None


def undiscardable(code):
    """Offsets of coroutines that a header declares without [[nodiscard]]."""
    for match in re.finditer(r"\b(?:Task|asio::awaitable)<", code):
        end = closing(code, match.end() - 1)
        if end is None or not re.match(r"\s+(?:operator\s*\(\)|\w+)\s*\(", code[end:end + 120]):
            continue
        # The declaration starts after the last `;`, `{`, `}`, or access specifier.
        start = max(code.rfind(mark, 0, match.start()) for mark in ";{}")
        before = code[start + 1:match.start()]
        # Inside parentheses or angle brackets it is a parameter or a callback's type.
        if before.count("(") > before.count(")") or re.search(r"[<,=]\s*$", before):
            continue
        if "nodiscard" not in before:
            yield match.start()


def awaited_braces(code):
    """Offsets of `co_await` with a brace or a lambda in the awaited expression, or around it."""
    for match in re.finditer(r"\bco_await\b", code):
        depth = 0
        for offset in range(match.end(), len(code)):
            char = code[offset]
            if char in "([":
                depth += 1
            elif char in ")]":
                depth -= 1
            if depth < 0 or (char == ";" and depth == 0):
                break
            if char == "{":
                yield match.start()
                break
        else:
            continue
        start = max(code.rfind(mark, 0, match.start()) for mark in ";{}")
        word = re.search(r"(\w+)\s*$", code[:start]) if start >= 0 and code[start] == "{" else None
        if word and word.group(1) not in BLOCK_WORDS:
            yield match.start()


def check_text(path, text):
    code = source_tree.code_of(text)
    for pattern, places, exceptions, why in FORBIDDEN:
        if not allowed(path, places) or allowed(path, exceptions):
            continue
        for match in re.finditer(pattern, code):
            yield match.start(), f"{match.group().strip()}: {why}"
    for offset in awaited_braces(code):
        yield offset, "brace or lambda in an awaited expression: name the value first (g++ 12)"
    if path.endswith(".h"):
        for offset in undiscardable(code):
            yield offset, "a coroutine is declared [[nodiscard]]"
    if allowed(path, PRODUCT):
        for match in UNFINISHED.finditer(text):
            yield match.start(), f"{match.group()} in product code"


def check(root):
    for path in source_tree.files(root):
        stem = path.stem.removesuffix("_test")
        if BAD_NAME.search(stem) and not stem.startswith("api_handlers"):
            yield f"{path}:1: say what it is: the name means nothing"
        text = source_tree.text_of(root, path)
        code = source_tree.code_of(text)
        for offset, problem in check_text(str(path), text):
            where = text if problem.endswith("product code") else code
            yield f"{path}:{source_tree.line_of(where, offset)}: {problem}"


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
