"""--spa: a browser that goes to a page of the application gets index.html."""

import os

from fixtures import write
from harness import check_equal

BROWSER = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAGE = b"<!doctype html>\n<title>App</title>\n"
NOT_FOUND = b"<!doctype html>\n<title>404</title>\n"


def site(bench):
    root = bench.folder()
    for name, content in (("index.html", PAGE), ("404.html", NOT_FOUND), ("app.js", b"1\n"),
                          ("docs/index.html", b"docs\n")):
        write(os.path.join(root, name), content)
    return root


def test_navigation(bench):
    """File, then the application's page, then the 404 page."""
    server = bench.serve("--spa", folder=site(bench))
    for target, fields, status, content, vary in (
            ("/users/7", [BROWSER], 200, PAGE, "Accept"),
            ("/users/", [BROWSER], 200, PAGE, "Accept"),
            ("/users/7", ["Accept: */*"], 404, NOT_FOUND, "Accept"),
            ("/users/7", ["Accept: */*", "Accept: text/html"], 200, PAGE, "Accept"),
            ("/users/7", [], 404, NOT_FOUND, "Accept"),
            ("/users/7", [BROWSER, "Range: bytes=0-4"], 206, PAGE[:5], "Accept"),
            ("/assets/nope.js", [BROWSER], 404, NOT_FOUND, None),
            ("/.env", [BROWSER], 404, NOT_FOUND, None),
            ("/app.js", [BROWSER], 200, b"1\n", None),
            ("/docs/", [BROWSER], 200, b"docs\n", None)):
        for method in ("GET", "HEAD"):
            if method == "HEAD" and status == 206:
                continue
            response = server.ask(target, *fields, method=method)
            what = f"{method} {target} {fields}"
            check_equal((response.status, response.get("vary")), (status, vary), what)
            check_equal(response.body, content if method == "GET" else b"", f"content of {what}")


def test_page_has_its_validators(bench):
    """The page is asked for again as any file is."""
    server = bench.serve("--spa", folder=site(bench))
    etag = server.ask("/users/7", BROWSER)["etag"]
    check_equal(server.ask("/")["etag"], etag, "the same representation")
    response = server.ask("/users/8", BROWSER, f"If-None-Match: {etag}")
    check_equal((response.status, response.get("vary")), (304, "Accept"), "again")


def test_spa_from_each_place(bench):
    """The environment and the configuration file turn it on; the command line wins."""
    root = site(bench)
    config = os.path.join(bench.folder(), "soquete.conf")
    write(config, b"spa = yes\n")
    for arguments, environment, status in (
            ([], {"SOQUETE_SPA": "yes"}, 200), (["-c", config], None, 200),
            (["--spa=no", "-c", config], {"SOQUETE_SPA": "yes"}, 404)):
        server = bench.serve(*arguments, folder=root, environment=environment)
        check_equal(server.ask("/users", BROWSER).status, status, f"{arguments} {environment}")


def test_why_by_spa(bench):
    """--why says which option found the file."""
    result = bench.run("--why", "/users/7", "-H", BROWSER, "--spa", site(bench))
    lines = [line for line in result.stdout.splitlines() if line.startswith("lookup")]
    check_equal((result.returncode, lines[0].endswith(", by --spa")), (0, True), result.stdout)
