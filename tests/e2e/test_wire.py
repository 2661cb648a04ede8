"""The live page's stream: what happens on all connections, told as it happens."""

import re
import signal

import fixtures
from harness import Skip, check, check_equal, request, wait_until
from viewer import EVENTS, Viewer, ask_for_events, asking, watch

NEVER = ("--idle-timeout", "10m", "--first-byte-timeout", "10m", "--send-timeout", "10m")
VIEWERS_MAX = 32
VIEWER_MAX_KIB = 4 * 1024
LARGE = 8 * 1024 * 1024


def status_of(server, target, host="localhost", address=None):
    """The status of one answer, on a connection of its own; the stream's head
    comes at once, and its end never."""
    with server.connect(address) as connection:
        connection.send(asking(target, host))
        return connection.reader.read_head().status


def name_of(connection):
    """As the server names this end of it."""
    host, port = connection.socket.getsockname()[:2]
    return f"{host}:{port}"


def check_lane(events, end):
    """The ranges follow each other without a gap, from 0 to `end`."""
    at = 0
    for event in events:
        check_equal(event["from"], at, f"where this begins: {event}")
        check(event["to"] > at, f"it is empty: {event}")
        at = event["to"]
    check_equal(at, end, "the end of the last one")


def test_events_come_live(bench):
    """A viewer sees what others do as they do it, byte by byte."""
    server = bench.serve("--wire", *NEVER)
    viewer = watch(server)
    sent = [request("/small.txt"), request("/digits.txt") + request("/no-such.txt")]
    with server.connect() as connection:
        name = name_of(connection)
        connection.send(sent[0])
        first = connection.read()
        viewer.until(lambda event: event.get("target") == "/small.txt")
        connection.send(sent[1])
        rest = [connection.read(), connection.read()]
    conn = viewer.until_closed(name)
    outs = [len(answer.head) + len(answer.body) for answer in (first, *rest)]
    check_lane(viewer.of(conn, "recv"), sum(map(len, sent)))
    check_lane(viewer.of(conn, "request"), sum(map(len, sent)))
    check_lane(viewer.of(conn, "answer"), sum(outs))
    check_lane(viewer.of(conn, "send"), sum(outs))
    check_equal([event["target"] for event in viewer.of(conn, "request")],
                ["/small.txt", "/digits.txt", "/no-such.txt"], "targets")
    check_equal([event["status"] for event in viewer.of(conn, "answer")], [200, 200, 404],
                "statuses")
    check_equal([event["event"] for event in viewer.of(conn)][:5],
                ["open", "recv", "request", "answer", "send"], "the order")
    check_equal(viewer.of(conn, "close")[0]["out"], sum(outs), "out")


def test_past_is_told(bench):
    """Who comes later sees what went before, of all workers, in order of time; but
    an `open` is as old as the handshake, and told when a worker has it."""
    server = bench.serve("--wire", "--workers", "3", *NEVER)
    for number in range(20):
        server.ask(f"/{number}")
    viewer = watch(server)
    viewer.until(lambda event: event.get("endless"))
    targets = [event["target"] for event in viewer.events if event["event"] == "request"]
    check_equal(targets, [f"/{number}" for number in range(20)] + [EVENTS], "targets")
    times = [event["time_us"] for event in viewer.events[1:] if event["event"] != "open"]
    check_equal(times, sorted(times), "times")


def test_hostile_bytes_are_told(bench):
    """Whatever a target holds, it is one line of JSON, a character for each byte."""
    server = bench.serve("--wire", *NEVER)
    viewer = watch(server)
    target = "/\"\\'<x>&\xe1\xff%00%0a"
    with server.connect() as connection:
        name = name_of(connection)
        connection.send(request(target))
        connection.read()
    conn = viewer.until_closed(name)
    heads = [event["head"] for event in viewer.of(conn, "request")]
    check_equal(heads, [request(target).decode("latin-1")], "heads")


def test_own_lane(bench):
    """The viewer's own connection is told too: its sends from 0 on without a
    gap, each up to where a chunk ended."""
    server = bench.serve("--wire", *NEVER)
    viewer = watch(server)
    name = name_of(viewer.connection)
    for number in range(10):
        server.ask(f"/{number}")
        viewer.until(lambda event, target=f"/{number}": event.get("target") == target)
    opened = viewer.of(viewer.conn, "open")
    check_equal([event["peer"] for event in opened], [name], "the viewer's peer")
    sends = viewer.of(viewer.conn, "send")
    check(len(sends) >= 5, f"{len(sends)} sends were told")
    check_lane(sends, sends[-1]["to"])
    for event in sends:
        check(event["to"] in viewer.boundaries, f"no chunk ended there: {event}")


