#!/usr/bin/env python3
"""demo.py -- a tour in the terminal: how HTTP rides on TCP

    python3 tests/demo/demo.py --server build/soquete

Serves a copy of www/, and a large file, on a free port of this machine, and
requests files with curl and nc. Below each command is the server's trace of it
(--trace). On a terminal there is a pause before each command;
with STEP=1 it lasts until Enter. It ends with sums, taken from the trace that
was shown, and with exit status 0 if they hold; 77 if a program is missing.

A command is run as it is shown except for `sleep`, which the demo ends: at the earliest
when the server has traced what was sent before, so no result depends on time.
"""

import argparse
import collections
import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import book
import stage

HERE = os.path.dirname(os.path.abspath(__file__))
WWW = os.path.join(HERE, "..", "..", "www")
LARGE = "large.bin"
MIB = 1024 * 1024

TAKEN = 1000     # bytes, by the client that goes away
TYPING_S = 0.2   # between bytes, the time of scene 3's `sleep`

# A run of these is shortened: so many lines are shown, and the last one of each kind.
MOVES = ("send", "blocked", "left", "acked")
MOVES_SHOWN = 12

# The shell's part: `sleep` reads a line of ours.
PRELUDE = "exec 3<&0 </dev/null; sleep() { read -r _ <&3; }\n"

# `files` are the responses that `saved` files get, one after the other.
Scene = collections.namedtuple("Scene", "title done look command files saved play")


class Tour:
    """The scenes, one after the other, on one server."""

    def __init__(self, screen, stack, program):
        self.screen, self.stack = screen, stack
        self.folder = tempfile.mkdtemp(prefix="soquete-demo-")
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.site, self.home = f"{self.folder}/site", f"{self.folder}/home"
        self.large_mib = large_mib()
        shutil.copytree(WWW, self.site)
        with open(f"{self.site}/{LARGE}", "wb") as file:
            file.write(os.urandom(self.large_mib * MIB))
        os.mkdir(self.home)
        self.server = stage.Server(
            screen, stack, [program, "--trace", "--drain-timeout", "1s", "-l", "127.0.0.1:0",
                            self.site], is_coloured=screen.is_terminal)
        self.reader, self.book = book.TextReader(), book.Book()
        self.requested = self.arrived = self.left = 0
        self.moves = 0  # in a row, so far
        self.held = []  # those of them that are not shown yet: kind and line

    # --- The trace ---

    def next(self, what):
        """Shows the next line of the trace. Returns the event that it completes, or
        None."""
        line = self.server.next_line(what)
        event = self.reader.read(line)
        if event is not None:
            self.book.take(event)
        if event is not None and event.kind in MOVES:
            self.moves += 1
            if self.moves > MOVES_SHOWN:
                self.held.append((event.kind, line))
                return event
        else:
            self.show_held()
        self.screen.trace(line)
        return event

    def show_held(self):
        """Ends a run of sends and what became of them: shows how many were left out, and
        the last of each kind."""
        kinds = [kind for kind, _ in self.held]
        last = {kind: at for at, kind in enumerate(kinds)}
        if len(kinds) > len(last) + 1:
            left_out = collections.Counter(kinds) - collections.Counter(last.keys())
            self.screen.aside(f"More like these ({listed(left_out)}), and then")
            self.held = [self.held[at] for at in sorted(last.values())]
        for _, line in self.held:
            self.screen.trace(line)
        self.moves, self.held = 0, []

    def until(self, kind):
        """Shows the trace up to the next event of this kind, and returns that."""
        while True:
            event = self.next(f"{kind} in the trace")
            if event is not None and event.kind == kind:
                return event

    # --- The scenes ---

    def start(self, command):
        """Runs a command in the shell, in a folder where it may write."""
        return stage.Program(
            self.screen.signals, self.stack, ["sh", "-c", PRELUDE + command],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=self.home, env=stage.client_environment(self.home))

    def show(self, number, scene):
        command = scene.command.format(url=f"http://{self.server.host}:{self.server.port}",
                                       host=self.server.host, port=self.server.port)
        self.screen.title(f"{number}  {scene.title}")
        self.screen.tell(scene.done.format(mib=self.large_mib), "Look for: " + scene.look)
        self.screen.command(command)
        self.screen.pause()
        client = self.start(command)
        scene.play(self, client)
        self.until("close")
        client.wait()
        client.process.stdin.close()
        self.judge(scene)
        for name in os.listdir(self.home):
            os.unlink(f"{self.home}/{name}")

    def judge(self, scene):
        """Whether the files that arrived are the ones that are served."""
        came = b"".join(read(f"{self.home}/{name}") for name in scene.saved)
        bodies = list(split(came)) if came.startswith(b"HTTP/") else [
            read(f"{self.home}/{name}") for name in scene.saved]
        self.requested += len(scene.files)
        for name, body in zip(scene.files, bodies):
            served = read(f"{self.site}/{name}")
            if digest(body) == digest(served):
                self.arrived += 1
            elif body == served[:TAKEN]:
                self.left += 1

    # --- The end ---

    def sum_up(self):
        """Prints the sums. Returns whether they hold."""
        row, sums = self.screen.row, self.book.sums
        again = sums["retransmitted"]
        self.screen.title("What the trace above adds up to")
        self.screen.say()
        row("connections", f"{self.book.opened} opened, {self.book.closed} closed")
        row("requests", f"{sums['requests']}, and {sums['responses']} responses")
        row("bytes in", f"{sums['in']} in {sums['recvs']} recvs")
        row("bytes out", f"{sums['out']} in {sums['sends']} sends")
        row("ranges", f"{self.book.ranges}" + (
            ": WRONG" if self.book.wrong else
            ", no gap, no overlap: each begins where the last one ended"))
        row("sent again", f"{again} segment{'' if again == 1 else 's'}" + (
            ": a reader's buffer was full, or an acknowledgement late" if again else ""))
        row("files", f"{self.arrived} of {self.requested} arrived whole (equal sha256), "
            f"{self.left} in part: its client left")
        for wrong in self.book.wrong:
            self.screen.say(f"   wrong: {wrong}")
        holds = (not self.book.wrong and self.book.opened == self.book.closed and
                 sums["responses"] == sums["requests"] == self.requested and
                 self.arrived + self.left == self.requested and self.left == 1)
        self.screen.say("\n   " + self.screen.bold(
            "TCP lost nothing." if holds else "This does not add up.") + "\n")
        return holds


