#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon as a process: one a profile, private files, clean ends, locked keys, no secrets told."""
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import unittest
from pathlib import Path

import daemons
import report

PROGRAMS = None
MARKER = "marker-7f3a-text-of-a-message"


class Process(unittest.TestCase):
    def setUp(self):
        self.network = self.enterContext(daemons.Network(PROGRAMS))

    def run_kithd(self, daemon, *flags, **changes):
        """Runs kithd to its end; gives (exit code, stdout, stderr)."""
        done = subprocess.run([daemon.programs / "kithd", *flags], capture_output=True, text=True,
                              env=dict(daemon.environment, **changes), timeout=daemons.PATIENCE)
        return done.returncode, done.stdout, done.stderr

    def test_second_daemon_of_a_profile_is_refused(self):
        first = self.network.daemon("one").start()
        code, _, errors = self.run_kithd(first)
        self.assertEqual(code, 9)
        self.assertIn(f'error: profile "default" is in use by kithd, pid {first.process.pid}',
                      errors)
        self.assertIn("try: kith -p second init", errors)
        self.assertEqual(first.call("daemon.status")["pid"], first.process.pid)

    def test_socket_and_lock_that_a_killed_daemon_left_are_no_obstacle(self):
        daemon = self.network.daemon("one").start()
        daemon.kill()
        self.assertTrue(daemon.socket_path.exists())
        begin = time.monotonic()
        daemon.start()
        self.assertEqual(daemon.call("daemon.status")["state"], "running")
        self.assertLess(time.monotonic() - begin, daemons.PATIENCE / 4)

    def test_sigterm_ends_it_cleanly_whatever_clients_do(self):
        daemon = self.network.founder("Ann")
        waiting = daemon.client()
        message = waiting.call("message.send", to="me", text="note")
        waiting.start("message.wait", id=message["id"], state="read", timeout_ms=600000)
        waiting.flush()
        following = daemon.client()
        following.call("events.subscribe")
        silent = daemon.client()
        took = daemon.stop()
        self.assertLess(took, 5)
        self.assertFalse(daemon.socket_path.exists())
        for client in (waiting, following, silent):
            client.close()
        daemon.start()
        self.assertEqual(daemon.call("identity.show")["name"], "Ann")

    def test_stop_by_the_control_socket_is_answered(self):
        daemon = self.network.daemon("one").start()
        self.assertEqual(daemon.call("daemon.stop"), {})
        self.assertEqual(daemon.process.wait(timeout=daemons.PATIENCE), 0)

    def test_sighup_reads_the_settings_again_and_keeps_them_when_they_are_wrong(self):
        daemon = self.network.daemon("one").start()
        level = lambda: daemon.call("config.get", key="daemon.log_level")["value"]
        daemon.configure('[daemon]\nlisten = ["127.0.0.1:0"]\nlog_level = "debug"\n')
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait("the new level", lambda: level() == "debug")
        daemon.configure('[daemon]\nlog_level = "loud"\n')
        daemon.process.send_signal(signal.SIGHUP)
        log = daemon.home / "state" / "default" / "kithd.log"
        daemon.wait("a warning", lambda: "kept the old settings" in log.read_text())
        self.assertEqual(level(), "debug")

    def test_wrong_settings_are_named_with_their_place(self):
        daemon = self.network.daemon("one")
        daemon.configure("[daemon]\n\nlisen = []\n")
        code, _, errors = self.run_kithd(daemon)
        self.assertEqual(code, 2)
        self.assertEqual(errors, 'error: config.toml line 3, column 1: unknown key "lisen" in '
                                 '[daemon]\n  did you mean "listen"?\n')
        self.assertEqual(self.run_kithd(daemon, "--check-config")[0], 2)
        self.assertEqual(self.run_kithd(daemon, "--config", "path")[0], 0)

    def test_output_that_is_lost_is_no_success(self):
        daemon = self.network.founder("Ann")
        for program, words in (("kithd", ["--version"]), ("kith", ["version"]),
                               ("kith", ["help"]), ("kith", ["send", "me", "a note"])):
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run([daemon.programs / program, *words], stdout=full,
                                      stderr=subprocess.PIPE, text=True, env=daemon.environment,
                                      timeout=daemons.PATIENCE)
            self.assertEqual(done.returncode, 1, words)
            self.assertIn("the output could not be written: No space left on device", done.stderr)

    def test_listening_ends_when_its_output_is_lost(self):
        daemon = self.network.founder("Ann")
        with open("/dev/full", "w", encoding="ascii") as full, subprocess.Popen(
                [daemon.programs / "kith", "listen", "--from=start"], stdout=full,
                stderr=subprocess.PIPE, text=True, env=daemon.environment) as listening:
            daemon.kith("send", "me", "a note")
            errors = listening.communicate(timeout=daemons.PATIENCE)[1]
        self.assertEqual(listening.returncode, 1)
        self.assertIn("the output could not be written: No space left on device", errors)

    def test_what_could_not_be_shown_stays_unread(self):
        ann = self.network.founder("Ann")
        ben = self.network.member("Ben", ann)
        ben.kith("send", "Ann", "are you there", "--wait=delivered")
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([ann.programs / "kith", "inbox", "--mark-read"], stdout=full,
                                  stderr=subprocess.PIPE, text=True, env=ann.environment,
                                  timeout=daemons.PATIENCE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("are you there", ann.kith("inbox", "--mark-read")[1])
        self.assertNotIn("are you there", ann.kith("inbox")[1])

    def test_a_taken_port_is_named_with_who_has_it(self):
        daemon = self.network.founder("Ann")
        daemon.stop()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            code, _, errors = self.run_kithd(daemon, "--listen", f"127.0.0.1:{port}")
        self.assertEqual(code, 9)
        self.assertIn(f"port {port} is used by process {os.getpid()}", errors)
        self.assertIn("try: kith config set daemon.listen 0.0.0.0:0", errors)

    def test_a_new_profile_takes_a_free_port_and_keeps_it(self):
        daemon = self.network.daemon("one")
        daemon.configure("")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            try:
                taken.bind(("0.0.0.0", 4222))
            except OSError:
                pass  # taken by somebody else: as good
            daemon.start()
            daemon.call("identity.create", name="Ann", network="new")
        ports = {address.rpartition(":")[2] for address in daemon.call("daemon.status")["listen"]}
        self.assertEqual(len(ports), 1)
        self.assertNotIn("4222", ports)
        self.assertIn(f":{ports.pop()}", (daemon.home / "config" / "config.toml").read_text())

    def test_files_are_private_under_any_umask(self):
        before = os.umask(0)
        try:
            daemon = self.network.founder("Ann")
        finally:
            os.umask(before)
        for place in ("share", "state", "cache", "run"):
            for path in (daemon.home / place).glob("**/*"):
                mode = stat.S_IMODE(path.lstat().st_mode)
                self.assertEqual(mode & 0o077, 0, f"{path}: {mode:o}")

    def test_another_user_is_refused(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to become another user")
        daemon = self.network.daemon("one").start()
        # The directories keep others out; the socket does so by itself as well.
        for path in [daemon.home, daemon.home / "run", Path(self.network.root)]:
            path.chmod(0o755)
        daemon.socket_path.chmod(0o666)
        attempt = ("import socket,sys\ns=socket.socket(socket.AF_UNIX)\n"
                   "s.connect(sys.argv[1])\ns.settimeout(10)\n"
                   "s.sendall(b'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"daemon.status\"}\\n')\n"
                   "sys.exit(0 if s.recv(100) == b'' else 3)\n")
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                               "/usr/bin/python3", "-c", attempt, daemon.socket_path],
                              capture_output=True, text=True, timeout=daemons.PATIENCE)
        self.assertTrue(done.returncode == 0 or "Connection reset" in done.stderr
                        or "Broken pipe" in done.stderr, done.stderr)

    def test_a_key_file_that_others_can_read_is_refused(self):
        daemon = self.network.founder("Ann")
        daemon.stop()
        (daemon.home / "share" / "default" / "unlock.key").chmod(0o640)
        code, _, errors = self.run_kithd(daemon)
        self.assertEqual(code, 8)
        self.assertIn("is readable by other users", errors)

    def test_no_debugger_and_no_new_privileges(self):
        daemon = self.network.daemon("one").start()
        text = Path(f"/proc/{daemon.process.pid}/status").read_text()
        self.assertIn("NoNewPrivs:\t1", text)
        limits = Path(f"/proc/{daemon.process.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0")