def test_silence(bench):
    """The stream does not feed itself: where nothing happens, its last send is
    told once, and then nothing comes until a comment says that all is well."""
    viewer = watch(bench.serve("--wire", *NEVER))
    while viewer.comments == 0:
        check(viewer.read(), "the stream ended")
        check(len(viewer.events) < 15, f"it goes on and on: {viewer.events[-1]}")
    kinds = [event["event"] for event in viewer.events]
    check_equal(kinds, ["viewer", "open", "recv", "request", "answer", "send", "send"], "events")


def test_http_1_0(bench):
    """To a 1.0 viewer the stream comes as it is, until the connection closes."""
    server = bench.serve("--wire", *NEVER)
    viewer = watch(server, version="1.0")
    server.ask("/small.txt")
    viewer.until(lambda event: event.get("target") == "/small.txt")
    server.signal(signal.SIGTERM)
    while viewer.read():
        pass
    viewer.connection.close()
    check_equal(server.wait(), 0, "exit status")


def test_behind_other_answers(bench):
    """The stream may be asked for behind another request, in one segment; what
    comes behind it is not answered within it."""
    server = bench.serve("--wire", *NEVER)
    connection = server.connect()
    connection.send(request("/small.txt"))
    check_equal(connection.read().body, fixtures.SMALL, "the first answer")
    connection.send(request("/digits.txt") + asking(EVENTS) + request("/small.txt"))
    check_equal(connection.read().body, b"0123456789", "the second answer")
    viewer = Viewer(connection).begin()
    connection.send(request("/small.txt") * 2000)
    server.ask("/no-such.txt")
    viewer.until(lambda event: event.get("target") == "/no-such.txt")


def test_slow_viewer(bench):
    """Who does not read loses events, and is told how many; and nobody waits for
    him: all are served by the one worker that has his connection."""
    rounds = 4000  # the kernel may keep 4 MiB for him, and more events are told
    server = bench.serve("--wire", "--workers", "1", "--access-log", "off", *NEVER)
    viewer = ask_for_events(server, receive_buffer=4096)
    check(viewer.connection.wait_readable(bench.deadline_s), "no answer")
    with server.connect() as connection:
        for _ in range(rounds):
            check_equal(connection.ask().status, 200, "status")
    viewer.begin()
    viewer.until(lambda event: event["event"] == "close")
    told = [event for event in viewer.events if event["event"] not in ("viewer", "lost")
            and (event["event"], event["conn"]) != ("send", viewer.conn)]
    # open, recv, request and answer of his own; the others' round for round.
    everything = 4 + 1 + 4 * rounds + 1
    check(viewer.lost() > 0, "nothing was lost; was he slow?")
    check_equal(len(told) + viewer.lost(), everything, "events, told and lost")
    sends = viewer.of(viewer.conn, "send")
    check_lane(sends, sends[-1]["to"])


def test_too_many_viewers(bench):
    """One too many gets 503, and a place when somebody vanishes."""
    server = bench.serve("--wire", *NEVER)
    viewers = [watch(server) for _ in range(VIEWERS_MAX)]
    check_equal(status_of(server, EVENTS), 503, "status of one too many")
    check_equal(status_of(server, "/small.txt"), 200, "status of a file")
    viewers[5].connection.abort()
    viewers[6].connection.close()
    later = []

    def is_let_in():
        later.append(ask_for_events(server))
        return later[-1].reader.read_head().status == 200

    for _ in range(2):
        wait_until(is_let_in, "a place to become free", bench.deadline_s)
    check_equal(status_of(server, EVENTS), 503, "status of one too many")
    server.ask("/no-such.txt")
    viewers[0].until(lambda event: event.get("target") == "/no-such.txt")


def test_head_and_other_methods(bench):
    """HEAD gets the head and is over; what is no GET is refused."""
    server = bench.serve("--wire", *NEVER)
    with server.connect() as connection:
        connection.send(asking(EVENTS, method="HEAD"))
        answer = connection.read("HEAD")
        check_equal(answer.status, 200, "status")
        check_equal(answer["content-type"], "text/event-stream", "content-type")
        connection.send(asking(EVENTS, method="POST"))
        check_equal(connection.read().status, 405, "status of a POST")
    viewers = [watch(server) for _ in range(VIEWERS_MAX)]
    check_equal(len(viewers), VIEWERS_MAX, "viewers beside it")


