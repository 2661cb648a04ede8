#!/usr/bin/env python3
"""lossy.py -- a file by TCP and by UDP, over a link that loses packets

    python3 tests/demo/lossy.py --server build/soquete [--loss 5] [--size 20]

Two network namespaces are joined by a cable that loses so many of 100 packets,
each way (link.py). The server in one sends a file of so many MiB to curl in the
other; then the same bytes go as datagrams (datagrams.py). What TCP did is taken
from the server's trace (--trace=json), what was lost from counters of the link.
Needs root. Exit status 0 if TCP lost nothing and the sums hold, 77 if it cannot
run: not root, no namespaces, a missing program.
"""

import argparse
import collections
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

import book
import datagrams
import link
import stage

HERE = os.path.dirname(os.path.abspath(__file__))
DATAGRAMS = os.path.join(HERE, "datagrams.py")
NAME = "random.bin"
MIB = 1024 * 1024
LOSS_MAX, SIZE_MAX = 20, 64
UDP_PORT = 4000

TCP_S = 65  # for the file; the more is lost, the slower it comes
UDP_S = 15

# Segments or datagrams: sent, sent again, lost by the link, missing at its end;
# and bytes that arrived, and whether they are those that were sent.
Carried = collections.namedtuple("Carried", "sent again lost missing arrived is_equal")


