#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every bench and prints what docs/performance.md shows; --out writes the page's measured
blocks and the plots. Everything is on one machine, most of it on tmpfs (about 3 GB).

    run.py --programs build/release/bin [--out docs] [--quick] [--only NAME...] [--rounds 3]

A full run takes about 20 minutes and wants a machine that has nothing else to do; the head of the
page says what others used of it. --quick shows in a minute that all is in order: its figures mean
nothing. What is run in rounds (throughput beside its yardsticks, in turn; the ratchet) shows the
median with the least and the most beside it: what lies between is the machine's noise.

A program that is not built is left out and named (see daemon/packaging/apt-bench.txt for the
yardsticks). One that fails is named too, the others go on, and the exit code is 1. Names: see
SECTIONS in figures.py.
"""
import argparse
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import figures
import page

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 1800  # seconds for one command


def say(text):
    print(text, file=sys.stderr, flush=True)


def command_line(words, options):
    """The command line as one would type it in the checkout."""
    text = shlex.join(str(word) for word in words)
    for long, short in ((sys.executable, "python3"), (f"{figures.HERE}/../e2e", "tests/e2e"),
                        (f"{ROOT}/", ""), (options.scratch, options.root)):
        text = text.replace(long, short)
    return text


def run(words):
    """(output, None), or (output so far, what went wrong). Its children end with it."""
    process = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, text=True, start_new_session=True)
    try:
        out, errors = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0], f"not done in {PATIENCE} s"
    if process.returncode != 0:
        last = (errors.strip() or out.strip() or "said nothing").splitlines()[-1]
        return out, f"exit {process.returncode}: {last[:200]}"
    return out, None


def why_not(command, options):
    """Why this command is left out, if it is."""
    if options.quick and command.slow:
        return "by --quick"
    absent = [name for name in command.needs.split()
              if not (Path(options.programs) / name).exists() and not shutil.which(name)]
    return f"(not here: {' '.join(absent)})" if absent else None


def measure(section, options):
    """[(row, values)], what was left out or failed, the command lines."""
    commands = [command for command in section.commands if not why_not(command, options)]
    notes = [f"left out: `{command_line(command.words(options), options)}` {why_not(command, options)}"
             for command in section.commands if command not in commands]
    values = {(command, row): [] for command in range(len(commands)) for row in commands[command].rows}
    lines = []
    for number in range(options.rounds if section.repeat else 1):
        for place, command in enumerate(commands):
            words = command.words(options)
            if number == 0:
                lines.append(command_line(words, options))
            say(f"{section.name}: {command_line(words, options)}")
            text, wrong = run(words)
            if wrong:
                notes.append(f"failed: `{command_line(words, options)}`: {wrong}")
            for row in command.rows:
                match = re.search(row.pattern, text, re.MULTILINE)
                if match:
                    values[place, row].append(float(match.group(1)))
                    say(f"  {row.what}: {match.group(1)}")
                elif not wrong:
                    notes.append(f"{'left out' if row.optional else 'failed'}: nothing printed for \"{row.what}\"")
    return [(row, seen) for (_, row), seen in values.items() if seen], notes, list(dict.fromkeys(lines))


def tables(section, found):
    if section is not figures.THROUGHPUT:
        return [page.plain_table(found)] if found else []
    compared = {command.rows[0].what for command in section.commands}
    first = [one for one in found if one[0].what in compared]
    rest = [one for one in found if one[0].what not in compared]
    # Without kith itself there is nothing to compare.
    whole = first and first[0][0] is section.commands[0].rows[0]
    return [page.comparison_table(first) if whole else page.plain_table(first),
            *([page.plain_table(rest)] if rest else [])] if found else []


def block_of(section, found, notes, lines, picture, quiet):
    parts = tables(section, found)
    if picture:
        parts.append(f"![{section.name}](plots/{section.name}.svg)")
    parts.append("\n".join(f"- {note}" for note in dict.fromkeys(notes)))
    if lines:
        parts.append("```\n" + "\n".join(lines) + "\n```")
        parts.append(quiet)
    return "\n\n".join(part for part in parts if part)


def processor_times():
    """Seconds since the start, of all processors and of us: (all, busy, stolen by the host, ours)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    tick = os.sysconf("SC_CLK_TCK")
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return (sum(fields) / tick, (sum(fields) - fields[3] - fields[4] - fields[7]) / tick, fields[7] / tick,
            sum(one.ru_utime + one.ru_stime for one in used))


def source():
    """The commit, asked for before the page changes."""
    return subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True,
                          text=True).stdout.strip() or "?"


def quiet_since(before, commit):
    """Which source was measured, and how quiet the machine was meanwhile."""
    whole, busy, stolen, ours = (late - early for late, early in zip(processor_times(), before))
    whole = max(whole, 0.01)  # nothing may have been run
    return (f"At {commit}; other programs used {100 * max(0.0, busy - ours) / whole:.0f} % of the processors "
            f"meanwhile, and the host kept {100 * stolen / whole:.0f} %.")


def first_match(path, pattern):
    match = re.search(pattern, Path(path).read_text(errors="replace"), re.MULTILINE)
    return match.group(1).strip() if match else "?"


def machine(options):
    processor = first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)$")
    memory = int(first_match("/proc/meminfo", r"^MemTotal:\s*(\d+)")) / (1 << 20)
    text = (f"{os.cpu_count()} processors ({processor}), {memory:.0f} GiB, "
            f"{first_match('/etc/os-release', 'PRETTY_NAME=.(.*).$')}; {options.rounds} rounds.")
    return "**A quick run: these figures mean nothing.** " + text if options.quick else text


def write(options, name, block, picture):
    """Section by section: what was measured is there even if the rest is not."""
    if picture:
        (options.out / "plots").mkdir(exist_ok=True)
        (options.out / "plots" / f"{name}.svg").write_text(picture, encoding="utf-8")
    target = options.out / "performance.md"
    target.write_text(page.replace_block(target.read_text(encoding="utf-8"), name, block), encoding="utf-8")


def finish(options, name, block, picture=None):
    print(f"## {name}\n\n{block}\n", flush=True)
    if options.out:
        write(options, name, block, picture)


def arguments():
    names = [section.name for section in figures.SECTIONS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--out", type=Path, help="the folder of performance.md")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME", help=" ".join(names))
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--root", default="/dev/shm", help="a directory on tmpfs")
    parser.add_argument("--disk", default="/var/tmp", help="a directory on a disk")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 3)
    if not (Path(options.programs) / "kithd").exists():
        parser.error(f"no kithd in {options.programs}: "
                     "cmake --build build/release --target kith kithd kith_bench")
    if options.out:
        # Now, not when everything has been measured.
        for name in ["machine", *options.only]:
            page.replace_block((options.out / "performance.md").read_text(encoding="utf-8"), name, "")
    return options


def main():
    options = arguments()
    began, commit, failed = time.monotonic(), source(), []
    finish(options, "machine", machine(options))
    with tempfile.TemporaryDirectory(prefix="kith-bench-", dir=options.root) as options.scratch:
        for section in figures.SECTIONS:
            if section.name not in options.only:
                continue
            before = processor_times()
            found, notes, lines = measure(section, options)
            failed += [note for note in notes if note.startswith("failed")]
            picture = page.plot(found, section.unit) if section.unit else None
            finish(options, section.name,
                   block_of(section, found, notes, lines, picture, quiet_since(before, commit)),
                   picture)
    say(f"{time.monotonic() - began:.0f} s")
    for note in failed:
        say(note)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
