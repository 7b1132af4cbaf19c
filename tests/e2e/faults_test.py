#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine fails: full disks, disks that cannot sync, flipped bytes, old copies, few descriptors,
stopped processes. What was acknowledged stays, what cannot be done is said (docs/reliability.md).

KITH_FLIPS chooses the number of flipped bytes, KITH_SEED repeats a run.
"""
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

import daemons
import report

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
FLIPS = int(os.environ.get("KITH_FLIPS", 200 if SOAK else 20))
SEED = int(os.environ.get("KITH_SEED", random.randrange(1 << 32)))
# LeakSanitizer cannot work under strace.
NO_LEAK_CHECK = {"ASAN_OPTIONS": "detect_leaks=0"}


def texts(daemon, chat):
    return [line["text"] for line in daemon.history(chat)]


class Faults(unittest.TestCase):
    def setUp(self):
        self.network = self.enterContext(daemons.Network(PROGRAMS))

    def notes(self, daemon, first, last):
        for number in range(first, last):
            daemon.call("message.send", to="me", text=f"note {number}")

    def expect_notes(self, daemon, count):
        self.assertEqual(texts(daemon, "me"), [f"note {number}" for number in range(count)])


class Disk(Faults):
    def small_disk(self, daemon, size):
        """The daemon's home on a disk of its own."""
        if os.geteuid() != 0:
            self.skipTest("needs root to mount a small disk")
        kept = Path(self.network.root) / "kept"
        daemon.home.rename(kept)
        daemon.home.mkdir(mode=0o700)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs",
                               str(daemon.home)], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"no mounts here: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(daemon.home)])
        shutil.copytree(kept, daemon.home, dirs_exist_ok=True)
        return daemon

    @staticmethod
    def fill(daemon):
        """Takes all space that is left."""
        ballast = daemon.home / "ballast"
        with open(ballast, "ab", buffering=0) as file:
            for block in (1 << 20, 4096):
                try:
                    while True:
                        file.write(bytes(block))
                except OSError:
                    pass
        return ballast

    def send_until_refused(self, daemon, count):
        """Notes until one is refused; gives how many were acknowledged, and the error."""
        for number in range(count, count + 100000):
            begin = time.monotonic()
            try:
                daemon.call("message.send", to="me", text=f"note {number}")
            except daemons.Refused as refused:
                return number, refused, time.monotonic() - begin
        self.fail("the disk does not become full")

    def test_a_full_disk_refuses_clearly_and_comes_back_by_itself(self):
        daemon = self.small_disk(self.network.daemon("Ann"), "96m").start()
        daemon.call("identity.create", name="Ann", network="new")
        self.notes(daemon, 0, 20)
        ballast = self.fill(daemon)
        count, refused, took = self.send_until_refused(daemon, 20)
        self.assertEqual(refused.code, "no-space")
        self.assertLess(took, 3)
        self.assertEqual(daemon.call("daemon.status")["store"], "full")
        self.expect_notes(daemon, count)
        code, _, errors = daemon.kith("send", "me", "no room for this")
        self.assertNotEqual(code, 0)
        self.assertIn("try:", errors)

        # It starts there, too, and shows what it has.
        self.assertLess(daemon.stop(), 5)
        daemon.start()
        self.expect_notes(daemon, count)

        ballast.unlink()
        begin = time.monotonic()

        def takes_again():
            try:
                return daemon.call("message.send", to="me", text=f"note {count}")
            except daemons.Refused:
                return None
        daemon.wait("room", takes_again)
        self.assertLess(time.monotonic() - begin, 30)
        self.expect_notes(daemon, count + 1)
        daemon.stop()
        daemon.start()
        self.expect_notes(daemon, count + 1)

    def test_a_disk_that_does_not_sync_is_written_no_more(self):
        if not shutil.which("strace"):
            self.skipTest("needs strace")
        daemon = self.network.founder("Ann")
        self.notes(daemon, 0, 5)
        daemon.stop()
        daemon.prefix = ["strace", "-f", "-qq", "-o", "/dev/null",
                         "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=30+"]
        daemon.environment.update(NO_LEAK_CHECK)
        daemon.start()
        # What was not acknowledged may be there or not, but not in between.
        acknowledged, refused = 5, None
        for number in range(5, 60):
            try:
                daemon.call("message.send", to="me", text=f"note {number}")
                acknowledged = number + 1
            except daemons.Refused as error:
                refused = error
                break
        self.assertIsNotNone(refused)
        self.assertEqual(daemon.call("daemon.status")["store"], "read-only")
        self.assertEqual(texts(daemon, "me")[:acknowledged],
                         [f"note {number}" for number in range(acknowledged)])
        with self.assertRaises(daemons.Refused):
            daemon.call("message.send", to="me", text="still not")
        subprocess.run(["pkill", "-KILL", "-P", str(daemon.process.pid)])
        daemon.process.wait()
        daemon.prefix = []
        daemon.start()
        after = texts(daemon, "me")
        self.assertIn(len(after), (acknowledged, acknowledged + 1))
        self.assertEqual(after, [f"note {number}" for number in range(len(after))])
        self.notes(daemon, len(after), len(after) + 1)

    def test_a_flipped_byte_is_named_or_harmless(self):
        chance = random.Random(SEED)
        print(f"seed {SEED}", flush=True)
        daemon = self.network.founder("Ann")
        self.notes(daemon, 0, 300)
        daemon.kill()
        good, data = Path(self.network.root) / "good", daemon.home / "share"
        shutil.copytree(data, good)
        named = harmless = 0
        for _ in range(FLIPS):
            shutil.rmtree(data)
            shutil.copytree(good, data)
            files = [path for path in data.rglob("*")
                     if path.suffix in (".log", ".sst") or path.name.startswith("MANIFEST")]
            files = [path for path in files if path.stat().st_size > 0]
            victim = chance.choice(files)
            content = bytearray(victim.read_bytes())
            place = chance.randrange(len(content))
            content[place] ^= 1 << chance.randrange(8)
            victim.write_bytes(content)
            daemon.spawn()
            try:
                daemon.wait_ready()
            except AssertionError:
                # It says what is wrong and what to do, and changes nothing.
                self.assertEqual(daemon.process.returncode, 1, daemon.errors())
                self.assertIn("error: the database is damaged", daemon.errors())
                self.assertIn("try: put back a copy", daemon.errors())
                named += 1
                continue
            if daemon.call("daemon.status")["store"] == "corrupt":
                named += 1
            else:
                try:
                    self.expect_notes(daemon, 300)
                    harmless += 1
                except daemons.Refused:
                    named += 1
            daemon.kill()
        print(f"{FLIPS} flips: {named} named, {harmless} harmless", flush=True)

    def test_an_old_copy_heals_and_is_told(self):
        alice = self.network.founder("Alice")
        bob = self.network.member("Bob", alice)
        self.talk(alice, bob, "before")
        alice.stop()
        copy, data = Path(self.network.root) / "copy", alice.home / "share"
        shutil.copytree(data, copy)
        alice.start()
        self.talk(alice, bob, "between")
        alice.stop()
        shutil.rmtree(data)
        shutil.copytree(copy, data)
        alice.start()
        begin = time.monotonic()
        self.talk(alice, bob, "after")
        print(f"healed after {time.monotonic() - begin:.1f} s", flush=True)
        self.assertLess(time.monotonic() - begin, 90)
        self.assertEqual(texts(bob, "Alice").count("after of Alice"), 1)
        self.assertEqual(texts(bob, "Alice").count("between of Alice"), 1)
        log = alice.home / "state" / "default" / "kithd.log"
        self.assertIn("restored from an older copy", log.read_text())

    def talk(self, one, other, word):
        for sender, reader in ((one, other), (other, one)):
            message = sender.call("message.send", to=reader.name, text=f"{word} of {sender.name}")
            sender.call("message.wait", id=message["id"], state="delivered", timeout_ms=60000)


