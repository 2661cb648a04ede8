"""--compress: text files that the server compresses itself."""

import gzip
import os
import subprocess
import time

from fixtures import MTIME_NS, write
from harness import check, check_equal

SECONDS = 120  # most machines need a hundredth; the compressor has what others leave


def text(lines, word="line"):
    return b"".join(b"%s %d of it, %x\n" % (word.encode(), i, i * 2654435761 % 65521)
                    for i in range(lines))


SMALL, LARGE = text(1000), text(20000)


def decode(response):
    coding = response.get("content-encoding")
    if coding == "gzip":
        return gzip.decompress(response.body)
    if coding == "br":
        program = ("const z = require('zlib'); process.stdout.write("
                   "z.brotliDecompressSync(require('fs').readFileSync(0)))")
        return subprocess.run(["node", "-e", program], input=response.body, check=True,
                              capture_output=True, timeout=SECONDS).stdout
    check_equal(coding, None, "coding")
    return response.body


def ask_until(server, target, coding, *fields):
    """The first response with this coding."""
    deadline = time.monotonic() + SECONDS
    while True:
        response = server.ask(target, f"Accept-Encoding: {coding}", *fields)
        check_equal((response.status, response["vary"]), (200, "Accept-Encoding"), target)
        if response.get("content-encoding") == coding:
            return response
        check(time.monotonic() < deadline, f"{target} is never sent with {coding}")


def test_copies_are_decoded_to_the_file(bench):
    """From memory and from a descriptor, for each worker; replicas agree."""
    root = bench.folder()
    write(os.path.join(root, "small.js"), SMALL)
    write(os.path.join(root, "large.css"), LARGE)
    servers = [bench.serve("--workers", "2", folder=root) for _ in range(2)]
    for name, content in (("/small.js", SMALL), ("/large.css", LARGE)):
        first = servers[0].ask(name, "Accept-Encoding: br, gzip")
        check_equal((first.body, first.get("content-encoding"), first["vary"]),
                    (content, None, "Accept-Encoding"), "the first response")
        for coding in ("br", "gzip"):
            coded = ask_until(servers[0], name, coding)
            check_equal(decode(coded), content, f"{name} in {coding}")
            check_equal(coded["content-length"], str(len(coded.body)), "length")
            check_equal((coded["content-type"], coded["last-modified"], coded["cache-control"]),
                        (first["content-type"], first["last-modified"], "no-cache"), "fields")
            check(coded["etag"] != first["etag"], "both have the same tag")
            other = ask_until(servers[1], name, coding)
            check_equal((other["etag"], other.body), (coded["etag"], coded.body), "of a replica")
            head = servers[0].ask(name, f"Accept-Encoding: {coding}", method="HEAD")
            if head.get("content-encoding") == coding:  # the other worker may not have it yet
                check_equal((head["etag"], head["content-length"]),
                            (coded["etag"], coded["content-length"]), "HEAD")
        plain = servers[0].ask(name)
        check_equal((plain.body, plain.get("content-encoding"), plain["vary"], plain["etag"]),
                    (content, None, "Accept-Encoding", first["etag"]), "the plain file")


def test_ranges_and_conditions_are_about_the_copy(bench):
    root = bench.folder()
    write(os.path.join(root, "app.js"), SMALL)
    server = bench.serve("--workers", "1", folder=root)
    accept = "Accept-Encoding: gzip"
    plain = server.ask("/app.js", accept)["etag"]
    coded = ask_until(server, "/app.js", "gzip")
    size, tag = len(coded.body), coded["etag"]
    parts = [server.ask("/app.js", accept, f"Range: bytes={at}-{at + 999}")
             for at in range(0, size, 1000)]
    check_equal({(part.status, part["etag"], part["content-encoding"], part["vary"])
                 for part in parts}, {(206, tag, "gzip", "Accept-Encoding")}, "parts")
    check_equal(b"".join(part.body for part in parts), coded.body, "all parts")
    check_equal(parts[0]["content-range"], f"bytes 0-999/{size}", "Content-Range")
    for fields, status in (
            ((accept, f"If-None-Match: {tag}"), 304),
            ((accept, f"If-None-Match: {plain}"), 304),  # it has the plain file
            ((accept, f"If-Match: {tag}"), 200),
            ((accept, 'If-Match: "x"'), 412),
            ((accept, f"Range: bytes={size}-"), 416),
            ((accept, "Range: bytes=0-9", f"If-Range: {tag}"), 206),
            ((accept, "Range: bytes=0-9", 'If-Range: "x"'), 200),
            (("Range: bytes=0-9", f"If-Range: {tag}"), 200),
            ((f"If-None-Match: {tag}",), 200),
            (("Accept-Encoding: identity;q=0, zstd",), 406),
            (("Accept-Encoding: br;q=0, identity;q=0, *",), 200),
            (("Accept-Encoding: gzip, identity;q=0",), 200)):
        response = server.ask("/app.js", *fields)
        check_equal((response.status, response["vary"]), (status, "Accept-Encoding"), str(fields))
        if status == 200:
            check_equal(decode(response), SMALL, str(fields))
        if status == 304:
            check_equal(response["etag"], fields[1].split(": ")[1], "tag of 304")


