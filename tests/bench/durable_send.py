#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts two daemons that know each other and runs durable_send between them.

    durable_send.py --programs build/release/bin [--root /dev/shm] [--messages N]
"""
import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
import daemons  # noqa: E402  (beside the end-to-end tests)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--root", default="/dev/shm")
    parser.add_argument("--messages", default="40000")
    options = parser.parse_args()
    with daemons.Network(options.programs, options.root) as network:
        alice = network.founder("Alice")
        bob = network.member("Bob", alice)
        # Machines: no limit of rate, no unread credit.
        alice.call("contact.set", who="Bob", bulk=True)
        bob.call("contact.set", who="Alice", bulk=True)
        bench = Path(options.programs) / "durable_send"
        subprocess.run([bench, alice.socket_path, "Bob", "2000"], check=True)
        subprocess.run([bench, alice.socket_path, "Bob", options.messages], check=True)
        subprocess.run([bench, alice.socket_path, "Bob", "300", "1", "1"], check=True)
        for daemon in (alice, bob):
            status = Path(f"/proc/{daemon.process.pid}/status").read_text()
            print(daemon.name, next(line for line in status.splitlines() if "VmRSS" in line))


if __name__ == "__main__":
    main()
