"""The trace as text: lines, colours, a terminal, and a reader that stops reading."""

import os
import pty
import re
import select
import time
import tty

from harness import check, check_equal, request, wait_until
from schema import Schema
from story import SCHEMA, name_of, parse, those

ANSI = "\x1b"
FIVE = re.compile(r" *\d+\.\d{6} c1 +(tcp|http) +(\w+) +(.*)")


def test_five_requests_in_one_write(bench):
    """The trace in text, with numbers that a client can count."""
    server = bench.serve("--trace")
    with server.connect() as connection:
        name = name_of(connection)
        sent = request("/small.txt") * 5
        connection.send(sent)
        answers = [connection.read() for _ in range(5)]
        connection.half_close()
        connection.read_end()
    server.output.wait_line(r" c1 +tcp +close ", bench.deadline_s)
    lines = [match for match in map(FIVE.fullmatch, server.output.lines) if match]
    one, out = len(sent) // 5, sum(len(each.head) + len(each.body) for each in answers)
    check_equal([line[1] + " " + line[2] for line in lines],
                ["tcp open", "tcp recv"] + ["http request", "http response"] * 5 +
                ["tcp send", "tcp left", "tcp acked", "tcp eof", "tcp close"], "the events")
    check(lines[0][3].startswith(f"{name} > 127.0.0.1:{server.addresses[0][1]}  worker 1  mss "),
          lines[0][0])
    check_equal(re.sub(r"  waited .*", "", lines[1][3]).split(),
                ["in", f"[0,{5 * one})", "recv()", "=", str(5 * one), "1", "segment"], "the recv")
    for i in range(5):
        asked, told = lines[2 + 2 * i][3], lines[3 + 2 * i][3]
        head, body = len(answers[i].head), len(answers[i].body)
        check_equal(re.split("  +", asked), [
            "in", f"[{i * one},{(i + 1) * one})", f"#{i + 1} GET /small.txt",
            "whole in this recv"], "a request")
        check_equal(re.split("  +", told.replace("out [", "out  [")), [
            "out", f"[{i * (head + body)},{(i + 1) * (head + body)})",
            f"#{i + 1} 200 text/plain", f"head {head} B, body {body} B"], "an answer")
    for line, said in zip(lines[-5:-2], (f"send() = {out}", f"{out} B handed to the network",
                                         f"{out} B acknowledged")):
        check_equal(line[3].split(), ["out", f"[0,{out})", *said.split()], line[2])
    check(re.fullmatch(r"by the peer after [\d.]+ \w+; pipeline 5 deep", lines[-1][3]), lines[-1][0])
    at = server.output.lines.index(lines[-1][0])
    for line, row in zip(server.output.lines[at + 1:], (
            rf"in   {5 * one} B  \d+ segments, 1 with data  1 recv  5 requests",
            rf"out  {out} B  \d+ segments, 1 with data  1 send  5 responses",
            rf"of them sent {out} B, acknowledged {out} B, in flight 0 B, unsent 0 B",
            r"rtt [\d.]+ \w+, retransmitted 0")):
        check(re.fullmatch(" +c1 +tcp +" + row.replace("  ", " +"), line), f"{row}: {line}")


def test_lines_fit_a_terminal(bench):
    """Whatever is printed, no line has more than 120 columns; what took time is said."""
    server = bench.serve("--trace")
    with server.connect() as connection:
        connection.send(b"GET /" + b"a" * 200 + b" HTTP/1.1\r\nHost: a\r\n")
        server.output.wait_line(r" c1 +tcp +recv ", bench.deadline_s)
        time.sleep(0.15)
        connection.send(b"\r\n")
        connection.read()
        connection.send(request("/big.bin") * 3 + b"what is this?\r\n\r\n")
        for _ in range(4):
            connection.read()
        connection.read_end()
    server.output.wait_line(r" c1 +tcp +rtt ", bench.deadline_s)
    check_equal([line for line in server.output.lines if len(line) > 120], [], "long lines")
    server.output.wait_line(r" c1 +tcp +\+\d+\.\d\d s, the rest of a request was to come$",
                            bench.deadline_s)


