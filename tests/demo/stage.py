"""stage.py -- what both demos use: signals, the screen, programs, the server

A demo leaves nothing behind, however it ends. All that it makes is put onto an
ExitStack. A signal is only recorded when it arrives, and handled where the demo
waits, so that none comes between making a thing and recording it, and none
interrupts the cleanup.
"""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import tty

import book

# Ends a demo that hangs. It is long, because machines are shared.
DEADLINE_S = 60
GRACE_S = 15

PAUSE_S = 3
WIDTH_MAX = 120  # as the server prints its trace
TEXT_WIDTH_MAX = 100
SKIPPED = 77  # the exit status that says: it cannot be shown here

ADDRESS = re.compile(r"http://([0-9.]+):(\d+)/")

# A line of the trace is broken where it has a semicolon or two spaces, or else a
# comma, and goes on below the column where it came to its point.
CLAUSES = re.compile(r".+?(?:; |  (?=\S)|$)")
COMMAS = re.compile(r".+?(?:, |$)")
DETAILS_AT = 30


class Trouble(Exception):
    """The demo cannot go on; the text says why."""


class NotHere(Exception):
    """Something that the demo needs is missing; the text says what, and how to get
    it."""


class Interrupted(Exception):
    """By the signal with this number."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number


class Signals:
    """Records the signals that ask for the end, and waits for events or for them."""

    NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self):
        self.noted, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writing)
        for number in self.NUMBERS:
            signal.signal(number, lambda *_: None)

    def wait(self, fd=None, timeout_s=DEADLINE_S):
        """Until there is something to read, or the time is over. Returns whether
        there is."""
        poll = select.poll()
        poll.register(self.noted, select.POLLIN)
        if fd is not None:
            poll.register(fd, select.POLLIN)
        ready = [each for each, _ in poll.poll(max(0, timeout_s) * 1000)]
        if self.noted in ready:
            raise Interrupted(os.read(self.noted, 1)[0])
        return bool(ready)


class Screen:
    """Where the demo prints: lines of at most WIDTH_MAX columns. On a terminal there are
    colours and pauses."""

    def __init__(self, signals):
        self.signals = signals
        self.is_terminal = sys.stdout.isatty()
        self.has_colour = (self.is_terminal and not os.environ.get("NO_COLOR") and
                           os.environ.get("TERM") != "dumb")
        self.waits_for_enter = bool(os.environ.get("STEP")) and sys.stdin.isatty()
        columns = shutil.get_terminal_size().columns
        self.width = max(min(columns, WIDTH_MAX), 60) if self.is_terminal else WIDTH_MAX

    def paint(self, code, text):
        return f"\x1b[{code}m{text}\x1b[0m" if self.has_colour else text

    def bold(self, text):
        return self.paint("1", text)

    def dim(self, text):
        return self.paint("2", text)

    def say(self, text=""):
        print(text, flush=True)

    def title(self, text):
        self.say("\n" + self.bold(text))

    def tell(self, *paragraphs):
        for text in paragraphs:
            self.say(textwrap.fill(text, min(self.width, TEXT_WIDTH_MAX), initial_indent="   ",
                                   subsequent_indent="   "))

    def command(self, text):
        first, *more = text.split("\n")
        self.say("\n " + self.dim("$ ") + self.bold(first))
        for line in more:
            self.say("   " + self.bold(line))
        self.say()

    def trace(self, line):
        """Prints a line of the server's trace. A wrapped line continues below its
        details."""
        if len(book.plain(line)) <= self.width:
            self.say(line)
            return
        rows = [""]
        for clause in CLAUSES.findall(line):
            room = self.width - DETAILS_AT
            parts = COMMAS.findall(clause) if len(clause.rstrip()) > room else [clause]
            for part in parts:
                if len(book.plain(rows[-1] + part).rstrip()) > self.width:
                    rows.append(" " * DETAILS_AT)
                rows[-1] += part
        for row in rows:
            self.say(row.rstrip())

    def aside(self, text):
        """Prints a remark of the demo between the lines of the trace."""
        margin = " " * (DETAILS_AT - 2)
        self.say(self.dim(textwrap.fill(text, min(self.width, TEXT_WIDTH_MAX),
                                        initial_indent=margin + "~ ",
                                        subsequent_indent=margin + "  ")))

    def row(self, name, *cells):
        self.say(f"   {name:<17}" + "".join(f"{cell:<28}" for cell in cells).rstrip())

    def pause(self, seconds=PAUSE_S):
        """Time to read, if the screen is a terminal."""
        if self.waits_for_enter:
            self.say(self.dim("   (Enter)"))
            self.signals.wait(sys.stdin.fileno(), timeout_s=24 * 3600)
            os.read(sys.stdin.fileno(), 1024)
        elif self.is_terminal:
            self.signals.wait(timeout_s=seconds)


class Program:
    """A program, or a shell's pipeline, in a process group of its own: a Ctrl-C on the
    terminal is for the demo, which then ends its programs in order."""

    def __init__(self, signals, stack, command, **options):
        self.signals = signals
        self.name = command[0]
        self.process = subprocess.Popen(command, start_new_session=True, **options)
        stack.callback(self.end)

    def wait(self, deadline_s=DEADLINE_S):
        """Its exit status, as soon as it has one."""
        pidfd = os.pidfd_open(self.process.pid)
        try:
            if not self.signals.wait(pidfd, deadline_s):
                raise Trouble(f"{self.name} has not ended within {deadline_s} s")
        finally:
            os.close(pidfd)
        return self.process.wait()

    def end(self):
        """Ends it if it still runs. Returns its exit status."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()


