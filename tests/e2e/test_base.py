"""--base: the folder is served under a path, and nowhere else."""

import os

from fixtures import write
from harness import check, check_equal

BROWSER = "Accept: text/html"


def site(bench):
    root = bench.folder()
    for name in ("index.html", "about.html", "docs/index.html", "404.html", "docs/404.html"):
        write(os.path.join(root, name), name.encode() + b"\n")
    return root


def serve(bench, *arguments, **options):
    """A server; its address has the base, which the harness does not look for."""
    server = bench.serve(*arguments, listeners=0, **options)
    match = server.output.wait_line(r"at http://127\.0\.0\.1:(\d+)/repo/$", bench.deadline_s)
    server.addresses = [("127.0.0.1", int(match[1]))]
    return server


def test_paths_under_the_base(bench):
    """Files, redirects with the prefix, and the rest of the server."""
    server = serve(bench, "--base", "/repo/", "--clean-urls", folder=site(bench))
    for target, status, found in (
            ("/repo/", 200, "index.html"), ("/repo/about", 200, "about.html"),
            ("/repo/docs/", 200, "docs/index.html"), ("/repo", 301, "/repo/"),
            ("/repo?q", 301, "/repo/?q"), ("/repo/docs?q", 301, "/repo/docs/?q"),
            ("/repo/about.html", 301, "/repo/about"), ("/repo/index.html", 301, "/repo/"),
            ("/repo/nope", 404, "404.html"), ("/repo/.env", 404, "404.html"),
            ("/repo/docs/nope", 404, "docs/404.html"),
            ("/", 404, "404 Not Found"), ("/about", 404, "404 Not Found"),
            ("/repository/about", 404, "404 Not Found"), ("/.env", 404, "404 Not Found"),
            ("/repo/../about", 404, "404 Not Found")):
        for method in ("GET", "HEAD"):
            response = server.ask(target, method=method)
            what = f"{method} {target}"
            check_equal(response.status, status, f"status of {what}")
            if status == 301:
                check_equal(response["location"], found, f"redirect of {what}")
            elif method == "GET":
                check_equal(response.body, found.encode() + b"\n", f"content of {what}")
    with server.connect() as connection:
        connection.send(b"GET /repo/about HTTP/1.0\r\n\r\n")
        check_equal(connection.read().body, b"about.html\n", "HTTP/1.0")


def test_base_with_spa(bench):
    """The application is under the base, too."""
    server = serve(bench, "--base=repo", "--spa", folder=site(bench))
    check_equal(server.ask("/repo/users/7", BROWSER).body, b"index.html\n", "below")
    check_equal(server.ask("/users/7", BROWSER).status, 404, "beside")


def test_live_page_keeps_its_path(bench):
    """/-/wire/ is no path of the site."""
    server = serve(bench, "--base=/repo/", "--wire=public", folder=site(bench))
    check_equal(server.ask("/-/wire/").status, 200, "live page")
    check_equal(server.ask("/-/wire/nope").body, b"404 Not Found\n", "below it")
    root = site(bench)
    write(os.path.join(root, "-/wire/page"), b"page\n")
    own = serve(bench, "--base=/repo/", "--wire=127.0.0.1:0", folder=root)
    check_equal(own.ask("/-/wire/page").status, 404, "on the site's listener, by another name")
    check_equal(own.ask("/repo/-/wire/page").body, b"page\n", "of the folder")


def test_base_from_each_place(bench):
    """The environment and the configuration file set it; the command line wins."""
    root = site(bench)
    config = os.path.join(bench.folder(), "soquete.conf")
    write(config, b"base = /repo/\n")
    for arguments, environment in (([], {"SOQUETE_BASE": "/repo/"}), (["-c", config], None),
                                   (["--base=repo"], {"SOQUETE_BASE": "/other/"})):
        server = serve(bench, *arguments, folder=root, environment=environment)
        check_equal(server.ask("/repo/about.html").status, 200, f"{arguments} {environment}")


def test_bad_base(bench):
    """Each is one mistake, on one line, with exit status 2."""
    for value in ("/a/../b/", "..", "/a?b", "/a#b", "//a/", "/a//b", "/a b/", "/a%2Fb", "/a%00",
                  "/.git/", "http://a/", "/\u00e9/", "/a\nb/", "/\x1b[31m/", "/" + 4096 * "a"):
        result = bench.run("-t", "--base", value, site(bench))
        lines = result.stderr.splitlines()
        check_equal((result.returncode, len(lines)), (2, 1), f"{value[:20]!r}: {result.stderr}")
        check("--base: cannot use '" in lines[0] and "write a path such as /repo/" in lines[0],
              lines[0])
        check(len(lines[0]) < 400 and "\x1b" not in lines[0], lines[0])
    check_equal(bench.run("-t", "--base", "/" + 253 * "a", site(bench)).returncode, 0, "the longest")


def test_why_outside_of_the_base(bench):
    """The reason is where the site is."""
    result = bench.run("--why", "/about", "--base=repo", site(bench))
    check("base       404   the site is under /repo/" in result.stdout.splitlines(),
          result.stdout)
    check_equal(result.returncode, 1, "exit status")
    below = bench.run("--why", "/repo/about.html", "--base=repo", bench.folder()).stdout
    check("base       next  below /repo/" in below.splitlines(), below)
