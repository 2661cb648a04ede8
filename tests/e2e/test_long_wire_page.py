"""The live page in Chromium, as in test_wire_page.py: the rest of its views and scenes, many
connections, and what a person with a browser alone can do. wire_class.js drives the browser
for what a class needs, and is judged here."""

import os
import re

import recordings
from harness import Skip, check, check_equal
from test_browser import WWW
from test_wire_page import PAGE, recorded, show, tell

MISSING = "console: Failed to load resource: the server responded with a status of 404 (Not Found)"
TRANSFER_MAX = 100 * 1024  # bytes that a browser loads for the page
CHROME_MAX = 300  # pixels above the first lane, of a screen of 900


def test_crowd(bench):
    """200 connections with 2,000 events a second: the page shows the latest, and shows
    how many events it did not get."""
    _, report = tell(bench, "crowd")
    shown_and_lost = [int(match[1].replace(",", "")) if match else 0 for match in
                      (re.match(r"Live: ([\d,]+) events", report["status"]),
                       re.match(r"([\d,]+) events did not reach", report["lost"]))]
    check(sum(shown_and_lost) >= 2 * report["asked"],
          f"events shown and lost: {shown_and_lost}, requests: {report['asked']}")


def test_save_and_load(bench):
    """A loaded recording shows the picture that was saved."""
    _, report = tell(bench, "record")
    check(len(report["before"]) >= 2, f"lanes: {report['before']}")
    check(report["lines"] > 20, f"lines of the file: {report['lines']}")
    check_equal(report["after"], report["before"], "the picture of the recording")


def test_bytes_of_the_syn(bench):
    """The inspector names each field of the SYN: its bytes are those of the event."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    _, report = tell(bench, "syn", file=recorded(bench, recordings.kept(1)))
    for language in ("english", "portuguese"):
        check_equal("".join(report[language]["bytes"]).replace(" ", ""), recordings.SYN["bytes"], language)
    says = report["english"]["says"]
    check_equal(len(says), 24, "fields")
    for wanted in ("Sequence number: 1234574723", "Flags: SYN", "Window scale: 7 (× 128)", "Hops left: 64",
                   "Maximum segment size: 65,495", "SACK permitted", "Source port: 40006"):
        check(any(wanted in line for line in says), f"{wanted} in {says}")
    check("Número de sequência: 1234574723" in report["portuguese"]["says"][12], report["portuguese"]["says"][12])
    check_equal(report["axe"], [], "axe")
    check_equal(report["focus"], "syn", "Escape leads back to the button")


KEPT_LADDER = ["syn in", "synack out guess", "hand in guess", "accept none"] + \
    ["data in", "send none", "left out", "ack in"] * 3 + ["fin in", "fin out guess"]


def test_ladder_of_two_ends(bench):
    """The ladder: segments and calls in the order in which they happened, what the kernel
    does by itself marked, a reset and a loss shown, a long connection folded."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    file = recorded(bench, recordings.kept(1), recordings.lossy(2, 1_000_000),
                    recordings.stalled(3, 2_000_000), recordings.long(4, 9_000_000))
    _, report = tell(bench, "sequence", file=file)
    lanes = report["lanes"]
    check_equal([kind.removeprefix("k-") for kind, _ in lanes["c1"]], KEPT_LADDER, "rows")
    words = dict(lanes["c1"])
    check("SYN seq 1234574723, win 65,495; MSS 65,495, SACK, TS, WScale 7 (× 128) kernel" in words["k-syn in"],
          words["k-syn in"])
    check("recv() = 40 had waited 50 µs #3 GET /2.png" in words["k-data in"], words["k-data in"])
    check("send() = 1566 #3 200 · 1,566 B" in words["k-send none"], words["k-send none"])
    check("not seen" not in words["k-left out"] and "kernel" in words["k-left out"], words["k-left out"])
    check("kernel not seen" in words["k-fin out guess"], words["k-fin out guess"])
    check(["k-gap", "205 ms later"] in [[f"k-{kind}", text] for kind, text in lanes["c2"]], f"gaps: {lanes['c2']}")
    check_equal([text for kind, text in lanes["c2"] if kind == "k-again out"],
                [f"{ms} server to client: R the segment before byte {to}, sent again kernel"
                 for ms, to in (("256.6 ms", "32,000"), ("258 ms", "40,000"))], "sent again")
    check_equal([kind for kind, _ in lanes["c3"][-3:]], ["gap", "k-rst in", "k-close none"], "the reset")
    check(any("sendfile() = −1 EAGAIN 2.4 MiB in the kernel, window 0 B" in text for _, text in lanes["c3"]),
          f"the stall: {lanes['c3']}")
    check_long_ladder(report)


