#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durable messages with receipts beside their yardsticks, in turn in one run: kith between two
daemons, the least-cost program of the same libraries, c-toxcore. Prints a table, and writes it with
a plot when it is told where to.

    run.py --programs build/release/bin [--rounds 3] [--root /dev/shm] [--out docs]

Each figure is the median of the rounds, with the least and the most beside it: what lies between
them is the noise of the machine. A yardstick whose library is not there is left out.
"""
import argparse
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTH, BAR, GAP, LEFT = 720, 28, 14, 250


def output(*command):
    ran = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"error: {command[0]} failed\n{ran.stdout[-1000:]}{ran.stderr[-1000:]}")
    return ran.stdout


def kith(options):
    """Messages of 300 bytes a second, receipted; 8 clients, both ends `bulk`."""
    script = Path(__file__).parent / "durable_send.py"
    text = output(sys.executable, script, "--programs", options.programs, "--root", options.root)
    return float(re.search(r"receipted_per_s (\S+)", text).group(1))


def least_cost(options):
    with tempfile.TemporaryDirectory(dir=options.root) as directory:
        text = output(Path(options.programs) / "bench_least_cost", directory, "8")
    return float(re.search(r"least_cost_per_s (\S+)", text).group(1))


def tox(options):
    text = output(Path(options.programs) / "bench_tox", "8")
    return float(re.search(r"tox_receipts_per_s (\S+)", text).group(1))


CONTESTANTS = [
    ("kith", "durable_send", kith),
    ("the least-cost program", "bench_least_cost", least_cost),
    ("c-toxcore, nothing stored", "bench_tox", tox),
]


def measure(options):
    """{name: rates}, one of each in every round."""
    there = [one for one in CONTESTANTS if (Path(options.programs) / one[1]).exists()]
    rates = {name: [] for name, _, _ in there}
    for number in range(options.rounds):
        for name, _, run in there:
            rates[name].append(run(options))
            print(f"round {number + 1}: {name}: {rates[name][-1]:.0f}/s", file=sys.stderr, flush=True)
    return rates


def table(rates):
    kith_rate = statistics.median(rates["kith"]) if "kith" in rates else None
    lines = ["| durable texts of 300 bytes with receipts, a second | median | least to most | kith is |",
             "|---|---|---|---|"]
    for name, values in rates.items():
        middle = statistics.median(values)
        ratio = "" if kith_rate is None or name == "kith" else f"{kith_rate / middle:.2f} times that"
        lines.append(f"| {name} | {middle:,.0f} | {min(values):,.0f} to {max(values):,.0f} | {ratio} |")
    return "\n".join(lines) + "\n"


def plot(rates):
    """A bar for each median, a whisker from the least to the most."""
    scale = (WIDTH - LEFT - 90) / max(max(values) for values in rates.values())
    height = GAP + len(rates) * (BAR + GAP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
           'font-family="sans-serif" font-size="14">']
    for place, (name, values) in enumerate(rates.items()):
        top = GAP + place * (BAR + GAP)
        middle, line = statistics.median(values), top + BAR / 2
        out.append(f'<text x="{LEFT - 8}" y="{line + 5}" text-anchor="end">{name}</text>')
        out.append(f'<rect x="{LEFT}" y="{top}" width="{middle * scale:.1f}" height="{BAR}" fill="#7a9cc6"/>')
        out.append(f'<path d="M{LEFT + min(values) * scale:.1f} {line}H{LEFT + max(values) * scale:.1f}" '
                   'stroke="#222" stroke-width="2"/>')
        out.append(f'<text x="{LEFT + max(values) * scale + 6:.1f}" y="{line + 5}">{middle:,.0f}/s</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--root", default="/dev/shm")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rates = measure(options)
    if not rates:
        sys.exit("error: none of the programs is there (cmake --build build/release --target kith_bench)")
    print(table(rates), end="")
    if options.out:
        (options.out / "throughput.svg").write_text(plot(rates), encoding="utf-8")
        (options.out / "throughput.md").write_text(
            "# Throughput beside its yardsticks\n\nWritten by `tests/bench/run.py`.\n\n" + table(rates) +
            "\n![plot](throughput.svg)\n", encoding="utf-8")


if __name__ == "__main__":
    main()
