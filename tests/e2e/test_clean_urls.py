"""--clean-urls: pages without .html in their paths."""

import os

from fixtures import write
from harness import check_equal


def site(bench):
    root = bench.folder()
    for name in ("index.html", "about.html", "docs/index.html", "docs/api.html",
                 "blog.html", "blog/post.html", "both", "both.html", "404.html"):
        write(os.path.join(root, name), name.encode() + b"\n")
    return root


def test_pages_and_redirects(bench):
    """Content, or status and Location, for GET and HEAD."""
    server = bench.serve("--clean-urls", folder=site(bench))
    for target, status, found in (
            ("/about", 200, "about.html"), ("/docs/api?q", 200, "docs/api.html"),
            ("/blog", 200, "blog.html"), ("/blog/post", 200, "blog/post.html"),
            ("/both", 200, "both"), ("/both.html", 200, "both.html"),
            ("/", 200, "index.html"), ("/docs/", 200, "docs/index.html"),
            ("/about.html", 301, "/about"), ("/about.html?a=b", 301, "/about?a=b"),
            ("//about.html", 301, "/about"), ("/docs/api.html", 301, "/docs/api"),
            ("/index.html", 301, "/"), ("/docs/index.html?q", 301, "/docs/?q"),
            ("/docs", 301, "/docs/"), ("/nope", 404, "404.html"),
            ("/about/", 404, "404.html"), ("/nope.html", 404, "404.html")):
        for method in ("GET", "HEAD"):
            response = server.ask(target, method=method)
            what = f"{method} {target}"
            check_equal(response.status, status, f"status of {what}")
            if status == 301:
                check_equal((response["location"], response["cache-control"]),
                            (found, "no-cache"), f"redirect of {what}")
            elif method == "GET":
                check_equal(response.body, found.encode() + b"\n", f"content of {what}")


def test_pages_are_fresh(bench):
    """A file that takes the short path, and gives it back, is seen at once."""
    root = site(bench)
    server = bench.serve("--clean-urls", "--workers", "2", folder=root)
    for _ in range(10):
        check_equal(server.ask("/about").body, b"about.html\n", "the page")
        check_equal(server.ask("/about.html").status, 301, "its redirect")
        write(os.path.join(root, "about/index.html"), b"folder\n")
        check_equal(server.ask("/about")["location"], "/about/", "the folder")
        check_equal(server.ask("/about.html").body, b"about.html\n", "beside the folder")
        os.unlink(os.path.join(root, "about/index.html"))
        check_equal(server.ask("/about").body, b"about.html\n", "beside an empty folder")
        os.rmdir(os.path.join(root, "about"))


def test_redirect_in_1_0(bench):
    """HTTP/1.0 has the same redirect, without a Host."""
    with bench.serve("--clean-urls", folder=site(bench)).connect() as connection:
        connection.send(b"GET /about.html HTTP/1.0\r\n\r\n")
        check_equal(connection.read()["location"], "/about", "location")
        connection.read_end()


def test_why_by_clean_urls(bench):
    """--why says which option found the file, or which rule redirects."""
    root = site(bench)
    found = bench.run("--why", "/about", "--clean-urls", root).stdout
    check_equal(", by --clean-urls" in found, True, found)
    moved = bench.run("--why", "/about.html", "--clean-urls", root).stdout
    check_equal("lookup     301   the page's path has no .html" in moved, True, moved)
