"""The access log: one line per response, in a form that tools read, with nothing in it
that a terminal or a tool could misread. It states what was sent."""

import os
import pty
import re
import signal
import socket
import subprocess

from harness import check, check_equal, request, wait_until
from viewer import EVENTS, watch

COMMON = (r'127\.0\.0\.1 - - \[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] '
          r'"((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)')
LARGE = 64 * 1024 * 1024
COMBINED = COMMON + r' "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"'


def logged(server, pattern, count=1):
    """The first `count` log lines, as matches; every line must match."""
    def enough(lines):
        found = [line for line in lines if line.startswith("127.0.0.1 ")]
        return found if len(found) >= count else None
    lines = server.output.wait(enough, f"{count} log lines", server.bench.deadline_s)
    matches = [re.fullmatch(pattern, line) for line in lines]
    for line, match in zip(lines, matches):
        check(match, f"this line fits no log format:\n{line}")
        check(re.fullmatch(r"[\x20-\x7e]*", line), f"a raw byte in {line!r}")
    return matches


def test_common(bench):
    """Host, time, request line, status and bytes of the body."""
    server = bench.serve("--access-log", "common")
    with server.connect() as connection:
        connection.ask("/small.txt?x=1")
        connection.ask("/no-such-file")
        connection.ask("/small.txt", method="HEAD")
        connection.ask("/digits.txt", "Range: bytes=2-5")
    lines = logged(server, COMMON, 4)
    check_equal(lines[0].groups(), ("GET /small.txt?x=1 HTTP/1.1", "200", "14"), "GET")
    check_equal(lines[1].groups()[:2], ("GET /no-such-file HTTP/1.1", "404"), "not found")
    check_equal(lines[2].groups()[:2], ("HEAD /small.txt HTTP/1.1", "200"), "HEAD")
    check(lines[2][3] in ("0", "-"), f"HEAD has a body of {lines[2][3]} bytes")
    check_equal(lines[3].groups(), ("GET /digits.txt HTTP/1.1", "206", "4"), "a range")


def test_combined(bench):
    """Referer and User-Agent follow."""
    server = bench.serve("--access-log", "combined")
    with server.connect() as connection:
        connection.ask("/small.txt", "Referer: http://example.org/", "User-Agent: test/1.0")
        connection.ask("/small.txt")
    lines = logged(server, COMBINED, 2)
    check_equal(lines[0].groups()[3:], ("http://example.org/", "test/1.0"), "both")
    check_equal(lines[1].groups()[3:], ("-", "-"), "neither")


def shown_at_a_terminal(bench, *arguments, **variables):
    """What standard output shows of a 404, where it is a terminal."""
    ours, theirs = pty.openpty()
    command = [bench.binary, "-l", "127.0.0.1:0", *arguments, bench.site.root]
    environment = {**bench.environment(), "TERM": "xterm", **variables}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs,
                          stderr=subprocess.PIPE, env=environment) as process:
        os.close(theirs)
        try:
            lines = iter(process.stderr.readline, b"")
            port = next(int(found[1]) for found in
                        (re.search(rb":(\d+)/", line) for line in lines) if found)
            with socket.create_connection(("127.0.0.1", port), bench.deadline_s) as client:
                client.sendall(request("/absent", "Connection: close"))
                while client.recv(4096):
                    pass
            shown = b""
            while b"\n" not in shown:
                shown += os.read(ours, 4096)
        finally:
            process.terminate()
    os.close(ours)
    return shown.decode("ascii").rstrip()


