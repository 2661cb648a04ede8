"""The lab of the live page, /-/wire/lab: what a client gets, and what the trace shows
of it."""

import threading

from harness import check, check_equal
from story import Trace, name_of, those
from viewer import asking

LAB = "/-/wire/lab"
NEVER = ("--idle-timeout", "10m", "--first-byte-timeout", "10m", "--send-timeout", "10m",
         "--request-timeout", "10m")
WRITE_MAX = 1448
FIRST_RECV_MAX = 256
BORDER = 65504  # bytes that are made at once: no write may end there for that reason


def content(size):
    """Lines of 16 bytes that say where they begin."""
    return b"".join(b"byte %010d\n" % at for at in range(0, size, 16))[:size]


def serve(bench, *options, **serving):
    return Trace(bench, "--wire", *NEVER, *options, **serving)


def connect(trace, **options):
    return trace.server.connect(trace.server.live_address(), **options)


def ask(trace, query, **options):
    """A response of the lab, and the story of its connection."""
    with connect(trace, **options) as connection:
        name = name_of(connection)
        connection.send(asking(LAB + query))
        answer = connection.read()
    return answer, trace.whole(name)


def lengths(story, kind):
    return [event["to"] - event["from"] for event in those(story, kind)]


def gaps_us(story):
    times = [event["time_us"] for event in those(story, "send")]
    return [after - before for before, after in zip(times, times[1:])]


def check_whole(answer, size):
    check_equal(answer.status, 200, "status")
    check_equal(answer["content-length"], str(size), "content-length")
    check(answer.body == content(size), "it is not the lab's content")


def test_content(bench):
    """Lines that say where they are, of the size that was asked for."""
    trace = serve(bench)
    for size in (1, 16, 1000, BORDER - 1, BORDER, BORDER + 1, 1000000):
        check_whole(ask(trace, f"?size={size}")[0], size)
    check_whole(ask(trace, "")[0], 1024)


