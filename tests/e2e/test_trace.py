"""The trace, compared with the bytes that a client sent and got, and with what must be
true whatever it sends."""

import copy
import re

import fixtures
from harness import check, check_equal, request
from schema import Schema
from story import SCHEMA, Trace, check_story, name_of, those


def spans(events):
    return [(event["from"], event["head_to"], event["to"]) for event in events]


def spans_of(heads_and_bodies):
    """The ranges of consecutive messages of these lengths."""
    at, found = 0, []
    for head_len, body_len in heads_and_bodies:
        found.append((at, at + head_len, at + head_len + body_len))
        at += head_len + body_len
    return found


def send_pieces(trace, connection, data, *cuts):
    """Sends the pieces, each after the server has received the one before."""
    at = 0
    for cut in cuts:
        connection.send(data[at:cut])
        trace.wait(name_of(connection), lambda story, cut=cut: has_received(story, cut),
                   f"{cut} bytes to be received")
        at = cut
    connection.send(data[at:])


def has_received(story, end):
    recvs = those(story, "recv")
    return bool(recvs) and recvs[-1]["to"] == end


# --- The checks themselves ---------------------------------------------------

GOOD = {"v": 2, "time_us": 5, "conn": 1, "layer": "http", "event": "request", "request": 1,
        "from": 0, "head_to": 8, "to": 8, "recvs": 1, "method": "GET", "target": "/",
        "version": "1.1", "head": "GET / \r\n"}
BAD = [{"v": 1}, {"v": True}, {"time_us": -1}, {"time_us": "5"}, {"conn": 0}, {"layer": "tcp"},
       {"event": "ask"}, {"request": 1.5}, {"from": None}, {"recvs": 0}, {"version": "2"},
       {"head": "x" * 4097}, {"target": "x" * 1025},
       {"layer": "tcp", "event": "send", "call": "write"}, {"layer": "tcp", "event": "eof"},
       {"layer": "tcp", "event": "open", "local": "", "peer": "", "worker": 1, "syn": {}},
       {"layer": "tcp", "event": "send", "call": "send", "info": {"rtt_us": 1}},
       {"refused": 399, "version": None}]


def test_validator_can_fail(bench):
    """A validator that never finds a fault proves nothing."""
    schema = Schema(SCHEMA)
    check_equal(schema.errors(GOOD), [], "errors of a good event")
    for change in BAD:
        check(schema.errors({**GOOD, **change}), f"this passes: {change}")
    for name in GOOD:
        event = copy.copy(GOOD)
        del event[name]
        check(schema.errors(event), f"an event without {name} passes")


def test_story_with_a_hole_is_found(bench):
    """Nor does a check of stories that accepts all of them."""
    trace = Trace(bench)
    with trace.server.connect() as connection:
        name = name_of(connection)
        connection.send(b"\r\n" + request() * 2)
        connection.read()
        connection.read()
        connection.ask()
    story = trace.whole(name)
    for missing in range(len(story)):
        try:
            check_story(story[:missing] + story[missing + 1:])
        except AssertionError:
            continue
        raise AssertionError(f"nobody misses {story[missing]}")


# --- Held against what a client sees -----------------------------------------

def test_messages_stand_where_the_client_put_them(bench):
    """Pipelines, cut at odd places: each message's range is that of its bytes, and its
    head is reported as it was sent."""
    trace = Trace(bench)
    messages = [request("/small.txt"), request("/big.bin", "X: " + "y" * 300),
                request("/no-such-file"), request("/empty.txt", method="HEAD"),
                request("/digits.txt", "Range: bytes=2-5", "Content-Length: 4") + b"\r\n\r\n",
                request("/digits.txt", version="1.0")]
    heads = [message.index(b"\r\n\r\n") + 4 for message in messages]
    lens = [(head, len(message) - head) for head, message in zip(heads, messages)]
    stream = b"".join(messages)
    with trace.server.connect() as connection:
        name = name_of(connection)
        send_pieces(trace, connection, stream, 13, len(messages[0]) + 1, len(stream) - 3)
        answers = [connection.read(message[:4].decode().strip()) for message in messages]
        connection.read_end()
    story = trace.whole(name)
    requests, told = those(story, "request"), those(story, "response")
    check_equal(spans(requests), spans_of(lens), "where the requests stand")
    check_equal([event["head"].encode("latin-1") for event in requests],
                [message[:head] for message, head in zip(messages, heads)], "heads of requests")
    check_equal([(event["method"], event["target"], event["version"]) for event in requests],
                [tuple(re.match(rb"(\S+) (\S+) HTTP/(\S+)\r\n", message)[number].decode()
                       for number in (1, 2, 3)) for message in messages], "request lines")
    check_equal(spans(told), spans_of((len(answer.head), len(answer.body)) for answer in answers),
                "where the answers stand")
    check_equal([event["head"].encode("latin-1") for event in told],
                [answer.head for answer in answers], "heads of answers")
    check_equal([(event["status"], event.get("type")) for event in told],
                [(answer.status, answer.get("content-type")) for answer in answers],
                "what the answers are")


