"""viewer.py -- a client of the live page's event stream

Reads the stream of /-/wire/events (WHATWG HTML, 9.2: Server-sent events) piece by
piece, since it has no end, and is as strict as answers.py.
"""

import json
import re

from answers import AnswerError
from harness import check, check_equal

EVENTS = "/-/wire/events"
EMPTY_LINE = b"\n\n"


def asking(target, host="localhost", version="1.1", method="GET"):
    """A request for the events, under a name that the live page accepts."""
    return f"{method} {target} HTTP/{version}\r\nHost: {host}\r\n\r\n".encode("latin-1")


class Viewer:
    """A client of the stream. Checks that it gets complete events in complete chunks;
    the first must name the viewer's own connection."""

    def __init__(self, connection, version="1.1"):
        self.connection = connection
        self.reader = connection.reader
        self.is_chunked = version == "1.1"
        self.events, self.comments = [], 0
        self.position = 0      # behind what was read of the stream
        self.boundaries = set()  # of heads and chunks in it
        self.conn = None

    def begin(self):
        """The head, and the first event."""
        answer = self.reader.read_head()
        check_equal(answer.status, 200, "status")
        check_equal(answer["content-type"], "text/event-stream", "content-type")
        check_equal(answer.get("transfer-encoding"), "chunked" if self.is_chunked else None,
                    "transfer-encoding")
        check_equal(answer["cache-control"], "no-store", "cache-control")
        self.move(len(answer.head))
        self.conn = self.until(lambda event: event["event"] == "viewer")["conn"]
        check_equal(self.events[0]["event"], "viewer", "the first event")
        return self

    def move(self, count):
        self.position += count
        self.boundaries.add(self.position)

    def read_chunk(self):
        """RFC 9112, 7.1. The last chunk is b"", and nothing follows it."""
        line = self.reader.take_until(b"\r\n", "within a chunk's size")
        check(re.fullmatch(rb"[0-9A-Fa-f]+\r\n", line), f"this is no chunk size: {line}")
        data = self.reader.take_bytes(int(line, 16), "within a chunk")
        check_equal(self.reader.take_bytes(2, "behind a chunk"), b"\r\n", "a chunk's end")
        self.move(len(line) + len(data) + 2)
        return data

    def read_piece(self):
        """The next events, b"" at the end of the stream."""
        if self.is_chunked:
            return self.read_chunk()
        try:
            return self.reader.take_until(EMPTY_LINE, "where an event should begin")
        except AnswerError:
            check_equal(bytes(self.reader.pending), b"", "left over at the end")
            return b""

    def read(self):
        """Reads on. False: the stream has ended."""
        piece = self.read_piece()
        check(not piece or piece.endswith(EMPTY_LINE), f"an event is cut: {piece[-100:]}")
        for text in piece.split(EMPTY_LINE)[:-1]:
            if text == b":":
                self.comments += 1
                continue
            check(text.startswith(b"data: {") and b"\n" not in text, f"no event: {text}")
            self.events.append(json.loads(text[len("data: "):]))
            check_equal(self.events[-1]["v"], 2, "v")
        return bool(piece)

    def until(self, holds):
        """Reads until an event for which this is true. Returns that event."""
        seen = 0
        while True:
            for event in self.events[seen:]:
                if holds(event):
                    return event
            seen = len(self.events)
            check(self.read(), "the stream ended too early")

    def of(self, conn, *kinds):
        """The events of a connection."""
        return [event for event in self.events if event.get("conn") == conn
                and (not kinds or event["event"] in kinds)]

    def until_closed(self, connection_name):
        """Waits for the close of the connection whose peer has this name. Returns its
        number."""
        conn = self.until(lambda event: event["event"] == "open" and
                          event["peer"] == connection_name)["conn"]
        self.until(lambda event: event["event"] == "close" and event["conn"] == conn)
        return conn

    def lost(self):
        return sum(event["count"] for event in self.events if event["event"] == "lost")


def ask_for_events(server, version="1.1", **options):
    """A viewer that has not read anything yet."""
    connection = server.connect(server.live_address(), **options)
    connection.send(asking(EVENTS, version=version))
    return Viewer(connection, version)


def watch(server, **options):
    return ask_for_events(server, **options).begin()
