#!/usr/bin/env python3
"""messages.py -- small messages at a steady rate, as a game sends them, by TCP and UDP

    messages.py receive ADDRESS PORT
    messages.py send ADDRESS PORT COUNT EVERY_MS

Each message is sent twice at once: on a TCP connection, and as a datagram. It has its
number, and the time when it was sent (CLOCK_MONOTONIC, which both ends share), so the
receiver knows how long it was on its way, from the call of send to the return of recv.

The receiver prints "ready" when it can receive, and "end" at the end of the TCP stream.
Then it reads a line on its standard input: how many datagrams have arrived. When it has
received so many it prints, as JSON and for each protocol, how many different messages
arrived, how many duplicates, how many that a later one had overtaken, and the delays
in milliseconds: the least, p50, p99 and the most.
"""

import json
import math
import select
import socket
import struct
import sys
import time

from datagrams import QUIET_S, Order

MESSAGE = struct.Struct("!QQ84x")  # its number and its time in nanoseconds, 100 bytes


class Delays:
    """The messages of one protocol."""

    def __init__(self):
        self.order, self.ms = Order(), []

    def take(self, message):
        number, sent_ns = MESSAGE.unpack(message)
        if self.order.take(number):
            self.ms.append((time.monotonic_ns() - sent_ns) / 1e6)

    def report(self):
        return {"different": len(self.ms), "duplicates": self.order.duplicates,
                "overtaken": self.order.overtaken, "least": percentile(self.ms, 0),
                "p50": percentile(self.ms, 50), "p99": percentile(self.ms, 99),
                "most": percentile(self.ms, 100)}


def percentile(values, percent):
    """The least of the values that is not below so many per cent of them."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)] if values else 0


def send(address, count, every_ms):
    with socket.create_connection(address) as stream, \
            socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        datagrams.connect(address)
        start = time.monotonic()
        for number in range(count):
            time.sleep(max(0, start + number * every_ms / 1000 - time.monotonic()))
            message = MESSAGE.pack(number, time.monotonic_ns())
            datagrams.send(message)
            stream.sendall(message)


def receive(address):
    with socket.create_server(address) as listener, \
            socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(address)
        print("ready", flush=True)
        stream, _ = listener.accept()
        with stream:
            tcp, udp = receive_both(stream, datagrams)
        print("end", flush=True)
        receive_rest(datagrams, udp, int(sys.stdin.readline() or 0))
        print(json.dumps({"tcp": tcp.report(), "udp": udp.report()}), flush=True)


def receive_both(stream, datagrams):
    """Receives until the stream ends. TCP may deliver a message in pieces, or several at
    once; a datagram is a message."""
    tcp, udp, rest, has_ended = Delays(), Delays(), b"", False
    while not has_ended:
        ready, _, _ = select.select([stream, datagrams], [], [])
        if datagrams in ready:
            udp.take(datagrams.recv(65536))
        if stream in ready:
            data = stream.recv(65536)
            rest, has_ended = rest + data, not data
            while len(rest) >= MESSAGE.size:
                tcp.take(rest[:MESSAGE.size])
                rest = rest[MESSAGE.size:]
    return tcp, udp


def receive_rest(datagrams, udp, expected):
    datagrams.settimeout(QUIET_S)
    try:
        while len(udp.order.seen) + udp.order.duplicates < expected:
            udp.take(datagrams.recv(65536))
    except socket.timeout:
        pass  # its buffer was full once; the sums will show it


if __name__ == "__main__":
    ADDRESS = (sys.argv[2], int(sys.argv[3]))
    if sys.argv[1] == "send":
        send(ADDRESS, *map(int, sys.argv[4:]))
    else:
        receive(ADDRESS)