def test_segments(bench):
    """Each write has exactly as many bytes as asked for, but the head and the last. Few
    enough that the kernel has room for all stamps of them at once."""
    trace = serve(bench)
    for size, segment in ((5000, 536), (BORDER + 3000, WRITE_MAX), (200, 10)):
        answer, story = ask(trace, f"?size={size}&segment={segment}")
        check_whole(answer, size)
        sends = lengths(story, "send")
        of_head = -(-len(answer.head) // segment)
        check_equal(sum(sends[:of_head]), len(answer.head), "the writes of the head")
        rest = [size % segment] if size % segment else []
        check_equal(sends[of_head:], [segment] * (size // segment) + rest,
                    f"writes of {size} in {segment}")
        check_equal(len(those(story, "content")), 0, "content events")


def test_segments_stay_apart(bench):
    """The kernel joins none with another, also while they wait for a client that does not
    read: no fewer segments with data than writes."""
    trace = serve(bench)
    with connect(trace, receive_buffer=4096) as connection:
        name = name_of(connection)
        connection.send(asking(f"{LAB}?size=20k&segment=500"))
        trace.wait(name, lambda story: sum(lengths(story, "send")) > 20 * 1024,
                   "all to be written")
        check_whole(connection.read(), 20 * 1024)
    close = trace.whole(name)[-1]
    check(close["info"]["data_segments_out"] >= close["sends"],
          f"{close['sends']} writes in {close['info']['data_segments_out']} segments")


def test_request_in_many_reads(bench):
    """The first recv takes 256 bytes, each other as many as asked for."""
    trace = serve(bench)
    long = "X: " + "x" * 700
    with connect(trace) as connection:
        name = name_of(connection)
        # The next request on the same connection is read as usual, and so is one
        # whose parameters are wrong.
        for query, most in (("?read=16", 16), ("?size=5", 65536), ("?read=1", 1),
                            ("?size=5&read=100", 100)):
            data = f"GET {LAB}{query} HTTP/1.1\r\nHost: localhost\r\n{long}\r\n\r\n".encode()
            connection.send(data)
            check_equal(connection.read().status, 200, "status")
    story = trace.whole(name)
    sizes, requests = lengths(story, "recv"), those(story, "request")
    for event, most in zip(requests, (16, 65536, 1, 100)):
        rest = event["to"] - event["from"] - FIRST_RECV_MAX
        expected = [FIRST_RECV_MAX] + [most] * (rest // most)
        if rest % most:
            expected.append(rest % most)
        check_equal(sizes[:len(expected)], expected, f"recvs of {event['target']}")
        check_equal(event["recvs"], len(expected), "the recvs that the request names")
        sizes = sizes[len(expected):]
    check_equal(sizes, [], "recvs that belong to no request")


def test_request_line_in_pieces(bench):
    """It need not come at once, if it is in the first 256 bytes."""
    trace = serve(bench)
    data = f"GET {LAB}?read=16 HTTP/1.1\r\nHost: localhost\r\nX: {'x' * 400}\r\n\r\n".encode()
    with connect(trace) as connection:
        name = name_of(connection)
        connection.send(data[:20])
        trace.wait(name, lambda story: lengths(story, "recv") == [20], "the first piece")
        connection.send(data[20:])
        check_equal(connection.read().status, 200, "status")
    sizes = lengths(trace.whole(name), "recv")
    check_equal(sizes[:3], [20, FIRST_RECV_MAX - 20, 16], "the first recvs")
    check_equal(set(sizes[3:-1]), {16}, "the others")


def test_site_reads_all_at_once(bench):
    """The bound is of the live page's listener alone."""
    trace = serve(bench)
    for address, first in ((trace.server.addresses[0], 600), (trace.server.live_address(), 256)):
        with trace.server.connect(address) as connection:
            name = name_of(connection)
            head = f"GET /small.txt HTTP/1.1\r\nHost: localhost\r\nX: {'x' * 545}\r\n\r\n"
            connection.send(head.ljust(600).encode() if len(head) > 600 else
                            head.replace("X: ", "X: " + "x" * (600 - len(head))).encode())
            connection.read()
        check_equal(lengths(trace.whole(name), "recv")[0], first, f"the first recv at {address}")


def test_pace(bench):
    """As many bytes a second as asked for, in writes of at most 1,448 bytes."""
    trace = serve(bench)
    for size, pace, write in ((30000, 100000, WRITE_MAX), (2000, 10000, 500)):
        answer, story = ask(trace, f"?size={size}&pace={pace}")
        check_whole(answer, size)
        sends = lengths(story, "send")
        check_equal(max(sends), write, "the longest write")
        total = len(answer.head) + size
        least_us = (total - sends[-1]) * 1000000 // pace
        took_us = sum(gaps_us(story))
        check(took_us >= least_us * 0.9, f"{total} bytes took {took_us} us, not {least_us}")
        check(max(gaps_us(story)) < least_us + 5000000, f"it paused: {gaps_us(story)}")


def test_delay(bench):
    """At least so long between two writes."""
    answer, story = ask(serve(bench), "?size=1000&segment=300&delay=40ms")
    check_whole(answer, 1000)
    check_equal(lengths(story, "send"), [len(answer.head), 300, 300, 300, 100], "writes")
    check(min(gaps_us(story)) >= 40000, f"pauses: {gaps_us(story)}")


def test_fin(bench):
    """The stream ends after so many bytes of content, though the head says more."""
    trace = serve(bench)
    for end in (0, 1, 5000, 9999, 10000):
        with connect(trace) as connection:
            name = name_of(connection)
            # What is behind it gets no response.
            connection.send(asking(f"{LAB}?size=10000&fin={end}") + asking(LAB))
            answer = connection.reader.read_head()
            check_equal(answer["content-length"], "10000", "content-length")
            check_equal(connection.reader.take_bytes(end, "in the content"), content(10000)[:end],
                        "content")
            connection.read_end()
        story = trace.whole(name)
        check_equal(story[-1]["cause"], "cut", "cause")
        check_equal(story[-1]["out"], len(answer.head) + end, "out")
        check_equal(len(those(story, "shutdown")), 1, "shutdowns")


def read_to_error(connection):
    """All that the kernel has for us, and how it ended."""
    got = b""
    while True:
        try:
            piece = connection.socket.recv(65536)
        except ConnectionResetError:
            return got, "reset"
        if not piece:
            return got, "end"
        got += piece


def test_reset(bench):
    """The bytes before a reset have come, and were acknowledged."""
    trace = serve(bench)
    for end in (0, 1, 5000, 200000):
        with connect(trace) as connection:
            name = name_of(connection)
            connection.send(asking(f"{LAB}?size=300k&reset={end}"))
            got, how = read_to_error(connection)
            check_equal(how, "reset", "how it ended")
            head, _, body = got.partition(b"\r\n\r\n")
            check(body == content(300 * 1024)[:end], f"{len(body)} bytes of content, not {end}")
        close = trace.whole(name)[-1]
        check_equal(close["cause"], "cut by a reset", "cause")
        check_equal((close["out"], close["acked"]), (len(head) + 4 + end,) * 2, "out and acked")


def test_others_are_served_meanwhile(bench):
    """A pause holds up nobody, and ends with the server."""
    trace = serve(bench, "--workers", "1")
    with connect(trace) as slow:
        name = name_of(slow)
        slow.send(asking(f"{LAB}?size=10&delay=10s"))
        slow.reader.read_head()
        for _ in range(3):
            check_equal(trace.server.ask().status, 200, "another's status")
        sends = those(trace.wait(name, lambda story: those(story, "send"), "the write"), "send")
        check_equal(len(sends), 1, "writes while others were served")
        trace.server.signal()
        check_equal(slow.reader.take_bytes(10, "in the content"), content(10), "content")
        slow.read_end()
    check_equal(trace.server.wait(), 0, "exit status")


def test_client_that_leaves_is_noticed(bench):
    """A reset in a pause ends the connection at once."""
    trace = serve(bench)
    connection = connect(trace)
    name = name_of(connection)
    connection.send(asking(f"{LAB}?size=10&delay=10s"))
    connection.reader.read_head()
    connection.abort()
    close = trace.whole(name)[-1]
    check_equal(close["cause"], "reset", "cause")
    check(close["age_us"] < 9000000, f"it took {close['age_us']} us")


def test_back_pressure(bench):
    """A client that does not read stops a paced response, and gets all of it later."""
    trace = serve(bench)
    size = 700 * 1024
    with connect(trace, receive_buffer=8192) as connection:
        name = name_of(connection)
        connection.send(asking(f"{LAB}?size=700k&pace=16m"))
        trace.wait(name, lambda story: those(story, "blocked"), "a write that is refused")
        check_whole(connection.read(), size)
    check(max(lengths(trace.whole(name), "send")) <= WRITE_MAX, "a write was too long")


def test_keep_alive(bench):
    """A shape is of its response: the next one has none, and the connection persists."""
    trace = serve(bench)
    with connect(trace) as connection:
        name = name_of(connection)
        connection.send(asking(f"{LAB}?size=5000&segment=100") + asking(f"{LAB}?size=5000"))
        check_whole(connection.read(), 5000)
        check_whole(connection.read(), 5000)
        connection.send(asking(LAB, method="HEAD"))
        check_equal(connection.read("HEAD")["content-length"], "1024", "content-length")
    story = trace.whole(name)
    sends, first = lengths(story, "send"), those(story, "response")[0]
    of_head = -(-(first["head_to"] - first["from"]) // 100)
    check_equal(sends[of_head:of_head + 50], [100] * 50, "the writes of the first")
    check_equal(len(sends), of_head + 50 + 3, f"writes of all in {sends}")


def test_bad_queries(bench):
    """A query that cannot be used gets a text that says why, and what can."""
    server = serve(bench).server
    for query, line in (("?size=80m", "'size=80m': write a size from 1 to 64m"),
                        ("?speed=1", "'speed=1': there is no such parameter"),
                        ("?size=1&size=1", "'size=1': it is there twice"),
                        ("?pace=1k&delay=1", "'?pace=1k&delay=1': write pace or delay, not both"),
                        ("?fin=2000", "'?fin=2000': fin and reset are at most as much as size "
                                      "(1k, unless it is written)"),
                        ("?size=64m&pace=100", "'?size=64m&pace=100': the response would last "
                                               "longer than 10m; write less of size, or more of "
                                               "pace or segment")):
        with server.connect(server.live_address()) as connection:
            connection.send(asking(LAB + query))
            answer = connection.read()
        check_equal(answer.status, 400, query)
        check_equal(answer["content-type"], "text/plain; charset=utf-8", "content-type")
        lines = answer.body.decode("ascii").splitlines()
        check_equal(lines[0], line, "the first line")
        check(any(each.startswith("  segment= ") for each in lines), f"no parameters: {lines}")


def test_lab_is_on_its_own_listener(bench):
    """There is none on the site's listeners, and none where everybody may come."""
    live = serve(bench).server
    public = bench.serve("--wire=public")
    without = bench.serve()
    for server in (live, public, without):
        check_equal(server.ask(LAB + "?size=5").status, 404, "status")
    with live.connect(live.live_address()) as connection:
        connection.send(asking(LAB, host="example.org"))
        check_equal(connection.read().status, 403, "by another name")


def test_many_at_once(bench):
    """50 paced responses on one worker go on side by side."""
    server = serve(bench, "--workers", "1").server
    answers = []

    def read_one():
        with server.connect(server.live_address()) as connection:
            connection.send(asking(f"{LAB}?size=4000&pace=20000"))
            answers.append(connection.read())

    threads = [threading.Thread(target=read_one) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check_equal(len(answers), 50, "responses")
    for answer in answers:
        check_whole(answer, 4000)
