"""The files of the live page, which are compiled in: plain, or coded with gzip."""

import gzip
import os

from harness import check, check_equal
from test_browser import WWW

PAGE = os.path.join(WWW, "wire")
GZIP = "Accept-Encoding: gzip, deflate, br, zstd"


def ask(server, name, *fields, method="GET"):
    with server.connect(server.live_address()) as connection:
        connection.send("\r\n".join([f"{method} /-/wire/{name} HTTP/1.1", "Host: localhost",
                                     *fields, "", ""]).encode("latin-1"))
        return connection.read(method)


def test_every_file_is_coded_for_who_takes_it(bench):
    """The coded content is the plain one, with the plain one's type, and a sidecar's tag."""
    server = bench.serve("--wire")
    for name in sorted(os.listdir(PAGE)):
        plain, coded = ask(server, name), ask(server, name, GZIP)
        check_equal((plain.get("content-encoding"), plain["vary"]), (None, "Accept-Encoding"), f"plain {name}")
        check_equal((coded["content-encoding"], coded["vary"], coded["content-type"], coded["content-length"]),
                    ("gzip", "Accept-Encoding", plain["content-type"], str(len(coded.body))), f"coded {name}")
        check_equal(gzip.decompress(coded.body), plain.body, f"decoded {name}")
        check(plain["etag"] != coded["etag"], f"both of {name} have the same tag")


def test_coded_file_is_like_a_sidecar(bench):
    """HEAD, Range and conditions are about the bytes that a GET would get."""
    server = bench.serve("--wire")
    coded = ask(server, "", GZIP)
    tag = coded["etag"]
    head = ask(server, "", GZIP, method="HEAD")
    check_equal((head["content-length"], head["etag"]), (str(len(coded.body)), tag), "HEAD")
    part = ask(server, "", GZIP, "Range: bytes=2-9")
    check_equal((part.status, part.body, part["content-encoding"], part["etag"]),
                (206, coded.body[2:10], "gzip", tag), "a part")
    same = ask(server, "", GZIP, f"If-None-Match: {tag}")
    check_equal((same.status, same["etag"], same["vary"]), (304, tag, "Accept-Encoding"), "the same version")
    check_equal(ask(server, "", f"If-None-Match: {tag}").status, 200, "that tag for the plain bytes")
    check_equal(ask(server, "", "Accept-Encoding: identity;q=0, br").status, 406, "neither is taken")
    own = ask(server, "index.html.gz", GZIP)
    check_equal((own.body, own["content-type"], own.get("content-encoding"), own.get("vary")),
                (coded.body, "application/gzip", None, None), "the sidecar by its own path")
    large = ask(server, "large", GZIP, method="HEAD")
    check_equal((large.get("content-encoding"), large.get("vary")), (None, None), "the large file")