def listed(counts):
    """"369 send, 394 blocked and 200 left", in the order of MOVES."""
    *most, last = [f"{counts[kind]} {kind}" for kind in MOVES if counts[kind] > 0]
    return f"{', '.join(most)} and {last}" if most else last


def read(path):
    """The file's content; empty if it does not exist."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def digest(data):
    return hashlib.sha256(data).digest()


def split(stream):
    """The bodies of consecutive responses in a stream."""
    while stream:
        head, _, rest = stream.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)[1])
        yield rest[:length]
        stream = rest[length:]


def large_mib():
    """A size that surely does not fit into the buffers between two programs."""
    with open("/proc/sys/net/ipv4/tcp_wmem", encoding="ascii") as limits:
        most = int(limits.read().split()[2])
    return min(8 + 2 * most // MIB, 64)


def play_plain(_tour, _client):
    """The command runs to its end by itself."""


def go_on(client):
    """Ends the command's `sleep`."""
    client.process.stdin.write(b"\n")
    client.process.stdin.flush()


def play_typing(tour, client):
    """Types each piece when the server has traced the one before and the pause is over."""
    for _ in PIECES:
        tour.until("recv")
        tour.screen.signals.wait(timeout_s=TYPING_S)
        go_on(client)


def play_slowly(tour, client):
    """The reader begins when the kernel waits for it."""
    peer = int(tour.until("open").peer.rpartition(":")[2])
    sent = tour.until("response").start
    end, before = time.monotonic() + stage.DEADLINE_S, None
    while True:
        while tour.server.lines.rest or tour.screen.signals.wait(tour.server.lines.fd, 0.1):
            event = tour.next("a send")
            sent = event.end if event is not None and event.kind == "send" else sent
        waiting = kernel_waits(tour.server.port, peer)
        if waiting is not None and waiting == before:
            break
        before = waiting
        if time.monotonic() > end:
            raise stage.Trouble("the sends did not stop, though nobody read")
    tour.show_held()
    tour.screen.aside(f"The sends stop. {sent - waiting} B fill the reader's buffers, so its "
                      f"window is closed. {waiting} B wait in the server's kernel (ss -tno shows "
                      "timer:(persist)), and the rest of the file on disk. Now the reader "
                      "continues.")
    tour.screen.pause()
    go_on(client)


