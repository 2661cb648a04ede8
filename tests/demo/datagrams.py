#!/usr/bin/env python3
"""datagrams.py -- a file by UDP, without anything that ensures its arrival

    datagrams.py receive ADDRESS PORT FILE
    datagrams.py send ADDRESS PORT FILE

Each datagram has its number and the bytes of that position. The receiver prints
"ready" when it can receive. On its standard input it reads, once all are sent,
how many datagrams have arrived; when it has received so many, it prints how many
different ones, how many duplicates, how many that a later one had overtaken, and
the bytes of the different ones. FILE then has a hole for each missing datagram.
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


class Order:
    """Counts the numbers that arrive: different ones, duplicates, overtaken ones."""

    def __init__(self):
        self.seen, self.duplicates, self.overtaken = set(), 0, 0
        self.highest = -1

    def take(self, number):
        """Returns whether the number is new."""
        if number in self.seen:
            self.duplicates += 1
            return False
        self.overtaken += number < self.highest
        self.highest = max(self.highest, number)
        self.seen.add(number)
        return True


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
        order, length = receive_into(file, receiver)
        print(len(order.seen), order.duplicates, order.overtaken, length)


def receive_into(file, receiver):
    """Returns the order of what arrived, and the bytes."""
    poll = select.poll()
    poll.register(receiver, select.POLLIN)
    poll.register(sys.stdin, select.POLLIN)
    order, length, expected = Order(), 0, None
    while expected is None or len(order.seen) + order.duplicates < expected:
        ready = [fd for fd, _ in poll.poll(None if expected is None else QUIET_S * 1000)]
        if receiver.fileno() in ready:
            datagram = receiver.recv(65536)
            number, = NUMBER.unpack_from(datagram)
            if order.take(number):
                os.pwrite(file.fileno(), datagram[NUMBER.size:], number * PIECE)
                length += len(datagram) - NUMBER.size
        elif ready:
            expected = int(sys.stdin.readline() or 0)
            poll.unregister(sys.stdin)
        else:
            break  # the buffer was too small after all
    return order, length


if __name__ == "__main__":
    {"send": send, "receive": receive}[sys.argv[1]]((sys.argv[2], int(sys.argv[3])), sys.argv[4])
