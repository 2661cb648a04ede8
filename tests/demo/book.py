"""book.py -- reads the server's trace, and adds it up

The trace has two forms: the text that people read, and JSON (conf/trace.schema.json),
where each line is an event. The events of a Book must be consistent: each range begins
where the one before it of its kind ended, and the figures of a close are the sums of
its connection's events.
"""

import collections
import json
import re

ANSI = re.compile(r"\x1b\[[0-9;]*m")
LINE = re.compile(r" *(\d+\.\d{6}) c(\d+) +(?:tcp|http) +(\w+) +"
                  r"(?:(?:in|out) *\[(\d+),(\d+)\) *)?(.*)")
ROW = re.compile(r" +c(\d+) +tcp +(.*)")
CAUSE = re.compile(r"(.*?) after ")

# The rows of a close's table that have sums; the last of them ends the table.
ROWS = (re.compile(r"in +(?P<in>\d+) B .* (?P<recvs>\d+) recvs? +(?P<requests>\d+) request.*"),
        re.compile(r"out +(?P<out>\d+) B .* (?P<sends>\d+) sends? +(?P<responses>\d+) response.*"),
        re.compile(r"rtt .*retransmitted (?P<retransmitted>\d+)"))
SUMS = ("in", "recvs", "requests", "out", "sends", "responses", "retransmitted")

# Requests and what was skipped share the stream between them.
COUNTED = {"recv": "recv", "request": "request", "skip": "request",
           "response": "response", "send": "send", "left": "left", "acked": "acked"}

# `start` and `end` of a range, else None; `peer` of an open, `close` of a close.
Event = collections.namedtuple("Event", "time_s connection kind start end peer close")


def plain(line):
    """The line without colours."""
    return ANSI.sub("", line)


class TextReader:
    """Reads the lines of --trace. A close is complete with the last row of its table,
    each other event with its line."""

    def __init__(self):
        self.close = None  # the one whose table is being read

    def read(self, line):
        """The event that this line completes, or None."""
        match = LINE.fullmatch(plain(line))
        if match is None:
            return self.read_row(ROW.fullmatch(plain(line)))
        time_s, connection, kind, start, end, rest = match.groups()
        event = Event(float(time_s), int(connection), kind, start and int(start), end and int(end),
                      rest.split(" ")[0] if kind == "open" else None,
                      {"cause": CAUSE.match(rest)[1]} if kind == "close" else None)
        if kind != "close":
            return event
        self.close = event
        return None

    def read_row(self, row):
        if row is None or self.close is None or int(row[1]) != self.close.connection:
            return None
        for sums in filter(None, (each.fullmatch(row[2]) for each in ROWS)):
            self.close.close.update((name, int(count)) for name, count in sums.groupdict().items())
        if "retransmitted" not in self.close.close:
            return None
        event, self.close = self.close, None
        return event


def read_json(line):
    """The event of a line of --trace=json, with all its members."""
    told = json.loads(line)
    close = None
    if told["event"] == "close":
        sums = {**told, "responses": told["answers"],
                "retransmitted": told["info"]["retransmitted"]}
        close = {"cause": told["cause"], **{name: sums[name] for name in SUMS}}
    return Event(told["time_us"] / 1e6, told["conn"], told["event"], told.get("from"),
                 told.get("to"), told.get("peer"), close), told


class Book:
    """The sums over all connections, and the checks that failed."""

    def __init__(self):
        self.opened = self.closed = self.ranges = 0
        self.sums = dict.fromkeys(SUMS, 0)
        self.ends = collections.defaultdict(int)    # of the last range of a kind
        self.counts = collections.defaultdict(int)  # of events of a kind
        self.wrong = []

    def take(self, event):
        key = event.connection, event.kind
        self.counts[key] += 1
        if event.kind == "open":
            self.opened += 1
        elif event.kind == "close":
            self.take_close(event)
        elif event.kind in COUNTED and event.start is not None:
            self.take_range(event)

    def take_range(self, event):
        key = event.connection, COUNTED[event.kind]
        if event.start != self.ends[key] or event.end < event.start:
            self.wrong.append(f"c{event.connection}: {event.kind} [{event.start},{event.end}) "
                              f"does not begin at {self.ends[key]}")
        self.ends[key] = event.end
        self.ranges += 1

    def take_close(self, event):
        self.closed += 1
        for name in SUMS:
            self.sums[name] += event.close[name]
        number = event.connection
        own = {"in": self.ends[number, "recv"], "out": self.ends[number, "send"],
               "recvs": self.counts[number, "recv"], "sends": self.counts[number, "send"],
               "requests": self.counts[number, "request"],
               "responses": self.counts[number, "response"]}
        self.wrong += [f"c{number}: {name} is {count} by its events, {event.close[name]} at its end"
                       for name, count in own.items() if count != event.close[name]]