def test_message_cut_at_every_byte(bench):
    """A recv is not a message: each cut makes two recvs and one request."""
    trace = Trace(bench)
    message = request("/digits.txt", method="HEAD")
    for cut in range(1, len(message)):
        with trace.server.connect() as connection:
            name = name_of(connection)
            send_pieces(trace, connection, message, cut)
            connection.read("HEAD")
        story = trace.whole(name)
        check_equal([(event["from"], event["to"]) for event in those(story, "recv")],
                    [(0, cut), (cut, len(message))], "the recvs")
        [whole] = those(story, "request")
        check_equal((whole["from"], whole["to"], whole["recvs"]), (0, len(message), 2),
                    f"the request that was cut at {cut}")


def test_pipeline_in_one_write(bench):
    """Many messages in few recvs: close reports how deep the pipeline was."""
    trace = Trace(bench)
    with trace.server.connect() as connection:
        name = name_of(connection)
        # The large ones are sent in several turns, and are no less in the pipeline.
        connection.send(request("/digits.txt") * 4 + request("/big.bin") * 3)
        for _ in range(7):
            connection.read()
        connection.half_close()
        connection.read_end()
    story = trace.whole(name)
    check_equal((len(those(story, "recv")), len(those(story, "request"))), (1, 7),
                "recvs and requests")
    check_equal(story[-1]["pipeline_max"], 7, "the pipeline's depth")
    check_equal(story[-1]["cause"], "peer", "the cause of its end")


# --- Whatever a peer does ----------------------------------------------------

