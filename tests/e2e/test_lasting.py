"""Lasting failure: from some moment on, a system call always fails (lasting.c).

Whichever it is: the server does not spin, serves the clients that the call does not
concern, logs now and then what is wrong, recovers when the failure ends, and ends
when it is asked to, with status 0, even while the failure lasts.
"""

import errno
import json
import os
import resource
import time

from fixtures import write
from harness import (Failure, Skip, check, check_equal, raise_descriptor_limit, request,
                     wait_until)

# No event tells that nothing happens: it is looked at for so long.
WINDOW_S = 1.0
SHARE_MOST = 0.3   # of one processor's time, which who spins takes whole
CALLS_MOST = 200   # in a second; a busy machine does not hide them
LOG_INTERVAL_S = 1  # the least of those between two lines about one trouble

UNFINISHED_MOST = 4000

LARGE = 1024 * 1024  # bytes: sent by sendfile


class Failing:
    """A server whose `call` fails with `error`, a number, for as long as the failure
    lasts."""

    def __init__(self, bench, call, error, *arguments, **options):
        shim = os.path.join(os.path.dirname(bench.binary), "tests", "e2e", "lasting.so")
        if not os.path.exists(shim):
            raise Skip("make e2e builds lasting.so")
        self.bench = bench
        self.what = f"{call}, {errno.errorcode.get(error, error)}"
        self.switch = os.path.join(bench.folder(), "failing")
        self.environment = {
            "LD_PRELOAD": shim, "LASTING": f"{call}:{error}", "LASTING_FROM": self.switch,
            # It wants to be loaded before all else, but does without.
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0",
            # A thread that hangs is not joined.
            "TSAN_OPTIONS": os.environ.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0"}
        self.server = None
        if options.pop("is_served", True):
            self.server = bench.serve("-w", "1", "--drain-timeout", "300ms", *arguments,
                                      environment=self.environment, **options)

    def begin(self):
        self.began = time.monotonic()
        with open(self.switch, "xb"):
            pass

    def end(self):
        os.unlink(self.switch)

    def calls(self):
        """How many calls have failed, or hang."""
        return os.stat(self.switch).st_size

    def measure(self):
        return self.server.cpu_seconds(), self.calls()

    def check(self, holds, message):
        check(holds, f"{self.what}: {message}")

    def ask(self, connection, target="/small.txt"):
        """The status that it gets."""
        try:
            return connection.ask(target).status
        except (AssertionError, OSError) as error:
            raise Failure(f"{self.what}: {target}: {error}") from error

    def check_served(self, connection, target="/small.txt"):
        check_equal(self.ask(connection, target), 200, f"{self.what}: status of {target}")

    def check_logged(self, pattern):
        """Checks that it is logged, and not each time."""
        line = self.server.output.wait_line(pattern, self.bench.deadline_s)
        words = line[0].split(":")[0]
        count = sum(words in line for line in self.server.output.lines)
        most = 2 + (time.monotonic() - self.began) / LOG_INTERVAL_S
        self.check(count <= most, f"{count} lines:\n{self.server.output.text()}")


def check_they_sleep(*all_failing):
    """For a while, the servers use next to no processor time and make next to no
    calls."""
    began = time.monotonic()
    before = [failing.measure() for failing in all_failing]
    time.sleep(WINDOW_S)
    after = [failing.measure() for failing in all_failing]
    took = time.monotonic() - began
    for failing, (cpu_first, first), (cpu_last, last) in zip(all_failing, before, after):
        failing.check(cpu_last - cpu_first < SHARE_MOST * took,
                      f"{cpu_last - cpu_first:.2f} s of processor time in {took:.2f} s")
        failing.check(last - first < CALLS_MOST * took, f"{last - first} calls in {took:.2f} s")


def hold_accept(bench, errors):
    """accept4 fails in each of these ways, each in a server of its own, which logs the
    text beside it."""
    all_failing = [Failing(bench, "accept4", error) for error in errors]
    for failing in all_failing:
        failing.kept = failing.server.connect()
        failing.check_served(failing.kept)
        failing.begin()
        failing.waiting = failing.server.connect()
        failing.waiting.send(request())
    check_they_sleep(*all_failing)
    for failing, pattern in zip(all_failing, errors.values()):
        failing.check_logged(pattern)
        failing.check_served(failing.kept)
        failing.check(not failing.waiting.wait_readable(0), "a response to one that waits")
        failing.end()
    for failing in all_failing:
        check_equal(failing.waiting.read().status, 200, f"{failing.what}: one that waited")
        failing.begin()
        failing.server.connect()


def test_accept_fails(bench):
    """Connected clients are served; waiting ones are served once the failure is
    over."""
    pattern = r"cannot accept connections at 127\.0\.0\.1:\d+: "
    hold_accept(bench, {error: pattern + os.strerror(error) for error in (
        errno.EPERM, errno.EPROTO, errno.EINVAL, errno.ENETDOWN, errno.ECONNABORTED)})


def test_system_runs_short(bench):
    """The same if the system lacks what closing a connection does not free; the log
    says what to raise."""
    hold_accept(bench, {
        errno.ENFILE: "the system is out of file descriptors, .*: raise fs.file-max",
        errno.ENOMEM: "no memory for more than 1 connections: .*--max-connections",
        errno.ENOBUFS: "no memory for more than 1 connections: .*--max-connections"})


def test_descriptors_run_short(bench):
    """Busy connections stay, idle ones make room; the log says what to raise."""
    failing = Failing(bench, "accept4", errno.EMFILE)
    served = failing.server.connect()
    failing.check_served(served)
    served.send(request()[:-2])
    failing.begin()
    waiting = failing.server.connect()
    waiting.send(request())
    check_they_sleep(failing)
    failing.check_logged("out of file descriptors with 1 connections open: .*ulimit -n")
    served.send(b"\r\n")
    check_equal(served.read().status, 200, "one that is served")
    failing.end()
    check_equal(waiting.read().status, 200, "one that waited")
    failing.begin()
    failing.server.connect()


def test_handing_over_fails(bench):
    """If epoll_ctl fails, new connections are refused; the others are served."""
    failing = Failing(bench, "epoll_ctl", errno.ENOSPC)
    kept = failing.server.connect()
    failing.check_served(kept)
    failing.begin()
    for _ in range(20):
        with failing.server.connect() as refused:
            check_equal(refused.socket.recv(1), b"", "a connection that is refused")
    check_they_sleep(failing)
    failing.check_logged("a connection was refused: ")
    failing.check_served(kept)
    failing.end()
    failing.check_served(failing.server.connect())
    failing.begin()


def test_epoll_wait_fails(bench):
    """A thread that cannot wait does not spin, and still obeys the main thread."""
    failing = Failing(bench, "epoll_wait", errno.EINVAL)
    kept = failing.server.connect()
    failing.check_served(kept)
    failing.begin()
    failing.server.connect()
    kept.send(request())
    check_they_sleep(failing)
    failing.check_logged("cannot wait for requests: ")
    failing.check_logged("cannot wait for connections: ")
    failing.end()
    check_equal(kept.read().status, 200, "status of what was asked meanwhile")
    failing.begin()
    failing.server.connect()


def read_to_the_end(connection):
    """Reads to the end of the stream or a reset, whatever comes before."""
    try:
        while connection.socket.recv(1 << 20):
            pass
    except ConnectionResetError:
        pass


def make_folder(bench):
    """A folder with files of each size that is sent in a different way."""
    folder = bench.folder()
    for name, size in (("small.txt", 10), ("new.txt", 10), ("middle.bin", 100 * 1024),
                       ("large.bin", LARGE)):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b"x" * size)
    return folder


