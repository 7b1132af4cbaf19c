#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bridge that behaves like a bad line: bad_link.py ONE OTHER LOSS DELAY_MS JITTER_MS SEED.

Frames of interface ONE leave at OTHER and the other way round, each direction by itself: lost with
probability LOSS, doubled with 1 %, else late by DELAY +- JITTER, whatever was before it. Not every
kernel has netem; this needs packet sockets only, and one seed is one line. Says "ready" when it is.
"""
import heapq
import random
import select
import socket
import sys
import time

EVERY_PROTOCOL = 0x0003
OUTGOING = 4
QUEUE = 20000


def port(interface):
    one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL))
    one.bind((interface, 0))
    one.setblocking(False)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    return one


def main(one, other, loss, delay, jitter, seed):
    ports = [port(one), port(other)]
    chance = [random.Random(f"{seed} {side}") for side in (0, 1)]
    waiting, number = [], 0
    print("ready", flush=True)
    while True:
        pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 1.0
        ready, _, _ = select.select(ports, [], [], pause)
        for source in ready:
            side = ports.index(source)
            for _ in range(64):
                try:
                    frame, where = source.recvfrom(65536)
                except BlockingIOError:
                    break
                if where[2] == OUTGOING or len(waiting) > QUEUE or chance[side].random() < loss:
                    continue
                for _ in range(2 if chance[side].random() < 0.01 else 1):
                    due = time.monotonic() + max(0.0, chance[side].uniform(-jitter, jitter) + delay)
                    number += 1
                    heapq.heappush(waiting, (due, number, 1 - side, frame))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, side, frame = heapq.heappop(waiting)
            try:
                ports[side].send(frame)
            except OSError:
                pass  # the other end is down, or its queue is full: lost


if __name__ == "__main__":
    one, other, loss, delay, jitter, seed = sys.argv[1:]
    main(one, other, float(loss), float(delay) / 1000, float(jitter) / 1000, int(seed))
