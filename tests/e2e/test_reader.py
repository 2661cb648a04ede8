"""The tests' own reader and case format: do they notice mistakes?

No server takes part. A test that cannot fail proves nothing.
"""

import email.utils

from answers import AnswerError, AnswerReader, parts_of
from casefile import CaseError, expand
from harness import check, check_equal

GOOD = "HTTP/1.1 200 OK\r\nDate: NOW\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = "HTTP/1.1 200 OK\r\nDate: NOW\r\nTransfer-Encoding: chunked\r\n\r\n"

# What came, what the complaint must hold.
BAD_ANSWERS = [
    ("", "ended where an answer should begin"),
    ("hello", "stray bytes"),
    (GOOD[:-1], "ended within a body"),
    (GOOD[:40], "ended within a head"),
    (GOOD.replace("HTTP/1.1", "HTTP/1.0"), "no status line"),
    (GOOD.replace("200 OK", "200"), "no status line"),
    (GOOD.replace("200 OK", "2OO OK"), "no status line"),
    (GOOD.replace("\r\nContent", "\nContent"), "no field line"),
    (GOOD.replace("Content-Length:", "Content-Length :"), "no field line"),
    (GOOD.replace("Content-Length:", ":"), "no field line"),
    (GOOD.replace("Date:", " Date:"), "no field line"),
    (GOOD.replace("Content-Length: 5", "Content-Length: five"), "no number"),
    (GOOD.replace("Content-Length: 5", "X: y"), "nothing says how long"),
    (GOOD.replace("Date:", "X-Date:"), "no field date"),
    (GOOD.replace("NOW", "Sun, 06 Nov 1994 08:49:37 +0000"), "no IMF-fixdate"),
    (GOOD.replace("NOW", "Sun, 06 Nov 1994 08:49:37 GMT"), "not the time now"),
    (GOOD.replace("\r\n\r\n", "\r\nContent-Length: 5\r\n\r\n"), "stands 2 times"),
    (GOOD.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n"), "beside"),
    (GOOD.replace("\r\n\r\n", "\r\nETag: abc\r\n\r\n"), "no entity-tag"),
    (GOOD.replace("200 OK", "204 No Content"), "must not speak of a body"),
]

BAD_CHUNKS = [
    ("5\r\nhello", "ended after a chunk"),
    ("5\r\nhello!\r\n0\r\n\r\n", "does not end in CRLF"),
    ("x\r\n", "no chunk size"),
    ("0\r\n", "within a trailer"),
]

BOUNDARY = "0123456789abcdef"
PART = f"\r\n--{BOUNDARY}\r\nContent-Range: bytes 0-1/10\r\n\r\n01"
PARTS = f"{PART}\r\n--{BOUNDARY}--\r\n"

# Bodies of multipart/byteranges, and what the complaint must hold.
BAD_PARTS = [
    ("", "no parts"),
    (PART, "no parts"),
    (PARTS[:-4], "no parts"),
    ("stray" + PARTS, "no parts"),
    (PARTS + "stray", "no parts"),
    (PARTS.replace("\r\n\r\n", "\r\n"), "this is no part"),
    (PARTS.replace("Range:", "Range :"), "this is no part"),
    (PARTS.replace(f"{BOUNDARY}\r\n", f"{BOUNDARY}x\r\n"), "this is no part"),
]

TEXTS = [
    ("plain", b"plain"),
    (r"\r\n\t\s\0\\\{\}", b"\r\n\t \0\\{}"),
    (r"\x00\xff", b"\x00\xff"),
    ("ol\u00e1", b"ol\xc3\xa1"),
    ("{a*3}b{\\x41\\n*2}", b"aaabA\nA\n"),
    ("{x{y*2}*2}", b"xyyxyy"),
    ("W/{tag}", b'W/"1"'),
]


def reader_of(text):
    """A reader of this stream, which arrives byte by byte, with NOW as the time."""
    stream = text.replace("NOW", email.utils.formatdate(usegmt=True)).encode("latin-1")
    pieces = [stream[at:at + 1] for at in range(len(stream))]
    return AnswerReader(lambda: pieces.pop(0) if pieces else b"")


def complaint_about(text):
    try:
        reader = reader_of(text)
        reader.read()
        reader.read_end()
        return None
    except AnswerError as error:
        return str(error)


def test_good_answers_pass(_):
    """Two responses, one after the other, then the end."""
    reader = reader_of(GOOD + CHUNKED + "2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nT: 1\r\n\r\n")
    check_equal(reader.read().body, b"hello", "by length")
    check_equal(reader.read().body, b"hello", "in chunks")
    reader.read_end()


def test_bad_answers_do_not_pass(_):
    """Each mistake is noticed, and named."""
    for text, word in BAD_ANSWERS + [(CHUNKED + rest, word) for rest, word in BAD_CHUNKS]:
        complaint = complaint_about(text)
        check(complaint is not None and word in complaint,
              f"expected a complaint about {word!r}, got {complaint!r} for:\n{text!r}")


def test_stray_bytes_are_noticed(_):
    """Between responses, and before the end."""
    check("stray" in (complaint_about(GOOD + "x") or ""), "after the last answer")
    reader = reader_of("HTTP/1.1 304 Not Modified\r\nDate: NOW\r\n\r\nstray" + GOOD)
    reader.read()
    try:
        reader.read()
    except AnswerError as error:
        check("stray" in str(error), f"another complaint: {error}")
    else:
        check(False, "the body of a 304 was taken for an answer")


def multipart(body):
    """A response with this body, read."""
    head = (f"HTTP/1.1 206 Partial Content\r\nDate: NOW\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: multipart/byteranges; boundary={BOUNDARY}\r\n\r\n")
    return reader_of(head + body).read()


def test_parts_are_cut(_):
    """With or without a line end before the first boundary (RFC 2046, 5.1.1)."""
    wanted = [({"content-range": "bytes 0-1/10"}, b"01")]
    check_equal(parts_of(multipart(PARTS)), wanted, "parts")
    check_equal(parts_of(multipart(PARTS[2:])), wanted, "parts without the first line end")
    check_equal(parts_of(multipart(PART + PARTS)), 2 * wanted, "two parts")


def test_bad_parts_are_noticed(_):
    """Bytes between, before or after the parts belong to no part."""
    for body, word in BAD_PARTS:
        try:
            parts = parts_of(multipart(body))
        except AnswerError as error:
            check(word in str(error), f"{body!r}: another complaint: {error}")
        else:
            check(False, f"{body!r} passed as {parts}")


def test_texts_of_cases(_):
    """The escapes of the case format."""
    for text, expected in TEXTS:
        check_equal(expand(text, {"tag": '"1"'}), expected, text)


def test_wrong_texts_of_cases(_):
    """An unknown escape is a mistake, not a backslash."""
    for text in ("\\q", "{", "{a*}", "{unheard-of}"):
        try:
            expand(text, {})
        except CaseError:
            continue
        check(False, f"{text!r} passed")
