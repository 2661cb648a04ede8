"""Many connections, and more than there are descriptors for."""

import resource
import select
import time

import fixtures
from harness import Skip, check, check_equal, request

# What a server may need besides its connections: epolls, files, listeners.
SPARE = 200


def connect_many(server, count):
    return [server.connect() for _ in range(count)]


def test_many_open_at_once(bench):
    """Five thousand connections stay open, and each gets its response."""
    count = 500 if bench.light or bench.is_sanitized else 5000
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit < count + SPARE:
        raise Skip(f"needs {count + SPARE} descriptors, and may open {limit}")
    server = bench.serve("--access-log", "off", "--max-connections", str(count),
                         descriptors=count + SPARE)
    connections = connect_many(server, count)
    for connection in connections:
        connection.send(request())
    for connection in connections:
        check_equal(connection.read().body, fixtures.SMALL, "an answer")
    for connection in reversed(connections):
        check_equal(connection.ask().body, fixtures.SMALL, "one more answer")


def test_idle_ones_cost_little(bench):
    """A connection without a request holds no buffer: browsers open spare ones."""
    if bench.is_sanitized:
        raise Skip("a sanitizer's memory says nothing about the server's")
    count = 500 if bench.light else 2000
    server = bench.serve("--max-connections", str(count + 10), descriptors=count + SPARE)
    server.ask()
    before = server.memory_kib()
    connections = connect_many(server, count)
    for connection in connections:
        check_equal(connection.ask().status, 200, "an answer")
    each = (server.memory_kib() - before) / count
    check(each < 2, f"an idle connection costs {each:.1f} KiB")


def readable(connections, timeout_s):
    """The connections that have something to read; None after this time."""
    poll = select.poll()
    by_number = {connection.socket.fileno(): connection for connection in connections}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(timeout_s * 1000)]


def serve_crowd(bench, *options):
    """A server with few descriptors and more connections than fit, none of them idle:
    each has begun a request. The first few were accepted before the descriptors ran
    out."""
    server = bench.serve("--workers", "2", *options, descriptors=64)
    return server, begin_many(server, 150)


def begin_many(server, count):
    """Connections with an incomplete request: they do not make room for others."""
    crowd = []
    for _ in range(count):
        crowd.append(server.connect())
        crowd[-1].send(request()[:-2])
    return crowd


def test_descriptors_run_out(bench):
    """Accepted connections are served, the others wait; none is refused, and the server
    sleeps meanwhile. Once there is room, the waiting ones are served."""
    server, crowd = serve_crowd(bench, "--request-timeout", "4s")
    taken, waiting = crowd[:10], crowd[100:]
    for connection in taken:
        connection.send(b"\r\n" + request()[:-2])
        check_equal(connection.read().status, 200, "one that was taken")
    check(not readable(waiting, 0), "one that cannot have been taken has an answer")
    check_sleeps(server, taken.pop(0))
    for connection in crowd[:100]:
        connection.close()
    for connection in waiting:
        connection.send(b"\r\n")
        answer = connection.read()
        check_equal((answer.status, answer.body), (200, fixtures.SMALL), "one that waited")
        connection.close()


def check_sleeps(server, connection):
    """While it waits for an incomplete request, the server uses next to no processor
    time: it does not retry accept in a loop."""
    began, spent = time.monotonic(), server.cpu_seconds()
    check_equal(connection.read().status, 408, "an unfinished request")
    took, spent = time.monotonic() - began, server.cpu_seconds() - spent
    check(spent < took / 2, f"it spun: {spent:.2f} s of processor time in {took:.2f} s")


def test_max_connections_beyond_the_limit(bench):
    """A number of connections that the limit of open files does not allow is reported,
    even with --quiet."""
    path = f"{bench.folder()}/s"
    server = bench.serve("--max-connections", "5000", "--workers", "1", "--quiet",
                         descriptors=256, listen=(f"unix:{path}",), awaited=path)
    told = server.output.wait_line(r"--max-connections 5000: ulimit -n 256 allows (\d+);")
    check(0 < int(told[1]) < 256, told[0])


def test_max_connections(bench):
    """--max-connections: further ones wait in the kernel's backlog while all are
    busy."""
    server = bench.serve("--max-connections", "3", "--workers", "1", "--request-timeout", "10m")
    crowd = begin_many(server, 5)
    for connection in crowd[:3]:
        connection.send(b"\r\n" + request()[:-2])
        check_equal(connection.read().status, 200, "one of three")
    for connection in crowd[3:]:
        connection.send(b"\r\n")
    check(not readable(crowd[3:], 0), "a fourth was served beside three")
    crowd[1].close()
    check_equal(crowd[3].read().status, 200, "the fourth, once there was room")
    crowd[0].close()
    check_equal(crowd[4].read().status, 200, "the fifth")


def test_idle_ones_make_room(bench):
    """--max-connections: idle connections do not lock out others. The one that has been
    idle longest is closed, even if it never sent a byte."""
    server = bench.serve("--max-connections", "20", "--idle-timeout", "10m",
                         "--first-byte-timeout", "10m")
    crowd = connect_many(server, 10)
    for connection in crowd:
        check_equal(connection.ask().status, 200, "one of the crowd")
    crowd += connect_many(server, 30)
    for number in range(50):
        check_equal(server.ask().status, 200, f"newcomer {number}")
    crowd[0].read_end()