def test_reading_and_sending_fail(bench):
    """The connection ends; the next one is served once the failure is over."""
    folder = make_folder(bench)
    rows = (("recv", errno.EIO, "/small.txt"), ("send", errno.EPERM, "/small.txt"),
            ("send", errno.ENOBUFS, "/small.txt"), ("sendmsg", errno.ENOBUFS, "/middle.bin"),
            ("sendfile", errno.EIO, "/large.bin"))
    all_failing = [Failing(bench, call, error, folder=folder) for call, error, _ in rows]
    for failing, (_, _, target) in zip(all_failing, rows):
        failing.check_served(failing.server.connect(), target)
        failing.begin()
        for _ in range(3):
            with failing.server.connect() as failed:
                failed.send(request(target))
                read_to_the_end(failed)
        failing.check(failing.calls() > 0, "it was not called")
    check_they_sleep(*all_failing)
    for failing, (_, _, target) in zip(all_failing, rows):
        failing.end()
        failing.check_served(failing.server.connect(), target)
        failing.begin()
        failing.server.connect().send(request(target))


def causes(trace):
    """The causes of the closes in this trace."""
    with open(trace, "rb") as file:
        events = [json.loads(line) for line in file.read().rpartition(b"\n")[0].splitlines()]
    return [event["cause"] for event in events if event["event"] == "close"]


