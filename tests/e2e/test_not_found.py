"""404.html: the nearest one upwards is the content of a 404."""

import json
import os

from fixtures import write
from harness import check, check_equal

DEEP = "/".join(["x"] * 15)  # below a folder with a page


def site(bench):
    """A folder with pages, and some that cannot be sent."""
    root = bench.folder()
    for name, content in (
            ("404.html", b"<h1>root</h1>\n"), ("docs/404.html", b"<h1>docs</h1>\n"),
            ("docs/page.html", b"page\n"), (".git/404.html", b"hidden\n"),
            ("docs/odd/404.html/file", b"")):
        write(os.path.join(root, name), content)
    os.mkdir(os.path.join(root, "docs/leak"))
    os.symlink("../../../etc/passwd", os.path.join(root, "docs/leak/404.html"))
    os.symlink("../outside.txt", os.path.join(root, "leak.txt"))
    return root


def test_nearest_page(bench):
    """Each 404 of the site has it, for GET and HEAD, and no validators."""
    server = bench.serve(folder=site(bench))
    for target, content in (
            ("/nope", b"<h1>root</h1>\n"), ("/nope/", b"<h1>root</h1>\n"),
            ("/.hidden", b"<h1>root</h1>\n"), ("/.git/nope", b"<h1>root</h1>\n"),
            ("/leak.txt", b"<h1>root</h1>\n"), ("/404.html/x", b"<h1>root</h1>\n"),
            ("/docs/nope", b"<h1>docs</h1>\n"), ("/docs/a/b/c", b"<h1>docs</h1>\n"),
            ("/docs/odd/nope", b"<h1>docs</h1>\n"), ("/docs/leak/nope", b"<h1>docs</h1>\n"),
            ("/docs/%2Fnope", b"<h1>docs</h1>\n"),
            (f"/docs/{DEEP}/nope", b"<h1>docs</h1>\n"),
            (f"/docs/{DEEP}/x/nope", b"<h1>root</h1>\n")):
        for method in ("GET", "HEAD"):
            response = server.ask(target, "Range: bytes=0-1", "If-None-Match: *", method=method)
            check_equal(response.status, 404, f"status of {method} {target}")
            check_equal(response.body, content if method == "GET" else b"", f"{method} {target}")
            check_equal([response.get(name) for name in
                         ("content-type", "content-length", "cache-control", "etag",
                          "last-modified", "accept-ranges")],
                        ["text/html; charset=utf-8", str(len(content)), "no-cache", None, None, None],
                        f"fields of {method} {target}")
    check_equal(server.ask("/404.html").status, 200, "the page itself")


def test_page_is_fresh(bench):
    """An edit, a removal and a nearer page are seen by the next request."""
    root = site(bench)
    server = bench.serve("--workers", "2", folder=root)
    for number in range(10):
        content = f"version {number:04}\n".encode()
        write(os.path.join(root, "404.html"), content)
        check_equal(server.ask("/nope").body, content, "edited")
        write(os.path.join(root, "new/404.html"), content + b"new\n")
        check_equal(server.ask("/new/nope").body, content + b"new\n", "nearer")
        os.unlink(os.path.join(root, "new/404.html"))
        check_equal(server.ask("/new/nope").body, content, "removed")
    os.unlink(os.path.join(root, "404.html"))
    check_equal(server.ask("/nope").body, b"404 Not Found\n", "no page")


def test_page_in_1_0(bench):
    """HTTP/1.0: the content ends with the connection."""
    server = bench.serve(folder=site(bench))
    with server.connect() as connection:
        connection.send(b"GET /docs/nope HTTP/1.0\r\n\r\n")
        response = connection.read()
        check_equal((response.status, response.body), (404, b"<h1>docs</h1>\n"), "response")
        connection.read_end()


def test_page_is_not_for_the_live_page(bench):
    """Below /-/wire/, where there is a live page, a 404 is text."""
    server = bench.serve("--wire=public", folder=site(bench))
    for target in ("/-/wire/nope", "/-/wire/.nope"):
        check_equal(server.ask(target).body, b"404 Not Found\n", target)
    check_equal(server.ask("/-/nope").body, b"<h1>root</h1>\n", "beside it")


def test_large_page(bench):
    """A page that is too large for memory is sent from the disk."""
    root = bench.folder()
    content = b"<p>not here</p>\n" * 40_000
    write(os.path.join(root, "404.html"), content)
    response = bench.serve(folder=root).ask("/nope")
    check_equal((response.status, response.body == content), (404, True), "response")


def test_why_names_the_page(bench):
    """--why reports the page that is sent, and still why there is no file."""
    result = bench.run("--why", "/docs/nope", "--json", site(bench))
    explained = json.loads(result.stdout)
    check_equal([explained[name] for name in ("status", "rule", "why", "file", "content_length")],
                [404, "lookup", "no such file", "docs/404.html", 14], "explained")
    check(result.returncode == 1, "exit status")
