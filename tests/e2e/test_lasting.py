"""Lasting failure: a system call fails from now on, for ever.

lasting.c stands between the server and the C library. What is looked at: the
server's processor time, other clients, and the log.
"""

import errno
import json
import os
import time

import fixtures
from harness import Skip, check, check_equal, request, wait_until

SPAN_S = 0.5


class Failing:
    """A server of which one system call fails from begin() to end()."""

    def __init__(self, bench, call, error, *options, **more):
        shim = os.path.join(os.path.dirname(bench.binary), "tests", "e2e", "lasting.so")
        if bench.is_sanitized:
            raise Skip("a sanitizer wants to be loaded before all else")
        if not os.path.exists(shim):
            raise Skip("make e2e builds lasting.so")
        self.switch = os.path.join(bench.folder(), "fails")
        self.server = bench.serve(*options, environment={
            "LD_PRELOAD": shim, "LASTING": f"{call}:{error}:{self.switch}"}, **more)

    def begin(self):
        with open(self.switch, "xb"):
            pass

    def end(self):
        os.remove(self.switch)

    def check_sleeps(self, what):
        """Over a while, it spends next to no processor time on what it cannot do."""
        before = self.server.cpu_seconds()
        time.sleep(SPAN_S)
        spent = self.server.cpu_seconds() - before
        check(spent < SPAN_S / 2, f"{what}: {spent:.2f} s of processor time in {SPAN_S} s")

    def check_said_once(self, pattern):
        """It is logged, and not each time."""
        self.server.output.wait_line(pattern)
        lines = [line for line in self.server.output.lines if "trying again" in line]
        check(len(lines) <= 2, f"{len(lines)} lines about one failure:\n" + "\n".join(lines[:5]))


def test_accept_fails(bench):
    """accept4 that fails for a lasting reason is tried now and then, others are
    served, and the log says so once in a while; when it works, so does the server."""
    for error in (errno.EPERM, errno.EPROTO, errno.EINVAL, errno.ENETDOWN):
        failing = Failing(bench, "accept4", error)
        other = failing.server.connect()
        check_equal(other.ask().status, 200, "before")
        failing.begin()
        newcomer = failing.server.connect()
        failing.check_said_once(f"cannot accept connections: .*{os.strerror(error)}")
        failing.check_sleeps(f"accept4 fails with {errno.errorcode[error]}")
        check_equal(other.ask().status, 200, "another client meanwhile")
        failing.end()
        check_equal(newcomer.ask().status, 200, "who waited, afterwards")


def test_accept_has_no_descriptor(bench):
    """A shortage is logged, with what to raise."""
    failing = Failing(bench, "accept4", errno.EMFILE)
    failing.begin()
    newcomer = failing.server.connect()
    failing.server.output.wait_line("out of file descriptors: .*ulimit -n")
    failing.check_sleeps("accept4 fails with EMFILE")
    failing.end()
    check_equal(newcomer.ask().status, 200, "who waited, afterwards")


def test_epoll_wait_fails(bench):
    """Acceptor and workers that cannot wait do not spin instead."""
    failing = Failing(bench, "epoll_wait", errno.ENOMEM)
    client = failing.server.connect()
    check_equal(client.ask().status, 200, "before")
    failing.begin()
    failing.server.connect()
    failing.server.output.wait_line("cannot wait for .*trying again")
    failing.check_sleeps("epoll_wait fails")
    failing.end()
    check_equal(client.ask().status, 200, "afterwards")


def test_handing_over_fails(bench):
    """epoll_ctl that fails refuses new connections, and is logged now and then."""
    failing = Failing(bench, "epoll_ctl", errno.ENOSPC)
    client = failing.server.connect()
    check_equal(client.ask().status, 200, "before")
    failing.begin()
    for _ in range(20):
        with failing.server.connect() as refused:
            check_equal(refused.socket.recv(1), b"", "a connection that is refused")
    failing.server.output.wait_line("a connection was refused: ")
    lines = [line for line in failing.server.output.lines if "was refused" in line]
    check(len(lines) <= 2, f"{len(lines)} lines about 20 refusals")
    check_equal(client.ask().status, 200, "another client meanwhile")
    failing.end()
    check_equal(failing.server.ask().status, 200, "afterwards")


def test_disk_fails(bench):
    """A file that cannot be read is 503 and logged by its name and the reason, not
    each time."""
    failing = Failing(bench, "pread", errno.EIO)
    client = failing.server.connect()
    failing.begin()
    for _ in range(20):
        check_equal(failing.server.ask("/small.txt").status, 503, "where pread fails")
    failing.server.output.wait_line("cannot read small.txt: Input/output error")
    lines = [line for line in failing.server.output.lines if "cannot read" in line]
    check(len(lines) <= 10, f"{len(lines)} lines about 20 failures")
    failing.end()
    check_equal(client.ask("/small.txt").status, 200, "afterwards")


def test_reading_and_writing_fail(bench):
    """Where recv or send fail, the connection ends, and nothing spins."""
    for call in ("recv", "send"):
        failing = Failing(bench, call, errno.EIO)
        check_equal(failing.server.ask().status, 200, "before")
        failing.begin()
        with failing.server.connect() as client:
            client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try:
                check_equal(client.socket.recv(1), b"", f"where {call} fails")
            except ConnectionResetError:
                pass
        failing.check_sleeps(f"{call} fails")
        failing.end()
        check_equal(failing.server.ask().status, 200, "afterwards")


def test_file_cannot_be_read(bench):
    """sendfile that fails for the file's sake is a failure of ours: it is traced as
    that, not as a reset, and logged with the file's name."""
    folder = bench.folder()
    fixtures.write(f"{folder}/large.bin", b"x" * 1024 * 1024)
    trace = os.path.join(bench.folder(), "trace")
    failing = Failing(bench, "sendfile", errno.EIO, "--trace=json", "--trace-file", trace,
                      folder=folder)
    failing.begin()
    for _ in range(5):
        with failing.server.connect() as client:
            client.send(request("/large.bin"))
            while client.socket.recv(65536):
                pass
    failing.server.output.wait_line("cannot send all of .*/large.bin: Input/output error")
    said = [line for line in failing.server.output.lines if "cannot send all" in line]
    check(len(said) <= 2, f"{len(said)} lines about one failure")
    wait_until(lambda: causes(trace) == ["failure"] * 5, f"five failures: {causes(trace)}")


def causes(trace):
    """Why the connections in this trace have ended."""
    with open(trace, "rb") as file:
        events = [json.loads(line) for line in file.read().rpartition(b"\n")[0].splitlines()]
    return [event["cause"] for event in events if event["event"] == "close"]
