#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom: the table of docs/architecture.md 2, checked against every #include."""
import re
import sys
from fnmatch import fnmatch

import source_tree

# The files of core/base that know Boost.Asio; all other folders count as one name each.
ASYNC = {
    "asio.h", "asio_net.h", "asio_signals.h", "async_event.h", "async_queue.h", "async_scope.h", "clock.h",
    "system_clock.h", "system_clock.cpp", "turnstile.h", "worker.h", "worker.cpp",
}

_PURE2 = {"base", "crypto", "wire", "text", "identity"}
_PURE3 = _PURE2 | {"session", "message"}
_PURE4 = _PURE3 | {"group", "mailbox", "reputation", "files", "directory"}
_CORE = _PURE4 | {"async", "store", "transport", "node"}
MAY_INCLUDE = {
    "base": set(),
    "async": {"base"},
    "crypto": {"base"},
    "wire": {"base"},
    "text": {"base"},
    "identity": {"base", "crypto", "wire"},
    "session": _PURE2,
    "message": _PURE2,
    "group": _PURE3,
    "mailbox": _PURE3,
    "reputation": _PURE3,
    "files": _PURE3,
    "directory": {"base", "crypto", "wire", "identity"},
    "api": {"base"},
    "store": _PURE4 | {"async"},
    "transport": {"base", "async", "crypto", "wire", "identity"},
    "node": _CORE - {"node"},
    "dht": {"base", "async", "crypto", "wire", "identity", "directory"},
    "daemon": _CORE | {"api", "dht"},
    "cli": {"base", "text", "api"},
}

# Pattern of the including file -> more folders it may use.
EXCEPTIONS = {"core/directory/directory.h": {"async"}}

# Adapters: only the file that builds the real ports, their own folder, and tests know them.
ADAPTERS = {
    "core/store/rocks_store.h", "core/transport/tls_transport.h", "dht/opendht_directory.h",
    "core/base/system_clock.h",
}
BUILDS_PORTS = ("daemon/composition*", "tests/*")

# Third-party header pattern -> patterns of the files that may include it.
THIRD_PARTY = [
    ("tl/*", ["core/base/result.h"]),
    ("fmt/*", ["*.cpp", "core/base/log.h"]),
    ("boost/[!c]*", ["core/base/asio*.h"]),
    ("boost/crc.hpp", ["core/store/rocks_manifest.cpp"]),
    ("sodium*", ["core/crypto/*"]),
    ("nettle/*", ["core/crypto/kdf.cpp"]),
    ("msgpack*", ["core/wire/*"]),
    ("utf8proc.h", ["core/text/*.cpp"]),
    ("uni[!s]*.h", ["core/text/*.cpp"]),
    ("unistr.h", ["core/text/*.cpp"]),
    ("unicode/*", ["core/text/skeleton.cpp"]),
    ("simdjson.h", ["core/api/json.cpp"]),
    ("rocksdb/*", ["core/store/rocks_*.cpp", "core/store/rocks_[!s]*.h"]),
    ("gnutls/*", ["core/transport/tls_*.cpp", "core/transport/tls_[!t]*.h"]),
    ("miniupnpc/*", ["core/transport/port_map.cpp"]),
    ("natpmp*", ["core/transport/port_map.cpp"]),
    ("opendht*", ["dht/*.cpp"]),
    ("spdlog/*", ["daemon/*.cpp"]),
    ("toml*", ["daemon/*.cpp"]),
    ("seccomp.h", ["daemon/hardening*.cpp"]),
    ("CLI/*", ["cli/*.cpp", "daemon/*.cpp"]),
    ("qrcodegen*", ["cli/*.cpp"]),
]

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)


def folder_of(path):
    """The row of the table that a file of this project belongs to; None for tests."""
    parts = path.split("/")
    if parts[0] == "tests":
        return None
    if parts[0] != "core":
        return parts[0]
    if parts[1] == "base" and parts[-1] in ASYNC:
        return "async"
    return parts[1]


def own_problem(path, target):
    """What is wrong with a file including a header of this project, or None."""
    mine, other = folder_of(path), folder_of(target)
    if target in ADAPTERS and folder_of(target) != mine:
        if not any(fnmatch(path, pattern) for pattern in BUILDS_PORTS):
            return f"{target} is an adapter: include the port's interface"
    if mine is None or mine == other:
        return None
    if mine not in MAY_INCLUDE:
        return f"{mine} is not in the table of docs/architecture.md 2"
    if other in MAY_INCLUDE[mine] | EXCEPTIONS.get(path, set()):
        return None
    return f"{mine} may not include {other or 'tests'} ({target})"


def foreign_problem(path, target):
    for pattern, allowed in THIRD_PARTY:
        if fnmatch(target, pattern):
            if path.startswith("tests/") or any(fnmatch(path, place) for place in allowed):
                return None
            return f"<{target}> is allowed only in {', '.join(allowed)}"
    return None


def check(root):
    for path in source_tree.files(root):
        text = source_tree.text_of(root, path)
        for match in _INCLUDE.finditer(text):
            kind, target = match.groups()
            if kind == '"' and not re.match(r"(core|dht|daemon|cli|tests)/", target):
                problem = f'"{target}": include by the path from the top of the repository'
            elif kind == '"':
                problem = own_problem(str(path), target)
            else:
                problem = foreign_problem(str(path), target)
            if problem:
                yield f"{path}:{source_tree.line_of(text, match.start(1))}: {problem}"


if __name__ == "__main__":
    sys.exit(source_tree.run(check))