def test_something_large(bench):
    """For the page's button: a large file, and a part of it."""
    server = bench.serve("--wire")
    with server.connect() as connection:
        connection.send(asking("/-/wire/large"))
        answer = connection.read()
        check_equal(len(answer.body), LARGE, "bytes")
        connection.send(asking("/-/wire/large").replace(
            b"\r\n\r\n", b"\r\nRange: bytes=100-199\r\n\r\n"))
        answer = connection.read()
        check_equal((answer.status, len(answer.body)), (206, 100), "a range")


def test_off_by_default(bench):
    """Nobody is shown anything who was not asked for."""
    server = bench.serve()
    for target in ("/-/wire/", EVENTS, "/-/wire/large"):
        check_equal(status_of(server, target), 404, target)


def test_this_machine_alone(bench):
    """By a door that others can reach there is nothing to see."""
    socket = f"{bench.folder()}/socket"
    server = bench.serve("--wire", listen=("127.0.0.1:0", "0.0.0.0:0", f"unix:{socket}"),
                         awaited=socket)
    inner, outer = server.addresses[:2]
    for target in ("/-/wire/", EVENTS, "/-/wire/large"):
        check_equal(status_of(server, target, address=outer), 404, target)
        check_equal(status_of(server, target, address=socket), 404, target)
    check_equal(status_of(server, EVENTS, address=inner), 200, "from this machine")


def test_only_outer_listeners(bench):
    """Where nobody can see it, the server says so when it starts."""
    server = bench.serve("--wire", listen=("0.0.0.0:0",))
    server.output.wait_line("--wire: no listener has a loopback address", bench.deadline_s)
    check_equal(status_of(server, EVENTS), 404, "status")


def test_public(bench):
    """--wire=public shows it to all, by any name, and warns."""
    server = bench.serve("--wire=public", listen=("0.0.0.0:0",))
    server.output.wait_line("--wire=public: anyone who can reach this server", bench.deadline_s)
    for host in ("localhost", "example.org"):
        check_equal(status_of(server, EVENTS, host), 200, f"status for {host}")


def test_rebound_names(bench):
    """A page from elsewhere whose name was made to lead here (DNS rebinding) says
    that name, and sees nothing."""
    server = bench.serve("--wire")
    port = server.addresses[0][1]
    for host in ("localhost", f"localhost:{port}", "LocalHost", f"127.0.0.1:{port}",
                 "127.0.0.1", "127.1.2.3", "[::1]", f"[::1]:{port}"):
        check_equal(status_of(server, EVENTS, host), 200, f"status for {host}")
    for host in ("example.org", f"example.org:{port}", "127.0.0.1.example.org",
                 "localhost.example.org", "10.0.0.1", "[::2]", "test"):
        for target in (EVENTS, "/-/wire/", "/-/wire/large"):
            check_equal(status_of(server, target, host), 403, f"status of {target} for {host}")


def test_term_ends_the_stream(bench):
    """SIGTERM: the last chunk comes, and the server does not wait any longer."""
    server = bench.serve("--wire", "--drain-timeout", "10m", *NEVER)
    viewers = [watch(server) for _ in range(3)]
    server.signal(signal.SIGTERM)
    for viewer in viewers:
        while viewer.read():
            pass
        viewer.connection.read_end()
        viewer.connection.close()
    check_equal(server.wait(), 0, "exit status")


def test_term_with_a_stuck_viewer(bench):
    """A viewer that reads nothing holds up the end no longer than a download."""
    server = bench.serve("--wire", "--access-log", "off", "--drain-timeout", "300ms", *NEVER)
    viewer = ask_for_events(server, receive_buffer=4096)
    check(viewer.connection.wait_readable(bench.deadline_s), "no answer")
    with server.connect() as connection:
        for _ in range(50):
            connection.send(request("/no-such.txt") * 20)
            for _ in range(20):
                connection.read()
    server.signal(signal.SIGTERM)
    check_equal(server.wait(), 0, "exit status")


def pss_kib(server):
    """The server's share of memory now."""
    with open(f"/proc/{server.pid}/smaps_rollup", encoding="ascii") as rollup:
        return int(re.search(r"^Pss:\s+(\d+) kB", rollup.read(), re.MULTILINE)[1])


def test_memory(bench):
    """A viewer, its events and the rings behind them take 4 MiB at most."""
    if bench.is_sanitized:
        raise Skip("a sanitizer's memory says nothing about the server's")
    server = bench.serve("--wire", "--workers", "2", "--access-log", "off", *NEVER)
    with server.connect() as connection:
        connection.ask()
        before = pss_kib(server)
        viewer = watch(server)
        for _ in range(2500):
            check_equal(connection.ask().status, 200, "status")
    viewer.until(lambda event: event["event"] == "close")
    more = pss_kib(server) - before
    check(more <= VIEWER_MAX_KIB, f"{more} KiB more than before")