def test_edits_are_seen_at_once(bench):
    """A new version is plain at first, and never the copy of the last one."""
    root = bench.folder()
    path = os.path.join(root, "app.js")
    server = bench.serve("--workers", "2", folder=root)
    for number in range(5):
        content = text(1000, f"edit{number}")
        write(path, content, MTIME_NS)
        first = server.ask("/app.js", "Accept-Encoding: gzip")
        check_equal(decode(first), content, "the edited file")
        check_equal(gzip.decompress(ask_until(server, "/app.js", "gzip").body), content, "copy")


def test_what_is_not_compressed(bench):
    """By type, size, content, sidecar, path or option."""
    root = bench.folder()
    write(os.path.join(root, "a.png"), SMALL)
    write(os.path.join(root, "short.js"), SMALL[:1023])
    write(os.path.join(root, "long.js"), b"x" * (8 * 1024 * 1024 + 1))
    write(os.path.join(root, "noise.txt"), os.urandom(50000))
    write(os.path.join(root, "side.js"), SMALL)
    write(os.path.join(root, "side.js.gz"), gzip.compress(SMALL))
    write(os.path.join(root, "last.js"), SMALL)
    server = bench.serve("--workers", "1", folder=root)
    off = bench.serve("--workers", "1", "--compress", "off", folder=root)
    names = ("/a.png", "/short.js", "/long.js", "/noise.txt", "/side.js")
    for name in names + ("/last.js",):
        server.ask(name, "Accept-Encoding: br")
    ask_until(server, "/last.js", "br")  # the jobs of the others are done before
    for name in names:
        response = server.ask(name, "Accept-Encoding: br")
        check_equal(response.get("content-encoding"), None, f"coding of {name}")
        check_equal(response.get("vary"), "Accept-Encoding" if name in ("/noise.txt", "/side.js")
                    else None, f"Vary of {name}")
    response = off.ask("/last.js", "Accept-Encoding: br")
    check_equal((response.get("content-encoding"), response.get("vary")), (None, None), "off")


def compressor_waits(server):
    """Whether the thread that compresses has nothing to do. It has the lowest priority."""
    for task in os.listdir(f"/proc/{server.pid}/task"):
        with open(f"/proc/{server.pid}/task/{task}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        if fields[16] == "19":
            return fields[0] == "S"
    raise AssertionError("no thread has the lowest priority")


def test_copies_do_not_drop_each_other(bench):
    """Where not all copies have room, some files have one, and the compressor comes to
    rest: it does not make the same copies again and again."""
    root = bench.folder()
    names = [f"/{number}.txt" for number in range(32)]
    for name in names:
        write(root + name, text(12000, name[1:]))
    server = bench.serve("--workers", "1", "--cache-size", "1m", "--access-log", "off", folder=root)

    def coded():
        return [server.ask(name, "Accept-Encoding: gzip", method="HEAD").get("content-encoding")
                for name in names]

    deadline, rested = time.monotonic() + SECONDS, 0
    while rested < 30:
        check(time.monotonic() < deadline, "the compressor does not come to rest")
        found = coded()
        rested = rested + 1 if compressor_waits(server) and any(found) else 0
    check("gzip" in found and None in found, f"all or none have room: {found}")


def test_end_does_not_wait(bench):
    """With eight large files to compress, SIGTERM ends the server at once."""
    root = bench.folder()
    for number in range(8):
        write(os.path.join(root, f"{number}.txt"), text(200000, str(number)))
    server = bench.serve(folder=root)
    for number in range(8):
        server.ask(f"/{number}.txt", "Accept-Encoding: br")
    start = time.monotonic()
    server.signal()
    check_equal(server.wait(), 0, "exit status")
    check(time.monotonic() - start < 5, "the end waits for the compressor")


def test_sidecar_that_is_old_is_replaced(bench):
    """A file was edited after its sidecar was made: then it is compressed here."""
    root = bench.folder()
    write(os.path.join(root, "page.html"), SMALL, MTIME_NS + 1)
    write(os.path.join(root, "page.html.gz"), gzip.compress(b"what it was"), MTIME_NS)
    server = bench.serve(folder=root)
    check_equal(decode(ask_until(server, "/page.html", "gzip")), SMALL, "the copy")
    copy = gzip.compress(SMALL)
    write(os.path.join(root, "page.html.gz"), copy, MTIME_NS + 1)
    sidecar = server.ask("/page.html", "Accept-Encoding: gzip")
    check_equal(sidecar.body, copy, "a sidecar that is not old")