HOSTILE = {
    "nothing": b"",
    "an empty line": b"\r\n",
    "half a request": b"GET / HTTP/1.1\r\nHos",
    "empty lines and half a request": b"\r\n\r\nGET",
    "no request": b"\x16\x03\x01\0\xa5\x01\0\0\xa1\x03\x03 and more",
    "a preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "too long a head": b"GET / HTTP/1.1\r\nX: " + b"y" * 70000 + b"\r\n\r\n",
    "a refused one behind good ones": request() * 3 + b"GET / HTTP/9.9\r\n\r\n" + request() * 3,
    "bytes behind the last": request("/", "Connection: close") + request() * 50,
    "half a body": request("/", "Content-Length: 100") + b"x" * 50,
    "chunks": request("/", "Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n" + request(),
    "bad chunks": request("/", "Transfer-Encoding: chunked") + b"xyz\r\n" + request(),
    "a pipeline": request("/big.bin") * 3 + request() * 200,
    "all bytes": bytes(range(256)) * 20,
}


def drain(connection):
    """Reads to the end of the stream or a reset."""
    try:
        while connection.socket.recv(65536):
            pass
    except ConnectionResetError:
        pass


def speak(trace, data, how):
    """Sends it, and ends the connection in one of three ways. Returns our name."""
    with trace.server.connect() as connection:
        name = name_of(connection)
        try:
            connection.send(data)
            if how != "reset":
                connection.half_close()
            if how == "half-closed":
                drain(connection)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was refused before all of it was sent
        if how == "reset":
            connection.abort()
    return name


def test_invariants_hold_whatever_comes(bench):
    """Refused, unfinished, pipelined, reset: ranges follow each other without gap or
    overlap, and the sums at close are those of the events."""
    trace = Trace(bench)
    for what, data in HOSTILE.items():
        for how in ("half-closed", "closed", "reset"):
            name = speak(trace, data, how)
            try:
                trace.whole(name)
            except AssertionError as error:
                raise AssertionError(f"{what}, {how}:\n{error}") from error


def test_slow_reader(bench):
    """Back-pressure: sends stop and continue; no byte is counted twice."""
    trace = Trace(bench)
    count = 100  # more than the kernel's buffers hold
    with trace.server.connect(receive_buffer=4096) as connection:
        name = name_of(connection)
        connection.send(request("/big.bin") * count)
        trace.wait(name, lambda story: those(story, "send"), "a first send")
        check_equal(sum(len(connection.read().body) for _ in range(count)),
                    count * len(fixtures.BIG), "bytes of content")
        connection.half_close()
        connection.read_end()
    story = trace.whole(name)
    check(len(those(story, "send")) > 1, "there was no back-pressure")
    check_equal(story[-1]["requests"], count, "requests")
    check_equal(story[-1]["out"], those(story, "response")[-1]["to"], "bytes sent")


def test_reader_that_vanishes(bench):
    """Bytes that were never sent are not reported as sent."""
    trace = Trace(bench)
    connection = trace.server.connect(receive_buffer=4096)
    name = name_of(connection)
    connection.send(request("/big.bin") * 100)
    check(connection.wait_readable(bench.deadline_s), "no answer")
    connection.abort()
    story = trace.whole(name)
    check_equal(story[-1]["cause"], "reset", "the cause of its end")
    check(story[-1]["out"] < 100 * len(fixtures.BIG), "all of it was sent")


def test_reader_that_never_reads_and_resets(bench):
    """What the kernel accepted is not what was sent, and that is not what the peer's
    kernel acknowledged."""
    trace = Trace(bench)
    connection = trace.server.connect(receive_buffer=4096)
    name = name_of(connection)
    connection.send(request("/big.bin") * 100)
    [blocked, *_] = those(trace.wait(name, lambda story: those(story, "blocked"),
                                     "a write that is refused"), "blocked")
    check(blocked["queued"] > blocked["unsent"] > 0, f"nothing is held: {blocked}")
    connection.abort()
    close = trace.whole(name)[-1]
    check_equal(close["cause"], "reset", "the cause of its end")
    check(close["out"] > close["sent"] >= close["acked"] > 0, f"nothing is stuck: {close}")
    info = close["info"]
    check_equal(close["acked"], info["bytes_acked"], "what was acknowledged")


def test_each_stream_has_its_end(bench):
    """eof: the peer has ended its stream; shutdown: we have ended ours, with the last
    response."""
    trace = Trace(bench)
    with trace.server.connect() as connection:
        name = name_of(connection)
        connection.send(request("/", "Connection: close") + request() * 3)
        connection.read()
        connection.read_end()
    story = trace.whole(name)
    check_equal([event["event"] for event in story if "at" in event], ["shutdown", "eof"],
                "the ends of the streams")
    close = story[-1]
    check_equal((close["sent"], close["acked"], close["in_flight"], close["unsent"]),
                (close["out"], close["out"], 0, 0), "all has arrived")


def test_causes(bench):
    """Each close has its cause."""
    trace = Trace(bench, "--first-byte-timeout", "300ms", "--idle-timeout", "300ms",
                  "--request-timeout", "300ms")
    causes = {"first-byte timeout": b"", "idle timeout": request(),
              "request timeout": b"GET", "answered": request("/", "Connection: close"),
              "refused": b"GARBAGE\r\n\r\n"}
    for cause, data in causes.items():
        with trace.server.connect() as connection:
            name = name_of(connection)
            connection.send(data)
            drain(connection)
        check_equal(trace.whole(name)[-1]["cause"], cause, f"the cause after {data!r}")


def test_end_of_the_server(bench):
    """A connection that is open when the server ends is traced to its close."""
    trace = Trace(bench)
    with trace.server.connect() as connection:
        name = name_of(connection)
        connection.ask()
        trace.server.signal()
        check_equal(trace.server.wait(), 0, "exit status")
    check_equal(trace.whole(name)[-1]["cause"], "draining", "the cause of its end")


def test_hostile_bytes_are_valid_json(bench):
    """Whatever bytes a target has: each is a character, and the JSON is valid."""
    trace = Trace(bench)
    targets = [bytes([byte]) for byte in range(256)]
    targets += [b'"},{"v":2', b"\\", b"\\u0041", "/\u00e9\u65e5\U0001f680".encode(), b"\xff" * 900]
    for target in targets:
        with trace.server.connect() as connection:
            name = name_of(connection)
            sent = b"GET /" + target + b" HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
            connection.send(sent)
            connection.read()
        told = those(trace.whole(name), "request")[0]
        check_equal(told["head"].encode("latin-1"), sent[:len(told["head"])], "the head")
        if "refused" not in told:
            check_equal(told["target"].encode("latin-1"), b"/" + target, "the target")


def test_long_parts_are_cut(bench):
    """The schema bounds strings; positions count all bytes."""
    trace = Trace(bench)
    sent = request("/" + "a" * 3000, "X: " + "b" * 3000, "Connection: close")
    with trace.server.connect() as connection:
        name = name_of(connection)
        connection.send(sent)
        connection.read()
    [told] = those(trace.whole(name), "request")
    check_equal((told["to"], told["target"], told["head"]),
                (len(sent), "/" + "a" * 1023, sent[:4096].decode()), "what is told")
