"""One property: responses depend on what was sent, never on how it was cut.

Whatever requests follow one another on a connection, good ones and bad ones, and
wherever TCP puts the borders of its segments: the responses are those that each
request gets alone, in order, one for each, and none after a refusal.

The requests are those of the cases. What expects 100 is left out: whether that
word is needed depends, rightly, on when the content comes. And a client that has
said "close" sends nothing more (RFC 9112, 9.6): one that does may be met with a
reset, and that depends on when it comes."""

import os
import random
import re
import select
import socket

import casefile
from answers import AnswerReader
from harness import Failure, check, check_equal

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases")
BYTES_MOST = 20_000
SIZES = (1, 2, 3, 7, 20, 100, 500, 4000)
SAYS_LAST = re.compile(rb" HTTP/1\.0\r?\n|\nconnection:[^\n]*close", re.IGNORECASE)


class Exchange:
    """What was sent at once, and the responses to it."""

    def __init__(self, name, data, methods, answers):
        self.name = name
        self.data = data
        self.methods = methods
        self.answers = list(map(digest, answers))
        self.ends = answers[-1].says("close")
        self.is_last = self.ends and SAYS_LAST.search(data) is not None


def digest(answer):
    """A response without what may differ from one moment to the next."""
    fields = [(name, value) for name, value in answer.fields if name != "date"]
    return answer.status, fields, answer.body


def learn(server, path):
    """Runs one case, and yields its exchanges that can be repeated: not the large ones,
    which take too long byte by byte, nor those of a case that does not know what comes
    last, or that must not be cut."""
    case = casefile.Case(path)
    words = {}
    if case.ending is None or "bytewise" in case.left_out:
        return
    with server.connect() as connection:
        for part in case.parts:
            data = casefile.expand(part.text, words)
            if (part.half_close or not part.answers or len(data) > BYTES_MOST
                    or b"\nexpect:" in data.lower()):
                return
            connection.send(data)
            methods = ["GET" if answer.has_body else "HEAD" for answer in part.answers]
            answers = list(map(connection.read, methods))
            for expected, answer in zip(part.answers, answers):
                check_equal(expected.problems(answer, words), [], path)
            yield Exchange(os.path.basename(path), data, methods, answers)


def segments(data, chance):
    """Cuts: all in one, each byte alone, or at random."""
    way = chance.randrange(4)
    at = 0
    while at < len(data):
        size = len(data) if way == 0 else 1 if way == 1 else chance.choice(SIZES)
        yield data[at:at + size]
        at += size


def converse(connection, pieces):
    """Sends piece by piece, and reads meanwhile, to the end of both streams. A client
    that first writes all and then reads could deadlock with a server that does the
    same."""
    sock, received = connection.socket, bytearray()
    deadline_ms = sock.gettimeout() * 1000
    sock.setblocking(False)
    poll, pieces = select.poll(), iter(pieces)
    piece, is_writing = next(pieces, b""), True
    while True:
        poll.register(sock, select.POLLIN | (select.POLLOUT if is_writing else 0))
        ready = poll.poll(deadline_ms)
        check(ready, f"the connection stands still, after {len(received)} bytes of answers")
        if ready[0][1] & ~select.POLLOUT:
            data = sock.recv(1 << 18)
            if not data:
                return bytes(received)
            received += data
        if is_writing and ready[0][1] & select.POLLOUT:
            piece = piece[sock.send(piece):] or next(pieces, b"")
            if not piece:
                is_writing = False
                sock.shutdown(socket.SHUT_WR)


def expected_of(sequence):
    """The expected responses: those of each exchange, up to the first that ends the
    connection."""
    methods, answers = [], []
    for exchange in sequence:
        methods += exchange.methods
        answers += exchange.answers
        if exchange.ends:
            break
    return methods, answers


def read_answers(received, methods):
    """Splits the stream into as many responses as are expected; no byte may be left."""
    stream = [received]
    reader = AnswerReader(lambda: stream.pop() if stream else b"")
    answers = [digest(reader.read(method)) for method in methods]
    reader.read_end()
    return answers


def draw(good, bad, chance):
    """Some good requests; what follows a bad one must make no difference."""
    sequence = chance.choices(good, k=chance.randrange(1, 12))
    if chance.randrange(3):
        sequence.append(chance.choice(bad))
        behind = chance.choices(good + bad, k=chance.randrange(3))
        sequence += [] if sequence[-1].is_last else behind
    return sequence


def test_any_sequence_cut_anywhere(bench):
    """RFC 9112, 9.3.2: one response for each request, in order, however the bytes
    arrive; none after a refusal (9.6)."""
    bench.site.wait_until_old()
    # One worker, since each has a boundary of its own for the parts of a 206.
    server = bench.serve("--workers", "1", "--linger-timeout", "60s",
                         "--request-timeout", "60s", "--access-log", "off")
    exchanges = [exchange for path in casefile.find_cases(CASES)
                 for exchange in learn(server, path)]
    good = [exchange for exchange in exchanges if not exchange.ends]
    bad = [exchange for exchange in exchanges if exchange.ends]
    check(len(good) > 100 and len(bad) > 100, f"{len(good)} good ones, {len(bad)} bad ones")
    for seed in range(60 if bench.light or bench.is_sanitized else 400):
        chance = random.Random(seed)
        sequence = draw(good, bad, chance)
        methods, wanted = expected_of(sequence)
        data = b"".join(exchange.data for exchange in sequence)
        with server.connect() as connection:
            received = converse(connection, segments(data, chance))
        names = ", ".join(exchange.name for exchange in sequence)
        try:
            check_equal(read_answers(received, methods), wanted, "the answers")
        except AssertionError as error:
            raise Failure(f"seed {seed}: {names}\n{error}") from None