def test_large_file_cannot_be_read(bench):
    """If sendfile fails because of the file, that is a failure of ours: it is traced as
    one, not as a reset, and logged with the file's name."""
    trace = os.path.join(bench.folder(), "trace")
    failing = Failing(bench, "sendfile", errno.EIO, "--trace=json", "--trace-file", trace,
                      folder=make_folder(bench))
    failing.begin()
    for _ in range(5):
        with failing.server.connect() as client:
            client.send(request("/large.bin"))
            read_to_the_end(client)
    failing.check_logged("cannot send all of .*/large.bin: Input/output error")
    wait_until(lambda: causes(trace) == ["failure"] * 5, f"five failures: {causes(trace)}",
               bench.deadline_s)


def test_files_fail(bench):
    """A file that cannot be read gets 503, and is logged with its name and the reason;
    it is served once the failure is over."""
    folder = make_folder(bench)
    rows = [(call, error, f"cannot read new.txt: {os.strerror(error)}") for call, error in (
        ("openat2", errno.EIO), ("openat2", errno.EMFILE), ("openat2", errno.ENOMEM),
        ("fstat", errno.EIO), ("pread", errno.EIO))]
    rows.append(("stat", errno.EIO, f"cannot serve .* now: {os.strerror(errno.EIO)}"))
    all_failing = [Failing(bench, call, error, folder=folder) for call, error, _ in rows]
    for failing in all_failing:
        failing.check_served(failing.server.connect())
        failing.begin()
        for _ in range(20):
            status = failing.ask(failing.server.connect(), "/new.txt")
            check_equal(status, 503, f"{failing.what}: status")
        failing.check(failing.calls() > 0, "it was not called")
        status = failing.ask(failing.server.connect())
        failing.check(status in (200, 503), f"status {status} of a file that is held")
    check_they_sleep(*all_failing)
    for failing, (_, _, pattern) in zip(all_failing, rows):
        failing.check_logged(pattern)
        failing.end()
        failing.check_served(failing.server.connect(), "/new.txt")
        failing.begin()
        failing.server.connect().send(request("/middle.bin"))


def test_access_log_fails(bench):
    """Lines are lost, and nothing else; the last ones are written once the failure is
    over."""
    log = os.path.join(bench.folder(), "access.log")
    failing = Failing(bench, "write", errno.EIO, "--access-log-file", log)
    kept = failing.server.connect()
    failing.begin()
    for _ in range(3):
        failing.check_served(kept)
    wait_until(failing.calls, "a write that fails", bench.deadline_s)
    check_they_sleep(failing)
    failing.check_served(kept)
    failing.end()
    wait_until(lambda: os.stat(log).st_size, "a line in the log", bench.deadline_s)
    failing.begin()
    failing.check_served(kept)


