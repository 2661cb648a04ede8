"""--why and what is served, for a site with all that a host may do: status, file, type,
coding, fields, and the rule that decided."""

import gzip
import json
import os

from fixtures import write
from harness import check, check_equal
from story import Trace
from test_why import check_served

BR, BROWSER = "Accept-Encoding: gzip, deflate, br", "Accept: text/html,*/*;q=0.8"
SCRIPT = b"var a = 1;\n" * 500

FILES = {
    "index.html": b"home\n", "404.html": b"gone\n", "about.html": b"about\n",
    "docs/404.html": b"no such page\n", "docs/api.html": b"api\n",
    "assets/app.js": SCRIPT, "assets/old.js": b"var b = 2;\n",
    "assets/app.js.br": b"not decoded here", "assets/app.js.gz": gzip.compress(SCRIPT),
    "apple-app-site-association": b"{}\n", "photos/a.png": b"png", "photos/b.png": b"png",
    "_headers": b"/*\n  X-Frame-Options: DENY\n/assets/*\n"
                b"  Cache-Control: public, max-age=31536000, immutable\n"
                b"/apple-app-site-association\n  Content-Type: application/json\n",
    "_redirects": b"/blog/* /docs/:splat\n/store id=:id /docs/api 302\n/app/* /index.html 200\n"
                  b"/secret /404.html 404\n/about.html /docs/ 307!\n/a /b 200\n/b /a 200\n",
}

# The target and fields, the status, the rule that decides, the file, and fields.
IMMUTABLE = ("Cache-Control", "public, max-age=31536000, immutable")
URLS = [
    ("/", [], 200, "content", "index.html", [("X-Frame-Options", "DENY")]),
    ("/about", [], 200, "content", "about.html", []),
    ("/docs/api.html?q", [], 301, "lookup", "", [("Location", "/docs/api?q")]),
    ("/about.html", [], 307, "redirects", "", [("Location", "/docs/")]),
    ("/blog/2024/x?q=1", [], 301, "lookup", "", [("Location", "/docs/2024/x?q=1")]),
    ("/store?id=7", [], 302, "lookup", "", [("Location", "/docs/api")]),
    ("/store", [BROWSER], 404, "lookup", "404.html", []),
    ("/app/users/7", [], 200, "content", "index.html", []),
    ("/secret", [], 404, "lookup", "404.html", []),
    ("/a", [], 508, "lookup", "", []),
    ("/nope", [], 404, "lookup", "404.html", [("X-Frame-Options", "DENY")]),
    ("/docs/x/y", [], 404, "lookup", "docs/404.html", []),
    ("/_headers", [], 404, "name", "404.html", []),
    ("/assets/app.js", [BR], 200, "content", "assets/app.js.br",
     [("Content-Encoding", "br"), ("Vary", "Accept-Encoding"), IMMUTABLE,
      ("Content-Type", "text/javascript; charset=utf-8")]),
    ("/assets/app.js", ["Accept-Encoding: gzip"], 200, "content", "assets/app.js.gz",
     [("Content-Encoding", "gzip")]),
    ("/assets/app.js", [], 200, "content", "assets/app.js", [("Vary", "Accept-Encoding")]),
    ("/assets/app.js", [BR, "Range: bytes=0-3"], 206, "range", "assets/app.js.br",
     [("Content-Encoding", "br")]),
    ("/assets/app.js", [BR, "If-None-Match: *"], 304, "condition", "assets/app.js.br",
     [("Vary", "Accept-Encoding"), IMMUTABLE]),
    ("/assets/app.js", ["Accept-Encoding: *;q=0"], 406, "variant", "assets/app.js", []),
    ("/assets/old.js", [BR], 200, "content", "assets/old.js", [IMMUTABLE]),
    ("/apple-app-site-association", [], 200, "content", "apple-app-site-association",
     [("Content-Type", "application/json")]),
    ("/photos/", [], 200, "lookup", "", [("Vary", "Accept, Accept-Language")]),
]


def test_why_agrees_on_a_site(bench):
    root = bench.folder()
    for name, content in FILES.items():
        write(os.path.join(root, name), content)
    trace = Trace(bench, "--clean-urls", folder=root)
    for target, fields, status, rule, file, expected in URLS:
        line, what = f"GET {target} HTTP/1.1", f"{target} {fields}"
        arguments = [argument for field in fields for argument in ("-H", field)]
        explained = json.loads(
            bench.run("--clean-urls", "--json", "--why", line, *arguments, root).stdout)
        check_equal((explained["status"], explained["rule"], explained["file"]),
                    (status, rule, file), what)
        for field in expected:
            check(list(field) in explained["fields"], f"{field} of {what}: {explained['fields']}")
        if rule != "lookup" or status != 200:  # the length of a listing is not known
            check_served(trace, line, fields, explained)
