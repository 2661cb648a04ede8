"""Fairness: what another client gets beside one that is greedy, slow or stuck.

Machines are slow and shared, so what is judged is what the server did for others
between a request and its response, not how long that took.
"""

import json
import threading
import time

from harness import check, check_equal, request
from story import Trace, name_of

ASKS = 20
GREEDY = 8

# The greedy are not served for longer than half a millisecond before the worker
# looks who else has come; with a whole buffer each, it was thousands.
RESPONSES_MAX = 16 * GREEDY * 4


class Greedy:
    """A client that always has more requests under way than it gets responses."""

    def __init__(self, connection):
        self.socket = connection.socket
        self.ended = threading.Event()
        self.got = 0
        self.threads = [threading.Thread(target=each, daemon=True)
                        for each in (self.write, self.read)]
        for thread in self.threads:
            thread.start()

    def write(self):
        data = request("/small.txt") * 1000
        try:
            while not self.ended.is_set():
                self.socket.sendall(data)
        except OSError:
            pass  # it was closed

    def read(self):
        try:
            while count := len(self.socket.recv(65536)):
                self.got += count
        except OSError:
            pass

    def end(self):
        self.ended.set()
        self.socket.shutdown(2)
        for thread in self.threads:
            thread.join()


def ask_beside(bench, trace, greedy):
    """Sends a request once each greedy client has had a response. Returns when."""
    times = []
    polite = trace.server.connect()
    for _ in range(ASKS):
        before = [each.got for each in greedy]
        polite.send(request("/digits.txt"))
        times.append(time.time() * 1e6)
        check_equal(polite.read().status, 200, "who asks politely")
        end = time.monotonic() + bench.deadline_s
        while any(each.got == got for each, got in zip(greedy, before)):
            check(time.monotonic() < end, "the greedy got nothing more")
            time.sleep(0.001)
    return name_of(polite), times


def events_of(trace):
    """All events so far. There are too many to check them against the schema."""
    with open(trace.path, "rb") as file:
        return [json.loads(line) for line in file.read().rpartition(b"\n")[0].splitlines()]


def responses_between(events, name, asked):
    """How many responses others got between each request of one client and its
    response."""
    number = next(event["conn"] for event in events if event.get("peer") == name)
    responses = [event for event in events if event["event"] == "response"]
    mine = [event["time_us"] for event in responses if event["conn"] == number]
    # Where so much happens at once, the trace may lose lines, or write them later.
    pairs = [(asked_us, at_us) for asked_us, next_us in zip(asked, asked[1:] + [float("inf")])
             for at_us in mine if asked_us < at_us < next_us]
    check(len(pairs) > len(asked) // 2, f"{len(pairs)} responses of {len(asked)} in the trace")
    others = [event["time_us"] for event in responses if event["conn"] != number]
    return [sum(asked_us < at_us < answered_us for at_us in others)
            for asked_us, answered_us in pairs]


def test_beside_greedy_pipelines(bench):
    """A client with one request waits for a few responses to each client that pipelines
    without end, not for all that they have sent."""
    trace = Trace(bench, "--workers", "1")
    greedy = [Greedy(trace.server.connect()) for _ in range(GREEDY)]
    try:
        name, asked = ask_beside(bench, trace, greedy)
    finally:
        for each in greedy:
            each.end()
    check_equal(trace.server.ask().status, 200, "another one, afterwards")
    between = sorted(responses_between(events_of(trace), name, asked))
    check(between[len(between) // 2] < RESPONSES_MAX,
          f"responses that others got before one's own: {between}")
