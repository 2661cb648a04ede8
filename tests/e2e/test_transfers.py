"""Large files and odd clients: slow ones, half-closed ones, vanished ones."""

import hashlib
import os

import fixtures
from harness import check, check_equal, request, wait_until

MIB = 1024 * 1024


def large_site(bench, size):
    """A folder with large.bin of random bytes, and their digest."""
    folder, content = bench.folder(), os.urandom(size)
    fixtures.write(f"{folder}/large.bin", content)
    fixtures.write(f"{folder}/small.txt", fixtures.SMALL)
    return folder, hashlib.sha256(content).hexdigest()


def check_health(server):
    """Whether other clients are served as before."""
    check_equal(server.ask("/small.txt").body, fixtures.SMALL, "the next client's answer")


def wait_for_sockets(server, count):
    """Waits until closed connections have been released."""
    wait_until(lambda: server.sockets() <= count,
               f"no more than {count} open sockets")


def test_slow_reader_gets_all(bench):
    """A client that reads slowly from a small window gets every byte."""
    folder, expected = large_site(bench, MIB if bench.light else 8 * MIB)
    server = bench.serve(folder=folder)
    digest = hashlib.sha256()
    with server.connect(receive_buffer=4096) as connection:
        connection.receive_most = 1000
        connection.send(request("/large.bin"))
        connection.read(sink=digest.update)
        check_equal(digest.hexdigest(), expected, "sha256")
        check_equal(connection.ask("/small.txt").body, fixtures.SMALL, "and then")


def test_fast_clients_beside_a_slow_one(bench):
    """A client that does not read delays no other, on any worker."""
    folder, expected = large_site(bench, 8 * MIB)
    server = bench.serve("--workers", "1", folder=folder)
    digest = hashlib.sha256()
    with server.connect(receive_buffer=4096) as slow:
        slow.send(request("/large.bin"))
        check(slow.wait_readable(bench.deadline_s), "no answer for the slow one")
        for _ in range(20):
            check_health(server)
        slow.read(sink=digest.update)
        check_equal(digest.hexdigest(), expected, "sha256")


def sparse_file(folder, size, marks):
    """A sparse file of zeros, with a few marks. Returns its path."""
    path = f"{folder}/sparse.bin"
    with open(path, "wb") as file:
        file.truncate(size)
        for at, mark in marks.items():
            file.seek(at)
            file.write(mark)
    os.utime(path, ns=(fixtures.MTIME_NS, fixtures.MTIME_NS))
    return path


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(MIB):
            digest.update(piece)
    return digest.hexdigest()


