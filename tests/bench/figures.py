# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests/bench/run.py measures: sections of commands, and where each figure is in their output.
Pure data; `options` are run.py's."""
import sys
from pathlib import Path
from typing import Callable, NamedTuple, Optional

HERE = Path(__file__).resolve().parent


class Row(NamedTuple):
    what: str
    pattern: str  # its group is the figure
    shape: str = "{}"
    goal: Optional[tuple] = None  # (">=" or "<=", number)
    bar: Optional[str] = None  # its name in the plot
    optional: bool = False  # printed only if a yardstick was there when its program was built


class Command(NamedTuple):
    needs: str  # the programs without which it is left out
    words: Callable  # options -> argument list
    rows: list
    slow: bool = False  # left out by --quick


class Section(NamedTuple):
    name: str  # of the block in docs/performance.md, and of the plot
    commands: list
    repeat: bool = False  # in turn, --rounds times
    unit: str = ""  # of the plot


def script(name, options, *words):
    return [sys.executable, HERE / name, "--programs", options.programs, *words]


def program(name, options, *words):
    return [Path(options.programs) / name, *words]


def key(name):
    return rf"^{name} (\S+)$"


PER_SECOND, MS, MIB = "{} a second", "{} ms", "{} MiB"


def prosody(form):
    return lambda o: script("prosody.py", o, "--form", form, "--root", o.root,
                            "--seconds", "1" if o.quick else "8")


def tox(in_flight):
    return lambda o: program("bench_tox", o, "1" if o.quick else "8", "300", in_flight)


def xmpp_row(what):
    return Row(what, key("xmpp_receipts_per_s"), bar=what)


# The first row of each command takes part in the comparison: kith is the first of them, and the goal
# of another is what kith divided by it is to be. What else the first prints has a table of its own.
THROUGHPUT = Section("throughput", [
    Command("durable_send",
            lambda o: script("durable_send.py", o, "--root", o.root,
                             "--messages", "20000" if o.quick else "300000"), [
                Row("kith", key("receipted_per_s"), goal=(">=", 40000), bar="kith"),
                Row("kith, CPU of one message: sender", key("sender_cpu_us"), "{} us"),
                Row("the same: reader", key("reader_cpu_us"), "{} us"),
                Row("the same: client", key("client_cpu_us"), "{} us"),
                Row("kith, one call at a time", key("one_by_one_per_s"), PER_SECOND),
                Row("sender's memory afterwards", key("sender_mib"), MIB),
                Row("reader's memory afterwards", key("reader_mib"), MIB)]),
    Command("bench_least_cost",
            lambda o: program("bench_least_cost", o, f"{o.scratch}/least-cost", "1" if o.quick else "8"),
            [Row("the least-cost program", key("least_cost_per_s"), goal=(">=", 0.6),
                 bar="the least-cost program"),
             Row("the least-cost program, CPU of one message: both ends", key("least_cost_cpu_us"), "{} us")]),
    Command("bench_tox", tox("512"),
            [Row("c-toxcore, nothing stored, 512 in flight", key("tox_receipts_per_s"), goal=(">=", 4),
                 bar="c-toxcore, nothing stored"),
             Row("c-toxcore, cold start to connected", key("tox_connect_s"), "{} s")]),
    Command("bench_tox", tox("1024"),
            [Row("the same, 1,024 in flight", key("tox_receipts_per_s"), goal=(">=", 2),
                 bar="c-toxcore, 1,024 in flight")], slow=True),
    Command("bench_tox", tox("4096"),
            [Row("the same, 4,096 in flight", key("tox_receipts_per_s"), goal=(">=", 4),
                 bar="c-toxcore, 4,096 in flight")], slow=True),
    Command("bench_xmpp prosody openssl", prosody("shipped"),
            [xmpp_row("prosody, TLS, nothing stored")._replace(goal=(">=", 8))]),
    Command("bench_xmpp prosody openssl", prosody("archive"), [xmpp_row("prosody, TLS, archived, not synced")]),
    Command("bench_xmpp prosody openssl", prosody("bare"), [xmpp_row("prosody, bare: no TLS, nothing stored")]),
], repeat=True, unit=" a second")

