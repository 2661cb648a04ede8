"""--live: what changes in the folder reaches the browsers of this machine."""

import json
import os
import shutil

from fixtures import write
from harness import check, check_equal, wait_until
from viewer import asking


def site(bench):
    root = os.path.join(bench.folder(), "site")
    for name in ("index.html", "css/site.css", "a b.html"):
        write(os.path.join(root, name), b"<p>" + name.encode() + b"\n")
    return root


class Stream:
    """The events of one connection. The first is the greeting."""

    def __init__(self, server):
        self.connection = server.connect()
        self.connection.send(asking("/-/live/events"))
        self.reader = self.connection.reader
        head = self.reader.read_head()
        check_equal((head.status, head["content-type"], head["cache-control"]),
                    (200, "text/event-stream", "no-store"), "the head")
        self.rest = b""
        self.greeting = self.next()

    def read_chunk(self):
        """b"" at the end (RFC 9112, 7.1)."""
        size = int(self.reader.take_until(b"\r\n", "within a chunk's size"), 16)
        data = self.reader.take_bytes(size, "within a chunk")
        check_equal(self.reader.take_bytes(2, "behind a chunk"), b"\r\n", "a chunk's end")
        return data

    def next(self):
        """The next event, without comments."""
        while True:
            event, found, rest = self.rest.partition(b"\n\n")
            if not found:
                chunk = self.read_chunk()
                check(chunk, "the stream has ended")
                self.rest += chunk
                continue
            self.rest = rest
            for line in event.splitlines():
                if line.startswith(b"data: "):
                    return json.loads(line[6:])

    def until(self, path):
        """All paths that have changed, up to an event that has this one."""
        seen = []
        while path not in seen:
            paths = self.next()["paths"]
            seen += ["*"] if paths is None else paths
        return seen


def test_changes_are_events(bench):
    """A save, a rename, a new folder and a deletion, with their paths as URLs."""
    root = site(bench)
    server = bench.serve("--live", "--base", "/my%20site/", "--workers", "2", folder=root)
    streams = [Stream(server) for _ in range(3)]
    for stream in streams:
        check_equal(stream.greeting, {**streams[0].greeting, "next": 0}, "the greeting")
    write(os.path.join(root, "a b.html"), b"<p>new\n")
    write(os.path.join(root, "css/.tmp"), b"x{}")
    os.rename(os.path.join(root, "css/.tmp"), os.path.join(root, "css/site.css"))
    write(os.path.join(root, "new/deep/\u00e9.html"), b"<p>\n")
    os.unlink(os.path.join(root, "index.html"))
    for stream in streams:
        seen = stream.until("/my%20site/index.html")
        for path in ("a%20b.html", "css/site.css", "new/deep/%c3%a9.html"):
            check("/my%20site/" + path in seen, f"{path} in {seen}")
        check(not any(".tmp" in path for path in seen), seen)


def test_root_is_replaced(bench):
    """As a build that begins anew, and as a release that moves a link."""
    root = site(bench)
    server = bench.serve("--live", folder=root)
    stream = Stream(server)
    shutil.rmtree(root)
    stream.until("*")
    write(os.path.join(root, "index.html"), b"<p>\n")
    stream.until("*")
    write(os.path.join(root, "css/site.css"), b"x{}")
    stream.until("/css/site.css")


def test_restart_has_another_name(bench):
    """By it a page knows that it may have missed a change."""
    root = site(bench)
    first = Stream(bench.serve("--live", folder=root)).greeting["server"]
    check(Stream(bench.serve("--live", folder=root)).greeting["server"] != first, first)


def test_stream_ends_with_the_server(bench):
    """A page that waits for changes does not hold up the end."""
    server = bench.serve("--live", folder=site(bench))
    stream = Stream(server)
    server.signal()
    check_equal(stream.read_chunk(), b"", "the last chunk")
    stream.connection.read_end()
    check_equal(server.wait(), 0, "exit status")


