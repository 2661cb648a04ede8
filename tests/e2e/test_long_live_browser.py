"""--live in Chromium: an edit is shown within 200 ms of the save."""

import json
import os
import statistics
import subprocess

from fixtures import write
from harness import Skip, check, check_equal
from test_browser import HERE, find_chromium, install_playwright

EDITS = 20
SHOWN_MS = 200
WAIT_S = 120



def test_chromium(bench):
    """Twenty saves, half of them by renaming; a stylesheet is replaced without a reload,
    and the page keeps its place; a 404 page becomes the page that is made; a page stays
    while its site is built anew."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    chromium, playwright = find_chromium(), install_playwright()
    root = os.path.join(bench.folder(), "site")
    page = (b'<!doctype html><title>t</title><link rel="icon" href="data:,">'
            b'<link rel="stylesheet" href="/css/site.css">'
            b'<body><p id="words">first</p></body>\n')
    write(os.path.join(root, "index.html"), page)
    write(os.path.join(root, "404.html"), b"<!doctype html><title>none</title><p>none\n")
    write(os.path.join(root, "css/site.css"), b"#words { width: 300px }\n")
    server = bench.serve("--live", folder=root)
    result = subprocess.run(
        ["node", os.path.join(HERE, "browser", "reload.js"), playwright, chromium,
         os.path.join(bench.folder(), "profile"), server.url(""), root, str(EDITS)],
        capture_output=True, text=True, timeout=WAIT_S, check=False,
        env={"PATH": os.environ["PATH"], "HOME": bench.folder()})
    check_equal(result.returncode, 0, f"exit status of reload.js: {result.stderr}")
    report = json.loads(result.stdout)
    check_equal(report["problems_before"], [], "problems")
    check_equal(report["after_style"], {"is_same": True, "scroll": 2345}, "the page's place")
    check(report["while_absent"], "the page was lost while it was absent")
    median, worst = statistics.median(report["edits_ms"]), max(report["edits_ms"])
    print(f"shown after {median:.0f} ms (median), {worst:.0f} ms (worst of {len(report['edits_ms'])})")
    check(median <= SHOWN_MS, f"median {median:.0f} ms, worst {worst:.0f} ms: {report}")
