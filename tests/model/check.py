#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks delivery.pml with spin, for one case:

    check.py nothing_lost     every order of events: nothing lost, twice, or falsely delivered
    check.py arrives          what was accepted arrives: no livelock
    check.py spoiled RULE     without this rule the model must fail
    check.py rules            the rules that can be spoiled, one a line

KITH_SOAK set: `arrives` with two messages, in some minutes.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MODEL = Path(__file__).resolve().parent / "delivery.pml"

# What each spoils, and the claim that has to see it.
SPOILED = {
    "BYTES_BEFORE_SYNC": "nothing_lost",  # a message leaves before its sender's disk knows it
    "PROMISE_BEFORE_SYNC": "nothing_lost",  # a mailbox signs before its disk knows
    "RECEIPT_BEFORE_SYNC": "nothing_lost",  # a reader says that it is here before its disk knows
    "ACKDEL_BEFORE_SYNC": "nothing_lost",  # a reader has it deleted before its disk knows
    "OUTBOX_ENDS_AT_MAILBOX": "nothing_lost",  # a mailbox's promise ends the sender's care
    "NO_DEDUP": "nothing_lost",  # whatever comes is shown
    "RECEIPT_ONCE": "arrives",  # a message that comes again gets no receipt again
}

SEARCH = {
    "nothing_lost": ([], ["-DSAFETY"], []),
    "arrives": (["-DPATIENT"], [], ["-a"]),
}


def holds(claim, macros):
    """Whether the claim holds in every run of the model, and how many states that were."""
    model, compiler, search = SEARCH[claim]
    with tempfile.TemporaryDirectory() as folder:
        def call(*words):
            return subprocess.run(words, cwd=folder, check=True, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
        call("spin", "-a", *model, *macros, str(MODEL))
        call("cc", "-w", "-O2", *compiler, "-o", "pan", "pan.c")
        told = call("./pan", "-m2000000", *search, "-N", claim)
    errors = re.search(r"errors: (\d+)", told)
    states = re.search(r"(\d+) states, stored", told)
    if not errors or not states or "max search depth too small" in told:
        sys.exit(f"spin did not search everything:\n{told}")
    return errors[1] == "0", int(states[1])


def main(words):
    if words == ["rules"]:
        print("\n".join(SPOILED))
        return 0
    if len(words) == 2 and words[0] == "spoiled" and words[1] in SPOILED:
        claim, macros, wanted = SPOILED[words[1]], [f"-D{words[1]}"], False
    elif len(words) == 1 and words[0] in SEARCH:
        claim, wanted = words[0], True
        macros = ["-DMESSAGES=2"] if claim == "arrives" and "KITH_SOAK" in os.environ else []
    else:
        sys.exit(__doc__)
    held, states = holds(claim, macros)
    print(f"{claim} {'holds' if held else 'fails'} ({states} states)")
    return 0 if held == wanted else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
