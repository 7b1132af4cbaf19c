#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person and their machine feel: start, one message, the command line, history, idling.

    everyday.py --programs build/release/bin [--tmpfs /dev/shm] [--disk DIR] [--long-chat N]
"""
import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
import daemons  # noqa: E402  (beside the end-to-end tests)

MILLISECONDS = 1e3
TEXT = "x" * 300


def timed(action):
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * MILLISECONDS


def median_of(count, action):
    return statistics.median(timed(action) for _ in range(count))


def send_and_wait(daemon, client, to):
    message = client.call("message.send", to=to, text=TEXT)
    client.call("message.wait", id=message["id"], state="delivered", timeout_ms=60000)


def process_figures(daemon):
    """(resident MiB, CPU seconds used so far)."""
    status = Path(f"/proc/{daemon.process.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)
    ticks = Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return resident / 1024, sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def fsync_median(directory):
    path = Path(directory) / "fsync-probe"
    with open(path, "wb", buffering=0) as file:
        def once():
            file.write(b"x" * 400)
            os.fdatasync(file.fileno())
        once()
        took = median_of(200, once)
    path.unlink()
    return took


def cold_start(alice, bob):
    """Both daemons are down; milliseconds from starting them to a message delivered."""
    for daemon in (alice, bob):
        daemon.stop()

    # Their neighbours count what comes from one address, and here all have one.
    time.sleep(1)

    def start_and_send():
        bob.spawn()
        alice.start()
        client = alice.client()
        send_and_wait(alice, client, "Bob")
        client.close()
    took = timed(start_and_send)
    bob.wait_ready()
    return took


def print_cold_starts(what, alice, bob):
    starts = sorted(cold_start(alice, bob) for _ in range(5))
    print(f"cold start of both to the first message delivered, {what}: median {starts[2]:.0f} ms, "
          f"worst {starts[-1]:.0f} ms", flush=True)


def one_at_a_time(options):
    for name, root in (("tmpfs", options.tmpfs), ("disk", options.disk)):
        with daemons.Network(options.programs, root) as network:
            alice = network.founder("Alice")
            network.member("Bob", alice)
            client = alice.client()
            took = median_of(200, lambda: send_and_wait(alice, client, "Bob"))
            fsync = fsync_median(network.root)
            print(f"{name}: send to durable receipt p50 {took:.2f} ms, "
                  f"fdatasync p50 {fsync:.3f} ms, ratio {took / fsync:.1f}", flush=True)


def idle(daemon, seconds):
    time.sleep(5)
    _, before = process_figures(daemon)
    time.sleep(seconds)
    resident, after = process_figures(daemon)
    print(f"idle {seconds} s: {resident:.1f} MiB resident, "
          f"{(after - before) / seconds * 100:.3f} % of a core", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--tmpfs", default="/dev/shm")
    parser.add_argument("--disk", default="/var/tmp")
    parser.add_argument("--idle", type=int, default=60, help="seconds")
    parser.add_argument("--long-chat", type=int, default=1000000, help="messages")
    options = parser.parse_args()

    one_at_a_time(options)
    with daemons.Network(options.programs, options.tmpfs) as network:
        vera = network.founder("Vera")
        alice = network.member("Alice", vera)
        bob = network.member("Bob", vera)
        network.befriend(bob, alice)
        print_cold_starts("new ports, found through the DHT", alice, bob)
        for daemon in (alice, bob):
            # As by default: the same port at each start.
            listen = daemon.call("daemon.status")["listen"][0]
            daemon.configure(f'[daemon]\nlisten = ["{listen}"]\n')
        print_cold_starts("same ports", alice, bob)
        took = median_of(30, lambda: alice.kith("send", "Bob", "hello"))
        print(f"kith send: median {took:.1f} ms wall", flush=True)
        idle(alice, options.idle)

        bench = Path(options.programs) / "durable_send"
        subprocess.run([bench, alice.socket_path, "Bob", str(options.long_chat)], check=True)
        for daemon, who in ((alice, "Bob"), (bob, "Alice")):
            client = daemon.client()
            took = median_of(30, lambda: client.call("message.history", chat=who, limit=50))
            client.close()
            resident, _ = process_figures(daemon)
            print(f"{daemon.name}: last 50 of {options.long_chat} messages: median {took:.1f} ms, "
                  f"{resident:.0f} MiB resident", flush=True)
        alice.stop()
        print(f"start with such a chat: {timed(alice.start):.0f} ms", flush=True)


if __name__ == "__main__":
    main()