def check_long_ladder(report):
    """Of 9,000 events some are rows, and the folds count the others."""
    for rows in (report["lanes"]["c4"], report["opened"]):
        check(30 < len(rows) <= 100, f"rows: {len(rows)}")
    folds = [int(re.search(r"([\d,]+) (more rows|events) here", text)[1].replace(",", ""))
             for kind, text in report["lanes"]["c4"] if kind == "folded"]
    check(sum(folds) > 8900, f"folded: {folds}")
    check(report["opened"] != report["lanes"]["c4"], "a fold opens")
    check(report["ms"] < 1000, f"opening took {report['ms']} ms")
    check_equal(report["axe"], [], "axe")
    check_equal(report["inspected"], "c1: the SYN that opened it", "inspected from the ladder")
    check_equal(report["overflow"], 0, "pixels too wide on a phone")


def test_looks_and_tongues(bench):
    """English and Portuguese, dark and light, wide and narrow: axe finds nothing,
    nothing is wider than the screen, and the chosen language is remembered."""
    _, report = tell(bench, "looks")
    check_equal({name: found for name, found in report["axe"].items() if found}, {}, "axe")
    check_equal(len(report["axe"]), 8, "looks that axe has seen")
    for name, tongue in report["tongues"].items():
        check_equal(tongue["lang"], name[:2], f"lang of {name}")
        check_equal(tongue["overflow"], 0, f"pixels too wide in {name}")
    check_equal(len({tongue["heading"] for tongue in report["tongues"].values()}), 2, "headings")
    check_equal(report["kept"], "pt", "the tongue after a reload")


def test_chrome(bench):
    """The page's own traffic is hidden, what stands above the first lane is small, the
    lane that grew comes into view, labels fit, and without a server nothing can act."""
    _, report = tell(bench, "chrome")
    check(all(top <= CHROME_MAX for top in report["tops"].values()), f"tops: {report['tops']}")
    check_equal(report["folded"], 0, "lanes of the page's own traffic")
    grew = report["grew"]
    check(grew["bar"] <= grew["top"] and grew["bottom"] <= grew["screen"], f"the lane that grew: {grew}")
    check_equal(report["clashes"], [], "labels")
    check_equal(report["acting"], [False, True], "buttons disabled: live, then lost")
    check(report["gone"].startswith("Connection to the server lost"), f"status: {report['gone']}")
    check_equal(report["gone_in_bar"], 1, "status in the bar that stays")


def test_phone(bench):
    """The inspector of a phone does not cover what it inspects, nor does the bar."""
    _, report = tell(bench, "phone")
    for view in report["views"]:
        check(view["bar"] <= view["top"] and view["bottom"] <= view["inspector"], f"a view: {view}")
    check_equal(report["clashes"], [], "labels")


def test_course(bench):
    """An exercise in the browser: a prediction, a deed that comes near, the deed itself;
    an answer likewise; and the progress is there after a reload."""
    _, report = tell(bench, "course")
    check_equal(report["states"], ["wrong", "solved"], "after two reads, after three")
    check("responses does it get" in report["question"], f"question: {report['question']}")
    check(report["reason"].startswith("Solved. You predicted"), f"reason: {report['reason']}")
    check(report["shown"].startswith("Request #1 on c"), f"inspector: {report['shown']}")
    check_equal(report["answers"], ["wrong", "solved"], "an acknowledged position, the retransmitted one")
    check_equal(report["acting"], True, "what acts is disabled in a recording")
    check_equal(report["kept"], "2/9", "progress after a reload")


def test_projector(bench):
    """One lane, large: the one that grew last, or another; Esc leads back."""
    _, report = tell(bench, "projector")
    check_equal(report["lanes"], [1, 1, 1], "lanes: the last, the one before, the last again")
    first, second, third = report["titles"]
    check(first != second and first == third, f"lanes shown: {report['titles']}")
    check(report["grown"] == report["latest"], f"lane that grew: {report['grown']}, not {report['latest']}")
    check(report["scale"] >= 1.5, f"enlarged by {report['scale']}")
    check_equal(report["axe"], [], "axe")
    check_equal(report["overflow"], 0, "pixels too wide")
    check(report["after"] > 1, f"lanes after Esc: {report['after']}")


def test_one_file(bench):
    """The page that was saved with its recording opens from a disk, without a server, and
    shows the picture that was saved."""
    _, report = tell(bench, "onefile")
    check(report["url"].startswith("file:"), f"address: {report['url']}")
    check_equal(report["requests"], [], "requests of the page on the disk")
    check_equal(report["after"], report["before"], "the picture of the recording")
    check(report["status"].startswith("Recording soquete-"), f"status: {report['status']}")
    check_equal(report["hostile"], "</script><b>", "a target that looks like markup")
    check_equal(report["acting"], True, "what acts is disabled")


