"""answers.py -- a strict reader of responses

An independent reader of HTTP/1.1 responses (RFC 9112). A client forgives; this
reader does not: each line must end in CRLF, each field must be well formed, a
field that must not repeat appears once, each final response has a Date, and a
body is exactly as long as its Content-Length says. Bytes that follow a response
are read as the beginning of the next one, so a stray byte is noticed there.
"""

import email.utils
import re
import time

HEAD_MAX = 64 * 1024
DATE_SKEW_S = 120

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) ([\t\x20-\x7e\x80-\xff]*)")
FIELD_LINE = re.compile(
    rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[\x21-\x7e\x80-\xff]"
    rb"(?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[ \t]*")
IMF_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|"
    r"Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT")
BYTERANGES = re.compile(r"multipart/byteranges; ?boundary=([0-9A-Za-z]{16,70})")
ENTITY_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"')

# RFC 9110, 5.3: fields that are no lists must not come twice.
SINGLE = {"age", "content-length", "content-location", "content-range",
          "content-type", "date", "etag", "expires", "last-modified",
          "location", "retry-after", "server", "x-content-type-options"}
DATES = ("date", "last-modified", "expires")


class AnswerError(AssertionError):
    """The bytes are not a well-formed response."""


def show(data, most=600):
    """Bytes as one line of printable ASCII, shortened in the middle."""
    if len(data) > most:
        half = most // 2
        return f"{show(data[:half])} ...{len(data) - most} bytes... {show(data[-half:])}"
    text = bytes(data).decode("latin-1").encode("unicode_escape").decode("ascii")
    return text.replace("\\r\\n", "\\r\\n\n      ").rstrip()


class Answer:
    """One response: status, fields in order, body (None if streamed away)."""

    def __init__(self, head):
        self.head = bytes(head)
        self.body = b""
        self.status = 0
        self.fields = []

    def get(self, name):
        """The field's value, lines of one name joined by commas; None if absent."""
        values = [value for key, value in self.fields if key == name.lower()]
        return ", ".join(values) if values else None

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise AnswerError(f"the answer has no field {name}:\n{self}")
        return value

    def says(self, option):
        """Whether `option` is one of the Connection field's."""
        options = (self.get("connection") or "").lower().split(",")
        return option in (word.strip() for word in options)

    @property
    def is_interim(self):
        return 100 <= self.status < 200

    def __str__(self):
        text = "      " + show(self.head, 4000)
        return text + ("\n      " + show(self.body) if self.body else "")


def parse_head(head):
    """An Answer from its head, which ends in an empty line. Checks the grammar."""
    answer = Answer(head)
    lines = bytes(head[:-4]).split(b"\r\n")
    match = STATUS_LINE.fullmatch(lines[0])
    if match is None:
        raise AnswerError(f"this is no status line:\n      {show(lines[0])}")
    answer.status = int(match[1])
    for line in lines[1:]:
        match = FIELD_LINE.fullmatch(line)
        if match is None:
            raise AnswerError(f"this is no field line:\n      {show(line)}")
        answer.fields.append((match[1].decode("ascii").lower(), match[2].decode("latin-1")))
    check_fields(answer)
    return answer


def check_fields(answer):
    """The rules for every response, whatever the request."""
    names = [name for name, _ in answer.fields]
    for name in SINGLE.intersection(names):
        if names.count(name) > 1:
            raise AnswerError(f"{name} stands {names.count(name)} times:\n{answer}")
    for name in DATES:
        value = answer.get(name)
        if value is not None and IMF_DATE.fullmatch(value) is None:
            raise AnswerError(f"{name}: {value!r} is no IMF-fixdate")
    if answer.get("etag") is not None and not ENTITY_TAG.fullmatch(answer["etag"]):
        raise AnswerError(f"etag: {answer['etag']!r} is no entity-tag")
    check_length(answer)
    if not answer.is_interim:
        check_date(answer)


def parts_of(answer):
    """The parts of a multipart/byteranges response (RFC 9110, 14.6), each as its fields
    and its bytes. No byte of the body may be left over."""
    match = BYTERANGES.fullmatch(answer["content-type"])
    if match is None:
        raise AnswerError(f"content-type: {answer['content-type']} is no multipart/byteranges")
    mark = b"\r\n--" + match[1].encode("ascii")
    # RFC 2046, 5.1.1: the line end before a boundary belongs to it; the first
    # may do without.
    start, *parts = (b"\r\n" + answer.body.removeprefix(b"\r\n")).split(mark)
    if start or not parts or parts.pop() not in (b"--", b"--\r\n"):
        raise AnswerError(f"there are no parts and a last boundary:\n{answer}")
    return [parse_part(part) for part in parts]


def parse_part(part):
    """The fields and bytes between two boundaries."""
    head, empty_line, data = part.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    matches = list(map(FIELD_LINE.fullmatch, lines[1:]))
    if lines[0] or not empty_line or None in matches:
        raise AnswerError(f"this is no part:\n      {show(part)}")
    return {match[1].decode("ascii").lower(): match[2].decode("latin-1")
            for match in matches}, data