def test_terminal(bench):
    """At a terminal a line is short, in colour, and ends with the reason for a 404."""
    line = r"\d\d:\d\d:\d\d (\x1b\[33m)?404(\x1b\[0m)? GET /absent 14 B \d+(\.\d)? ms  no such file"
    for variables, has_colour in (({}, True), ({"NO_COLOR": ""}, True),
                                  ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        shown = shown_at_a_terminal(bench, **variables)
        match = re.fullmatch(line, shown)
        check(match, f"with {variables}: {shown!r}")
        check_equal(match[1] is not None, has_colour, f"colour with {variables}")


def test_forms_by_where_they_go(bench):
    """auto is common in a pipe, and at a terminal common can be had by name; the
    terminal's form can be had in a pipe, without colours."""
    shown = shown_at_a_terminal(bench, "--access-log=common")
    check(re.fullmatch(COMMON, shown), repr(shown))
    server = bench.serve("--access-log=terminal")
    server.ask("/absent")
    line = server.output.wait(lambda lines: [line for line in lines if "/absent" in line],
                              "a log line", server.bench.deadline_s)[0]
    check(re.fullmatch(r"\d\d:\d\d:\d\d 404 GET /absent 14 B \d+(\.\d)? ms  no such file",
                       line), repr(line))


def test_off(bench):
    """Nothing is logged with --access-log=off."""
    server = bench.serve("--access-log", "off")
    server.ask("/small.txt")
    server.finish()
    check(not [line for line in server.output.lines if "small.txt" in line],
          f"it logged all the same:\n{server.output.text()}")


def test_to_a_file(bench):
    """--access-log-file: lines are appended, so that two runs are both there."""
    path = f"{bench.folder()}/access.log"
    for target in ("/small.txt", "/digits.txt"):
        server = bench.serve("--access-log", "common", "--access-log-file", path)
        server.ask(target)
        server.finish()
    with open(path, encoding="ascii") as log:
        lines = [re.fullmatch(COMMON, line.rstrip("\n"))[1] for line in log]
    check_equal(lines, ["GET /small.txt HTTP/1.1", "GET /digits.txt HTTP/1.1"], "lines")


def test_hostile_bytes(bench):
    """A quote, a backslash and bytes above ASCII do not get out of their quotes."""
    server = bench.serve("--access-log", "combined")
    with server.connect() as connection:
        connection.send(b"GET /small.txt HTTP/1.1\r\nHost: test\r\n"
                        b'User-Agent: x" 200 0 "\\" \x9b31m\xff\ttab\r\n'
                        b'Referer: \\"\r\n\r\n')
        check_equal(connection.read().status, 200, "status")
    line = logged(server, COMBINED)[0]
    check_equal(line[2], "200", "status")
    check("\\x9b" in line[5].lower() and "\\xff" in line[5].lower(),
          f"the bytes are not written as \\xNN: {line[5]}")


def test_refused_requests_are_logged(bench):
    """A refused request has a line too, and its bytes are escaped as well."""
    server = bench.serve("--access-log", "common")
    for data in (b"GET /small.txt HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                 b'GET /"\x1b[31m\x00\xff HTTP/1.1\r\n\r\n', b"\x16\x03\x01\r\n\r\n"):
        with server.connect() as connection:
            connection.send(data)
            check_equal(connection.read().status, 400, "status")
    for line in logged(server, COMMON, 3):
        check_equal(line[2], "400", "status")


def test_one_line_an_answer(bench):
    """Pipelined requests have a line each, in order."""
    server = bench.serve("--access-log", "common")
    with server.connect() as connection:
        connection.send(b"".join(request(f"/{number}") for number in range(200)))
        for _ in range(200):
            check_equal(connection.read().status, 404, "status")
    lines = [line[1] for line in logged(server, COMMON, 200)]
    check_equal(lines, [f"GET /{number} HTTP/1.1" for number in range(200)], "the log")


def lines_of(server, target):
    """The lines logged for it so far: bytes of content."""
    return [int(match[1]) for line in list(server.output.lines)
            if (match := re.search(rf'"GET {target} HTTP/1\.\d" \d+ (\d+)$', line))]


def serve_large(bench, *arguments):
    """A server of a file larger than the kernel's buffers, with a long send timeout."""
    folder = bench.folder()
    with open(os.path.join(folder, "large"), "wb") as file:
        file.truncate(LARGE)
    with open(os.path.join(folder, "small"), "wb") as file:
        file.write(b"small")
    return bench.serve("--access-log", "common", "--send-timeout", "10m", *arguments,
                       folder=folder)


def stall(bench, server):
    """A client that has read 1 kB, and reads no more. All that was planned before a
    later response would be logged before it."""
    connection = server.connect(receive_buffer=4096)
    connection.send(request("/large"))
    got = 0
    while got < 1000:
        got += len(connection.socket.recv(1000 - got))
    server.ask("/small")
    server.output.wait_line('"GET /small ', bench.deadline_s)
    check_equal(lines_of(server, "/large"), [], "lines of a response that is stalled")
    return connection


def test_stalled_and_reset(bench):
    """A client that reads 1 kB of 64 MiB is logged when it disconnects, with the bytes
    that the kernel accepted."""
    server = serve_large(bench)
    stall(bench, server).abort()
    server.output.wait_line('"GET /large ', bench.deadline_s)
    sent = lines_of(server, "/large")
    check_equal(len(sent), 1, "lines")
    check(500 < sent[0] < LARGE // 2, f"{sent[0]} bytes were sent")


def test_stalled_and_read(bench):
    """The line of a long response is written with its last byte."""
    server = serve_large(bench)
    connection = stall(bench, server)
    got = 1000
    while got < LARGE:
        got += len(connection.socket.recv(65536))
    server.output.wait_line('"GET /large ', bench.deadline_s)
    check_equal(lines_of(server, "/large"), [LARGE], "lines")


def test_pipeline_of_an_aborted_peer(bench):
    """Responses that were sent before have their lines, and those never planned have
    none."""
    server = serve_large(bench)
    with server.connect(receive_buffer=4096) as connection:
        connection.send(request("/small") * 9 + request("/large") + request("/small") * 10)
        for _ in range(9):
            check_equal(connection.read().body, b"small", "content")
        server.output.wait(lambda lines: len(lines_of(server, "/small")) == 9 or None,
                           "9 lines", bench.deadline_s)
        check_equal(lines_of(server, "/large"), [], "lines of what is stalled")
        connection.abort()
    server.output.wait_line('"GET /large ', bench.deadline_s)
    server.finish()
    check_equal(lines_of(server, "/small"), [5] * 9, "bytes of the small ones")
    check(lines_of(server, "/large")[0] < LARGE // 2, "bytes of the large one")


def test_no_content(bench):
    """HEAD and 304 have no content; the length of the file does not count."""
    server = bench.serve("--access-log", "common")
    with server.connect() as connection:
        tag = connection.ask("/big.bin", method="HEAD")["etag"]
        check_equal(connection.ask("/big.bin", f"If-None-Match: {tag}").status, 304, "status")
    check_equal([line.groups()[1:] for line in logged(server, COMMON, 2)],
                [("200", "0"), ("304", "0")], "status and bytes")


def test_term_with_a_stalled_reader(bench):
    """SIGTERM: a response that the drain limit cuts off has its line."""
    server = serve_large(bench, "--drain-timeout", "300ms")
    with stall(bench, server):
        server.signal(signal.SIGTERM)
        server.wait()
    sent = lines_of(server, "/large")
    check_equal(len(sent), 1, "lines")
    check(500 < sent[0] < LARGE // 2, f"{sent[0]} bytes were sent")


def test_term_during_a_download(bench):
    """SIGTERM: a download that is finished while draining is logged with all its
    bytes."""
    server = serve_large(bench, "--drain-timeout", "10m")
    with stall(bench, server) as connection:
        server.signal(signal.SIGTERM)
        wait_until(server.is_refusing, "the end of listening", bench.deadline_s)
        got = 1000
        while got < LARGE:
            got += len(connection.socket.recv(65536))
    check_equal(server.wait(), 0, "exit status")
    check_equal(lines_of(server, "/large"), [LARGE], "lines")


def test_events(bench):
    """An endless stream of events has one line, when it ends, with all its bytes."""
    server = bench.serve("--access-log", "common", "--wire")
    viewer = watch(server)
    server.ask("/small.txt")
    viewer.until(lambda event: event.get("target") == "/small.txt")
    server.output.wait_line('"GET /small.txt ', bench.deadline_s)
    check_equal(lines_of(server, EVENTS), [], "lines while it lasts")
    viewer.connection.close()
    server.output.wait_line(f'"GET {EVENTS} ', bench.deadline_s)
    sent = lines_of(server, EVENTS)
    check_equal(len(sent), 1, "lines")
    check(sent[0] > 200, f"{sent[0]} bytes were sent")