def test_huge_file(bench):
    """A gibibyte arrives complete, and is never held in memory."""
    folder = bench.folder()
    size = 64 * MIB if bench.light else 1024 * MIB
    path = sparse_file(folder, size, {0: b"begin", size // 2: b"middle", size - 3: b"end"})
    server = bench.serve(folder=folder)
    digest = hashlib.sha256()
    with server.connect() as connection:
        connection.receive_most = MIB
        connection.send(request("/sparse.bin"))
        answer = connection.read(sink=digest.update)
        check_equal(answer["content-length"], str(size), "content-length")
        check_equal(digest.hexdigest(), sha256_of(path), "sha256")
    if not bench.is_sanitized:
        check(server.memory_kib() < 64 * 1024, f"it holds {server.memory_kib()} KiB")


def test_beyond_four_gibibytes(bench):
    """Offsets have 64 bits: a range far beyond 32 bits."""
    folder = bench.folder()
    size = 5 * 1024 * MIB
    at = size - 100
    sparse_file(folder, size, {at: b"found me"})
    server = bench.serve(folder=folder)
    answer = server.ask("/sparse.bin", f"Range: bytes={at}-{at + 7}")
    check_equal(answer.status, 206, "status")
    check_equal(answer["content-range"], f"bytes {at}-{at + 7}/{size}", "content-range")
    check_equal(answer.body, b"found me", "body")
    check_equal(server.ask("/sparse.bin", method="HEAD")["content-length"], str(size),
                "content-length")


def test_file_shrinks_under_way(bench):
    """If Content-Length cannot be kept any more, the connection is closed; no bytes are
    made up, and no other response appears within the body."""
    folder, _ = large_site(bench, 16 * MIB)
    server = bench.serve(folder=folder)
    with server.connect(receive_buffer=4096) as connection:
        connection.send(request("/large.bin") + request("/small.txt"))
        check(connection.wait_readable(bench.deadline_s), "no answer")
        os.truncate(f"{folder}/large.bin", 1000)
        got = []
        try:
            connection.read(sink=got.append)
        except AssertionError as error:
            check("ended" in str(error) or "reset" in str(error), f"instead: {error}")
        else:
            check(False, "it ended as if nothing had happened")
        check(fixtures.SMALL not in b"".join(got), "another answer within the body")
    check_health(server)


def test_half_close_after_the_requests(bench):
    """RFC 9112, 9.6: a client that has closed its side still gets its responses, and
    then the end of the stream."""
    server = bench.serve()
    with server.connect() as connection:
        connection.send(request("/big.bin") + request("/small.txt"))
        connection.half_close()
        check_equal(connection.read().body, fixtures.BIG, "first")
        check_equal(connection.read().body, fixtures.SMALL, "second")
        connection.read_end()


def test_half_close_and_large_file(bench):
    """The same if the response does not fit into the window."""
    folder, expected = large_site(bench, 8 * MIB)
    server = bench.serve(folder=folder)
    digest = hashlib.sha256()
    with server.connect(receive_buffer=4096) as connection:
        connection.send(request("/large.bin"))
        connection.half_close()
        connection.read(sink=digest.update)
        connection.read_end()
        check_equal(digest.hexdigest(), expected, "sha256")


def test_lingering_close(bench):
    """RFC 9112, 9.6: a refusal must not be lost to a reset because more of the refused
    message was under way."""
    server = bench.serve("--linger-timeout", "60s")
    for _ in range(20):
        with server.connect() as connection:
            connection.send(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n")
            connection.send(b"x" * 1_000_000)
            answer = connection.read()
            check_equal(answer.status, 405, "status")
            check(answer.says("close"), f"it does not say close:\n{answer}")
            connection.read_end()


def test_linger_ends(bench):
    """The server does not wait forever for a client to close its side."""
    server = bench.serve("--linger-timeout", "100ms")
    listening = server.sockets()
    with server.connect() as connection:
        check_equal(connection.ask("/small.txt", "Connection: close").status, 200, "status")
        connection.read_end()
        wait_for_sockets(server, listening)


def test_vanished_within_a_request(bench):
    """A client that resets in the middle of its request harms no other."""
    server = bench.serve()
    listening = server.sockets()
    for cut in range(1, len(request()), 2):
        connection = server.connect()
        connection.send(request()[:cut])
        connection.abort()
    check_health(server)
    wait_for_sockets(server, listening)


def test_vanished_within_an_answer(bench):
    """Nor does one that resets in the middle of a response."""
    folder, _ = large_site(bench, 4 * MIB)
    server = bench.serve(folder=folder)
    listening = server.sockets()
    for _ in range(20):
        connection = server.connect(receive_buffer=4096)
        connection.send(request("/large.bin") * 3)
        check(connection.wait_readable(bench.deadline_s), "no answer")
        connection.abort()
    check_health(server)
    wait_for_sockets(server, listening)


def leave_somehow(connection, number):
    """Leaves by a reset, or by closing."""
    if number % 2:
        connection.abort()
    else:
        connection.close()


def test_vanished_before_the_answer(bench):
    """Nor does one that asks and leaves at once, by closing or by a reset."""
    server = bench.serve()
    listening = server.sockets()
    for number in range(50):
        connection = server.connect()
        connection.send(request("/big.bin") * 5)
        leave_somehow(connection, number)
    check_health(server)
    wait_for_sockets(server, listening)


def test_connected_and_gone(bench):
    """Nor does one that sends nothing, as port scanners and browsers do."""
    server = bench.serve()
    listening = server.sockets()
    for number in range(100):
        connection = server.connect()
        leave_somehow(connection, number)
    check_health(server)
    wait_for_sockets(server, listening)