class Crossing:
    """The same file over the same link, twice."""

    def __init__(self, screen, stack, options):
        self.screen, self.stack, self.options = screen, stack, options
        program = stage.built(options.server)
        self.link = link.Link(stack, options.loss)
        self.folder = tempfile.mkdtemp(prefix="soquete-lossy-")
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        os.mkdir(f"{self.folder}/site")
        os.mkdir(f"{self.folder}/client")
        self.path = f"{self.folder}/site/{NAME}"
        with open(self.path, "wb") as file:
            file.write(os.urandom(options.size * MIB))
        self.sum = sum_of(self.path)
        self.server = stage.Server(
            screen, stack, link.inside(self.link.server, program, "--trace=json",
                                       "-l", f"{link.SERVER}:0", f"{self.folder}/site"),
            is_coloured=False)
        self.book = book.Book()

    def program(self, where, *command, **options):
        return stage.Program(self.screen.signals, self.stack, link.inside(where, *command),
                             cwd=f"{self.folder}/client",
                             env=stage.client_environment(f"{self.folder}/client"), **options)

    def by_tcp(self):
        """Returns the figures of the transfer, from the server and the link."""
        url = f"http://{self.server.host}:{self.server.port}/{NAME}"
        command = ["curl", "-sO", url]
        self.screen.command(" ".join(link.inside(self.link.client, *command)))
        self.screen.pause()
        client = self.program(self.link.client, *command)
        info = self.follow(time.monotonic() + TCP_S)
        if client.wait() != 0:
            raise stage.Trouble(f"curl ended with status {client.process.returncode}")
        path = f"{self.folder}/client/{NAME}"
        return Carried(sent=info["data_segments_out"], again=info["retransmitted"],
                       lost=self.link.counts(self.link.client)["tcp_lost"], missing=0,
                       arrived=os.path.getsize(path), is_equal=sum_of(path) == self.sum)

    def follow(self, end):
        """Reads the trace to the connection's close, and shows sends: the first in each
        eighth of the file. Returns the last TCP_INFO."""
        form = "   {:>8}  {:>16}  {:>14}  {:>6}  {:>10}"
        self.screen.say(form.format("time", "given to kernel", "acknowledged", "cwnd",
                                    "sent again"))
        opened_us, shown = None, 0
        while True:
            line = self.server.lines.next("the end of the file; a smaller LOSS or SIZE helps", end)
            if not line.startswith("{"):
                self.screen.say(line)
                continue
            event, told = book.read_json(line)
            self.book.take(event)
            opened_us = opened_us or told["time_us"]
            is_next = event.kind == "send" and event.end * 8 >= shown * self.options.size * MIB
            if is_next or event.kind == "close":
                shown = event.end * 8 // (self.options.size * MIB) + 1
                info = told["info"]
                self.screen.say(form.format(
                    f"{(told['time_us'] - opened_us) / 1e6:.3f} s", self.book.ends[1, "send"],
                    info["bytes_acked"], info["cwnd"], info["retransmitted"]))
            if event.kind == "close":
                return told["info"]

    def by_udp(self):
        """Returns the figures of the transfer, from the receiver and the link."""
        path = f"{self.folder}/client/by-udp"
        ends = [link.CLIENT, str(UDP_PORT)]
        self.screen.command(" ".join(link.inside(
            self.link.server, "python3", "tests/demo/datagrams.py", "send", *ends, NAME)))
        self.screen.pause()
        receiver = self.program(self.link.client, sys.executable, DATAGRAMS, "receive", *ends,
                                path, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        said = stage.Lines(self.screen.signals, receiver.process.stdout.fileno())
        said.next("the receiver")
        sender = self.program(self.link.server, sys.executable, DATAGRAMS, "send", *ends,
                              self.path)
        if sender.wait(UDP_S) != 0:
            raise stage.Trouble("the datagrams could not be sent")
        sent = -(-self.options.size * MIB // datagrams.PIECE)
        through, lost = self.wait_for_link(sent)
        with receiver.process.stdin as told:
            told.write(f"{through}\n".encode())
        came, length = map(int, said.next("the receiver's count").split())
        receiver.wait()
        receiver.process.stdout.close()
        self.screen.say(f"   {sent} datagrams sent, {came} received")
        return Carried(sent=sent, again=0, lost=lost, missing=sent - came, arrived=length,
                       is_equal=sum_of(path) == self.sum)

    def wait_for_link(self, sent):
        """Waits until each datagram has arrived at the other end or was dropped there.
        Returns how many arrived and were dropped."""
        end = time.monotonic() + UDP_S
        while True:
            counts = self.link.counts(self.link.client)
            arrived, lost = counts["udp_arrived"], counts["udp_lost"]
            if arrived + lost >= sent or time.monotonic() > end:
                return arrived, lost
            self.screen.signals.wait(timeout_s=0.05)


def sum_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def sum_up(screen, size, tcp, udp):
    """The two ways, side by side."""
    screen.title(f"What became of the same {size} bytes")
    screen.say()
    screen.row("", "TCP", "UDP")
    screen.row("sent", f"{tcp.sent} segments", f"{udp.sent} datagrams")
    screen.row("lost on the way", f"{tcp.lost} packets", f"{udp.lost} datagrams")
    screen.row("sent again", f"{tcp.again} segments", "0")
    screen.row("arrived", f"{tcp.arrived} B", f"{udp.arrived} B")
    screen.row("missing", f"{size - tcp.arrived} B",
               f"{size - udp.arrived} B in {udp.missing} datagrams")
    screen.row("sha256", *("equal" if way.is_equal else "different" for way in (tcp, udp)))


def conclude(screen, crossing, tcp, udp):
    """Prints a conclusion from the numbers, if they hold. Returns whether they do."""
    size = crossing.options.size * MIB
    for wrong in crossing.book.wrong:
        screen.say(f"   wrong: {wrong}")
    holds = (tcp.is_equal and tcp.arrived == size and not crossing.book.wrong and
             crossing.book.opened == crossing.book.closed == 1 and
             udp.missing == udp.lost and udp.is_equal == (udp.missing == 0))
    screen.say()
    if not holds:
        screen.say("   " + screen.bold("This does not add up.") + "\n")
        return False
    acks = crossing.link.counts(crossing.link.server)["tcp_lost"]
    screen.say("   " + screen.bold(
        "TCP lost nothing: ") + "what the link lost was sent again, until it was acknowledged.")
    if tcp.again > tcp.lost:
        screen.tell(f"Some of it had arrived: {acks} packets on their way back, most of them "
                    "acknowledgements, were lost as well, and the sender cannot tell.")
    screen.tell("UDP sent each datagram once, and knows no more.")
    screen.say()
    return True


def show(screen, options):
    with contextlib.ExitStack() as stack:
        if os.geteuid() == 0:
            stage.need("curl", "ip", "nft")
        crossing = Crossing(screen, stack, options)
        screen.say(screen.bold("Soquete, over a link that loses packets"))
        screen.say(f"\n   server {link.SERVER} ======= cable ======= {link.CLIENT} curl\n")
        screen.tell(f"Two network namespaces, and a cable between them; each end throws away "
                    f"{options.loss} of 100 packets that come in, by chance. A packet carries one "
                    "segment, up to 1500 bytes.")
        screen.title("1  A file by TCP")
        screen.tell(f"curl asks for {options.size} MiB of random bytes; TCP numbers them, and "
                    "sends again what is not acknowledged.",
                    "Look for: the acknowledged bytes reach the end, and \"sent again\" grows.")
        tcp = crossing.by_tcp()
        screen.title("2  The same bytes by UDP")
        screen.tell(f"The same file goes in numbered datagrams of {datagrams.PIECE} bytes, each "
                    "sent once; the receiver counts them.",
                    "Look for: the count. Nobody asks for what is missing.")
        udp = crossing.by_udp()
        crossing.server.finish()
        sum_up(screen, options.size * MIB, tcp, udp)
        return conclude(screen, crossing, tcp, udp)


def number_up_to(most):
    def number(text):
        if not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not within 1 to {most}")
        return int(text)
    return number


def main():
    parser = argparse.ArgumentParser(description="A file by TCP and by UDP, over a lossy link.")
    parser.add_argument("--server", default="build/soquete", help="the program to show")
    parser.add_argument("--loss", type=number_up_to(LOSS_MAX), default=5,
                        help="how many of 100 packets get lost, each way (5)")
    parser.add_argument("--size", type=number_up_to(SIZE_MAX), default=20, help="MiB (20)")
    options = parser.parse_args()
    return stage.run("demo-lossy", lambda screen: show(screen, options))


if __name__ == "__main__":
    sys.exit(main())
