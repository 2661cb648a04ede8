"""Deadlines: each wait for a client ends, with a response where there is one to send.

The configured times are short so that the tests are; nothing here measures
them. A deadline that does not exist shows as a test that hangs, and fails.
"""

import select
import signal
import time

import fixtures
from harness import Failure, check, check_equal, request, wait_until

SHORT = "300ms"
LONG = "10m"


def serve(bench, *short, folder=None):
    """A server with these deadlines short, and all others long."""
    options = []
    for name in ("first-byte", "request", "idle", "send", "linger"):
        options += [f"--{name}-timeout", SHORT if name in short else LONG]
    return bench.serve(*options, folder=folder)


def check_408(connection):
    """RFC 9110, 15.5.9."""
    answer = connection.read()
    check_equal(answer.status, 408, "status")
    check(answer.says("close"), f"it does not say close:\n{answer}")
    connection.read_end()


def test_unfinished_head(bench):
    """RFC 9110, 15.5.9: half a head gets 408, and the end of the connection."""
    server = serve(bench, "request")
    with server.connect() as connection:
        connection.send(b"GET /small.txt HTTP/1.1\r\nHost: te")
        check_408(connection)


def test_unfinished_request_line(bench):
    """One byte starts a request."""
    server = serve(bench, "request")
    with server.connect() as connection:
        connection.send(b"G")
        check_408(connection)


def test_unfinished_content(bench):
    """The deadline for missing content is that of the head."""
    server = serve(bench, "request")
    with server.connect() as connection:
        connection.send(request("/small.txt", "Content-Length: 10") + b"hello")
        check_408(connection)


def test_unfinished_second_request(bench):
    """A response to an earlier request does not extend the deadline."""
    server = serve(bench, "request")
    with server.connect() as connection:
        check_equal(connection.ask().status, 200, "the first")
        connection.send(b"GET /small.txt HT")
        check_408(connection)


def test_unfinished_pipelined_request(bench):
    """Part of a request after a complete one starts a request, too."""
    server = serve(bench, "request")
    with server.connect() as connection:
        connection.send(request() + b"GET /small.txt HT")
        check_equal(connection.read().status, 200, "the first")
        check_408(connection)


def check_dribble_ends(connection, piece, deadline_s):
    """Sends the piece again and again, a byte now and then, until bytes or the end of
    the stream arrive."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        for byte in piece:
            connection.send(bytes([byte]))
            if connection.wait_readable(0.05):
                return
    raise Failure(f"it dribbled for {deadline_s} s, and nothing came back")


def test_dribbled_head(bench):
    """The deadline is for the whole head: a byte now and then does not extend it."""
    server = serve(bench, "request")
    with server.connect() as connection:
        connection.send(b"GET /small.txt HTTP/1.1\r\nHost: test\r\nX-Note: ")
        check_dribble_ends(connection, b"a", bench.deadline_s)
        check_408(connection)


def test_dribbled_content(bench):
    """Nor does a byte of content now and then."""
    server = serve(bench, "request")
    with server.connect() as connection:
        connection.send(request("/small.txt", "Content-Length: 10000"))
        check_dribble_ends(connection, b"a", bench.deadline_s)
        check_408(connection)


def test_dribbled_empty_lines(bench):
    """Nor do empty lines, which may precede a request but are none."""
    server = serve(bench, "first-byte", "request", "idle")
    with server.connect() as connection:
        check_dribble_ends(connection, b"\r\n", bench.deadline_s)
    with server.connect() as connection:
        check_equal(connection.ask().status, 200, "status")
        check_dribble_ends(connection, b"\r\n", bench.deadline_s)


def test_first_byte(bench):
    """A connection without a byte is closed without a response: there is no request to
    respond to."""
    server = serve(bench, "first-byte")
    with server.connect() as connection:
        connection.read_end()


def test_idle(bench):
    """So is one between two requests."""
    server = serve(bench, "idle")
    with server.connect() as connection:
        check_equal(connection.ask().status, 200, "status")
        connection.read_end()


def test_idle_is_not_first_byte(bench):
    """Each deadline is for its own wait: a browser's spare connection may wait
    longer."""
    server = serve(bench, "idle")
    with server.connect() as spare:
        with server.connect() as other:
            check_equal(other.ask().status, 200, "the other")
            other.read_end()
        check(not spare.wait_readable(0), "the spare was let go with the idle one")
        check_equal(spare.ask().status, 200, "the spare")


def site_with_large(bench, size=32 * 1024 * 1024):
    folder = bench.folder()
    fixtures.write(f"{folder}/large.bin", b"x" * size)
    fixtures.write(f"{folder}/small.txt", fixtures.SMALL)
    return folder


def wait_for_hang_up(connection, deadline_s):
    """Waits for a reset, which is reported even if we do not read."""
    poll = select.poll()
    poll.register(connection.socket, 0)
    check(bool(poll.poll(deadline_s * 1000)), "who takes nothing was never dropped")


def test_send(bench):
    """A client that does not read is disconnected, and the kernel drops its bytes."""
    server = serve(bench, "send", folder=site_with_large(bench))
    listening = server.sockets()
    with server.connect(receive_buffer=4096) as connection:
        connection.send(request("/large.bin"))
        wait_for_hang_up(connection, bench.deadline_s)
        wait_until(lambda: server.sockets() == listening, "the socket to be closed")
    with server.connect() as other:
        check_equal(other.ask().body, fixtures.SMALL, "another")


def test_send_waits_for_who_reads(bench):
    """A client that keeps reading is not disconnected, however long it takes: each read
    restarts the deadline."""
    server = bench.serve("--send-timeout", "5s", folder=site_with_large(bench))
    got = []
    with server.connect(receive_buffer=64 * 1024) as connection:
        connection.receive_most = 64 * 1024
        connection.send(request("/large.bin"))
        connection.read(sink=lambda piece: got.append(len(piece)))
        check_equal(sum(got), 32 * 1024 * 1024, "bytes")


def test_silent_after_a_refusal(bench):
    """After a refusal the server does not wait forever for the client to close."""
    server = serve(bench, "linger")
    listening = server.sockets()
    with server.connect() as connection:
        connection.send(b"GET /small.txt HTTP/1.1\r\n\r\n")
        check_equal(connection.read().status, 400, "status")
        connection.read_end()
        wait_until(lambda: server.sockets() == listening, "the socket to be closed")


def test_pause_of_the_process(bench):
    """Requests that arrived in time are served, even if the process was paused and sees
    their deadlines first."""
    server = bench.serve("--idle-timeout", "1s", "--first-byte-timeout", "1s",
                         "--request-timeout", "1s", "--workers", "1")
    crowd = [server.connect() for _ in range(400)]
    for connection in crowd[:300]:
        check_equal(connection.ask().status, 200, "before")
    server.signal(signal.SIGSTOP)
    for connection in crowd:
        connection.send(request())
    time.sleep(1.5)
    server.signal(signal.SIGCONT)
    for connection in crowd:
        check_equal(connection.read().status, 200, "one that had asked in time")
