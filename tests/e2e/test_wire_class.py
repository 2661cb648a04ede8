"""The live page in front of a class: what stands above the lanes, and what a person with a
browser alone can do. wire_class.js drives the browser, and is judged here."""

from harness import Skip, check, check_equal
from test_browser import WWW
from test_wire_page import run_cases, show, tell

MISSING = "console: Failed to load resource: the server responded with a status of 404 (Not Found)"
CHROME_MAX = 300  # pixels above the first lane, of a screen of 900


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


def test_exercises(bench):
    """Each exercise is solved by what solves it, and refused by what comes near."""
    run_cases(bench, "wire_exercises.mjs")


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


def test_lab(bench):
    """The buttons of the lab: a request in many reads, a response in many writes, a
    stall that goes on, an end and a reset."""
    server = bench.serve("--wire", folder=WWW)
    with server.connect(server.live_address()) as connection:
        connection.send(b"GET /-/wire/lab?size=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        if connection.read().status == 404:
            raise Skip("the server has no lab yet")
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
