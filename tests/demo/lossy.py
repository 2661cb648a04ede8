#!/usr/bin/env python3
"""lossy.py -- a file and small messages by TCP and by UDP, over a lossy link

    python3 tests/demo/lossy.py --server build/soquete [--loss 5] [--size 2] [--seed 1]
        [--messages 1000]

Two network namespaces are joined by a cable that delays each packet and loses so many
of 100, each way (link.py). The server in one sends a file of so many MiB to curl in
the other; then the same bytes go as datagrams (datagrams.py); then small messages go
both ways at once (messages.py). What TCP did is taken from the server's trace
(--trace=json) and from the kernel, what was lost from the cable (account.py). Needs
root. Exit status 0 if TCP lost nothing and the sums hold, 77 if it cannot run: not
root, no namespaces, a missing program.
"""

import argparse
import collections
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import account
import book
import datagrams
import link
import stage
import tally

HERE = os.path.dirname(os.path.abspath(__file__))
DATAGRAMS = os.path.join(HERE, "datagrams.py")
MESSAGES = os.path.join(HERE, "messages.py")
NAME = "random.bin"
MIB = 1024 * 1024
LOSS_MAX, SIZE_MAX, MESSAGES_MAX = 20, 64, 100000
HTTP_PORT, UDP_PORT, MESSAGES_PORT = 80, 4000, 5000
EVERY_MS = 10  # between messages

# What a protocol delivered: bytes, whether they are those that were sent, and how many
# datagrams came twice or were overtaken. `counts` are the account (TCP), or the cable's
# counts (UDP).
Delivered = collections.namedtuple("Delivered", "length is_equal duplicates overtaken counts")


