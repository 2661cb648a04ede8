"""The access log: a line an answer, in a form that tools read, and nothing in it
that a terminal or a tool could mistake."""

import re

from harness import check, check_equal, request, wait_until

COMMON = (r'127\.0\.0\.1 - - \[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] '
          r'"((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)')
COMBINED = COMMON + r' "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"'


def logged(server, pattern, count=1):
    """The first `count` log lines, as matches; all that came must fit."""
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
    """And who sent him, and what he is."""
    server = bench.serve("--access-log", "combined")
    with server.connect() as connection:
        connection.ask("/small.txt", "Referer: http://example.org/", "User-Agent: test/1.0")
        connection.ask("/small.txt")
    lines = logged(server, COMBINED, 2)
    check_equal(lines[0].groups()[3:], ("http://example.org/", "test/1.0"), "both")
    check_equal(lines[1].groups()[3:], ("-", "-"), "neither")


def test_off(bench):
    """Nothing is logged where nothing is asked for."""
    server = bench.serve("--access-log", "off")
    server.ask("/small.txt")
    server.finish()
    check(not [line for line in server.output.lines if "small.txt" in line],
          f"it logged all the same:\n{server.output.text()}")


def test_to_a_file(bench):
    """--access-log-file: appended, so that two runs are both there."""
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
    """What was refused is worth a line too, and its bytes as little trust."""
    server = bench.serve("--access-log", "common")
    for data in (b"GET /small.txt HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                 b'GET /"\x1b[31m\x00\xff HTTP/1.1\r\n\r\n', b"\x16\x03\x01\r\n\r\n"):
        with server.connect() as connection:
            connection.send(data)
            check_equal(connection.read().status, 400, "status")
    for line in logged(server, COMMON, 3):
        check_equal(line[2], "400", "status")


def test_one_line_an_answer(bench):
    """Of pipelined requests too, in their order, and each on a line of its own."""
    server = bench.serve("--access-log", "common")
    with server.connect() as connection:
        connection.send(b"".join(request(f"/{number}") for number in range(200)))
        for _ in range(200):
            check_equal(connection.read().status, 404, "status")
    lines = [line[1] for line in logged(server, COMMON, 200)]
    check_equal(lines, [f"GET /{number} HTTP/1.1" for number in range(200)], "the log")


def test_aborted_download_is_logged(bench):
    """A line comes also where the peer did not wait for the end."""
    server = bench.serve("--access-log", "common")
    connection = server.connect(receive_buffer=4096)
    connection.send(request("/big.bin") * 100)
    check(connection.wait_readable(bench.deadline_s), "no answer")
    connection.abort()
    wait_until(lambda: logged(server, COMMON), "a log line")
