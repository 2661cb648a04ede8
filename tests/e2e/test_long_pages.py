"""The pages of the site in Chromium: on a desk and on a phone, light and dark.

pages.js drives the browser and reports what it saw; it is judged here."""

import json
import os
import subprocess

from harness import Skip, check_equal
from test_browser import HERE, WWW, find_chromium, install_playwright, library
from test_pages import pages

SCENE_S = 300  # only ends what hangs


def test_looks(bench):
    """Nothing for axe to find, nothing wider than the window, no labels that collide: each
    page on a desk, in light, and on a phone, in dark."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    server = bench.serve(folder=WWW)
    chromium, playwright = find_chromium(), install_playwright()
    result = subprocess.run(
        ["node", os.path.join(HERE, "browser", "pages.js"), playwright, library("axe-core"),
         chromium, server.url(""), *pages()],
        capture_output=True, text=True, timeout=SCENE_S, check=False,
        env={"PATH": os.environ["PATH"], "HOME": bench.folder()})
    check_equal(result.returncode, 0, f"exit status of pages.js: {result.stderr}")
    report = json.loads(result.stdout)
    check_equal(report["problems"], [], "problems")
    expected = {"overflow": 0, "collisions": [], "axe": []}
    for name, seen in report["looks"].items():
        check_equal(seen, expected, f"look of {name}")
    check_equal(len(report["looks"]), 2 * len(pages()), "looks")
