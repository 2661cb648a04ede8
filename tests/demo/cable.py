#!/usr/bin/env python3
"""cable.py -- a cable between two network namespaces, as a program

    cable.py NEAR FAR LOSS SEED

Makes two network interfaces (TUN: what the kernel sends there is read here, and what
is written here arrives there), and forwards each packet from one to the other, or
loses it, delays it or forwards it twice (tally.py). Each has the namespace that it
was started in, until somebody moves it to another.

It prints "ready" when both exist. On its standard input it reads lines: a number is
the delay in milliseconds from then on, and forwarding begins with it; each empty line
is responded to with the counts, as JSON, and `on_cable`, how many packets are on the
way. It ends with its standard input.
"""

import collections
import errno
import fcntl
import heapq
import itertools
import json
import os
import select
import struct
import sys
import time

import tally

TUNSETIFF = 0x400454CA  # linux/if_tun.h
TUN_WITHOUT_HEADER = 0x1001
PACKET_MAX = 65536
OVERTAKEN_S = 0.015  # the additional delay of a late packet

# `due` comes first, and the number next, so that packets leave in their order.
Waiting = collections.namedtuple("Waiting", "due number to packet passage is_copy")


class Cable:
    """Both interfaces, and the packets between them."""

    def __init__(self, near, far, loss, seed):
        self.ends = {open_tun(near): "there", open_tun(far): "back"}
        self.others = dict(zip(self.ends, reversed(self.ends)))
        self.tally = tally.Tally(loss, seed)
        self.waiting, self.numbers = [], itertools.count()
        self.delay_s = 0

    def take(self, end):
        """Reads the packets that wait at an end."""
        while (packet := read_packet(end)) is not None:
            passage = self.tally.enter(packet, self.ends[end])
            if passage is None:
                continue
            due = time.monotonic() + self.delay_s + passage.is_late * OVERTAKEN_S
            for copy in range(passage.copies):
                heapq.heappush(self.waiting, Waiting(due, next(self.numbers), self.others[end],
                                                     packet, passage, copy > 0))

    def forward(self):
        """Writes the packets that are due. Returns the time until the next is, or None."""
        while self.waiting and self.waiting[0].due <= time.monotonic():
            packet = heapq.heappop(self.waiting)
            self.tally.leave(packet.passage, packet.is_copy)
            os.write(packet.to, packet.packet)
        return max(0, self.waiting[0].due - time.monotonic()) if self.waiting else None

    def report(self):
        for end in self.ends:
            self.take(end)
        return json.dumps({**self.tally.report(), "on_cable": len(self.waiting)})


def open_tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), TUN_WITHOUT_HEADER))
    return fd


def read_packet(fd):
    """None if none waits, or the interface is not up yet."""
    try:
        return os.read(fd, PACKET_MAX)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EIO, errno.EBADFD):
            raise
        return None


def main(near, far, loss, seed):
    cable = Cable(near, far, int(loss), int(seed))
    print("ready", flush=True)
    cable.delay_s = float(sys.stdin.readline() or 0) / 1000
    while True:
        ready, _, _ = select.select([*cable.ends, sys.stdin], [], [], cable.forward())
        for end in cable.ends.keys() & set(ready):
            cable.take(end)
        if sys.stdin in ready:
            if not sys.stdin.readline():
                return
            print(cable.report(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
