"""What the trace says of bytes below send, against a capture at the server's end."""

import json
import os
import subprocess
import sys

from harness import Skip, check, check_equal
from story import check_story, those
from test_wire_page import straight, tell

CROSSING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lossy", "crossing.py")
MIB = 1 << 20
SYN, RST = 2, 4
WINDOW = BUFFER = 65536
LATE_US = 20000  # on a busy machine, between the packet socket and the device


class Capture:
    """The segments of one connection, with positions in its streams."""

    def __init__(self, lines):
        self.segments = [json.loads(line) for line in lines]
        start = {out: next(each["sequence"] for each in self.segments
                           if each["out"] is out and each["flags"] & SYN) + 1
                 for out in (True, False)}
        for each in self.segments:
            each["from"] = (each["sequence"] - start[each["out"]]) % (1 << 32)
            each["to"] = each["from"] + each["len"]
            if each["ack"] is not None:
                each["acked"] = (each["ack"] - start[not each["out"]]) % (1 << 32)

    def sent(self):
        """Those with data to the client."""
        return [each for each in self.segments if each["out"] and each["len"] > 0]

    def sent_again(self):
        """Of those, the ones whose bytes had left before."""
        again, end = [], 0
        for each in self.sent():
            if each["to"] <= end:
                again.append(each)
            end = max(end, each["to"])
        return again

    def syns_again(self):
        """How often the SYN was sent once more. (The FIN comes after the close.)"""
        return sum(each["out"] and bool(each["flags"] & SYN) for each in self.segments) - 1

    def acknowledged_at(self, position):
        """When the client acknowledged the bytes up to there."""
        return min((each["time_us"] for each in self.segments
                    if not each["out"] and each.get("acked", -1) >= position
                    and not each["flags"] & SYN), default=None)


def cross(bench, size, loss, seed, client):
    """The story of a connection, and its capture."""
    folder = bench.folder()
    with open(os.path.join(folder, "large.bin"), "wb") as file:
        file.write(os.urandom(size))
    result = subprocess.run(
        [sys.executable, "-B", CROSSING, bench.binary, folder, str(loss), str(seed), client],
        capture_output=True, text=True, check=False, timeout=300)
    if result.returncode == 77:
        raise Skip(result.stdout.strip())
    check_equal((result.returncode, result.stderr), (0, ""), "the crossing")
    trace, _, capture = result.stdout.partition("capture\n")
    story = [json.loads(line) for line in trace.splitlines()]
    check_story(story)
    return story, Capture(capture.splitlines())


def check_again(story, capture):
    """Each retransmission that was stamped is one of the capture's, another one for each.
    With those that were not they are the kernel's count. Returns how many were stamped."""
    told = [event for event in those(story, "left") if "again" in event]
    seen = capture.sent_again()
    check_equal(len(seen) + capture.syns_again(), story[-1]["info"]["retransmitted"],
                "retransmissions in all")
    for event in told:
        one = next((each for each in seen if abs(each["time_us"] - event["time_us"]) < LATE_US and
                    each["from"] < event["to"] + BUFFER and event["to"] <= each["to"]), None)
        check(one is not None, f"told, and not captured: {event}")
        seen.remove(one)
    return len(told)


def test_retransmissions_are_those_of_a_capture(bench):
    """Over links that lose 5 and 15 % of the packets, each way."""
    again = 0
    for seed, loss in enumerate((5, 5, 15)):
        story, capture = cross(bench, 2 * MIB, loss, seed, "reader")
        again += check_again(story, capture)
        for event in those(story, "acked"):
            at_us = capture.acknowledged_at(event["to"])
            check(at_us is not None and at_us <= event["time_us"], f"ahead: {event}, {at_us}")
        for event in those(story, "left"):
            check(any(each["from"] < event["to"] <= each["to"] for each in capture.sent() if
                      abs(each["time_us"] - event["time_us"]) < LATE_US) or "again" in event,
                  f"it did not leave then: {event}")
    check(again > 0, "no stamped byte was sent again")


def test_plot_of_a_lossy_link(bench):
    """The live page draws an R for each retransmission that was stamped, at its time, and
    says how many the kernel counted in all."""
    for seed in range(10):  # what is lost is not always a stamped byte
        story, capture = cross(bench, MIB, 5, seed, "reader")
        if check_again(story, capture) > 0:
            break
    path = os.path.join(bench.folder(), "recording.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(event) + "\n" for event in story)
    report = show_time(bench, path)
    began_us = story[0]["time_us"]
    x = straight(report["times"], "us", "x")
    marks = sorted(mark["x"] for mark in report["marks"])
    again = sorted(x(event["time_us"] - began_us) for event in those(story, "left")
                   if "again" in event)
    check_equal(len(marks), len(again), "R marks")
    check(all(abs(mark - at) < 1 for mark, at in zip(marks, again)), f"{marks}, not {again}")


def show_time(bench, path):
    """The plot over time that the page draws of a recording."""
    _, report = tell(bench, "time", file=path)
    return report["whole"]


def test_bytes_that_a_reset_threw_away(bench):
    """A client reads nothing, and resets: what was accepted, sent and acknowledged."""
    story, capture = cross(bench, 16 * MIB, 0, 1, "resetter")
    close = story[-1]
    sent = max(each["to"] for each in capture.sent())
    acked = max(each["acked"] for each in capture.segments
                if not each["out"] and not each["flags"] & (SYN | RST))
    check_equal(close["cause"], "reset", "its cause")
    check(close["out"] > close["sent"], f"nothing was thrown away: {close}")
    check(abs(close["sent"] - sent) <= WINDOW, f"sent: {close['sent']}, captured: {sent}")
    check(abs(close["acked"] - acked) <= WINDOW, f"acked: {close['acked']}, captured: {acked}")
    check_equal(close["out"], those(story, "send")[-1]["to"], "accepted")
    check(len(those(story, "blocked")) > 0, "nothing was refused")
