"""story.py -- reads a trace, and checks what must be true of any

A story is what happened to one connection, event by event. Whatever a peer
does, its ranges follow each other without gap or overlap, and the sums that
close reports are those of the events before it.
"""

import json
import os

from harness import Failure, check, check_equal, wait_until
from schema import Schema

STAMPED_SENDS = 64  # so many leave room for their stamps
HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, "..", "..", "conf", "trace.schema.json")


class Trace:
    """A server that writes its trace, as JSON, to a file in a folder of its own."""

    def __init__(self, bench, *options, **serving):
        self.path = os.path.join(bench.folder(), "trace")
        self.schema = Schema(SCHEMA)
        self.deadline_s = bench.deadline_s
        self.server = bench.serve("--trace=json", "--trace-file", self.path, *options, **serving)
        self.at = 0  # read so far
        self.stories = {}  # by the connection's number, without those that whole() gave

    def read(self):
        """Reads on; each line must be an event in the schema's form."""
        with open(self.path, "rb") as file:
            file.seek(self.at)
            lines, _, _ = file.read().rpartition(b"\n")
        self.at += len(lines) + 1 if lines else 0
        for line in lines.splitlines():
            event = parse(line.decode("ascii"), self.schema)
            self.stories.setdefault(event["conn"], []).append(event)

    def story(self, name):
        """The events so far of the connection whose client is `name`."""
        self.read()
        return next((story for story in self.stories.values() if story[0]["peer"] == name), [])

    def wait(self, name, holds, what):
        """The story of a connection, once `holds(story)` is true."""
        wait_until(lambda: holds(self.story(name)), what, self.deadline_s)
        return self.story(name)

    def whole(self, name):
        """The story of a connection from its first to its last event, checked. It
        is given once: another connection may get the same port."""
        story = self.wait(name, lambda found: found and found[-1]["event"] == "close",
                          f"the close of {name}")
        del self.stories[story[0]["conn"]]
        check_story(story)
        return story


def name_of(connection):
    """The server's name for our end."""
    host, port = connection.socket.getsockname()[:2]
    return f"{host}:{port}"


def parse(line, schema):
    try:
        event = json.loads(line)
    except json.JSONDecodeError as error:
        raise Failure(f"this is no JSON: {error}:\n{line}") from error
    errors = schema.errors(event)
    check(not errors, "\n".join(errors) + f"\nin {line}")
    return event


def those(story, *kinds):
    return [event for event in story if event["event"] in kinds]


def check_ranges(events, what):
    """They begin at 0 and follow each other. Returns where the last one ends."""
    end = 0
    for event in events:
        check_equal(event["from"], end, f"where the next {what} begins: {event}")
        check(event["to"] >= event["from"], f"a {what} ends before it begins: {event}")
        head_to = event.get("head_to", event["to"])
        check(event["from"] <= head_to <= event["to"], f"its head is outside: {event}")
        end = event["to"]
    return end


def check_order(story):
    """No message ends after the received bytes, and only bytes that were put into the
    stream are sent; time does not go back, except when the clock is adjusted."""
    received = answered = sent = 0
    for event in story:
        kind = event["event"]
        if kind == "recv":
            received = event["to"]
        elif kind in ("request", "skip"):
            check(event["to"] <= received, f"it was not received: {event}")
        elif kind in ("response", "content"):
            answered = float("inf") if event.get("endless") else event["to"]
        elif kind == "send":
            check(event["to"] <= answered, f"nobody put that there: {event}")
            sent = event["to"]
        elif kind in ("left", "acked"):
            check(event["to"] <= sent, f"the kernel did not have that: {event}")
        elif kind in ("blocked", "shutdown"):
            check_equal(event["at"], sent, f"where our stream stands: {event}")
        elif kind == "eof":
            check_equal(event["at"], received, f"where the peer's stream ends: {event}")


def check_numbers(story):
    """Requests are counted from 1, and a response belongs to one of them."""
    numbers = [event["request"] for event in those(story, "request")]
    check_equal(numbers, list(range(1, len(numbers) + 1)), "the numbers of requests")
    finals = [event["request"] for event in those(story, "response") if event["status"] >= 200]
    check_equal(finals, numbers[:len(finals)], "the numbers of answers")


def check_close(story):
    close = story[-1]
    sums = {
        "in": check_ranges(those(story, "recv"), "recv"),
        "out": check_ranges(those(story, "send"), "send"),
        "recvs": len(those(story, "recv")),
        "sends": len(those(story, "send")),
        "requests": len(those(story, "request")),
        "answers": len(those(story, "response")),
    }
    check_equal({key: close[key] for key in sums}, sums, "the sums at close")
    check_equal(check_ranges(those(story, "request", "skip"), "message or skip"), sums["in"],
                "the end of messages")
    answers = those(story, "response", "content")
    check(check_ranges(answers, "answer") >= sums["out"] or answers[-1].get("endless"),
          f"more was sent than answered: {close}")
    if "sent" in close:
        check_equal((close["sent"] + close["unsent"], close["acked"] + close["in_flight"]),
                    (close["out"], close["sent"]), f"the account of what was accepted: {close}")
    check(sum(event.get("segments", 0) for event in those(story, "recv")) <=
          close.get("info", {}).get("data_segments_in", 0), f"more segments than came: {close}")
    left = check_ranges([event for event in those(story, "left") if "again" not in event], "left")
    check(all(event["to"] <= left for event in those(story, "left")), "it left again, and first")
    acked = check_ranges(those(story, "acked"), "acked")
    check(acked <= close.get("acked", acked), f"acknowledged: {acked}, {close}")
    # The kernel keeps stamps within the receive buffer, and drops those of many small writes.
    if close.get("acked") == close["out"] and close["sends"] < STAMPED_SENDS:
        check_equal((left, acked), (close["out"], close["out"]), f"what left, and came: {close}")
    if close["cause"] == "peer":
        check_equal(len(those(story, "eof")), 1, "how often the peer's stream ended")
    check(close["age_us"] == close["time_us"] - story[0]["time_us"], f"its age: {close}")


def check_story(story):
    kinds = [event["event"] for event in story]
    check_equal((kinds[0], kinds[-1], kinds.count("open"), kinds.count("close")),
                ("open", "close", 1, 1), "the first and the last event")
    layers = {event["event"]: event["layer"] for event in story}
    for kind, layer in layers.items():
        check_equal(layer, "http" if kind in ("request", "skip", "response", "content") else "tcp",
                    f"the layer of {kind}")
    check_order(story)
    check_numbers(story)
    check_close(story)
