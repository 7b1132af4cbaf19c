#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts two daemons that know each other, both ends `bulk`, and sends between them.

    durable_send.py --programs build/release/bin [--root /dev/shm] [--messages 240000]
        8 clients with 64 calls in flight each; then one call at a time. Also the CPU time of a
        message and the memory afterwards.

    durable_send.py --programs build/release/bin --overload [--seconds 60] [--times 10]
        Measures the rate as above, then offers so many times that rate for so many seconds:
        first and last sixth of the time, and what became of the rest.
"""
import argparse
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
import daemons  # noqa: E402  (beside the end-to-end tests)

WARM = 2000


def process_figures(daemon):
    """(resident MiB, CPU seconds used so far)."""
    status = Path(f"/proc/{daemon.process.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)
    ticks = Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return resident / 1024, sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def trust_as_machines(alice, bob):
    """No limit of rate between them, no unread credit."""
    alice.call("contact.set", who="Bob", bulk=True)
    bob.call("contact.set", who="Alice", bulk=True)


def bulk_pair(network):
    alice = network.founder("Alice")
    bob = network.member("Bob", alice)
    trust_as_machines(alice, bob)
    return alice, bob


def send(options, alice, count, *more):
    """Receipted messages a second."""
    program = Path(options.programs) / "durable_send"
    text = subprocess.run([program, alice.socket_path, "Bob", str(count), *more], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return float(re.search(r"receipted ([0-9.]+)/s", text).group(1))


def throughput(options, alice, bob):
    send(options, alice, WARM)
    before = [process_figures(daemon)[1] for daemon in (alice, bob)] + [children_cpu()]
    rate = send(options, alice, options.messages)
    after = [process_figures(daemon)[1] for daemon in (alice, bob)] + [children_cpu()]
    print(f"receipted_per_s {rate:.0f}")
    for name, begin, end in zip(("sender", "reader", "client"), before, after):
        print(f"{name}_cpu_us {(end - begin) / options.messages * 1e6:.1f}")
    print(f"one_by_one_per_s {send(options, alice, 300, '1', '1'):.0f}")
    print(f"sender_mib {process_figures(alice)[0]:.1f}")
    print(f"reader_mib {process_figures(bob)[0]:.1f}")


def overload(options, alice, bob):
    send(options, alice, WARM)
    rate = send(options, alice, options.messages)
    print(f"usual_per_s {rate:.0f}", flush=True)
    subprocess.run([Path(options.programs) / "offered_load", alice.socket_path, "Bob",
                    str(options.seconds), str(options.times * rate)], check=True)
    print(f"sender_mib {process_figures(alice)[0]:.1f}")
    print(f"reader_mib {process_figures(bob)[0]:.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--root", default="/dev/shm")
    parser.add_argument("--messages", type=int, default=240000)
    parser.add_argument("--overload", action="store_true")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--times", type=float, default=10)
    options = parser.parse_args()
    with daemons.Network(options.programs, options.root) as network:
        (overload if options.overload else throughput)(options, *bulk_pair(network))


if __name__ == "__main__":
    main()