def kernel_waits(port, peer):
    """How many bytes of this connection wait in the kernel for a closed window (its
    timer for probing it is set), or None (proc_net_tcp)."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table:
            fields = line.split()
            if fields[1].endswith(f":{port:04X}") and fields[2].endswith(f":{peer:04X}"):
                is_probing = fields[5].startswith("04:")
                return int(fields[4].partition(":")[0], 16) if is_probing else None
    return None


PIECES = ["G", "E", "T", "' '", "/", "b", ".", "c", "s", "s", r"' HTTP/1.1\r\n'",
          r"'Host: demo\r\n'", r"'Connection: close\r\n'", r"'\r\n'"]

SCENES = (
    Scene("One request",
          "curl opens a connection, requests one file, and closes the connection when it has it.",
          "one recv has the whole request; one send has the whole response, head and body. "
          "Then the response leaves, and is acknowledged.",
          "curl -sO {url}/a.html",
          ["a.html"], ["a.html"], play_plain),
    Scene("A second request on the same connection",
          "curl requests two files. In HTTP/1.1 the connection stays open for the second.",
          "one open and one close; request #2 begins at the byte where #1 ended.",
          "curl -sO {url}/a.html -O {url}/b.css",
          ["a.html", "b.css"], ["a.html", "b.css"], play_plain),
    Scene("A request typed byte by byte",
          "The start of a request is sent byte by byte, the rest line by line, with pauses.",
          f"{len(PIECES)} recvs, a pause before each of them but the first (such as \"+0.21 s\"), "
          "and no request until the empty line.",
          f"for piece in {' '.join(PIECES[:11])} \\\n    {' '.join(PIECES[11:])}\n"
          f"do printf \"$piece\"; sleep {TYPING_S}\n"
          "done | nc {host} {port} >response",
          ["b.css"], ["response"], play_typing),
    Scene("Three requests in one write",
          "nc sends three requests before it has a response: they are pipelined.",
          "one recv with three requests, and one send with three responses in the same order.",
          "printf '%s\\r\\n' 'GET /a.html HTTP/1.1' 'Host: demo' '' \\\n"
          "    'GET /b.css HTTP/1.1' 'Host: demo' '' \\\n"
          "    'GET /favicon.svg HTTP/1.1' 'Host: demo' 'Connection: close' '' |\n"
          "    nc {host} {port} >responses",
          ["a.html", "b.css", "favicon.svg"], ["responses"], play_plain),
    Scene("A client that goes away",
          f"head reads {TAKEN} bytes of {{mib}} MiB and ends. curl can write no more, and ends.",
          "the sends stop within the response. A reset ends the connection; the server goes on. "
          "The lines below close show how much of what the kernel had accepted was sent, how much "
          "was acknowledged, and how much was not even sent.",
          f"curl -s {{url}}/{LARGE} | head -c {TAKEN} >start",
          [LARGE], ["start"], play_plain),
    Scene("A slow reader, and back-pressure",
          "nc requests {mib} MiB, and writes to a program that at first does not read.",
          "blocked: the buffers are full, and the kernel accepts nothing (EAGAIN). The sends stop, "
          "and continue when there is room again.",
          f"printf '%s\\r\\n' 'GET /{LARGE} HTTP/1.1' 'Host: demo' \\\n"
          "    'Connection: close' '' |\n"
          "    nc NC_OPTIONS{host} {port} | (sleep 3; cat) >response",
          [LARGE], ["response"], play_slowly),
)


def buffer_option():
    """Only OpenBSD's nc has an option for the size of its buffer."""
    said = subprocess.run(["nc", "-h"], capture_output=True, text=True, check=False)
    return "-I 16384 " if "-I length" in said.stdout + said.stderr else ""


def show(screen, program):
    stage.need("curl", "nc")
    with contextlib.ExitStack() as stack:
        tour = Tour(screen, stack, program)
        screen.say(screen.bold("Soquete, seen from inside"))
        screen.tell("Each line of the trace that begins with a time is an event. tcp moves bytes: "
                    "recv() = 85 is a call of recv that returned 85 bytes. http finds messages in "
                    "these bytes: request and response. \"in [0,85)\" means bytes 0 to 84 of the "
                    "stream from the client, \"out [0,552)\" bytes 0 to 551 of the stream to the "
                    "client. Each connection counts both from 0.",
                    "send means that the kernel accepted the bytes, left that it handed them to "
                    "the network, and acked that the client's kernel has them. The server learns "
                    "of these two later, so their times may be earlier than that of the line above "
                    "them. blocked is a send that the kernel refused, and eof the end of the "
                    "client's stream. A line such as \"+0.21 s\" is a pause.")
        option = buffer_option()
        for number, scene in enumerate(SCENES, 1):
            command = scene.command.replace("NC_OPTIONS", option)
            tour.show(number, scene._replace(command=command))
        tour.server.finish()
        return tour.sum_up()


def main():
    parser = argparse.ArgumentParser(description="A tour: how HTTP rides on TCP.")
    parser.add_argument("--server", default="build/soquete", help="the program to show")
    options = parser.parse_args()
    return stage.run("demo", lambda screen: show(screen, stage.built(options.server)))


if __name__ == "__main__":
    sys.exit(main())
