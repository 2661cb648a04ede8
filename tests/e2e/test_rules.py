"""_headers, _redirects and the options of the same form: rules that travel with a site."""

import json
import os
import re

from fixtures import write
from harness import check, check_equal

HEADERS = b"""\
/*
  X-Frame-Options: DENY
/assets/*
  Cache-Control: max-age=31536000, immutable
  ! X-Frame-Options
/apple-app-site-association
  Content-Type: application/json
"""

REDIRECTS = b"""\
/home                /
/news/*              /blog/:splat        302
/store   id=:id      /items/:id          301
/app/*               /index.html         200
/old.html            /new                308!
/en/*                /404-en.html        404
/out/*               https://h.example/:splat
/round               /round/1            200
/round/*             /round/1/:splat     200
"""


def site(bench):
    root = bench.folder()
    for name in ("index.html", "assets/a.js", "404-en.html", "old.html", "photos/a.jpg",
                 "apple-app-site-association"):
        write(os.path.join(root, name), name.encode() + b"\n")
    write(os.path.join(root, "_headers"), HEADERS)
    write(os.path.join(root, "_redirects"), REDIRECTS)
    return root


def test_headers_of_a_site(bench):
    """Fields of _headers replace the defaults, in every response to a path."""
    server = bench.serve("--cors", folder=site(bench))
    tag = server.ask("/assets/a.js")["etag"]
    for target, fields, status, frame, cache, kind in (
            ("/", (), 200, "DENY", "no-cache", "text/html; charset=utf-8"),
            ("/nope", (), 404, "DENY", "no-cache", "text/plain; charset=utf-8"),
            ("/_headers", (), 404, "DENY", "no-cache", "text/plain; charset=utf-8"),
            ("/_redirects", (), 404, "DENY", "no-cache", "text/plain; charset=utf-8"),
            ("/home", (), 301, "DENY", "no-cache", "text/plain; charset=utf-8"),
            ("/photos/", (), 200, "DENY", "no-cache", "text/html; charset=utf-8"),
            ("/photos/", ("Accept: application/json",), 200, "DENY", "no-cache",
             "application/json"),
            ("/assets/", (), 200, None, "max-age=31536000, immutable",
             "text/html; charset=utf-8"),
            ("/assets/a.js", (), 200, None, "max-age=31536000, immutable",
             "text/javascript; charset=utf-8"),
            ("/assets/a.js", (f"If-None-Match: {tag}",), 304, None,
             "max-age=31536000, immutable", None),
            ("/assets/a.js", ("Range: bytes=0-1",), 206, None,
             "max-age=31536000, immutable", "text/javascript; charset=utf-8"),
            ("/apple-app-site-association", (), 200, "DENY", "no-cache", "application/json")):
        response = server.ask(target, *fields)
        found = tuple(response.get(name) for name in (
            "x-frame-options", "cache-control", "content-type"))
        check_equal((response.status,) + found, (status, frame, cache, kind), target)
        check_equal(response["access-control-allow-origin"], "*", f"{target}, --cors")


def test_redirects_of_a_site(bench):
    """Status and Location, or the file that is sent; --why names the line."""
    root = site(bench)
    server = bench.serve(folder=root)
    for target, status, found, line in (
            ("/home?q=1", 301, "/?q=1", 1), ("/news/2024/a%20b", 302, "/blog/2024/a%20b", 2),
            ("/store?x=1&id=7", 301, "/items/7", 3), ("/store", 404, b"404 Not Found\n", 0),
            ("/app/7", 200, b"index.html\n", 4), ("/old.html", 308, "/new", 5),
            ("/en/x", 404, b"404-en.html\n", 6), ("/out/a/b", 301, "https://h.example/a/b", 7),
            ("/round", 508, b"508 Loop Detected\n", 9),
            ("/assets/a.js", 200, b"assets/a.js\n", 0)):
        for method in ("GET", "HEAD"):
            response = server.ask(target, method=method)
            check_equal(response.status, status, f"{method} {target}")
            if isinstance(found, str):
                check_equal(response["location"], found, f"{method} {target}")
            elif method == "GET":
                check_equal(response.body, found, target)
        why = json.loads(bench.run("--why", target, "--json", root).stdout)
        check_equal(why["status"], status, f"--why {target}")
        facts = " ".join(rule["facts"] for rule in why["rules"])
        check_equal(f"_redirects:{line}" in facts, line > 0, facts)
    server.finish()
    check("_redirects:9: rewrites go round in circles" in server.output.text(),
          server.output.text())


