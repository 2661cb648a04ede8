"""--cors and --isolate, as Chromium judges them: what a page gets from another origin."""

import glob
import json
import os
import subprocess

from fixtures import write
from harness import Skip, check_equal
from test_browser import HERE, find_chromium, install_playwright

ASK_S = 120
# Any will do: Chromium's package depends on some.
FONTS = "/usr/share/fonts/truetype/**/*.ttf"


def other_site(bench):
    root = bench.folder()
    write(os.path.join(root, "data.txt"), b"data")
    write(os.path.join(root, "module.js"), b"export const word = 'module';\n")
    for font in glob.glob(FONTS, recursive=True)[:1]:
        with open(font, "rb") as file:
            write(os.path.join(root, "font.ttf"), file.read())
    return root


def test_chromium(bench):
    """A page that is isolated reads all of a server with --cors, and nothing of one without."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    playwright, chromium = install_playwright(), find_chromium()
    page, root = bench.folder(), other_site(bench)
    write(os.path.join(page, "index.html"), b"<!doctype html><title>page</title>")
    servers = [bench.serve("--isolate", folder=page), bench.serve("--cors", folder=root),
               bench.serve(folder=root), bench.serve(folder=page)]
    urls = [server.url("") for server in servers]

    def report(url, *others):
        result = subprocess.run(
            ["node", os.path.join(HERE, "browser", "origins.js"), playwright, chromium, url,
             *others],
            capture_output=True, text=True, timeout=ASK_S, check=False,
            env={"PATH": os.environ["PATH"], "HOME": bench.folder()})
        check_equal(result.returncode, 0, f"exit status of origins.js: {result.stderr}")
        return json.loads(result.stdout)

    found = report(*urls[:3])
    check_equal(found["isolated"], True, "crossOriginIsolated with --isolate")
    font = "loaded" if os.path.exists(os.path.join(root, "font.ttf")) else "NetworkError"
    check_equal(found["others"][0],
                {"plain": "200 data", "conditional": "200 data", "authorized": "200 data",
                 "module": "module", "font": font}, "from a server with --cors")
    check_equal(found["others"][1],
                {"plain": "TypeError", "conditional": "TypeError", "authorized": "TypeError",
                 "module": "TypeError", "font": "NetworkError"}, "from a server without")
    check_equal(report(urls[3])["isolated"], False, "crossOriginIsolated without --isolate")