OVERLOAD = Section("overload", [
    Command("offered_load",
            lambda o: script("durable_send.py", o, "--root", o.root, "--overload",
                             "--messages", "20000" if o.quick else "60000",
                             "--seconds", "6" if o.quick else "60"), [
                Row("usual rate, clients that wait for their answers", key("usual_per_s"), PER_SECOND,
                    bar="usual"),
                Row("offered", key("offered_per_s"), PER_SECOND),
                Row("not taken from the client, whose socket is full", key("lost_at_client_per_s"), PER_SECOND),
                Row("refused, the outbox is full", key("refused_per_s"), PER_SECOND),
                Row("delivered, whole time", key("delivered_per_s"), PER_SECOND),
                Row("delivered, first sixth of the time", key("first_sixth_per_s"), PER_SECOND,
                    bar="10 times offered: first sixth"),
                Row("delivered, last sixth", key("last_sixth_per_s"), PER_SECOND, bar="last sixth"),
                Row("last sixth to first", key("last_to_first"), "{}", (">=", 0.8)),
                Row("until all that was accepted is delivered", key("drained_s"), "{} s"),
                Row("sender's memory afterwards", key("sender_mib"), MIB),
                Row("reader's memory afterwards", key("reader_mib"), MIB)])], unit=" a second")

EVERYDAY = Section("everyday", [
    Command("durable_send",
            lambda o: script("everyday.py", o, "--tmpfs", o.root, "--disk", o.disk,
                             *(["--idle", "2", "--starts", "2", "--long-chat", "10000"] if o.quick else [])), [
                Row("one at a time on tmpfs, send to the answer that it is durable here: median",
                    key("tmpfs_answered_ms"), MS),
                Row("the same, send to the end-to-end receipt, durable at both ends: median",
                    key("tmpfs_receipted_ms"), MS),
                Row("on disk, fdatasync: median", key("disk_fdatasync_ms"), MS),
                Row("on disk, send to the answer: median", key("disk_answered_ms"), MS),
                Row("the same in times of fdatasync", key("disk_answered_in_fdatasyncs"), "{} times", ("<=", 10)),
                Row("on disk, send to the receipt: median", key("disk_receipted_ms"), MS),
                Row("the same in times of fdatasync", key("disk_receipted_in_fdatasyncs"), "{} times"),
                Row("both daemons started cold to the first message delivered, same ports as before: median",
                    key("cold_same_ports_ms"), MS, ("<=", 500)),
                Row("the same: worst", key("cold_same_ports_worst_ms"), MS, ("<=", 500)),
                Row("new ports at both ends, so that only the DHT knows: median",
                    key("cold_new_ports_ms"), MS, ("<=", 500)),
                Row("the same: worst", key("cold_new_ports_worst_ms"), MS, ("<=", 500)),
                Row("`kith send` against a running daemon, wall: median", key("kith_send_ms"), MS, ("<=", 30)),
                Row("idle daemon with two contacts: seconds watched", key("idle_s"), "{} s"),
                Row("the same: resident", key("idle_mib"), MIB, ("<=", 36)),
                Row("the same: share of a core", key("idle_cpu_percent"), "{} %", ("<=", 0.1)),
                Row("messages in a long chat", key("long_chat_messages"), "{}"),
                Row("its last 50 through the socket, sender's: median", key("sender_history_ms"), MS, ("<=", 30)),
                Row("the same, reader's", key("reader_history_ms"), MS, ("<=", 30)),
                Row("memory after such a chat, sender", key("sender_mib"), MIB),
                Row("the same, reader", key("reader_mib"), MIB),
                Row("start of the daemon with such a chat", key("long_chat_start_ms"), MS)])])

# Bytes of text, and what of them the lines of bench_ratchet hold.
RATCHET = Section("ratchet", [
    Command("bench_ratchet", lambda o: program("bench_ratchet", o, "1000" if o.quick else "10000"), [
        row for size in (100, 300, 1024) for row in (
            Row(f"{size} bytes one way: kith", rf"^ *{size} bytes +kith +ratchet +(\d+) ns", "{} ns",
                bar=f"kith, {size} bytes"),
            Row(f"{size} bytes one way: libolm", rf"^ *{size} bytes.*\n +olm +ratchet +(\d+) ns", "{} ns",
                bar=f"libolm, {size} bytes", optional=True),
            Row(f"{size} bytes one way: libolm / kith", rf"^ *{size} bytes.*\n.*\n.*one-way ([\d.]+)",
                "{} times", (">=", 8), optional=True),
            Row(f"{size} bytes, an answer each, new keys: libolm / kith",
                rf"^ *{size} bytes.*\n.*\n.*turn ([\d.]+)", "{} times", optional=True))])],
    repeat=True, unit=" ns")

