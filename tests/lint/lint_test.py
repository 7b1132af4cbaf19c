#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows for each lint that it finds what it is for, and leaves good source alone."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

import file_size
import format as formatting
import hardening
import layers
import materials
import mutations
import source_tree
import spec_links
import summary
import unit_score
import words

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"


class Tree(unittest.TestCase):
    """A case of its own directory."""

    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.root = Path(held.name)

    def put(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def found(self, lint, path, text):
        """What the lint says about this one file."""
        self.put(path, text)
        problems = list(lint.check(self.root))
        (self.root / path).unlink()
        return problems


class SourceTree(unittest.TestCase):
    def test_comments_and_literals_vanish_and_lines_stay(self):
        text = 'a /* x\n y */ b // c\nd("co_await {", \'"\', 1\'000, R"(\n//)") e'
        code = source_tree.code_of(text)
        self.assertEqual(code.count("\n"), text.count("\n"))
        for gone in ("x", "y", "// c", "co_await", "//)"):
            self.assertNotIn(gone, code)
        for kept in ("a", "b", "d(", "1'000", "e"):
            self.assertIn(kept, code)


class FileSize(Tree):
    def test_400_lines_are_too_many(self):
        self.assertTrue(self.found(file_size, "core/a/x.cpp", SPDX + "\n" * 399))
        self.assertFalse(self.found(file_size, "core/a/x.cpp", SPDX + "\n" * 398))

    def test_licence_is_required(self):
        self.assertTrue(self.found(file_size, "core/a/x.h", "#pragma once\n"))


class Layers(Tree):
    def bad(self, path, line):
        self.assertTrue(self.found(layers, path, line + "\n"), f"{path}: {line}")

    def good(self, path, line):
        self.assertFalse(self.found(layers, path, line + "\n"), f"{path}: {line}")

    def test_upward(self):
        self.bad("core/crypto/x.h", '#include "core/wire/reader.h"')
        self.bad("core/session/x.h", '#include "core/message/inner.h"')
        self.bad("core/node/x.h", '#include "core/api/json.h"')
        self.bad("core/node/x.h", '#include "dht/dht_node.h"')
        self.bad("cli/x.cpp", '#include "daemon/config.h"')
        self.bad("core/new/x.h", '#include "core/base/result.h"')
        self.good("core/identity/x.h", '#include "core/wire/reader.h"')
        self.good("daemon/x.cpp", '#include "core/node/node.h"')

    def test_pure_ring_knows_no_asio(self):
        self.bad("core/identity/x.h", '#include "core/base/clock.h"')
        self.bad("core/directory/beacon.h", '#include "core/base/asio.h"')
        self.good("core/directory/directory.h", '#include "core/base/asio.h"')
        self.good("core/identity/x.h", '#include "core/base/time.h"')

    def test_adapters(self):
        self.bad("core/node/x.cpp", '#include "core/store/rocks_store.h"')
        self.bad("daemon/config.cpp", '#include "core/store/rocks_store.h"')
        self.good("daemon/composition.cpp", '#include "core/store/rocks_store.h"')
        self.good("tests/unit/store/x.cpp", '#include "core/store/rocks_store.h"')

    def test_third_party(self):
        self.bad("core/session/x.cpp", "#include <sodium.h>")
        self.bad("core/store/rocks_store.h", "#include <rocksdb/db.h>")
        self.bad("core/base/worker.h", "#include <boost/asio/post.hpp>")
        self.bad("cli/x.cpp", "#include <simdjson.h>")
        self.good("core/store/rocks_store.cpp", "#include <rocksdb/db.h>")
        self.good("tests/unit/x.cpp", "#include <rocksdb/db.h>")

    def test_path_from_the_top(self):
        self.bad("core/wire/x.cpp", '#include "reader.h"')


class Words(Tree):
    def bad(self, text, path="core/a/x.cpp"):
        self.assertTrue(self.found(words, path, text), text)

    def good(self, text, path="core/a/x.cpp"):
        self.assertFalse(self.found(words, path, text), text)

    def test_sleep(self):
        self.bad("std::this_thread::sleep_for(1ms);")
        self.bad("usleep(10);", "tests/unit/a/x_test.cpp")
        self.good("std::this_thread::sleep_for(1ms);", "tests/bench/x.cpp")
        self.good("co_await sleep_for(clock, delay, stop);")

    def test_randomness(self):
        self.bad("randombytes_buf(p, n);")
        self.bad("std::random_device d;")
        self.bad("crypto_sign_keypair(a, b);")
        self.good("crypto_sign_seed_keypair(a, b, seed);")
        self.good("randombytes_buf(p, n);", "core/crypto/sodium_random.cpp")

    def test_clocks(self):
        self.bad("auto t = std::chrono::system_clock::now();")
        self.bad("time(nullptr);")
        self.good("auto t = std::chrono::steady_clock::now();", "core/base/system_clock.cpp")
        self.good("clock.now();")

    def test_detached(self):
        self.bad("co_spawn(io, f(), asio::detached);")
        self.good("co_spawn(io, f(), asio::detached);", "core/base/async_scope.h")

    def test_awaited_braces(self):
        self.bad("void f() { co_await dial(Target{a, b}); }")
        self.bad("void f() { co_await run([s] { return 1; }); }")
        self.bad("void f() { co_await [s]() -> Task<> { co_return; }(); }")
        self.bad("void f() { co_return Pair{co_await a(), 1}; }")
        self.good("void f() { if (co_await a()) { b(); } while (auto x = co_await q.pop()) { } }")
        self.good("Task<> f() { co_await a(b(c)); Pair p{1, 2}; }")
        self.good("auto f = [] { co_await g(); };")
        self.good("if (x) { y(); } else { co_await g(); }")

    def test_coroutines_are_nodiscard(self):
        self.bad("class A {\n  public:\n    Task<int> f(int x);\n};", "core/a/x.h")
        self.bad("virtual asio::awaitable<Result<Channel>> dial(Key k) = 0;", "core/a/x.h")
        self.good("[[nodiscard]] virtual Task<Result<A>> dial(Key k) = 0;", "core/a/x.h")
        self.good("void spawn(Task<> child);\nstd::function<Task<int>(int)> f;", "core/a/x.h")
        self.good("Task<int> A::f(int x) { co_return x; }", "core/a/x.cpp")

    def test_unfinished(self):
        self.bad("// TODO: later")
        self.good("// TODO: later", "tests/unit/a/x_test.cpp")

    def test_file_names(self):
        self.bad("", "core/a/string_utils.h")
        self.bad("", "daemon/connection_manager.cpp")
        self.good("", "daemon/api_handlers_status.cpp")
        self.good("", "core/a/commonplace.cpp")

    def test_comments_are_not_code(self):
        self.good('// std::this_thread::sleep_for\nauto s = "asio::detached";')


class SpecLinks(Tree):
    def test_mentions_in_code(self):
        self.put("docs/spec/wire.md", "# Wire\n## The frame, drawn\n")
        self.bad("// docs/spec/none.md")
        self.bad("// docs/spec/wire.md#nothing")
        self.good("// docs/spec/wire.md#the-frame-drawn and docs/spec/wire.md 2")

    def test_links_of_pages(self):
        self.put("docs/a.md", "# A\n")
        self.assertTrue(self.found(spec_links, "docs/b.md", "[x](c.md)"))
        self.assertTrue(self.found(spec_links, "docs/b.md", "[x](#nothing)"))
        self.assertTrue(self.found(spec_links, "README.md", "[x](docs/none.md)"))
        self.assertFalse(self.found(spec_links, "docs/b.md", "[x](a.md#a) [y](http://e.org/z)"))

    def bad(self, text):
        self.assertTrue(self.found(spec_links, "core/a/x.h", text), text)

    def good(self, text):
        self.assertFalse(self.found(spec_links, "core/a/x.h", text), text)


class Format(Tree):
    def test_a_blank_too_many(self):
        self.put(".clang-format", "BasedOnStyle: Google\n")
        self.assertTrue(self.found(formatting, "core/a/x.cpp", "int  x;\n"))
        self.assertFalse(self.found(formatting, "core/a/x.cpp", "int x;\n"))


class Hardening(Tree):
    def test_a_plain_program_is_weak(self):
        self.put("x.c", "int main(void) { return 0; }\n")
        subprocess.run(["g++", "-no-pie", "-Wl,-z,lazy,-z,norelro", "-fno-stack-protector", "-o",
                        self.root / "x", self.root / "x.c"], check=True)
        self.assertGreaterEqual(len(list(hardening.check([self.root / "x"]))), 6)

    def test_nothing_to_look_at_is_a_failure(self):
        self.assertTrue(list(hardening.check([self.root / "none"])))


class Materials(Tree):
    def found(self, linked, listed, licence="Expat"):
        part = {"name": linked, "licenses": [{"license": {"name": licence}}],
                "properties": [{"name": "kith:how", "value": "linked"}]}
        return list(materials.check([], {"components": [part]}, listed))

    def test_what_is_linked_and_not_listed(self):
        self.assertFalse(self.found("libgtest-dev", {"libgtest-dev"}))
        self.assertEqual(len(self.found("libgtest-dev", {"libgmock-dev"})), 0)  # brought by it
        self.assertEqual(len(self.found("libgmock-dev", {"libgtest-dev"})), 2)

    def test_a_licence_that_does_not_go_with_ours(self):
        self.assertTrue(self.found("libgtest-dev", {"libgtest-dev"}, "CDDL-1.0"))

    def test_nothing_to_look_at_is_a_failure(self):
        self.assertTrue(list(materials.check([self.root / "none"])))


class UnitScore(Tree):
    def test_a_unit_without_walls_is_exposed(self):
        self.put("a.service", "[Service]\nExecStart=/usr/bin/true\n")
        if unit_score.shutil.which("systemd-analyze"):
            self.assertTrue(list(unit_score.check([self.root / "a.service"])))

    def test_no_unit_is_a_failure(self):
        self.assertTrue(list(unit_score.check([])))


class Mutations(Tree):
    def found(self, text, tests=("kith_a_test",)):
        self.put("tests/a/CMakeLists.txt", "kith_test(kith_a_test\n  SOURCES x.cpp)\n")
        self.put("core/a/x.cpp", text)
        one = mutations.Sabotage("one", "harm", "core/a/x.cpp", "if (bad) return;", "", tests)
        return list(mutations.check(self.root, [one]))

    def test_a_place_that_is_gone_or_twofold(self):
        self.assertFalse(self.found("if (bad) return;\n"))
        self.assertTrue(self.found("if (worse) return;\n"))
        self.assertTrue(self.found("if (bad) return;\n" * 2))

    def test_a_test_that_does_not_exist(self):
        self.assertTrue(self.found("if (bad) return;\n", ("kith_b_test",)))
        self.assertTrue(self.found("if (bad) return;\n", ()))


class Summary(Tree):
    GTEST = ('<testsuites><testsuite name="S">'
             '<testcase name="a" classname="S" status="run" result="completed"/>'
             '<testcase name="b" classname="S" status="run" result="{b}">{inner}</testcase>'
             '</testsuite></testsuites>')

    def outcomes(self, ctest, report=None):
        self.put("ctest.junit", f"<testsuite>{ctest}</testsuite>")
        if report is not None:
            self.put("p.xml", report)
        return [result for _, result in summary.count(self.root)]

    def test_cases_are_counted(self):
        good = self.GTEST.format(b="completed", inner="")
        self.assertEqual(self.outcomes('<testcase name="p" status="run"/>', good), ["passed"] * 2)

    def test_skipped_and_failed_cases(self):
        report = self.GTEST.format(b="skipped", inner='<skipped message="x"/>')
        self.assertEqual(self.outcomes('<testcase name="p" status="run"/>', report),
                         ["passed", "skipped"])
        report = self.GTEST.format(b="completed", inner='<failure message="x"/>')
        self.assertEqual(self.outcomes('<testcase name="p" status="fail"/>', report),
                         ["passed", "failed"])

    def test_a_crash_after_the_cases_counts(self):
        report = self.GTEST.format(b="completed", inner="")
        self.assertEqual(self.outcomes('<testcase name="p" status="fail"/>', report),
                         ["passed", "passed", "failed"])

    def test_a_program_without_report_counts_as_one(self):
        self.assertEqual(self.outcomes('<testcase name="q" status="run"/>'), ["passed"])
        self.assertEqual(self.outcomes('<testcase name="q" status="fail"/>'), ["failed"])

    def test_no_run_at_all_is_a_failure(self):
        self.assertEqual([result for _, result in summary.count(self.root)], ["failed"])


if __name__ == "__main__":
    unittest.main()
