"""Pipelines: however requests are cut and joined, the responses are the same."""

import random
import select
import socket

import fixtures
from harness import check, check_equal, request

FIVE = [("GET", "/small.txt"), ("HEAD", "/big.bin"), ("GET", "/no-such-file"),
        ("GET", "/big.bin"), ("GET", "/digits.txt")]
FIVE_BYTES = b"".join(request(target, method=method) for method, target in FIVE)

ANSWER_BYTES = 4096
MEMORY_SLACK_KIB = 32 * 1024
MEMORY_SLACK_SANITIZED_KIB = 512 * 1024


def digest(answer):
    """A response without what may differ from one moment to the next."""
    fields = [(name, value) for name, value in answer.fields if name != "date"]
    return answer.status, fields, answer.body


def read_five(connection):
    return [digest(connection.read(method)) for method, _ in FIVE]


def one_after_the_other(server):
    """The five responses without pipelining."""
    with server.connect() as connection:
        return [digest(connection.ask(target, method=method)) for method, target in FIVE]


def test_five_in_one_write(bench):
    """RFC 9112, 9.3.2: responses to pipelined requests are in order."""
    bench.site.wait_until_old()
    server = bench.serve()
    expected = one_after_the_other(server)
    with server.connect() as connection:
        connection.send(FIVE_BYTES)
        check_equal(read_five(connection), expected, "five in one write")


def test_five_one_byte_per_write(bench):
    """TCP keeps no boundaries: the end of a segment means nothing."""
    bench.site.wait_until_old()
    server = bench.serve()
    expected = one_after_the_other(server)
    with server.connect() as connection:
        connection.send_bytewise(FIVE_BYTES)
        check_equal(read_five(connection), expected, "five byte by byte")


def test_random_cuts(bench):
    """The same, cut anywhere; a failure can be repeated by its seed."""
    bench.site.wait_until_old()
    server = bench.serve()
    expected = one_after_the_other(server)
    for seed in range(10 if bench.light else 50):
        cuts = random.Random(seed)
        with server.connect() as connection:
            at = 0
            while at < len(FIVE_BYTES):
                size = cuts.choice((1, 2, 7, 40, 100))
                connection.send(FIVE_BYTES[at:at + size])
                at += size
            check_equal(read_five(connection), expected, f"cut with seed {seed}")


def test_urgent_bytes(bench):
    """RFC 6093, 6: an urgent byte is a byte of the stream. A recv ends before it, and
    the bytes after it must still be read."""
    server = bench.serve()
    data = request("/small.txt") * 2
    with server.connect() as connection:
        for at in range(1, len(data) - 1, 3):
            connection.send(data[:at])
            connection.socket.send(data[at:at + 1], socket.MSG_OOB)
            connection.send(data[at + 1:])
            for _ in range(2):
                check_equal(connection.read().body, fixtures.SMALL, f"urgent at {at}: body")


def test_content_between_requests(bench):
    """RFC 9112, 9.3: the next request begins where content ends, wherever the cuts
    are."""
    server = bench.serve()
    chunked = (b"GET /digits.txt HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
               b"5;x=y\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nT: 1\r\n\r\n")
    data = chunked + request()
    for cut in range(1, len(data)):
        with server.connect() as connection:
            connection.send(data[:cut])
            connection.send(data[cut:])
            check_equal(connection.read().body, b"0123456789", f"first, cut at {cut}")
            check_equal(connection.read().body, fixtures.SMALL, f"second, cut at {cut}")


def numbered_site(bench, count):
    """Files 0.txt, 1.txt and so on; each contains its number, and all have one
    length."""
    folder = bench.folder()
    for number in range(count):
        fixtures.write(f"{folder}/{number}.txt", numbered(number))
    return folder


def numbered(number):
    return f"{number:06}\n".encode().ljust(ANSWER_BYTES, b".")


def test_two_hundred_in_one_write(bench):
    """Many requests in few segments all get their responses, in order."""
    server = bench.serve(folder=numbered_site(bench, 50))
    order = [random.Random(200).randrange(50) for _ in range(200)]
    with server.connect() as connection:
        connection.send(b"".join(request(f"/{number}.txt") for number in order))
        for number in order:
            check_equal(connection.read().body[:7], numbered(number)[:7], "the next answer")


def test_refused_after_many(bench):
    """A refusal after many requests comes after their responses."""
    server = bench.serve(folder=numbered_site(bench, 1))
    with server.connect() as connection:
        connection.ask("/0.txt")  # it takes room only where it is known
        connection.send(request("/0.txt") * 8 + b"\r\n" * 9)
        statuses = [connection.read().status for _ in range(9)]
        check_equal(statuses, [200] * 8 + [400], "statuses")


def send_until_full(sock, data):
    """Writes until the peer's window is full and stays so for a while. Returns how many
    bytes were written."""
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    sent = 0
    while sent < len(data) and poll.poll(500):
        sent += sock.send(data[sent:sent + 65536])
    return sent


def test_ten_thousand_unread(bench):
    """Back-pressure: a client that pipelines and does not read costs the server no
    memory, and gets every response once it reads."""
    count = 1000 if bench.light else 10_000
    server = bench.serve("--send-timeout", "10m", "--idle-timeout", "10m", "--access-log", "off",
                         folder=numbered_site(bench, 50))
    server.ask("/0.txt")
    before = server.memory_kib()
    data = memoryview(b"".join(request(f"/{number % 50}.txt") for number in range(count)))
    connection = server.connect(receive_buffer=16 * 1024)
    connection.socket.setblocking(False)
    sent = send_until_full(connection.socket, data)
    most = server.memory_kib()
    connection.socket.settimeout(bench.deadline_s)
    write_while_waiting(connection, data[sent:])
    for number in range(count):
        answer = connection.read()
        check_equal(answer.body[:7], numbered(number % 50)[:7], f"answer {number}")
        if number % 100 == 0:
            most = max(most, server.memory_kib())
    slack = MEMORY_SLACK_SANITIZED_KIB if bench.is_sanitized else MEMORY_SLACK_KIB
    check(most - before < slack, f"memory grew from {before} KiB to {most} KiB")


def write_while_waiting(connection, rest):
    """From now on, whenever a response is waited for, writes as much of `rest` as
    fits."""
    sock, poll = connection.socket, select.poll()

    def receive():
        nonlocal rest
        while True:
            poll.register(sock, select.POLLIN | (select.POLLOUT if rest else 0))
            ready = dict(poll.poll(sock.gettimeout() * 1000)).get(sock.fileno(), 0)
            if ready & select.POLLOUT and rest:
                rest = rest[sock.send(rest[:65536]):]
            if ready & ~select.POLLOUT:
                return connection.receive()
            check(ready, "neither room to write nor an answer to read")
    connection.reader.receive = receive
