"""Sidecars: the compressed file beside a file, chosen by Accept-Encoding."""

import gzip
import os

from fixtures import MTIME_NS, write
from harness import check, check_equal

PLAIN = b"var a = 1;\n" * 1000
CODED = gzip.compress(PLAIN)


def site(bench):
    root = bench.folder()
    write(os.path.join(root, "app.js"), PLAIN)
    write(os.path.join(root, "app.js.gz"), CODED)
    return root


def ask(server, *fields, method="GET"):
    return server.ask("/app.js", "Accept-Encoding: gzip, deflate, br", *fields, method=method)


def test_sidecar_is_decoded_to_the_file(bench):
    server = bench.serve(folder=site(bench))
    response = ask(server)
    check_equal((response.status, response["content-encoding"], response["vary"],
                 response["content-type"], response["content-length"]),
                (200, "gzip", "Accept-Encoding", "text/javascript; charset=utf-8",
                 str(len(CODED))), "response")
    check_equal(gzip.decompress(response.body), PLAIN, "decoded content")
    check_equal(ask(server, method="HEAD")["content-length"], str(len(CODED)), "length for HEAD")
    plain = server.ask("/app.js")
    check_equal((plain.body, plain.get("content-encoding"), plain["vary"]),
                (PLAIN, None, "Accept-Encoding"), "the plain file")
    check(plain["etag"] != response["etag"], "both have the same tag")
    sidecar = server.ask("/app.js.gz")
    check_equal((sidecar.body, sidecar.get("content-encoding"), sidecar.get("vary")),
                (CODED, None, None), "the sidecar by its own path")


def test_ranges_and_conditions_are_about_the_coded_bytes(bench):
    server = bench.serve(folder=site(bench))
    tag = ask(server)["etag"]
    parts = [ask(server, f"Range: bytes={first}-{first + 99}")
             for first in range(0, len(CODED), 100)]
    check_equal({part.status for part in parts}, {206}, "status")
    check_equal({part["etag"] for part in parts}, {tag}, "tags")
    check_equal(gzip.decompress(b"".join(part.body for part in parts)), PLAIN, "all parts")
    response = ask(server, f"If-None-Match: {tag}")
    check_equal((response.status, response["etag"], response["vary"]),
                (304, tag, "Accept-Encoding"), "the same version")
    response = server.ask("/app.js", f"If-None-Match: {tag}")
    check_equal(response.status, 200, "the tag of the coded bytes for the plain ones")
    response = server.ask("/app.js", "Range: bytes=0-9", f"If-Range: {tag}")
    check_equal((response.status, response.body), (200, PLAIN), "If-Range with that tag")


def test_edits_are_seen_at_once(bench):
    """An edited file is sent, until its sidecar is made again."""
    root = site(bench)
    server = bench.serve("--workers", "2", folder=root)
    path = os.path.join(root, "app.js")
    for number in range(20):
        text, time_ns = b"%d" % number, MTIME_NS + 1 + number
        write(path, text, time_ns)
        check_equal(ask(server).body, text, "the edited file")
        write(path + ".gz", gzip.compress(text), time_ns)
        check_equal(gzip.decompress(ask(server).body), text, "its new sidecar")
        os.unlink(path + ".gz")
        check_equal(ask(server).body, text, "without a sidecar")
        write(path + ".gz", gzip.compress(text), time_ns)
        check_equal(ask(server)["content-encoding"], "gzip", "with it again")


def test_accept_encoding_without_end(bench):
    server = bench.serve(folder=site(bench))
    many = "Accept-Encoding: " + "x;q=0.5, " * 900
    check_equal(server.ask("/app.js", many + "gzip;q=0.001")["content-encoding"], "gzip", "coding")
    check_equal(server.ask("/app.js", many + "identity;q=0").status, 406, "status")
