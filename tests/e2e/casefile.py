"""casefile.py -- conversations as text: reads them, runs them

A file below cases/ is one conversation with the server on one connection.
README.md shows the format; in short:

    # why: the rule and where it is written
    > bytes to send, CRLF is added        >- bytes to send, nothing is added
    < 200                                 a response with this status (or: < 400 505)
    < name: value                         it has this field; * stands for any value
    < name ~ pattern                      it has this field, and all of it matches
    < name => word                        remember the value: {word} stands for it
    ! name                                it has no such field
    body none | empty | text T | file F [A-B] | parts F A-B ... | ~ pattern
    half-close                            end our side of the stream
    kept | closed                         what becomes of the connection
    not bytewise | not twice              leave this way out

Each conversation is run in three ways, whose responses must be the same: each
part in one send; each byte in a send of its own; and, where the connection is
kept, each part twice in one send, pipelined.
"""

import os
import re

import fixtures
from answers import parts_of
from harness import Failure, request

TOKEN = re.compile(
    r"\\x([0-9a-fA-F]{2})|\\([rnts0\\{}])|"
    r"\{((?:[^{}\\]|\\.|\{[^{}]*\})*)\*(\d+)\}|\{([\w-]+)\}|([\\{])")
ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "s": " ", "0": "\0",
           "\\": "\\", "{": "{", "}": "}"}

WAYS = ("whole", "bytewise", "twice")


class CaseError(Exception):
    """The file is not a case; says where."""


def expand(text, words):
    """The bytes that a text stands for: \\r \\n \\t \\s (a space) \\0 \\xNN \\\\ \\{ \\},
    {a*9000} for repetition, {word} for what was remembered."""
    out, at = bytearray(), 0
    for token in TOKEN.finditer(text):
        out += text[at:token.start()].encode()
        at = token.end()
        code, escape, repeated, count, word, alone = token.groups()
        if alone:
            raise CaseError(f"{text[token.start():][:8]!r} stands for nothing")
        if code:
            out.append(int(code, 16))
        elif escape:
            out += ESCAPES[escape].encode()
        elif count:
            out += expand(repeated, words) * int(count)
        elif word in words:
            out += words[word].encode("latin-1")
        else:
            raise CaseError(f"{{{word}}} was not remembered before")
    return bytes(out + text[at:].encode())


class Part:
    """Lines that are sent together, and the responses to them."""

    def __init__(self):
        self.text = ""
        self.half_close = False
        self.answers = []


class Expected:
    """The requirements on one response."""

    def __init__(self, statuses):
        self.statuses = statuses
        self.fields = []     # (name, operator, operand)
        self.body = None     # None: not looked at; else (kind, operand)

    @property
    def has_body(self):
        """The reader cannot know that the request was HEAD; `body none` says so."""
        return self.body is None or self.body[0] != "none"

    def problems(self, answer, words):
        """All that is wrong, not only the first. Remembers the values that the case
        names."""
        wrong = []
        if answer.status not in self.statuses:
            wrong.append(f"status {answer.status}, expected {' or '.join(map(str, self.statuses))}")
        for name, operator, operand in self.fields:
            wrong += self.field_problems(answer.get(name), name, operator, operand, words)
        if self.body is not None and self.body[0] == "parts":
            return wrong + parts_problems(answer, self.body[1])
        return wrong + self.body_problems(answer.body, words)

    @staticmethod
    def field_problems(value, name, operator, operand, words):
        if operator == "!":
            return [] if value is None else [f"{name}: {value}, expected no such field"]
        if value is None:
            return [f"{name} is absent"]
        if operator == "=>":
            words[operand] = value
        elif operator == "~" and not re.fullmatch(operand, value):
            return [f"{name}: {value}, expected to match {operand}"]
        elif operator == ":" and operand != "*":
            literal = expand(operand, words).decode("latin-1")
            if value != literal:
                return [f"{name}: {value}, expected {literal}"]
        return []

    def body_problems(self, body, words):
        if self.body is None:
            return []
        kind, operand = self.body
        if kind == "~":
            fits = re.fullmatch(operand.encode(), body, re.DOTALL)
            return [] if fits else [f"body {body[:200]!r}, expected to match {operand}"]
        wanted = {"none": lambda: b"", "empty": lambda: b"",
                  "text": lambda: expand(operand, words),
                  "file": lambda: file_part(operand)}[kind]()
        if body == wanted:
            return []
        return [f"body of {len(body)} bytes {body[:60]!r}, "
                f"expected {len(wanted)} bytes {wanted[:60]!r}"]


def file_part(text):
    """`NAME` or `NAME FIRST-LAST`: bytes of a file of the site."""
    match = re.fullmatch(r"(.*?)(?: (\d+)-(\d+))?", text)
    content = fixtures.FILES[match[1]]
    return content[int(match[2]):int(match[3]) + 1] if match[2] else content