MAILBOX = Section("mailbox", [
    Command("bench_mailbox_link",
            lambda o: program("bench_mailbox_link", o, f"{o.scratch}/mailbox", "4000" if o.quick else "40000"), [
                Row("durable deposits of 1 KiB with signed receipts, 4 links with 32 in flight each",
                    r"durable deposits .*: (\d+)/s", PER_SECOND, (">=", 8000)),
                Row("the same: slowest receipt", r"([\d.]+) ms \(slowest\)", MS),
                Row("collecting them over one link", r"collected over one link: (\d+)/s", PER_SECOND,
                    (">=", 20000))]),
    Command("bench_mailbox_held", lambda o: program("bench_mailbox_held", o, f"{o.scratch}/held"), [
        Row("a host that comes to hold so many envelopes of 1 KiB", r"^(\d+) deposits: ", "{}"),
        Row("the same: most resident memory while they come",
            r"while they came .* ([\d.]+) at most\n  with nothing", "{} MB", ("<=", 64)),
        Row("the same, with nothing to do", r"with nothing to do +([\d.]+) MB", "{} MB", ("<=", 64)),
        Row("kill -9, start to the first answer to its owner", r"first answer: ([\d.]+) s", "{} s", ("<=", 2)),
        Row("resident after that start", r"after the start +([\d.]+) MB", "{} MB", ("<=", 64)),
        Row("20,000 deposits more, 128 in flight", r"deposits more: (\d+)/s", PER_SECOND, (">=", 1000)),
        Row("the same: receipt after, 99 %", r"([\d.]+) ms \(99 %\)", MS, ("<=", 50)),
        Row("all collected over one link", r"^\d+ collected: (\d+)/s", PER_SECOND, (">=", 20000))], slow=True)])

SOAKED = [f"Limits.test_{case}" for case in ("1_nobody_reads_and_all_arrives", "2_a_burst_to_a_reader",
                                             "4_with_bulk_a_burst_is_taken_at_once")]
LIMITS = Section("limits", [
    Command("bench_limits", lambda o: program("bench_limits", o, "20000" if o.quick else "200000"), [
        Row("limits of a contact, on the path of each message", r"^limits +(\d+) ns", "{} ns", ("<=", 2000))]),
    Command("kithd",
            lambda o: ["env", "KITH_SOAK=1", *script("../e2e/limits_test.py", o, *SOAKED)], [
                Row("3,000 messages to somebody who reads nothing (1,000 at once, 50 a second)",
                    r"^3000 messages to .*: ([\d.]+) s", "{} s", ("<=", 90)),
                Row("10,000 in a burst to a reader", r"^10000 in a burst to a reader: ([\d.]+) s", "{} s",
                    ("<=", 240)),
                Row("another contact's message in the middle of it", r"middle after (\d+) ms", MS, ("<=", 1000)),
                Row("the same burst with `bulk`", r"^10000 in a burst with bulk: ([\d.]+) s", "{} s",
                    ("<=", 20))], slow=True)])


def store_rows(where):
    rows = []
    for what, name in (("a row of 300 bytes", "one row of 300 bytes"), ("the rows of a message", "a message")):
        for in_flight in (1, 64, 512):
            rows.append(Row(f"commits of {what}, {in_flight} in flight, {where}",
                            rf"^{name} +in flight +{in_flight}: +(\d+) commits/s", PER_SECOND))
        rows.append(Row("the same, 512 in flight: CPU of one", rf"^{name} +in flight +512: .* all ([\d.]+);",
                        "{} us"))
    return rows


STORE = Section("store", [
    Command("bench_store", lambda o: program("bench_store", o, o.scratch, "3"), store_rows("tmpfs"), slow=True),
    Command("bench_store", lambda o: program("bench_store", o, o.disk, "3"), store_rows("disk"), slow=True)])

IDLE_DAY = Section("idle", [
    Command("kith_sim_hostile_test",
            lambda o: program("kith_sim_hostile_test", o, "--gtest_filter=AnIdleDay.*"), [
                Row("links of somebody with 3 mailboxes and 50 contacts, a day in virtual time",
                    r"^all +(\d+)$", "{} bytes", ("<=", 3_500_000))], slow=True),
    Command("kith_sim_dht",
            lambda o: program("kith_sim_dht", o, "--gtest_filter=AnIdleDay*"), [
                Row("a node of the DHT, the same day: median", r"DHT: .*median (\d+),", "{} bytes",
                    ("<=", 1_500_000))])])

SECTIONS = [THROUGHPUT, OVERLOAD, RATCHET, EVERYDAY, MAILBOX, STORE, LIMITS, IDLE_DAY]
