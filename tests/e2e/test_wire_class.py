"""The live page in front of a class: what stands above the lanes, and what a person with a
browser alone can do. wire_class.js drives the browser, and is judged here."""

from harness import check, check_equal
from test_wire_page import tell

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