def parts_problems(answer, text):
    """`NAME FIRST-LAST ...`: these bytes of a file of the site, in this order, as
    parts of multipart/byteranges (RFC 9110, 15.3.7.2)."""
    if answer.status != 206:
        return []
    name, *spans = text.split()
    size = len(fixtures.FILES[name])
    wanted = [(f"bytes {span}/{size}", file_part(f"{name} {span}")) for span in spans]
    parts = parts_of(answer)
    wrong = [f"a part has no content-type: {fields}" for fields, _ in parts
             if not fields.get("content-type")]
    if answer.get("content-range") is not None:
        wrong.append("content-range stands in the head of several parts")
    got = [(fields.get("content-range"), data) for fields, data in parts]
    if got != wanted:
        wrong.append("other parts than expected: "
                     + "; ".join(f"{place}: {data[:40]!r}" for place, data in got))
    return wrong


class Case:
    """One conversation, as it stands in its file."""

    def __init__(self, path):
        self.path = path
        self.title = ""
        self.parts = []
        self.ending = None
        self.left_out = set()
        with open(path, encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    self.read_line(line.rstrip("\n"))
                except (CaseError, KeyError, IndexError) as error:
                    raise CaseError(f"{path}:{number}: {error}") from None
        if not self.title or not self.parts:
            raise CaseError(f"{path}: a case begins with '# why', and sends something")

    def read_line(self, line):
        mark, _, rest = line.partition(" ")
        if self.ending is not None and mark not in ("", "#"):
            raise CaseError("nothing follows kept or closed")
        if mark == "#":
            self.title += ("" if self.parts else rest + "\n")
        elif mark in (">", ">-"):
            self.sending_part().text += rest + ("\\r\\n" if mark == ">" else "")
        elif mark == "<" and re.fullmatch(r"\d{3}( \d{3})*", rest):
            self.parts[-1].answers.append(Expected([int(word) for word in rest.split()]))
        elif mark == "<":
            self.read_field(rest)
        elif mark == "!":
            self.answer().fields.append((rest.strip().lower(), "!", ""))
        elif mark == "body":
            self.answer().body = read_body(rest)
        elif line == "half-close":
            self.sending_part().half_close = True
        elif line in ("kept", "closed"):
            self.ending = line
        elif mark == "not" and rest in WAYS:
            self.left_out.add(rest)
        elif line:
            raise CaseError(f"what is {line!r}?")

    def sending_part(self):
        """The part that still sends; a new one after a response was expected."""
        if not self.parts or self.parts[-1].answers:
            self.parts.append(Part())
        return self.parts[-1]

    def answer(self):
        return self.parts[-1].answers[-1]

    def read_field(self, text):
        match = re.fullmatch(r"([\w-]+)(:| ~| =>) *(.*)", text)
        if match is None:
            raise CaseError(f"this is no field: {text!r}")
        self.answer().fields.append((match[1].lower(), match[2].strip(), match[3]))

    def ways(self):
        """Pipelining needs a connection that stays open."""
        return [way for way in WAYS if way not in self.left_out
                and (way != "twice" or self.ending == "kept")]


def read_body(text):
    kind, _, operand = text.partition(" ")
    if kind not in ("none", "empty", "text", "file", "parts", "~"):
        raise CaseError(f"what is body {text!r}?")
    if kind == "file":
        file_part(operand)
    if kind == "parts":
        name, *spans = operand.split()
        for span in spans:
            file_part(f"{name} {span}")
    return kind, operand


class Conversation:
    """A case that is run, in one of the ways."""

    def __init__(self, case, way, connection):
        self.case, self.way, self.connection = case, way, connection
        self.words = {}
        self.sent = b""
        self.last = None

    def hold(self):
        for part in self.case.parts:
            self.speak(part)
            for expected in part.answers * (2 if self.way == "twice" else 1):
                self.listen(expected)
        if self.case.ending == "closed":
            self.connection.read_end()
            if self.last is not None and not self.last.says("close"):
                raise Failure("the connection was closed, but the last answer does "
                              f"not say Connection: close:\n{self.last}")
        elif self.case.ending == "kept":
            self.prove_kept()

    def speak(self, part):
        data = expand(part.text, self.words)
        self.sent += data
        if self.way == "bytewise":
            self.connection.send_bytewise(data)
        else:
            self.connection.send(data * (2 if self.way == "twice" else 1))
        if part.half_close:
            self.connection.half_close()

    def listen(self, expected):
        self.last = self.connection.read("GET" if expected.has_body else "HEAD")
        wrong = expected.problems(self.last, self.words)
        if wrong:
            raise Failure("".join(f"{line}\n" for line in wrong) + f"the answer:\n{self.last}")

    def prove_kept(self):
        """One more response proves that the connection was kept."""
        if self.last is not None and self.last.says("close"):
            raise Failure(f"an answer says Connection: close:\n{self.last}")
        self.connection.send(request("/small.txt"))
        answer = self.connection.read()
        if answer.status != 200 or answer.body != fixtures.SMALL:
            raise Failure(f"one more request got another answer:\n{answer}")


def find_cases(folder):
    """All case files below the folder, in order."""
    return sorted(os.path.join(where, name)
                  for where, _, names in os.walk(folder)
                  for name in names if name.endswith(".http"))
