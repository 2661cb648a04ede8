"""The live page in Chromium: what it shows is what happened.

wire.js drives the browser and reports what it saw, wire_model.mjs and wire_views.mjs
hold the page's arithmetic to examples; all are judged here. The pictures stay in build/wire, to
be looked at."""

import json
import os
import re
import shutil
import subprocess

import recordings
from harness import Skip, check, check_equal
from test_browser import HERE, TOP, WWW, find_chromium, install_playwright, library, need

PICTURES = os.path.join(TOP, "build", "wire")
PAGE = os.path.join(WWW, "wire")
SCENE_S = 300  # only ends what hangs
NEVER = ("--idle-timeout", "10m", "--first-byte-timeout", "10m", "--request-timeout", "10m")

FIRST = b"GET /a.html HTTP/1.1\r\nHost: localhost\r\n\r\n"
SECOND = b"GET /b.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
FIRST_LEN, PAIR_LEN = len(FIRST), len(FIRST + SECOND)
CUT = 27  # of the request in two halves, behind "Host"


def tell(bench, scene, *options, file=None):
    """Runs a scene of wire.js to its end. Returns the server and the report."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    server = bench.serve("--wire", *NEVER, *options, folder=WWW)
    return server, show(bench, server, scene, file)


def show(bench, server, scene, file=None, problems=()):
    chromium, playwright = find_chromium(), install_playwright()
    result = subprocess.run(
        ["node", os.path.join(HERE, "browser", "wire.js"), playwright, library("axe-core"),
         chromium, PICTURES, server.url("", server.live_address()), scene, *([file] if file else [])],
        capture_output=True, text=True, timeout=SCENE_S, check=False,
        env={"PATH": os.environ["PATH"], "HOME": bench.folder()})
    check_equal(result.returncode, 0, f"exit status of wire.js {scene}: {result.stderr}")
    report = json.loads(result.stdout)
    check_equal(report["problems"], list(problems), "problems")
    return report


def names(items):
    return [item["name"] for item in items]


def shown(head):
    """The lines of a head, as the inspector shows them."""
    return [line + "CRLF" for line in head.decode("latin-1").split("\r\n")[:-1]]


def test_pair_over_one_chunk(bench):
    """Two requests in one write are two messages over one read, and each can be
    inspected: its bytes, and what the read carried."""
    _, report = tell(bench, "pair")
    check_equal(report["own"], "this page's own event stream", "the page's own lane")
    check("2 requests" in report["lane"], f"the lane's words: {report['lane']}")
    check_equal(names(report["chunks"]), [f"recv, {PAIR_LEN} B, bytes 0–{PAIR_LEN - 1}"], "chunks")
    check_equal(names(report["messages"]),
                [f"request #1 GET /a.html, head {FIRST_LEN} B, body 0 B, bytes 0–{FIRST_LEN - 1}",
                 f"request #2 GET /b.css, head {PAIR_LEN - FIRST_LEN} B, body 0 B, "
                 f"bytes {FIRST_LEN}–{PAIR_LEN - 1}"], "messages")
    check(all(re.match(r"response #\d 200, ", name) for name in names(report["answers"])),
          f"answers: {report['answers']}")
    check_aligned(report["chunks"], report["messages"])
    check_equal(report["message"]["bytes"], shown(SECOND), "the inspector's bytes")
    says = " ".join(report["message"]["says"])
    check("RFC 9110, 7.2" in says and "RFC 9112, 2.1" in says, f"what they are for: {says}")
    check("request #2" in report["focus"], f"Escape leads back to: {report['focus']}")
    check_equal(report["nearer"], report["focus"], "zooming keeps the focus")
    check_equal(report["chunk"]["parts"],
                [f"Bytes 0–{FIRST_LEN - 1}: all of the head of request #1",
                 f"Bytes {FIRST_LEN}–{PAIR_LEN - 1}: all of the head of request #2"],
                "what the chunk carried")
    check(report["followed"].startswith("Request #1 on c"), f"followed to: {report['followed']}")


def check_aligned(chunks, messages):
    """One axis: the read begins with the first message and ends with the last, and no
    message overlaps another."""
    check(abs(chunks[0]["left"] - messages[0]["left"]) < 1, "they begin at one place")
    check(abs(chunks[-1]["right"] - messages[-1]["right"]) < 1.5, "they end at one place")
    for before, after in zip(messages, messages[1:]):
        check(abs(before["right"] - after["left"]) < 1.5, "the next begins where one ends")


def test_two_halves_and_back(bench):
    """A request that arrived in two halves: first no message, then one over two reads,
    with the cut shown in its bytes; and the page can step back to before."""
    _, report = tell(bench, "halves")
    check_equal(names(report["pending"]),
                [f"not a whole message yet, {CUT} B, bytes 0–{CUT - 1}"], "after the first half")
    check_equal("".join(report["message"]["bytes"]),
                "GET /a.html HTTP/1.1CRLFHost:recv 2 localhostCRLFCRLF", "the bytes, and the cut")
    check_equal(report["message"]["parts"],
                [f"recv 1 its bytes 0–{CUT - 1} ({CUT} B)",
                 f"recv 2 its bytes {CUT}–{FIRST_LEN - 1} ({FIRST_LEN - CUT} B)"], "its chunks")
    check("recv" in report["moments"][-1], f"the moments on the way back: {report['moments']}")
    check_equal(names(report["then"]),
                [f"not a whole message yet, {FIRST_LEN} B, bytes 0–{FIRST_LEN - 1}"],
                "the moment before it was found whole")


def test_trace_is_a_recording(bench):
    """A file of --trace=json can be loaded; lines of another kind are skipped."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    server = bench.serve("--wire", "--trace=json", *NEVER, folder=WWW)
    with server.connect() as connection:
        connection.send(FIRST + SECOND)
        connection.read()
        connection.read()
    server.output.wait_line(r'"event": ?"close"')
    trace = os.path.join(bench.folder(), "trace.ndjson")
    with open(trace, "w", encoding="utf-8") as file:
        file.write("\n".join(server.output.lines))
    report = show(bench, server, "load", trace)
    check(report["status"].startswith("Recording trace.ndjson: "), f"status: {report['status']}")
    check_equal(len(report["picture"]), 1, "lanes")
    found = [name for name, *_ in report["picture"][0]["items"]]
    check_equal(sum(name.startswith("recv, ") for name in found), 1, f"chunks in {found}")
    check_equal(sum(name.startswith("request #") for name in found), 2, f"requests in {found}")