def test_mistakes_are_logged_once(bench):
    """Each mistake is one line, by one worker, and again for another version."""
    root = site(bench)
    path = os.path.join(root, "_redirects")
    write(path, b"/a /1\n/b //evil.example\n/c /3\n")
    server = bench.serve("--workers", "2", folder=root)
    for _ in range(4):
        check_equal(server.ask("/a")["location"], "/1", "before the mistake")
        check_equal(server.ask("/c")["location"], "/3", "behind it")
    write(path, b"/a /4\n/b javascript:alert(1)\n")
    for _ in range(4):
        check_equal(server.ask("/a")["location"], "/4", "the next version")
    write(path, b"/a /5\n" + bytes(1 << 20))
    check_equal(server.ask("/a").status, 404, "a file that is too long")
    server.finish()
    lines = re.findall(r"soquete: (_redirects.*)", server.output.text())
    check_equal(lines, [
        "_redirects:2: '//evil.example': expected one slash, not two: the second would begin a "
        "host",
        "_redirects:2: 'javascript:alert(1)': expected a target that begins with '/', 'http://' "
        "or 'https://'",
        "_redirects: longer than 1 MiB; none of its rules hold"], "the log")


def test_rules_are_tested(bench):
    """-t reports each mistake in both files, and exits with 1."""
    root = site(bench)
    check_equal(bench.run("-t", root).returncode, 0, "without a mistake")
    write(os.path.join(root, "_headers"), b"X: y\n/*\n  Date: now\n  X: a\x01b\n")
    write(os.path.join(root, "_redirects"), b"/a\n/b /c 302 Country=us\n")
    result = bench.run("-t", root)
    check_equal(result.stderr.splitlines(), [
        "soquete: _headers:1: 'X: y': expected a path that begins with '/', before any field",
        "soquete: _headers:3: 'Date: now': expected a field that HTTP does not set itself",
        "soquete: _headers:4: 'X: a\\x01b': expected a value without control characters",
        "soquete: _redirects:1: '/a': expected a target behind the path",
        "soquete: _redirects:2: 'Country=us': expected nothing behind the status (countries, "
        "languages, roles, cookies and signatures are not supported)"], "the mistakes")


def test_rules_of_options(bench):
    """--header, --cors and --isolate stand in front of the file's rules."""
    server = bench.serve("--header", "/* X-Frame-Options: SAMEORIGIN", "--header=/* X-Mine: 1",
                         "--cors", "--isolate", folder=site(bench))
    response = server.ask("/")
    for name, value in (("x-frame-options", "DENY"), ("x-mine", "1"),
                        ("access-control-allow-origin", "*"),
                        ("cross-origin-opener-policy", "same-origin"),
                        ("cross-origin-embedder-policy", "require-corp")):
        check_equal(response.get(name), value, name)
    check_equal(response.get("access-control-allow-methods"), None, "only for a preflight")
    preflight = server.ask("/", "Origin: http://h.example", "Access-Control-Request-Method: GET",
                           method="OPTIONS")
    check_equal((preflight.status, preflight["access-control-allow-origin"],
                 preflight["access-control-allow-methods"]),
                (204, "*", "GET, HEAD, OPTIONS"), "the preflight")
    check("Range" in preflight["access-control-allow-headers"], "fields of a request")


def test_header_in_the_configuration(bench):
    """Repeated lines of the file, which the command line replaces together."""
    path = os.path.join(bench.folder(), "soquete.conf")
    write(path, b"header = /* A: 1\nheader = /b Date: 2\ncors = yes\n")
    result = bench.run("--print-config", "-c", path)
    check("soquete.conf:2: header: cannot use '/b Date: 2': expected a field that HTTP does not"
          in result.stderr, result.stderr)
    write(path, b"header = /* A: 1\nheader = /b B: 2, 3\n")
    lines = bench.run("--print-config", "-c", path).stdout
    check_equal(re.findall(r"^header = (.*?) +;", lines, re.M), ["/* A: 1", "/b B: 2, 3"], lines)
    lines = bench.run("--print-config", "-c", path, "--header", "/* C: 4").stdout
    check_equal(re.findall(r"^header = (.*?) +;", lines, re.M), ["/* C: 4"], lines)