def check_length(answer):
    """RFC 9112, 6.1 and 6.2: the length of a body is given at most once."""
    length = answer.get("content-length")
    coding = answer.get("transfer-encoding")
    if length is not None and not re.fullmatch("[0-9]+", length):
        raise AnswerError(f"content-length: {length!r} is no number")
    if length is not None and coding is not None:
        raise AnswerError("content-length stands beside transfer-encoding")
    if coding is not None and coding.lower() != "chunked":
        raise AnswerError(f"transfer-encoding: {coding!r}: only chunked is known")
    if (answer.is_interim or answer.status == 204) and (length or coding):
        raise AnswerError(f"a {answer.status} must not speak of a body:\n{answer}")


def check_date(answer):
    """RFC 9110, 6.6.1: a server with a clock sends Date."""
    sent = email.utils.parsedate_to_datetime(answer["date"]).timestamp()
    if abs(sent - time.time()) > DATE_SKEW_S:
        raise AnswerError(f"date: {answer['date']} is not the time now")


class AnswerReader:
    """Splits a stream of bytes into responses. `receive()` returns the next bytes, b""
    at the end of the stream, and raises when its deadline has passed."""

    def __init__(self, receive):
        self.receive = receive
        self.pending = bytearray()
        self.ended = False

    def fill(self, what):
        """Gets more bytes; the end of the stream is an error here."""
        data = b"" if self.ended else self.receive()
        if not data:
            self.ended = True
            raise AnswerError(f"the connection ended {what}; "
                              f"left over: {show(self.pending) or 'nothing'}")
        self.pending += data

    def take(self, count, what, sink):
        """Passes exactly `count` bytes to `sink`, piece by piece."""
        while count > 0:
            if not self.pending:
                self.fill(what)
            piece = bytes(self.pending[:count])
            del self.pending[:len(piece)]
            count -= len(piece)
            sink(piece)

    def take_bytes(self, count, what):
        pieces = []
        self.take(count, what, pieces.append)
        return b"".join(pieces)

    def take_until(self, mark, what):
        """Everything up to and including `mark`."""
        searched = 0
        while (at := self.pending.find(mark, searched)) == -1:
            if len(self.pending) > HEAD_MAX:
                raise AnswerError(f"{len(self.pending)} bytes {what}, and no end")
            searched = max(0, len(self.pending) - len(mark) + 1)
            self.fill(what)
        taken = bytes(self.pending[:at + len(mark)])
        del self.pending[:at + len(mark)]
        return taken

    def read_head(self):
        """The head of the next response. Bytes that do not begin a response are refused
        at once, without waiting for more."""
        while len(self.pending) < 5:
            self.fill("where an answer should begin" if not self.pending
                      else "within a status line")
        if not self.pending.startswith(b"HTTP/"):
            raise AnswerError(f"stray bytes where an answer should begin:\n"
                              f"      {show(self.pending)}")
        return parse_head(self.take_until(b"\r\n\r\n", "within a head"))

    def read(self, method="GET", sink=None):
        """The next response. With a `sink` the body goes there, piece by piece, and is
        not kept."""
        answer = self.read_head()
        pieces = []
        if method != "HEAD" and answer.status not in (204, 304) and not answer.is_interim:
            self.read_body(answer, sink or pieces.append)
        answer.body = None if sink else b"".join(pieces)
        return answer

    def read_body(self, answer, sink):
        if answer.get("transfer-encoding") is not None:
            self.read_chunks(sink)
        elif answer.get("content-length") is not None:
            self.take(int(answer["content-length"]), "within a body", sink)
        else:
            raise AnswerError(f"nothing says how long this body is:\n{answer}")

    def read_chunks(self, sink):
        """RFC 9112, 7.1."""
        while True:
            line = self.take_until(b"\r\n", "within a chunk's size")
            match = re.fullmatch(rb"([0-9A-Fa-f]+)(;.*)?\r\n", line)
            if match is None:
                raise AnswerError(f"this is no chunk size: {show(line)}")
            size = int(match[1], 16)
            if size == 0:
                break
            self.take(size, "within a chunk", sink)
            if self.take_bytes(2, "after a chunk") != b"\r\n":
                raise AnswerError("a chunk does not end in CRLF")
        while self.take_until(b"\r\n", "within a trailer") != b"\r\n":
            pass

    def read_end(self):
        """The end of the stream, with nothing before it."""
        while not self.ended:
            data = self.receive()
            self.ended = not data
            self.pending += data
            if self.pending:
                raise AnswerError(f"stray bytes where the connection should end:\n"
                                  f"      {show(self.pending)}")
        if self.pending:
            raise AnswerError(f"stray bytes before the end:\n      {show(self.pending)}")
