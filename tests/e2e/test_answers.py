"""Rules for every response: HEAD like GET, unpredictable boundaries, and one log line
for a client that speaks another protocol."""

import email.utils
import time

import fixtures
from harness import check, check_equal, request, wait_until

# What may differ between two responses a moment apart.
PASSING = {"date"}

TLS_HELLO = (b"\x16\x03\x01\x00\x30\x01\x00\x00\x2c\x03\x03" + b"Z" * 32
             + b"\x00\x00\x04\x13\x01\x00\xff\x01\x00")
HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"

CONDITIONS = [
    (), ("If-None-Match: *",), ("If-Match: \"another\"",),
    (f"If-Modified-Since: {fixtures.LAST_MODIFIED}",),
    ("If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT",),
    ("Connection: close",), ("Content-Length: 0",), ("Host: another",),
]


def lasting(answer):
    return [(name, value) for name, value in answer.fields if name not in PASSING]


def encoded(name):
    """A name as a target: each byte that is no letter or digit is escaped."""
    return "/" + "".join(chr(byte) if chr(byte).isascii() and chr(byte).isalnum() or byte == 0x2f
                         else f"%{byte:02X}" for byte in name.encode("utf-8", "surrogateescape"))


def ask_head(server, target, *fields):
    """The response to HEAD, and nothing after it."""
    with server.connect() as connection:
        connection.send(request(target, *fields, method="HEAD"))
        connection.half_close()
        answer = connection.read("HEAD")
        connection.read_end()
        return answer


def test_head_equals_get(bench):
    """RFC 9110, 9.3.2: HEAD gets each field that GET gets, Content-Length included, and
    no content: for each file, folder and link, and for missing or refused ones."""
    bench.site.wait_until_old()
    server = bench.serve()
    names = [*fixtures.FILES, *fixtures.LINKS, "", "sub", "sub/", "bare/", "fifo", "socket",
             "no-such-file", "small.txt/", "sub/../..", "\0"]
    for target in [*map(encoded, names), "*", "/%zz", "http://example.org/small.txt"]:
        for fields in CONDITIONS if target == "/small%2Etxt" else CONDITIONS[:1]:
            got = server.ask(target, *fields)
            told = ask_head(server, target, *fields)
            where = f"{target} {fields}"
            check_equal((told.status, lasting(told)), (got.status, lasting(got)), where)
            if got.status not in (204, 304) and got.get("transfer-encoding") is None:
                check_equal(int(told["content-length"]), len(got.body), f"length of {where}")


def test_boundaries_differ(bench):
    """RFC 9110, 14.6: a predictable boundary could be put into a file. Each server
    makes its own."""
    types = {bench.serve().ask("/digits.txt", "Range: bytes=0-1,5-6")["content-type"]
             for _ in range(3)}
    check_equal(len(types), 3, "different boundaries")


def test_date_moves_on(bench):
    """RFC 9110, 6.6.1: Date is the time of the response, not of the server's start."""
    server = bench.serve()
    with server.connect() as connection:
        first = connection.ask()["date"]
        while (later := connection.ask()["date"]) == first:
            pass
    check_equal(email.utils.parsedate_to_datetime(later)
                > email.utils.parsedate_to_datetime(first), True, f"{later} is after {first}")


def test_last_modified_is_no_later_than_date(bench):
    """RFC 9110, 8.8.2.1: the Last-Modified of a file from the future is now."""
    folder = bench.folder()
    fixtures.write(f"{folder}/future.txt", b"Soon.\n", int((time.time() + 86400) * 1e9))
    answer = bench.serve(folder=folder).ask("/future.txt")
    modified = email.utils.parsedate_to_datetime(answer["last-modified"])
    check(modified <= email.utils.parsedate_to_datetime(answer["date"]), f"{answer}")


def test_fresh_file_has_a_weak_tag(bench):
    """RFC 9110, 8.8.1: a large file that may change again within the same tick of the
    clock gets a weak tag, and no strong comparison matches it (13.1.1, 13.1.5)."""
    folder = bench.folder()
    server = bench.serve(folder=folder)
    with server.connect() as connection:
        def ask_at_once():
            """On a busy machine the tick may be over before we have asked."""
            fixtures.write(f"{folder}/fresh.txt", b"0123456789" * 30000, None)
            tags.append(connection.ask("/fresh.txt")["etag"])
            return tags[-1].startswith("W/")
        tags = []
        wait_until(ask_at_once, "a weak tag", bench.deadline_s)
        tag = tags[-1]
        for fields, status in (((f"If-Match: {tag}",), 412),
                               (("Range: bytes=0-1", f"If-Range: {tag}"), 200)):
            check_equal(connection.ask("/fresh.txt", *fields).status, status, fields)


def test_replicas_have_one_tag(bench):
    """Files with the same bytes, and large ones with the same size and date, have
    the same tag on each server, whatever their inodes and ctimes are."""
    tags = []
    for _ in range(2):
        folder = bench.folder()
        fixtures.write(f"{folder}/small.txt", b"0123456789")
        fixtures.write(f"{folder}/large.bin", b"0123456789" * 30000)
        server = bench.serve(folder=folder)
        wait_until(lambda at=server: at.ask("/large.bin")["etag"].startswith('"'),
                   "a strong tag", bench.deadline_s)
        tags.append([server.ask(name)["etag"] for name in ("/small.txt", "/large.bin")])
    check_equal(tags[0], tags[1], "tags of two replicas")


def test_file_that_changed_this_second(bench):
    """RFC 9110, 8.8.2.2: a date that a second version could still have is no strong
    validator: If-Range does not match it."""
    folder = bench.folder()
    server = bench.serve(folder=folder)

    def is_passed_over():
        """On a busy machine the second may be over before we have asked."""
        fixtures.write(f"{folder}/fresh.txt", b"0123456789" * 30000, None)
        date = server.ask("/fresh.txt")["last-modified"]
        return server.ask("/fresh.txt", "Range: bytes=0-1",
                          f"If-Range: {date}").status == 200
    wait_until(is_passed_over, "a 200", bench.deadline_s)


def check_refused(server, data, statuses):
    with server.connect() as connection:
        connection.send(data)
        answer = connection.read()
        check(answer.status in statuses, f"{answer}")
        check(answer.says("close"), f"{answer}")
        connection.read_end()


def lines_about(server, word):
    return [line for line in server.output.lines if word in line]


def test_tls_is_named(bench):
    """A TLS hello gets a refusal in plain HTTP, and is logged in one line."""
    server = bench.serve()
    check_refused(server, TLS_HELLO, [400])
    server.output.wait_line("TLS")
    check_equal(len(lines_about(server, "TLS")), 1, "lines about TLS")


def test_http2_is_named(bench):
    """So is the preface of HTTP/2 (RFC 9113, 3.4)."""
    server = bench.serve()
    check_refused(server, HTTP2_PREFACE, [505])
    server.output.wait_line("HTTP/2")
    check_equal(len(lines_about(server, "HTTP/2")), 1, "lines about HTTP/2")


def test_other_refusals_are_not_named(bench):
    """Other bad requests are not logged: a log that anyone can fill is of no use."""
    server = bench.serve("--access-log", "off")
    check_refused(server, b"nonsense\r\n\r\n", [400])
    check_refused(server, request("/small.txt", version="3.0"), [505])
    before = list(server.output.lines)
    check_refused(server, TLS_HELLO, [400])
    server.output.wait_line("TLS")
    check_equal(len(server.output.lines), len(before) + 1, "lines")
