#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that are full, that cannot be written, that do not sync. What was acknowledged stays, what
cannot be done is said, and all goes on by itself when there is room.

Promises R4 and R5 of docs/threat-model.md. KITH_CYCLES chooses how often the disk becomes full,
KITH_SYNCS how many points of failing sync are tried, KITH_SEED repeats a run.
"""
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import daemons
import report
from notes import NO_LEAK_CHECK, Notes, texts

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
CYCLES = int(os.environ.get("KITH_CYCLES", 50 if SOAK else 1))
SYNCS = int(os.environ.get("KITH_SYNCS", 60 if SOAK else 1))
SEED = int(os.environ.get("KITH_SEED", random.randrange(1 << 32)))


class SmallDisk(Notes):
    def small_disk(self, daemon, options):
        """The daemon's home on a disk of its own."""
        if os.geteuid() != 0:
            self.skipTest("needs root to mount a small disk")
        kept = Path(self.network.root) / "kept"
        daemon.home.rename(kept)
        daemon.home.mkdir(mode=0o700)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"{options},mode=700", "tmpfs",
                               str(daemon.home)], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"no mounts here: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(daemon.home)])
        shutil.copytree(kept, daemon.home, dirs_exist_ok=True)
        return daemon

    @staticmethod
    def fill(daemon, leave=0):
        """Takes all space that is left, but for so many bytes."""
        ballast = daemon.home / "ballast"
        with open(ballast, "ab", buffering=0) as file:
            for block in (1 << 20, 4096):
                try:
                    while True:
                        file.write(bytes(block))
                except OSError:
                    pass
            file.truncate(max(file.tell() - leave, 0))
        return ballast

    def send_until_refused(self, daemon, count, limit=100000):
        """Notes until one is refused; gives how many were acknowledged, and the error."""
        for number in range(count, count + limit):
            begin = time.monotonic()
            try:
                daemon.call("message.send", to="me", text=f"note {number}")
            except daemons.Refused as refused:
                return number, refused, time.monotonic() - begin
        self.fail("the disk does not become full")

    def send_again(self, daemon, count):
        """One more note, as soon as it is taken; gives the seconds."""
        begin = time.monotonic()

        def takes_again():
            try:
                return daemon.call("message.send", to="me", text=f"note {count}")
            except daemons.Refused:
                return None
        daemon.wait("room", takes_again)
        return time.monotonic() - begin

    def test_a_full_disk_refuses_clearly_and_comes_back_by_itself(self):
        chance = random.Random(SEED)
        print(f"seed {SEED}, {CYCLES} times", flush=True)
        daemon = self.small_disk(self.network.daemon("Ann"), "size=96m").start()
        daemon.call("identity.create", name="Ann", network="new")
        self.notes(daemon, 0, 20)
        count, slowest = 20, 0.0
        for cycle in range(CYCLES):
            ballast = self.fill(daemon, leave=chance.randrange(1 << 20) if cycle else 0)
            count, refused, took = self.send_until_refused(daemon, count)
            self.assertEqual(refused.code, "no-space")
            self.assertLess(took, 3)
            self.assertEqual(daemon.call("daemon.status")["store"], "full")
            self.expect_notes(daemon, count)
            code, _, errors = daemon.kith("send", "me", "no room for this")
            self.assertNotEqual(code, 0)
            self.assertIn("try:", errors)

            # It starts there, too, and shows what it has.
            if cycle % 2 == 0:
                self.assertLess(daemon.stop(), 5)
                daemon.start()
                self.expect_notes(daemon, count)

            ballast.unlink()
            slowest = max(slowest, self.send_again(daemon, count))
            count += 1
            self.assertLess(slowest, 30)
            self.expect_notes(daemon, count)
        print(f"{count} notes, takes them again after at most {slowest:.1f} s", flush=True)
        daemon.stop()
        daemon.start()
        self.expect_notes(daemon, count)

    def test_no_room_for_files_is_a_full_disk(self):
        daemon = self.small_disk(self.network.daemon("Ann"), "size=96m,nr_inodes=300").start()
        daemon.call("identity.create", name="Ann", network="new")
        self.notes(daemon, 0, 20)
        daemon.stop()
        crowd = daemon.home / "crowd"
        crowd.mkdir()
        files = 0
        try:
            while True:
                (crowd / str(files)).touch()
                files += 1
        except OSError:
            pass
        daemon.spawn()
        self.assertNotEqual(daemon.process.wait(timeout=daemons.PATIENCE), 0)
        self.assertIn("No space left", daemon.errors())
        self.assertIn("try: df -h; df -i", daemon.errors())

        # With room for its socket it starts, shows what it has, and says what is missing.
        (crowd / "0").unlink()
        daemon.start()
        _, refused, _ = self.send_until_refused(daemon, 20, limit=1)
        self.assertEqual(refused.code, "no-space")
        self.assertIn("inodes", str(refused))
        self.expect_notes(daemon, 20)
        shutil.rmtree(crowd)
        self.assertLess(self.send_again(daemon, 20), 30)
        daemon.kill()
        daemon.start()
        self.expect_notes(daemon, 21)


class FailingDisk(Notes):
    def setUp(self):
        super().setUp()
        if not shutil.which("strace"):
            self.skipTest("needs strace")

    @staticmethod
    def fail_from(daemon, sync):
        """From that fdatasync of a thread on, none succeeds."""
        daemon.prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync",
                         "-e", f"inject=fdatasync:error=EIO:when={sync}+"]
        daemon.environment.update(NO_LEAK_CHECK)

    @staticmethod
    def kill_traced(daemon):
        subprocess.run(["pkill", "-KILL", "-P", str(daemon.process.pid)])
        daemon.process.wait()

    def send_while_it_syncs(self, daemon, count):
        """Gives how many were acknowledged."""
        # What was not acknowledged may be there or not, but not in between.
        for number in range(count, count + 100):
            try:
                daemon.call("message.send", to="me", text=f"note {number}")
            except daemons.Refused:
                return number
        self.fail("every sync succeeded")

    def test_a_disk_that_does_not_sync_is_written_no_more(self):
        daemon = self.network.founder("Ann")
        self.notes(daemon, 0, 5)
        count, refused_at_start = 5, 0
        for sync in range(30, 30 + SYNCS) if SYNCS < 30 else range(1, SYNCS + 1):
            daemon.stop()
            self.fail_from(daemon, sync)
            daemon.spawn()
            try:
                daemon.wait_ready()
            except AssertionError:
                self.assertEqual(daemon.process.returncode, 1, daemon.errors())
                self.assertIn("error:", daemon.errors())
                self.assertIn("try:", daemon.errors())
                refused_at_start += 1
            else:
                acknowledged = self.send_while_it_syncs(daemon, count)
                self.assertEqual(daemon.call("daemon.status")["store"], "read-only")
                self.assertEqual(texts(daemon, "me")[:acknowledged],
                                 [f"note {number}" for number in range(acknowledged)])
                with self.assertRaises(daemons.Refused):
                    daemon.call("message.send", to="me", text="still not")
                self.kill_traced(daemon)
                count = acknowledged
            daemon.prefix = []
            daemon.start()
            after = texts(daemon, "me")
            self.assertIn(len(after), (count, count + 1))
            count = len(after)
            self.expect_notes(daemon, count)
            self.notes(daemon, count, count + 1)
            count += 1
        print(f"{SYNCS} points, at {refused_at_start} of them it did not start", flush=True)


if __name__ == "__main__":
    report.main(sys.modules[__name__])