class Lines:
    """The lines of a pipe or a terminal."""

    def __init__(self, signals, fd):
        self.signals, self.fd, self.rest = signals, fd, b""

    def next(self, what, end=None):
        """The next line. By `end`, a time, it must be there."""
        end = end or time.monotonic() + DEADLINE_S
        while b"\n" not in self.rest:
            if not self.signals.wait(self.fd, end - time.monotonic()):
                raise Trouble(f"waited in vain for {what}")
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # so ends a terminal whose other side is closed
                data = b""
            if not data:
                raise Trouble(f"all has ended, while the demo waited for {what}")
            self.rest += data
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode("utf-8", "backslashreplace")

    def take_if(self, prefix):
        """The next line, if it has been read whole and begins so, else None."""
        if not self.rest.startswith(prefix.encode()) or b"\n" not in self.rest:
            return None
        return self.next("what is there")

    def left(self):
        """The unread output of a program that has ended."""
        try:
            while data := os.read(self.fd, 65536):
                self.rest += data
        except OSError:
            pass
        return self.rest.decode("utf-8", "backslashreplace")


class Server:
    """The server, with its trace, which is read here. If the screen is a terminal, so
    is the trace's output, and the colours are the server's own."""

    def __init__(self, screen, stack, command, *, is_coloured):
        reading, writing = pty.openpty() if is_coloured else os.pipe()
        stack.callback(os.close, reading)
        if is_coloured:
            tty.setraw(writing)
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith("SOQUETE_")}
        self.program = Program(screen.signals, stack, command, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=writing, env=environment)
        os.close(writing)
        self.lines = Lines(screen.signals, reading)
        self.host, self.port = self.wait_for_address()

    def wait_for_address(self):
        said = []
        while True:
            try:
                said.append(self.lines.next("its address"))
            except Trouble as trouble:
                raise Trouble("\n".join([str(trouble), *said])) from None
            match = ADDRESS.search(said[-1])
            if match:
                return match[1], int(match[2])

    def next_line(self, what):
        """The next line of the trace, with what the server has wrapped, if that has
        been read already. (To wait for it would be to wait for the next event.)"""
        line = self.lines.next(what)
        while (more := self.lines.take_if(" " * DETAILS_AT)) is not None:
            line += "  " + more.strip()
        return line

    def finish(self):
        """Ends it as its operator would, and judges the end."""
        status = self.program.end()
        if status != 0:
            raise Trouble(f"the server ended with status {status}:\n{self.lines.left()}")


def client_environment(folder):
    """Clients run without the user's settings and without a proxy."""
    return {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": folder, "no_proxy": "*"}


def built(path):
    """The server's program, as an absolute path."""
    if not os.access(path, os.X_OK):
        raise Trouble(f"{path} is no program; build it first")
    return os.path.abspath(path)


def need(*programs):
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        raise NotHere(f"not installed: {', '.join(missing)}")


def run(name, show):
    """Runs a demo to its end. Returns an exit status: 0, 1 if a check fails, SKIPPED,
    or 128 and the signal's number."""
    try:
        signals = Signals()
        return 0 if show(Screen(signals)) else 1
    except NotHere as reason:
        print(f"{name}: {reason}", file=sys.stderr)
        return SKIPPED
    except (Trouble, OSError) as trouble:
        print(f"{name}: {trouble}", file=sys.stderr)
        return 1
    except Interrupted as interrupted:
        print(f"{name}: interrupted, and all put away", file=sys.stderr)
        return 128 + interrupted.number
