"""A reader of a log may be slow, stop, or be a full disk: no client waits for it, no
line is cut, and lost lines are counted."""

import os
import re
import signal
import subprocess
import time

from harness import ADDRESS, Connection, check, check_equal, request, wait_until
from test_access_log import COMBINED

KEPT = 40
LONG = ("Referer: http://example.org/" + "x" * 3900, "User-Agent: " + "y" * 3900)


class Unread:
    """A server whose standard output, or standard error, is a pipe that the test reads
    or does not read."""

    def __init__(self, bench, *arguments, unread="stdout", limit=None):
        self.bench = bench
        self.reader, writer = os.pipe()
        command = [bench.binary, "-l", "127.0.0.1:0", *arguments, bench.site.root]
        if limit is not None:
            command = ["sh", "-c", f"ulimit -f {limit}; exec \"$@\"", "sh", *command]
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, unread: writer}
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        env=bench.environment(), **streams)
        os.close(writer)
        self.said = b""
        errors = self.reader if unread == "stderr" else self.process.stderr.fileno()
        while not (match := ADDRESS.search(self.said.decode())):
            more = os.read(errors, 4096)
            check(more, f"the server ended: {self.said}")
            self.said += more
        self.address = (match[1], int(match[2]))

    def connect(self):
        return Connection(self.address, deadline_s=self.bench.deadline_s)

    def read_errors_until(self, pattern):
        """Reads standard error (if that is not the pipe) until this text is there."""
        while not re.search(pattern, self.said):
            more = os.read(self.process.stderr.fileno(), 65536)
            check(more, f"no {pattern} in {self.said}")
            self.said += more

    def read_all(self):
        """Reads the pipe until the server closes it."""
        text = b""
        while more := os.read(self.reader, 1 << 20):
            text += more
        return text

    def end(self):
        """Sends SIGTERM. Returns how long the end took, in seconds."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        check_equal(self.process.wait(self.bench.deadline_s), 0, "exit status")
        return time.monotonic() - began

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
        os.close(self.reader)


def serve_all(server, rounds, *fields):
    """Many kept connections, each used again and again: all are served."""
    kept = [server.connect() for _ in range(KEPT)]
    for _ in range(rounds):
        for connection in kept:
            connection.send(request("/small.txt", *fields) * 5)
        for connection in kept:
            for _ in range(5):
                check_equal(connection.read().status, 200, "status")
    for connection in kept:
        connection.close()


def test_access_log_that_is_not_read(bench):
    """All are served, the loss is reported while it happens, and the server ends."""
    for workers in ("2", "8"):
        with Unread(bench, "-w", workers, "--access-log", "combined") as server:
            # 8 kB a line, 1 MiB for each worker, and what is in the pipe
            serve_all(server, 2 + int(workers), *LONG)
            server.read_errors_until(rb"standard output is read too slowly")
            serve_all(server, 1)
            took = server.end()
            check(took < bench.deadline_s / 3, f"the end took {took} s")


def test_standard_error_that_is_not_read(bench):
    """A log or trace that is not read delays no client."""
    with Unread(bench, "--trace", unread="stderr") as server:
        serve_all(server, 5)
        server.end()


def test_lines_of_several_workers_stay_whole(bench):
    """Even if they are longer than a pipe accepts at once (PIPE_BUF)."""
    with Unread(bench, "-w", "4", "--access-log", "combined") as server:
        kept = [server.connect() for _ in range(16)]
        for connection in kept:
            connection.send(request("/small.txt", *LONG) * 3)
        for connection in kept:
            for _ in range(3):
                check_equal(connection.read().status, 200, "status")
        server.process.send_signal(signal.SIGTERM)
        lines = server.read_all().decode("ascii").splitlines()
        check_equal(server.process.wait(bench.deadline_s), 0, "exit status")
    check_equal(len(lines), 48, "lines")
    for line in lines:
        check(re.fullmatch(COMBINED, line), f"a line is not whole: {line[:200]}")


def test_standard_output_and_error_are_one_pipe(bench):
    """One thread writes both: the trace cuts no line of the access log."""
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [bench.binary, "-l", "127.0.0.1:0", "-w", "4", "--trace=json", "--access-log",
         "common", bench.site.root],
        stdin=subprocess.DEVNULL, stdout=writer, stderr=writer, env=bench.environment())
    os.close(writer)
    with open(reader, encoding="ascii") as lines:
        text = [lines.readline(), lines.readline()]
        match = ADDRESS.search(text[-1])
        with Connection((match[1], int(match[2])), deadline_s=bench.deadline_s) as connection:
            for _ in range(10):
                connection.send(request("/small.txt", "X: " + "z" * 5000))
                check_equal(connection.read().status, 200, "status")
        process.send_signal(signal.SIGTERM)
        text += lines.readlines()
    check_equal(process.wait(bench.deadline_s), 0, "exit status")
    for line in text:
        check(re.fullmatch(r'(\{.*\}|127\.0\.0\.1 .* 200 14|soquete: .*)\n', line),
              f"a line is not whole: {line[:200]}")
    check_equal(sum(line.startswith("127.") for line in text), 10, "lines of the access log")


def test_fifo_without_a_reader(bench):
    """The start does not wait for a reader; a later reader gets the lines."""
    path = f"{bench.folder()}/fifo"
    os.mkfifo(path)
    server = bench.serve("--access-log", "common", "--access-log-file", path)
    server.ask("/small.txt")
    with open(path, encoding="ascii") as fifo:
        check("GET /small.txt" in fifo.readline(), "the line")


def test_limit_of_the_size_of_a_file(bench):
    """A log at its size limit loses lines; the server goes on."""
    path = f"{bench.folder()}/access.log"
    with Unread(bench, "--access-log-file", path, limit=8) as server:
        serve_all(server, 1)
        wait_until(lambda: os.stat(path).st_size >= 4096, "a log that is full", bench.deadline_s)
        serve_all(server, 1)
        server.read_errors_until(rb"cannot write .*access.log: File too large")
        server.end()
        server.read_errors_until(rb"lines were never written")
    with open(path, encoding="ascii") as log:
        check(len(log.read()) <= 8 * 1024, "it grew beyond its limit")


def test_full_disk(bench):
    """So does one on a full disk; the log reports it."""
    server = bench.serve("--access-log-file", "/dev/full")
    for _ in range(3):
        server.ask("/small.txt")
    wait_until(lambda: server.ask("/small.txt").status == 200 and
               "No space left on device" in server.output.text(),
               "a word of the full disk", bench.deadline_s)