def test_no_colours_in_a_pipe(bench):
    server = bench.serve("--trace", environment={"TERM": "xterm"})
    server.ask()
    server.output.wait_line(r" c1 +tcp +close ", bench.deadline_s)
    check(ANSI not in server.output.text(), "there are escape sequences")


def terminal_text(bench, environment):
    """The trace of one request on a terminal."""
    master, slave = pty.openpty()
    try:
        tty.setraw(slave)
        server = bench.serve("--trace", "--trace-file", os.ttyname(slave), environment=environment)
        server.ask()
        poll, text = select.poll(), ""
        poll.register(master, select.POLLIN)
        while not re.search(r"close .*\n", text):
            check(poll.poll(bench.deadline_s * 1000), f"no close in:\n{text!r}")
            text += os.read(master, 65536).decode("ascii")
        return text
    finally:
        os.close(slave)
        os.close(master)


def test_colours_on_a_terminal(bench):
    """Each layer has its colour; nothing else changes."""
    text = terminal_text(bench, {"TERM": "xterm", "NO_COLOR": ""})
    for layer in ("tcp ", "http"):
        check(re.search(rf"\x1b\[3\dm{layer}\x1b\[0m ", text), f"{layer} has no colour: {text!r}")


def test_no_colours_where_they_are_not_wanted(bench):
    """no-color.org, and TERM=dumb."""
    for environment in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb", "NO_COLOR": ""}):
        check(ANSI not in terminal_text(bench, environment), f"colours despite {environment}")


def test_hostile_bytes_do_not_reach_the_terminal(bench):
    """Neither from a target nor from a refused request."""
    server = bench.serve("--trace")
    for target in (b"/\"\\", b"/\x1b[2J\x9b31m\xff"):
        with server.connect() as connection:
            connection.send(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
            connection.read()
    server.output.wait_line(r"#1 GET /\\x22\\x5c  whole", bench.deadline_s)
    server.output.wait_line(r"refused .*/\\x1b\[2J\\x9b31m\\xff", bench.deadline_s)


# --- Nobody reads ------------------------------------------------------------

def test_server_goes_on_while_nobody_reads(bench):
    """A trace whose reader stops loses events, and they are counted."""
    path = os.path.join(bench.folder(), "fifo")
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        server = bench.serve("--trace=json", "--trace-file", path, "--workers", "1")
        with server.connect() as connection:
            name = name_of(connection)
            for _ in range(90):
                connection.send(request("/digits.txt") * 50)
                for _ in range(50):
                    check_equal(connection.read().status, 200, "status")
            lines = read_to_loss(reader, connection, bench.deadline_s)
    finally:
        os.close(reader)
    schema = Schema(SCHEMA)
    events = [parse(line, schema) for line in lines]
    check_equal(events[0]["peer"], name, "the first event's peer")
    check(sum(event["count"] for event in those(events, "lost")) > 1000, "too few were lost")


def read_to_loss(reader, connection, deadline_s):
    """Reads the trace, and causes events, until it reports lost events."""
    text = b""

    def is_told():
        nonlocal text
        connection.ask("/digits.txt")
        try:
            text += os.read(reader, 1 << 20)
        except BlockingIOError:
            pass
        return b'"event":"lost"' in text
    wait_until(is_told, "a word of what was lost", deadline_s)
    return text.decode("ascii").split("\n")[:-1]


def test_trace_is_told_once_where_it_cannot_be_opened(bench):
    result = bench.run("--trace", "--trace-file", "/no/such/folder/file", bench.site.root)
    check_equal(result.returncode, 1, "exit status")
    check("/no/such/folder/file" in result.stderr, result.stderr)
