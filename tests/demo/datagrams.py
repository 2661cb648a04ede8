#!/usr/bin/env python3
"""datagrams.py -- a file by UDP, without anything that ensures its arrival

    datagrams.py receive ADDRESS PORT FILE
    datagrams.py send ADDRESS PORT FILE

Each datagram has its number and the bytes of that position. The receiver prints
"ready" when it can receive. On its standard input it reads, once all are sent,
how many datagrams have arrived; when it has so many, it prints their number and
their bytes. FILE then has a hole for each missing datagram.
"""

import os
import select
import socket
import struct
import sys

PIECE = 1440  # and its number, and the headers: less than a packet holds
NUMBER = struct.Struct("!Q")
QUIET_S = 2
BUFFER = 256 * 1024 * 1024  # so that nothing is lost but on the way
SO_RCVBUFFORCE = 33  # socket(7); Python has no name for it


def send(address, path):
    with open(path, "rb") as file, socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.connect(address)
        number = 0
        while piece := file.read(PIECE):
            sender.send(NUMBER.pack(number) + piece)
            number += 1


def receive(address, path):
    with open(path, "wb") as file, socket.socket(type=socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
        receiver.bind(address)
        print("ready", flush=True)
        print(*receive_into(file, receiver))


def receive_into(file, receiver):
    """Returns how many datagrams and bytes arrived."""
    poll = select.poll()
    poll.register(receiver, select.POLLIN)
    poll.register(sys.stdin, select.POLLIN)
    count = length = 0
    expected = None
    while expected is None or count < expected:
        ready = [fd for fd, _ in poll.poll(None if expected is None else QUIET_S * 1000)]
        if receiver.fileno() in ready:
            datagram = receiver.recv(65536)
            number, = NUMBER.unpack_from(datagram)
            os.pwrite(file.fileno(), datagram[NUMBER.size:], number * PIECE)
            count += 1
            length += len(datagram) - NUMBER.size
        elif ready:
            expected = int(sys.stdin.readline() or 0)
            poll.unregister(sys.stdin)
        else:
            break  # the buffer was too small after all
    return count, length


if __name__ == "__main__":
    {"send": send, "receive": receive}[sys.argv[1]]((sys.argv[2], int(sys.argv[3])), sys.argv[4])