class Crossing:
    """The same file over the same link, twice; then messages."""

    def __init__(self, screen, stack, options):
        self.screen, self.stack, self.options = screen, stack, options
        program = stage.built(options.server)
        self.link = link.Link(screen, stack, options.loss, options.seed)
        self.folder = tempfile.mkdtemp(prefix="soquete-lossy-")
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        os.mkdir(f"{self.folder}/site")
        os.mkdir(f"{self.folder}/client")
        self.path = f"{self.folder}/site/{NAME}"
        self.size = options.size * MIB
        with open(self.path, "wb") as file:
            file.write(os.urandom(self.size))
        self.sum = sum_of(self.path)
        self.server = stage.Server(
            screen, stack, link.inside(self.link.server, program, "--trace=json", "-l",
                                       f"{link.SERVER}:{HTTP_PORT}", f"{self.folder}/site"),
            is_coloured=False)
        self.book = book.Book()

    def program(self, where, *command, **options):
        return stage.Program(self.screen.signals, self.stack, link.inside(where, *command),
                             cwd=f"{self.folder}/client",
                             env=stage.client_environment(f"{self.folder}/client"), **options)

    def python(self, where, *command, **options):
        return self.program(where, sys.executable, "-B", *command, **options)

    def receiver(self, *command):
        """A receiver at the client's end that is ready, and its lines."""
        program = self.python(self.link.client, *command,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.stack.callback(program.process.stdout.close)
        lines = stage.Lines(self.screen.signals, program.process.stdout.fileno())
        lines.next("the receiver")
        return program, lines

    def by_tcp(self):
        """Returns what curl received."""
        command = ["curl", "-sO", f"http://{link.SERVER}/{NAME}"]
        self.screen.command(" ".join(command))
        self.screen.pause()
        client = self.program(self.link.client, *command)
        info = self.follow()
        if client.wait() != 0:
            raise stage.Trouble(f"curl ended with status {client.process.returncode}")
        kernels = [link.kernel_counts(name) for name in (self.link.server, self.link.client)]
        counts = self.wait_for_cable(f"tcp {HTTP_PORT}", "segments", info["data_segments_out"])
        path = f"{self.folder}/client/{NAME}"
        sums = account.Account(info, *kernels, *(
            counts.of(f"tcp {HTTP_PORT}", way) for way in ("there", "back")))
        return Delivered(os.path.getsize(path), sum_of(path) == self.sum, 0, 0, sums)

    def follow(self):
        """Reads the trace to the connection's close, and shows sends: the first in each
        eighth of the file. Returns the last TCP_INFO."""
        form = "   {:>8}  {:>16}  {:>14}  {:>6}  {:>10}"
        self.screen.say(form.format("time", "given to kernel", "acknowledged", "cwnd",
                                    "sent again"))
        opened_us, shown = None, 0
        while True:
            line = self.server.lines.next("the file's next bytes; a smaller LOSS helps")
            if not line.startswith("{"):
                self.screen.say(line)
                continue
            event, told = book.read_json(line)
            self.book.take(event)
            opened_us = opened_us or told["time_us"]
            sent = self.book.ends[1, "send"]
            is_next = event.kind == "send" and sent * 8 >= shown * self.size
            if is_next or event.kind == "close":
                shown = sent * 8 // self.size + 1
                info = told["info"]
                self.screen.say(form.format(
                    f"{(told['time_us'] - opened_us) / 1e6:.3f} s", sent,
                    info["bytes_acked"], info["cwnd"], info["retransmitted"]))
            if event.kind == "close":
                return told["info"]

    def by_udp(self):
        """Returns what the receiver has."""
        path = f"{self.folder}/client/by-udp"
        ends = [link.CLIENT, str(UDP_PORT)]
        self.screen.command(f"tests/demo/datagrams.py send {' '.join(ends)} {NAME}")
        self.screen.pause()
        receiver, lines = self.receiver(DATAGRAMS, "receive", *ends, path)
        sender = self.python(self.link.server, DATAGRAMS, "send", *ends, self.path)
        if sender.wait() != 0:
            raise stage.Trouble("the datagrams could not be sent")
        counts = self.arrived(receiver, f"udp {UDP_PORT}", -(-self.size // datagrams.PIECE))
        different, duplicates, overtaken, length = map(int, lines.next("its count").split())
        self.screen.say(f"   {counts['sent']} datagrams sent, {different} received")
        return Delivered(length, sum_of(path) == self.sum, duplicates, overtaken, counts)

    def messages(self):
        """Returns the receiver's report for each protocol, and the cable's counts of UDP."""
        ends = [link.CLIENT, str(MESSAGES_PORT)]
        rate = [str(self.options.messages), str(EVERY_MS)]
        self.screen.command(f"tests/demo/messages.py send {' '.join(ends + rate)}")
        self.screen.pause()
        receiver, lines = self.receiver(MESSAGES, "receive", *ends)
        sender = self.python(self.link.server, MESSAGES, "send", *ends, *rate)
        if sender.wait(stage.DEADLINE_S + self.options.messages * EVERY_MS / 1000) != 0:
            raise stage.Trouble("the messages could not be sent")
        lines.next("the end of the messages")
        self.screen.say(f"   {self.options.messages} messages sent by TCP, and by UDP")
        counts = self.arrived(receiver, f"udp {MESSAGES_PORT}", self.options.messages)
        return json.loads(lines.next("the delays")), counts

    def arrived(self, receiver, name, sent):
        """Tells the receiver how many datagrams have arrived at its end, once no more are
        on their way. Returns the cable's counts."""
        counts = self.wait_for_cable(name, "sent", sent).of(name, "there")
        with receiver.process.stdin as told:
            told.write(f"{counts['arrived']}\n".encode())
        return counts

    def wait_for_cable(self, name, what, sent):
        """Waits until so many have entered the cable, and it is empty. Returns all counts;
        after a time those so far, which then do not add up."""
        end = time.monotonic() + stage.DEADLINE_S
        while True:
            counts = self.link.counts()
            is_done = counts.of(name, "there")[what] >= sent and counts.on_cable == 0
            if is_done or time.monotonic() > end:
                return counts
            self.screen.signals.wait(timeout_s=0.02)


def sum_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def compare(screen, size, tcp, udp):
    """What each protocol made of the same bytes, side by side."""
    screen.title(f"What became of the same {size} bytes")
    screen.say()
    screen.row("", "TCP", "UDP")
    screen.row("sent", f"{tcp.counts.sent} segments", f"{udp.counts['sent']} datagrams")
    screen.row("lost", f"{tcp.counts.lost} segments", f"{udp.counts['lost']} datagrams")
    screen.row("sent again", f"{tcp.counts.again} segments", "0")
    screen.row("read twice", tcp.duplicates, f"{udp.duplicates} datagrams")
    screen.row("out of order", tcp.overtaken, f"{udp.overtaken} datagrams")
    screen.row("arrived", *(f"{each.length} B" for each in (tcp, udp)))
    screen.row("missing", *(f"{size - each.length} B" for each in (tcp, udp)))
    screen.row("sha256", *("equal" if each.is_equal else "different" for each in (tcp, udp)))


def account_for(screen, sums):
    """How TCP did it, in segments."""
    screen.title("TCP's account")
    screen.say()
    for name, sign, number, remark in sums.rows():
        screen.say(f"   {name:<24}{sign:>2}{number:>7}  {remark}".rstrip())
    screen.say()
    if not sums.regrouped:
        screen.tell(f"So {sums.again} sent again = {sums.lost} lost + {sums.needless} needless.")
    screen.tell(f"Lost on the way back: {sums.acks_lost} of {sums.acks} packets, nearly all of "
                "them acknowledgements. A later acknowledgement covers a lost one.",
                f"The client received {sums.needless} needless segments and {sums.copies} copies "
                f"made by the cable. It reported {sums.reported} duplicates (DSACK), and "
                f"{sums.reports} reports reached the server. The kernel combines reports, so the "
                "last two numbers are approximate.")


def compare_delays(screen, count, reports):
    screen.title(f"Delay of the same {count} messages, from send to recv")
    screen.say()
    both = [reports["tcp"], reports["udp"]]
    screen.row("", "TCP", "UDP")
    screen.row("arrived", *(each["different"] for each in both))
    screen.row("lost", *(count - each["different"] for each in both))
    screen.row("read twice", *(each["duplicates"] for each in both))
    screen.row("out of order", *(each["overtaken"] for each in both))
    for name in ("p50", "p99", "most"):
        screen.row(name, *(f"{each[name]:.1f} ms" for each in both))
    screen.say()
    screen.tell("Half of the messages took at most p50, and 99 of 100 took at most p99. TCP "
                "delivers in order: the messages behind a lost one wait until it was sent again. "
                "UDP delivers each message when it arrives. A game shows where a player is now. "
                "An old position is of no use, so a game loses one rather than wait for it.")


def conclude(screen, wrong, size):
    """The last word. Returns whether all adds up."""
    screen.say()
    for each in wrong:
        screen.say(f"   wrong: {each}")
    if wrong:
        screen.say("   " + screen.bold("This does not add up."))
    else:
        screen.say("   " + screen.bold("TCP lost nothing:") +
                   f" curl received {size} bytes, with the sha256 of the file.")
    screen.say()
    return not wrong


def mistakes(crossing, tcp, udp, reports, cable):
    """What does not add up, as text."""
    count = crossing.options.messages
    rules = {
        "TCP did not deliver the file": tcp.is_equal and tcp.length == crossing.size,
        "not one connection": crossing.book.opened == crossing.book.closed == 1,
        "datagrams": is_complete(udp.counts, -(-crossing.size // datagrams.PIECE),
                                 udp.duplicates),
        "bytes by UDP": udp.is_equal == (udp.counts["lost"] == 0),
        "messages by TCP": reports["tcp"]["different"] == count,
        "messages by UDP": cable["sent"] - cable["lost"] == reports["udp"]["different"] and
                           is_complete(cable, count, reports["udp"]["duplicates"]),
    }
    return [*crossing.book.wrong, *tcp.counts.wrong(),
            *(text for text, holds in rules.items() if not holds)]


def is_complete(cable, sent, duplicates):
    """Whether so many datagrams entered the cable, and each came out once, twice or never."""
    return (cable["sent"] == sent and cable["copied"] == duplicates and
            cable["arrived"] == sent - cable["lost"] + cable["copied"])


def introduce(screen, options):
    screen.say(screen.bold("Soquete, over a link that delays and loses packets"))
    screen.say(f"\n   server {link.SERVER} ======= cable ======= {link.CLIENT} client\n")
    screen.tell(f"Server and client are in network namespaces of their own on this machine. A "
                f"program is the cable between them. It delivers a packet {link.DELAY_MS} ms after "
                f"it was sent. Of 100 packets it loses {options.loss}, delivers {tally.LATE} so "
                f"late that others overtake them, and delivers {tally.COPIED} twice, in each "
                f"direction, at random (seed {options.seed}). A packet carries one segment or one "
                "datagram, at most 1500 bytes.")


def show(screen, options):
    with contextlib.ExitStack() as stack:
        if os.geteuid() == 0:
            stage.need("curl", "ip")
        crossing = Crossing(screen, stack, options)
        introduce(screen, options)
        screen.title("1  A file by TCP")
        screen.tell(f"curl requests a file of {options.size} MiB, random bytes. TCP numbers the "
                    "bytes, and sends again what was not acknowledged.",
                    "Look for: all bytes are acknowledged at the end, and \"sent again\" grows.")
        tcp = crossing.by_tcp()
        screen.title("2  The same bytes by UDP")
        screen.tell(f"The same file goes in numbered datagrams of {datagrams.PIECE} bytes. Each is "
                    "sent once.",
                    "Look for: the count of those received. UDP sends nothing again.")
        udp = crossing.by_udp()
        compare(screen, crossing.size, tcp, udp)
        account_for(screen, tcp.counts)
        screen.title("3  Small messages, as a game sends them")
        screen.tell(f"Every {EVERY_MS} ms one message of 100 bytes is sent, by TCP and by UDP at "
                    f"the same time, {options.messages} in all. This takes "
                    f"{options.messages * EVERY_MS / 1000:g} s.",
                    "Look for: p99, the delay of the slow ones, and what UDP loses.")
        reports, cable = crossing.messages()
        crossing.server.finish()
        compare_delays(screen, options.messages, reports)
        return conclude(screen, mistakes(crossing, tcp, udp, reports, cable), crossing.size)


def number_up_to(most):
    def number(text):
        if not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not within 1 to {most}")
        return int(text)
    return number


def main():
    parser = argparse.ArgumentParser(description="TCP and UDP, over a lossy link.")
    parser.add_argument("--server", default="build/soquete", help="the program to show")
    parser.add_argument("--loss", type=number_up_to(LOSS_MAX), default=5,
                        help="how many of 100 packets get lost, each way (5)")
    parser.add_argument("--size", type=number_up_to(SIZE_MAX), default=2, help="MiB (2)")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2), "big"),
                        help="of the chance that decides what gets lost (another each time)")
    parser.add_argument("--messages", type=number_up_to(MESSAGES_MAX), default=1000,
                        help="how many small messages (1000)")
    options = parser.parse_args()
    return stage.run("demo-lossy", lambda screen: show(screen, options))


if __name__ == "__main__":
    sys.exit(main())