def recorded(bench, *connections):
    return recordings.write(os.path.join(bench.folder(), "known.ndjson"), *connections)


def straight(ticks, value, place):
    """The linear scale that two ticks give: from a value to a place in pixels."""
    low, high = ticks[0], ticks[-1]
    scale = (high[place] - low[place]) / (float(high[value]) - float(low[value]))
    return lambda at: low[place] + (at - float(low[value])) * scale


def test_plot_over_time(bench):
    """The plot over time: each line, mark and band stands where its event says, and
    one can zoom with keys, buttons and the wheel."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    events = recordings.lossy(1)
    _, report = tell(bench, "time", file=recorded(bench, events))
    whole = report["whole"]
    x = straight(whole["times"], "us", "x")
    places = [tick for tick in whole["places"] if tick["stream"] == "out"]
    y = straight(places, "at", "y")
    check_equal([float(tick["us"]) for tick in whole["times"]], [50_000 * i for i in range(9)], "times")
    check_equal([float(tick["at"]) for tick in places], [10_240 * i for i in range(6)], "bytes")
    again = [(event["time_us"] - recordings.BEGAN_US, event["to"]) for event in events if "again" in event]
    for mark, (us, at) in zip(whole["marks"], again, strict=True):
        check(abs(mark["x"] - x(us)) < 1 and abs(mark["y"] - y(at)) < 1, f"R of {at} at {us}: {mark}")
    for name in ("left", "acked"):
        corners = [(event["time_us"] - recordings.BEGAN_US, event["to"]) for event in events
                   if event["event"] == name and "again" not in event]
        check_staircase(whole["lines"][f"line {name}"], [(x(us), y(at)) for us, at in corners])
    check_equal([float(flag["us"]) for flag in whole["flags"]], [400_000, 400_100, 400_300], "ends")
    band = next(band for band in whole["bands"] if band["stream"] == "out")
    check(abs(band["bottom"] - y(0)) < 5 and abs(band["top"] - y(60_067)) < 5, f"the response: {band}")
    check("60,067 B acknowledged. 2 sent again, at 256.6 ms; 258 ms." in whole["says"], whole["says"])
    check("R sent again" in whole["legend"], f"legend: {whole['legend']}")
    check_zoom(report)


def check_staircase(drawn, corners):
    """Each corner is on the line, in order."""
    steps = [(float(x), float(y)) for x, y in re.findall(r"H([\d.]+)V([\d.]+)", drawn)]
    check_equal(len(steps), len(corners), f"steps of {drawn}")
    for (x, y), (at_x, at_y) in zip(steps, corners):
        check(abs(x - at_x) < 1 and abs(y - at_y) < 4.5, f"a step at {x}, {y}, not {at_x}, {at_y}")


def check_zoom(report):
    """Twice nearer, and to the right by a quarter; from 200.15 to 300.225 ms."""
    def seen(plot):
        return plot["says"].split(":")[0]
    check_equal(seen(report["whole"]), "0 to 400.3 ms", "all of it")
    check_equal(seen(report["nearer"]), "175.1 ms to 275.2 ms", "nearer")
    check_equal(report["focus"], "plot", "what has the focus")
    check_equal(seen(report["farther"]), "125.1 ms to 325.2 ms", "farther")
    check(seen(report["wheeled"]) not in map(seen, (report["farther"], report["whole"])), "the wheel zooms")
    check_equal(len(report["nearer"]["marks"]), 2, "marks that are still seen")
    for part in ("lines", "says", "texts"):
        check_equal(report["again"][part], report["whole"][part], f"all of it again: {part}")
    check_equal(report["axe"], [], "axe")
    check_equal(report["overflow"], 0, "pixels too wide on a phone")


def run_cases(bench, script):
    """Runs the cases of a script over the page's modules, without a browser."""
    need("node")
    folder = bench.folder()
    for name in os.listdir(PAGE):
        shutil.copy(os.path.join(PAGE, name), folder)
    with open(os.path.join(folder, "package.json"), "w", encoding="ascii") as package:
        package.write('{"type": "module"}')
    result = subprocess.run(
        ["node", os.path.join(HERE, "browser", script), folder],
        capture_output=True, text=True, timeout=SCENE_S, check=False)
    check_equal(result.returncode, 0, f"exit status of {script}: {result.stderr}")
    outcome = json.loads(result.stdout)
    check(len(outcome) >= 10, f"cases: {outcome}")
    check_equal({name: said for name, said in outcome.items() if said != "ok"}, {}, "cases")


def test_arithmetic(bench):
    """Positions, gaps, steps back, bounds and words."""
    run_cases(bench, "wire_model.mjs")


def test_arithmetic_of_views(bench):
    """Lines over time, the fields of a SYN, the rows of a ladder."""
    run_cases(bench, "wire_views.mjs")


def test_exercises(bench):
    """Each exercise is solved by what solves it, and refused by what comes near."""
    run_cases(bench, "wire_exercises.mjs")
