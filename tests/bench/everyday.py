#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person and their machine feel: start, one message, the command line, history, idling.
Prints a name and a figure a line.

    everyday.py --programs build/release/bin [--tmpfs /dev/shm] [--disk /var/tmp] [--idle 60]
                [--starts 5] [--long-chat 1000000]
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
from durable_send import trust_as_machines, process_figures  # noqa: E402

MILLISECONDS = 1e3
TEXT = "x" * 300


def say(name, value):
    print(f"{name} {value:.10g}", flush=True)


def timed(action):
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * MILLISECONDS


def median_of(count, action):
    return statistics.median(timed(action) for _ in range(count))


def send_and_wait(daemon, client, to):
    message = client.call("message.send", to=to, text=TEXT)
    client.call("message.wait", id=message["id"], state="delivered", timeout_ms=60000)


def send_by_command(daemon):
    code, _, error = daemon.kith("send", "Bob", "hello")
    assert code == 0, error


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


def cold_starts(count, what, alice, bob):
    starts = [cold_start(alice, bob) for _ in range(count)]
    say(f"cold_{what}_ms", statistics.median(starts))
    say(f"cold_{what}_worst_ms", max(starts))


def one_at_a_time(options):
    for name, root in (("tmpfs", options.tmpfs), ("disk", options.disk)):
        with daemons.Network(options.programs, root) as network:
            alice = network.founder("Alice")
            network.member("Bob", alice)
            program = Path(options.programs) / "one_at_a_time"
            printed = subprocess.run([program, alice.socket_path, "Bob", "300"], check=True,
                                     stdout=subprocess.PIPE, text=True).stdout
            fsync = fsync_median(network.root)
            say(f"{name}_fdatasync_ms", fsync)
            for line in printed.splitlines():
                what, took = line.split()
                say(f"{name}_{what}_ms", float(took))
                say(f"{name}_{what}_in_fdatasyncs", float(took) / fsync)


def idle(daemon, seconds):
    time.sleep(5)
    _, before = process_figures(daemon)
    time.sleep(seconds)
    resident, after = process_figures(daemon)
    say("idle_s", seconds)
    say("idle_mib", resident)
    say("idle_cpu_percent", (after - before) / seconds * 100)


def long_chat(options, alice, bob):
    trust_as_machines(alice, bob)
    bench = Path(options.programs) / "durable_send"
    subprocess.run([bench, alice.socket_path, "Bob", str(options.long_chat)], check=True)
    say("long_chat_messages", options.long_chat)
    for role, daemon, who in (("sender", alice, "Bob"), ("reader", bob, "Alice")):
        client = daemon.client()
        took = median_of(30, lambda: client.call("message.history", chat=who, limit=50))
        client.close()
        say(f"{role}_history_ms", took)
        say(f"{role}_mib", process_figures(daemon)[0])
    alice.stop()
    say("long_chat_start_ms", timed(alice.start))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--tmpfs", default="/dev/shm")
    parser.add_argument("--disk", default="/var/tmp")
    parser.add_argument("--idle", type=int, default=60, help="seconds")
    parser.add_argument("--starts", type=int, default=5, help="cold starts of each kind")
    parser.add_argument("--long-chat", type=int, default=1000000, help="messages")
    options = parser.parse_args()

    one_at_a_time(options)
    with daemons.Network(options.programs, options.tmpfs) as network:
        vera = network.founder("Vera")
        alice = network.member("Alice", vera)
        bob = network.member("Bob", vera)
        network.befriend(bob, alice)
        cold_starts(options.starts, "new_ports", alice, bob)
        # As by default: the same port at each start.
        alice.keep_port()
        bob.keep_port()
        cold_starts(options.starts, "same_ports", alice, bob)
        say("kith_send_ms", median_of(30, lambda: send_by_command(alice)))
        idle(alice, options.idle)
        long_chat(options, alice, bob)


if __name__ == "__main__":
    main()