def test_memory_runs_out(bench):
    """Unfinished requests may take all memory: the next one is refused, which is
    logged, and is served once they have ended."""
    if bench.is_sanitized:
        raise Skip("a sanitizer wants memory of its own")
    if raise_descriptor_limit() < 2 * UNFINISHED_MOST:
        raise Skip(f"needs {2 * UNFINISHED_MOST} descriptors")
    server = bench.serve("-w", "1", "--max-connections", str(UNFINISHED_MOST), "--head-max", "32k",
                         "--request-timeout", "60s")
    check_equal(server.ask().status, 200, "before")
    with open(f"/proc/{server.pid}/statm", encoding="ascii") as statm:
        limit = int(statm.read().split()[0]) * resource.getpagesize()
    resource.prlimit(server.pid, resource.RLIMIT_AS, (limit, limit))
    unfinished = []
    while not any(each.wait_readable(0) for each in unfinished[-50:]):
        check(len(unfinished) < UNFINISHED_MOST, "there is always memory")
        unfinished.append(server.connect())
        unfinished[-1].send(request("/small.txt", "X: " + "x" * 30000)[:-2])
    server.output.wait_line("no memory", bench.deadline_s)
    before = server.cpu_seconds()
    time.sleep(WINDOW_S)
    check(server.cpu_seconds() - before < SHARE_MOST * WINDOW_S, "it spins")
    for each in unfinished:
        each.close()
    def is_served():
        try:
            return server.ask().status == 200
        except (AssertionError, OSError):
            return False
    wait_until(is_served, "a response, once there is memory", bench.deadline_s)


def test_start_fails(bench):
    """What cannot be opened at the start ends it, with the reason."""
    for call, error in (("eventfd", errno.EMFILE), ("epoll_ctl", errno.ENOSPC),
                        ("openat2", errno.EACCES)):
        failing = Failing(bench, call, error, is_served=False)
        failing.begin()
        ended = bench.run("-l", "127.0.0.1:0", bench.site.root, environment=failing.environment)
        failing.check(ended.returncode == 1, f"exit status {ended.returncode}")
        failing.check(os.strerror(error) in ended.stderr, f"it printed {ended.stderr}")


def test_rules_cannot_be_read(bench):
    """-t says so, and exits with 1: it has not seen that they are right."""
    root = bench.folder()
    write(os.path.join(root, "_redirects"), b"/a /b\n")
    failing = Failing(bench, "pread", errno.EIO, is_served=False)
    failing.begin()
    ended = bench.run("-t", root, environment=failing.environment)
    failing.check(ended.returncode == 1, f"exit status {ended.returncode}")
    failing.check("_redirects: it cannot be read now" in ended.stderr, f"it printed {ended.stderr}")


def hold_stuck(bench, call, folder, target):
    """A thread never returns from this call: another worker's client is served, and the
    process ends when the drain limit has passed."""
    failing = Failing(bench, call, "HANG", "-w", "2", folder=folder)
    stuck, other = failing.server.connect(), failing.server.connect()
    failing.check_served(other)
    failing.begin()
    stuck.send(request(target))
    wait_until(failing.calls, f"{call}, which hangs", bench.deadline_s)
    failing.check_served(other)
    began = time.monotonic()
    failing.server.signal()
    check_equal(failing.server.wait(), 0, f"{call} hangs: exit status")
    took = time.monotonic() - began
    failing.check(took < bench.deadline_s / 3, f"the end took {took:.1f} s")
    failing.server.output.wait_line("still under way after 300 ?ms")


def test_worker_is_stuck_in_sending(bench):
    hold_stuck(bench, "sendfile", make_folder(bench), "/large.bin")


def test_worker_is_stuck_in_reading(bench):
    bench.site.wait_until_old()  # what is held is not read again
    hold_stuck(bench, "pread", bench.site.root, "/digits.txt")


def test_log_is_stuck(bench):
    """A disk that never returns from a write delays only its own thread."""
    log = os.path.join(bench.folder(), "access.log")
    failing = Failing(bench, "write", "HANG", "--access-log-file", log)
    failing.begin()
    kept = failing.server.connect()
    failing.check_served(kept)
    wait_until(failing.calls, "a write that hangs", bench.deadline_s)
    failing.check_served(kept)
