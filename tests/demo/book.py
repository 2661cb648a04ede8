"""book.py -- reads the server's trace, and adds it up

A line is an event, in either of the trace's forms: the text that people read,
or JSON (conf/trace.schema.json). The events of a Book must be consistent: in each
direction each range begins where the one before it ended, and the figures of a
close are the sums of its connection's events.
"""

import collections
import json
import re

ANSI = re.compile(r"\x1b\[[0-9;]*m")
LINE = re.compile(r" *(\d+\.\d{6}) c(\d+) +(?:tcp|http) +(\w+) +"
                  r"(?:(?:in|out) *\[(\d+),(\d+)\) *)?(.*)")
CLOSE = re.compile(r"(?P<cause>.*?) after .*; in (?P<in>\d+) B: .*?(?P<recvs>\d+) recvs?, "
                   r"(?P<requests>\d+) requests?; out (?P<out>\d+) B: .*?(?P<sends>\d+) sends?, "
                   r"(?P<answers>\d+) responses?;.* retransmitted (?P<retransmitted>\d+)")
SUMS = ("in", "recvs", "requests", "out", "sends", "answers", "retransmitted")

# Requests and what was skipped share the stream between them.
COUNTED = {"recv": "recv", "request": "request", "skip": "request",
           "response": "response", "send": "send"}

# `start` and `end` where bytes are meant; `peer` of an open, `close` of a close.
Event = collections.namedtuple("Event", "time_s connection kind start end peer close")


def plain(line):
    """The line without colours."""
    return ANSI.sub("", line)


def read_text(line):
    """The event of a line of --trace, or None if the line is something else."""
    match = LINE.fullmatch(plain(line))
    if match is None:
        return None
    time_s, connection, kind, start, end, rest = match.groups()
    close = None
    if kind == "close":
        told = CLOSE.match(rest)
        close = {"cause": told["cause"], **{name: int(told[name]) for name in SUMS}}
    return Event(float(time_s), int(connection), kind, int(start or 0), int(end or 0),
                 rest.split(" ")[0] if kind == "open" else None, close)


def read_json(line):
    """The event of a line of --trace=json, with all its members."""
    told = json.loads(line)
    close = None
    if told["event"] == "close":
        retransmitted = told["info"]["retransmitted"]
        close = {"cause": told["cause"], "retransmitted": retransmitted,
                 **{name: told[name] for name in SUMS if name in told}}
    return Event(told["time_us"] / 1e6, told["conn"], told["event"], told.get("from", 0),
                 told.get("to", 0), told.get("peer"), close), told


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
        elif event.kind in COUNTED:
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
               "answers": self.counts[number, "response"]}
        self.wrong += [f"c{number}: {name} is {count} by its events, {event.close[name]} at its end"
                       for name, count in own.items() if count != event.close[name]]