class Passphrase(unittest.TestCase):
    PASSPHRASE = "correct horse battery"

    def setUp(self):
        self.network = self.enterContext(daemons.Network(PROGRAMS))
        self.daemon = self.network.daemon("Ann").start()
        self.identity = self.daemon.call("identity.create", name="Ann", network="new",
                                         passphrase=self.PASSPHRASE)

    def refused(self, method, **params):
        with self.assertRaises(daemons.Refused) as refused:
            self.daemon.call(method, **params)
        return refused.exception.code

    def test_locked_until_the_passphrase_comes(self):
        self.daemon.call("profile.lock")
        self.assertEqual(self.refused("identity.show"), "locked")
        self.assertEqual(self.refused("profile.unlock", passphrase="wrong"), "bad-passphrase")
        self.daemon.call("profile.unlock", passphrase=self.PASSPHRASE)
        self.assertEqual(self.daemon.call("identity.show")["id"], self.identity["id"])
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual(self.refused("identity.show"), "locked")
        self.assertEqual(self.refused("identity.create", name="Eve", network="new"), "exists")
        self.daemon.stop()

    def test_a_passphrase_file_opens_the_profile_at_start(self):
        self.daemon.stop()
        path = self.daemon.home / "passphrase"
        path.write_text(self.PASSPHRASE + "\n")
        path.chmod(0o600)
        self.daemon.environment["KITH_PASSPHRASE_FILE"] = str(path)
        self.daemon.start()
        self.assertEqual(self.daemon.call("identity.show")["id"], self.identity["id"])

    def test_neither_text_nor_secret_is_found_outside(self):
        self.daemon.call("daemon.log", level="trace")
        self.daemon.call("message.send", to="me", text=MARKER)
        process = Path(f"/proc/{self.daemon.process.pid}")
        outside = [(process / "cmdline").read_bytes(), (process / "environ").read_bytes()]
        self.daemon.stop()
        secrets = [MARKER, self.PASSPHRASE, self.identity["recovery"], self.identity["address"]]
        files = [path for path in self.daemon.home.glob("**/*") if path.is_file()]
        self.assertGreater(len(files), 5)
        for content in outside + [path.read_bytes() for path in files]:
            for secret in secrets:
                self.assertNotIn(secret.encode(), content)


if __name__ == "__main__":
    report.main(sys.modules[__name__])