def test_page_is_sent_uncoded(bench):
    """Also where a compressed copy of the page's bytes is there; --why names the file."""
    root = site(bench)
    page = b"<!doctype html>\n" + b"<p>the same words\n" * 1000
    write(os.path.join(root, "long.html"), page)
    server = bench.serve("--live", "--workers", "1", folder=root)
    with server.connect() as client:
        for _ in range(50):
            got = client.ask("/long.html", "Accept-Encoding: br, gzip")
            check_equal((got.get("content-encoding"), got.body), (None, page + SCRIPT), "the page")
    write(os.path.join(root, "long.html.gz"), b"of another length")
    shown = bench.run("--live", "--why", "/long.html", "-H", "Accept-Encoding: gzip", root).stdout
    check("of long.html\n" in shown, shown)


SCRIPT = b'<script src="/-/live/live.js" async></script>\n'


def test_page_has_the_script(bench):
    """It is another representation: with a length, a tag, conditions and ranges of its
    own, uncoded beside a sidecar, and the same for HEAD. Other files are as they are."""
    root = site(bench)
    page = b"<!doctype html><body><p>x</body>\n"
    with_script = page.replace(b"</body>", SCRIPT + b"</body>")
    for name in ("page.html", "page.html.br", "404.html"):
        write(os.path.join(root, name), page)
    plain = bench.serve(folder=root).ask("/page.html", "Accept-Encoding: identity")
    with bench.serve("--live", folder=root).connect() as client:
        got = client.ask("/page.html", "Accept-Encoding: br")
        check_equal(got.body, with_script, "the page")
        check_equal(got.get("content-encoding"), None, "coding")
        check(got["etag"] != plain["etag"], "one tag for two representations")
        head = client.ask("/page.html", method="HEAD")
        check_equal((head["content-length"], head["etag"]), (str(len(with_script)), got["etag"]),
                    "HEAD")
        for tag, status in ((got["etag"], 304), (plain["etag"], 200)):
            check_equal(client.ask("/page.html", "If-None-Match: " + tag).status, status, tag)
        part = client.ask("/page.html", "Range: bytes=20-60", "If-Range: " + got["etag"])
        check_equal((part.status, part.body), (206, with_script[20:61]), "a range")
        lost = client.ask("/nope")
        check_equal((lost.status, lost.body), (404, with_script), "the page of a 404")
        check_equal(client.ask("/css/site.css").body, b"<p>css/site.css\n", "a stylesheet")


def test_policy_is_named(bench):
    """A page whose policy does not allow the script is as it is; the reason is printed
    once."""
    root = site(bench)
    page = (b"<meta http-equiv=Content-Security-Policy content=\"default-src 'self'; "
            b"connect-src 'none'\"><p>\n")
    write(os.path.join(root, "strict.html"), page)
    write(os.path.join(root, "_headers"),
          b"/a%20b.html\n  Content-Security-Policy: script-src 'none'\n")
    server = bench.serve("--live", folder=root)
    for _ in range(3):
        check_equal(server.ask("/strict.html").body, page, "the page")
    check_equal(server.ask("/a%20b.html").body, b"<p>a b.html\n", "by a rule")
    check_equal(server.ask("/").body, b"<p>index.html\n" + SCRIPT, "another page")
    server.finish()
    lines = [line for line in server.output.lines if "Content-Security-Policy" in line]
    check_equal(len(lines), 1, f"lines: {lines}")
    check("strict.html" in lines[0] and "connect-src 'none'" in lines[0], lines[0])


def test_with_the_live_page(bench):
    """--live and --wire work together, and --why explains both."""
    root = site(bench)
    server = bench.serve("--live", "--wire", "--workers", "2", folder=root)
    stream = Stream(server)
    write(os.path.join(root, "index.html"), b"<p>new\n")
    stream.until("/index.html")
    shown = bench.run("--live", "--wire", "--why", "/-/live/live.js", root).stdout
    check("reload     200   the script of --live" in shown, shown)


def test_other_addresses_are_named(bench):
    """Where others can reach the server, it says that they do not get it."""
    server = bench.serve("--live", "--listen", "0.0.0.0:0", folder=site(bench))
    wait_until(lambda: any("--live: " in line for line in server.output.lines),
               "a line about --live", bench.deadline_s)