class Process(Faults):
    def test_a_stopped_process_is_missed_and_found_again(self):
        alice = self.network.founder("Alice")
        bob = self.network.member("Bob", alice)
        bob.process.send_signal(signal.SIGSTOP)
        waiting = alice.call("message.send", to="Bob", text="while you slept")["id"]
        time.sleep(60 if SOAK else 35)
        with self.assertRaises(daemons.Refused):
            alice.call("message.wait", id=waiting, state="delivered", timeout_ms=100)
        begin = time.monotonic()
        bob.process.send_signal(signal.SIGCONT)
        alice.call("message.wait", id=waiting, state="delivered", timeout_ms=60000)
        print(f"back after {time.monotonic() - begin:.1f} s", flush=True)
        self.assertLess(time.monotonic() - begin, 45)

    def test_few_descriptors_refuse_new_work_and_keep_contacts(self):
        alice = self.network.founder("Alice")
        bob = self.network.member("Bob", alice)
        alice.stop()
        alice.prefix = ["prlimit", "--nofile=64:64", "--"]
        alice.start()
        host, _, port = alice.call("daemon.status")["listen"][0].rpartition(":")
        crowd = []
        for _ in range(200):
            one = socket.socket()
            one.settimeout(1)
            try:
                one.connect((host, int(port)))
            except OSError:
                one.close()
                continue
            crowd.append(one)
        try:
            message = bob.call("message.send", to="Alice", text="in a crowd")["id"]
            bob.call("message.wait", id=message, state="delivered", timeout_ms=60000)
            self.assertEqual(texts(alice, "Bob"), ["in a crowd"])
        finally:
            for one in crowd:
                one.close()
        self.assertIsNone(alice.process.poll())


if __name__ == "__main__":
    report.main(sys.modules[__name__])