def test_only_mine(bench):
    """Where clients of other addresses are there, their connections can be hidden."""
    _, report = tell(bench, "mine")
    check_equal(report["before"], 2, "lanes of all")
    check_equal(report["after"], ["c2"], "lanes of this browser's address")
    check_equal(report["hidden_at_first"], True, "the button, where all clients have one address")


def test_tones_of_what_the_kernel_has(bench):
    """The strip over the sends: what was acknowledged, what the kernel has, what is still
    in the server, what a reset threw away, and what was sent again."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    file = recorded(bench, recordings.lossy(1), recordings.stalled(2, 10_000_000, is_over=False),
                    recordings.stalled(3, 20_000_000))
    _, report = tell(bench, "tones", file=file)
    reset, stall, loss = report["lanes"]
    check_equal([lane["name"] for lane in report["lanes"]], ["c3", "c2", "c1"], "lanes")
    check_equal(stall["state"], "stalled: the kernel takes no more (the client's window then: 0 B)", "state")
    check_equal([kind for kind, *_ in stall["tones"]], ["acked", "flight", "unsent", "server"], "tones")
    check("3.7 MiB, 3 sends · 128,801 B acknowledged" in stall["facts"], f"facts: {stall['facts']}")
    check("reset" in reset["classes"].split(), f"classes: {reset['classes']}")
    check_equal([kind for kind, *_ in reset["tones"]], ["acked", "flight gone", "unsent gone", "server gone"],
                "what the reset threw away")
    check("128,801 B acknowledged · 3,793,903 B never acknowledged" in reset["facts"], f"facts: {reset['facts']}")
    for part in ("sent, never acknowledged: 2,271 B", "acknowledged: 125.8 KiB"):
        check(part in reset["says"], f"said: {reset['says']}")
    check("125.8 KiB were acknowledged" in report["message"], f"inspected: {report['message']}")
    check("TCP does not say" in report["message"], f"inspected: {report['message']}")
    check_aligned_tones(loss, stall)


def check_aligned_tones(loss, stall):
    """The strip stands on the axis of the sends."""
    check_equal([kind for kind, *_ in loss["tones"]], ["acked"], "tones of a whole response")
    check("2 segments sent again" in loss["facts"], f"facts: {loss['facts']}")
    # Sent again were the fourth and the fifth write, up to their ends.
    for (left, right), (_, end) in zip(loss["marks"], loss["sends"][3:5], strict=True):
        check(abs((left + right) / 2 - end) < 1, f"R at {left} to {right}, the write ends at {end}")
    for (_, _, end), (_, left, _) in zip(stall["tones"], stall["tones"][1:]):
        check(abs(end - left) < 1, f"a tone begins where one ends: {stall['tones']}")
    check(abs(stall["tones"][2][2] - stall["sends"][-1][1]) < 1.5, "accepted up to the last send")
    check_equal(stall["labels"][-1], "still in the server 12.3 MiB", "label")


def test_weight(bench):
    """What a browser loads for the page, with all heads: every file once, compressed."""
    _, report = tell(bench, "weight")
    names = sorted(each["name"].rsplit("/", 1)[1] or "index.html" for each in report["loaded"])
    check_equal(names, sorted(os.listdir(PAGE)), "files")
    for each in report["loaded"]:
        check(0 < each["transferSize"] < each["decodedBodySize"], f"not compressed: {each}")
    size = sum(each["transferSize"] for each in report["loaded"])
    check(size < TRANSFER_MAX, f"bytes of the page: {size}")


def test_lab(bench):
    """The buttons of the lab: a request in many reads, a response in many writes, a
    stall that goes on, an end and a reset."""
    _, report = tell(bench, "lab")
    check(report["reads"] > 10, f"reads of the request: {report['reads']}")
    check(report["paced"] >= 28, f"sends of 40 KiB, paced: {report['paced']}")
    check(report["ended"].startswith("The response broke off"), f"an end: {report['ended']}")
    check(report["reset"].startswith("The response broke off"), f"a reset: {report['reset']}")


def test_navigation_leads_there(bench):
    """The site's navigation leads to the live page where there is one, from each listener,
    and else to how to start it."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    server, plain = bench.serve("--wire", folder=WWW), bench.serve(folder=WWW)
    live = server.url("", server.live_address())
    for start, end in ((server.url("/"), f"{live}/-/wire/"), (f"{live}/pt/", f"{live}/-/wire/"),
                       (plain.url("/http.html"), plain.url("/watch.html#live")),
                       (plain.url("/pt/ensinar.html"), plain.url("/pt/observar.html#live"))):
        report = show(bench, server, "link", start, problems=[] if end.startswith(live) else [MISSING])
        check_equal(report["at"], end, f"from {start}")
