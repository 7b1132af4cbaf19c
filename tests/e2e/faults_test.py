#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine fails: flipped bytes, old copies, few descriptors, stopped processes. What was acknowledged
stays, what cannot be done is said (docs/reliability.md; disks that are full: disk_test.py).

KITH_FLIPS chooses the number of flipped bytes, KITH_SEED repeats a run.
"""
import os
import random
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

import daemons
import report
from notes import Notes, texts

PROGRAMS = None
SOAK = "KITH_SOAK" in os.environ
FLIPS = int(os.environ.get("KITH_FLIPS", 200 if SOAK else 20))
SEED = int(os.environ.get("KITH_SEED", random.randrange(1 << 32)))


class Data(Notes):
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


class Process(Notes):
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
