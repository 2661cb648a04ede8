"""The live page's event stream: what happens on all connections, as it happens."""

import os
import re
import shutil
import signal
import subprocess

import fixtures
from harness import Skip, check, check_equal, request, wait_until
from viewer import EVENTS, Viewer, ask_for_events, asking, watch

NEVER = ("--idle-timeout", "10m", "--first-byte-timeout", "10m", "--send-timeout", "10m")
VIEWERS_MAX = 32
VIEWER_MAX_KIB = 4 * 1024
LARGE = 8 * 1024 * 1024


def status_of(server, target, host="localhost", address=None):
    """The status of one response, on a connection of its own; the event stream's head
    arrives at once, its end never."""
    with server.connect(address) as connection:
        connection.send(asking(target, host))
        return connection.reader.read_head().status


def name_of(connection):
    """The server's name for this end of the connection."""
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
    """A viewer sees the events of other connections as they happen, byte by byte."""
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
    check_lane(viewer.of(conn, "response"), sum(outs))
    check_lane(viewer.of(conn, "send"), sum(outs))
    check_equal([event["target"] for event in viewer.of(conn, "request")],
                ["/small.txt", "/digits.txt", "/no-such.txt"], "targets")
    check_equal([event["status"] for event in viewer.of(conn, "response")], [200, 200, 404],
                "statuses")
    check_equal([event["event"] for event in viewer.of(conn)][:5],
                ["open", "recv", "request", "response", "send"], "the order")
    check_equal(viewer.of(conn, "close")[0]["out"], sum(outs), "out")


def test_past_is_told(bench):
    """A later viewer sees the past events of all workers, in order of time; an `open`
    has the time of the handshake, and is written when a worker gets the connection;
    `left` and `acked` have the kernel's."""
    server = bench.serve("--wire", "--workers", "3", *NEVER)
    for number in range(20):
        server.ask(f"/{number}")
    viewer = watch(server)
    viewer.until(lambda event: event.get("endless"))
    targets = [event["target"] for event in viewer.events if event["event"] == "request"]
    check_equal(targets, [f"/{number}" for number in range(20)] + [EVENTS], "targets")
    times = [event["time_us"] for event in viewer.events[1:]
             if event["event"] not in ("open", "left", "acked")]
    check_equal(times, sorted(times), "times")


def test_hostile_bytes_are_told(bench):
    """Whatever bytes a target has, it is one line of JSON, with a character for each
    byte."""
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
    """The viewer sees its own connection too: its sends from 0 on without a gap, each
    up to the end of a chunk."""
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
    """The stream does not feed itself: when nothing else happens, its last send is
    reported once, and then only a comment comes now and then."""
    viewer = watch(bench.serve("--wire", *NEVER))
    while viewer.comments == 0:
        check(viewer.read(), "the stream ended")
        check(len(viewer.events) < 15, f"it goes on and on: {viewer.events[-1]}")
    kinds = [event["event"] for event in viewer.events]
    check_equal(kinds, ["viewer", "open", "recv", "request", "response", "send", "send"], "events")


def test_http_1_0(bench):
    """An HTTP/1.0 viewer gets the stream without chunks, until the connection
    closes."""
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
    """The stream may be requested after another request, in the same segment; a request
    after it gets no response within the stream."""
    server = bench.serve("--wire", *NEVER)
    connection = server.connect(server.live_address())
    connection.send(request("/small.txt"))
    check_equal(connection.read().body, fixtures.SMALL, "the first answer")
    connection.send(request("/digits.txt") + asking(EVENTS) + request("/small.txt"))
    check_equal(connection.read().body, b"0123456789", "the second answer")
    viewer = Viewer(connection).begin()
    connection.send(request("/small.txt") * 2000)
    server.ask("/no-such.txt")
    viewer.until(lambda event: event.get("target") == "/no-such.txt")


def test_slow_viewer(bench):
    """A viewer that does not read loses events, and learns how many; other clients of
    the same worker do not wait for it."""
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
    # open, recv, request and response of his own; of the other client open, eof and
    # close, and six events for each round.
    everything = 4 + 1 + 6 * rounds + 2
    check(viewer.lost() > 0, "nothing was lost; was he slow?")
    check_equal(len(told) + viewer.lost(), everything, "events, told and lost")
    sends = viewer.of(viewer.conn, "send")
    check_lane(sends, sends[-1]["to"])


def test_too_many_viewers(bench):
    """One viewer too many gets 503, and a place when another one disconnects."""
    server = bench.serve("--wire", *NEVER)
    viewers = [watch(server) for _ in range(VIEWERS_MAX)]
    check_equal(status_of(server, EVENTS, address=server.live_address()), 503,
                "status of one too many")
    check_equal(status_of(server, "/small.txt"), 200, "status of a file")
    viewers[5].connection.abort()
    viewers[6].connection.close()
    later = []

    def is_let_in():
        later.append(ask_for_events(server))
        return later[-1].reader.read_head().status == 200

    for _ in range(2):
        wait_until(is_let_in, "a place to become free", bench.deadline_s)
    check_equal(status_of(server, EVENTS, address=server.live_address()), 503,
                "status of one too many")
    server.ask("/no-such.txt")
    viewers[0].until(lambda event: event.get("target") == "/no-such.txt")


def test_head_and_other_methods(bench):
    """HEAD gets the head and ends; other methods than GET are refused."""
    server = bench.serve("--wire", *NEVER)
    with server.connect(server.live_address()) as connection:
        connection.send(asking(EVENTS, method="HEAD"))
        answer = connection.read("HEAD")
        check_equal(answer.status, 200, "status")
        check_equal(answer["content-type"], "text/event-stream", "content-type")
        connection.send(asking(EVENTS, method="POST"))
        check_equal(connection.read().status, 405, "status of a POST")
    viewers = [watch(server) for _ in range(VIEWERS_MAX)]
    check_equal(len(viewers), VIEWERS_MAX, "viewers beside it")


def test_something_large(bench):
    """For the page's buttons: a large file, and a range of it."""
    server = bench.serve("--wire")
    with server.connect(server.live_address()) as connection:
        connection.send(asking("/-/wire/large"))
        answer = connection.read()
        check_equal(len(answer.body), LARGE, "bytes")
        connection.send(asking("/-/wire/large").replace(
            b"\r\n\r\n", b"\r\nRange: bytes=100-199\r\n\r\n"))
        answer = connection.read()
        check_equal((answer.status, len(answer.body)), (206, 100), "a range")


def test_off_by_default(bench):
    """Without --wire nothing is shown."""
    server = bench.serve()
    for target in ("/-/wire/", EVENTS, "/-/wire/large"):
        check_equal(status_of(server, target), 404, target)


def test_listener_of_its_own(bench):
    """The live page is on loopback, at a port of its own, which serves the site too; it
    shows the requests to the other listeners."""
    server = bench.serve("--wire", *NEVER)
    host, port = server.live_address()
    check_equal(host, "127.0.0.1", "the live page's host")
    check(port != server.addresses[0][1], f"its port: {port}")
    for target in ("/-/wire/", EVENTS, "/-/wire/large", "/small.txt"):
        check_equal(status_of(server, target, address=(host, port)), 200, target)
    viewer = watch(server)
    server.ask("/no-such.txt")
    viewer.until(lambda event: event.get("target") == "/no-such.txt")


def test_others_refer_to_it(bench):
    """Other listeners redirect to it under a loopback name, and have no such file under
    any other."""
    socket = f"{bench.folder()}/socket"
    server = bench.serve("--wire", listen=("127.0.0.1:0", "0.0.0.0:0", f"unix:{socket}"),
                         awaited=socket)
    port = server.live_address()[1]
    for address in (*server.addresses[:2], socket):
        for target in ("/-/wire/", EVENTS, "/-/wire/large"):
            check_equal(status_of(server, target, "test", address), 404, f"{target} at {address}")
            with server.connect(address) as connection:
                connection.send(asking(target, "localhost:80"))
                answer = connection.read()
            check_equal((answer.status, answer["location"]),
                        (307, f"http://localhost:{port}{target}"), f"{target} at {address}")


def test_both_loopbacks(bench):
    """It is at [::1] too if the site is; a browser may resolve localhost to that."""
    server = bench.serve("--wire", listen=("0",), listeners=1)
    if len(server.addresses) == 1 and "[::1]" not in "".join(server.output.lines):
        raise Skip("there is no IPv6 here")
    port = server.live_address()[1]
    for host in ("127.0.0.1", "::1"):
        check_equal(status_of(server, EVENTS, address=(host, port)), 200, f"status at {host}")


def test_named_address(bench):
    """--wire=0.0.0.0:0 is for a container whose port is mapped: it prints a warning,
    and still requires a loopback name."""
    server = bench.serve("--wire=0.0.0.0:0", listen=("0.0.0.0:0",))
    server.output.wait_line(r"--wire=0\.0\.0\.0:\d+: anyone who can reach", bench.deadline_s)
    host, port = server.live_address()
    check_equal(host, "localhost", "the live page's name")
    address = ("127.0.0.1", port)
    check_equal(status_of(server, EVENTS, f"localhost:{port}", address), 200, "as localhost")
    check_equal(status_of(server, EVENTS, f"10.0.0.1:{port}", address), 403, "as itself")
    check_equal(status_of(server, EVENTS), 307, "at the other listener")


def test_unix_socket_of_its_own(bench):
    """Clients that can open the socket see the page; no listener redirects to it."""
    socket = f"{bench.folder()}/live"
    server = bench.serve(f"--wire=unix:{socket}", awaited=socket)
    server.output.wait_line(f"see it live at http://localhost/-/wire/ through unix:{socket}",
                            bench.deadline_s)
    check_equal(status_of(server, EVENTS, address=socket), 200, "at the socket")
    check_equal(status_of(server, EVENTS), 404, "at the other listener")


def test_named_address_that_is_taken(bench):
    """If the address that --wire names is in use, the server does not start."""
    server = bench.serve()
    host, port = server.addresses[0]
    ended = bench.run(f"--wire={host}:{port}", "-l", "127.0.0.1:0", bench.site.root)
    check_equal(ended.returncode, 1, "exit status")
    check(f"cannot listen for the live page: {host}:{port}: " in ended.stderr, ended.stderr)


def check_nothing_shown(server, asked, what):
    """The response has nothing of the live page: neither a file nor an event."""
    with server.connect() as connection:
        connection.send(asked)
        answer = connection.read()
    check(answer.status in (307, 404), f"{what}: {answer.status}")
    check(len(answer.body) < 100, f"{what}: {answer.body[:200]}")


def test_proxies_at_their_defaults(bench):
    """A proxy that adds no fields reaches only the site's listener: nginx with
    proxy_pass (HTTP/1.0, its upstream as Host), HAProxy with the client's Host,
    whatever that is."""
    server = bench.serve("--wire")
    host, port = server.addresses[0]
    for target in ("/-/wire/", EVENTS, "/-/wire/large", "/-/wire/main.js"):
        check_nothing_shown(server, f"GET {target} HTTP/1.0\r\nHost: {host}:{port}\r\n"
                            "Connection: close\r\n\r\n".encode(), f"nginx, {target}")
        check_nothing_shown(server, asking(target, "localhost"), f"HAProxy, {target}")
        check_nothing_shown(server, asking(target, "example.org"), f"a name, {target}")


NGINX = """daemon off; master_process off; pid {folder}/pid; error_log {folder}/error;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{ listen unix:{folder}/socket; location / {{ proxy_pass {url}; }} }}
}}
"""


def test_nginx_at_its_defaults(bench):
    """The same with nginx itself; the live page shows what it forwards."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        raise Skip("nginx is not installed")
    server = bench.serve("--wire", *NEVER)
    folder = bench.folder()
    with open(f"{folder}/conf", "w", encoding="utf-8") as conf:
        conf.write(NGINX.format(folder=folder, url=server.url("")))
    viewer = watch(server)
    proxy = subprocess.Popen([nginx, "-e", f"{folder}/error", "-c", f"{folder}/conf"])
    try:
        server.wait_for_socket(f"{folder}/socket")
        for target in ("/-/wire/", EVENTS, "/-/wire/large"):
            for host in ("localhost", "example.org"):
                with server.connect(f"{folder}/socket") as connection:
                    connection.send(asking(target, host))
                    answer = connection.read()
                check(answer.status in (307, 404), f"{target}: {answer.status}")
                check(len(answer.body) < 1000, f"{target}: {answer.body[:200]}")
        viewer.until(lambda event: event.get("target") == EVENTS and event["conn"] != viewer.conn)
    finally:
        proxy.terminate()
        proxy.wait()


def test_public(bench):
    """--wire=public shows the page to every client, under any name, and prints a
    warning."""
    server = bench.serve("--wire=public", listen=("0.0.0.0:0",))
    server.output.wait_line("--wire=public: anyone who can reach this server", bench.deadline_s)
    for host in ("localhost", "example.org"):
        check_equal(status_of(server, EVENTS, host), 200, f"status for {host}")


def test_rebound_names(bench):
    """A page from elsewhere whose name was made to resolve to this machine (DNS
    rebinding) sends that name as Host, and gets nothing."""
    server = bench.serve("--wire")
    address = server.live_address()
    port = address[1]
    for host in ("localhost", f"localhost:{port}", "LocalHost", f"127.0.0.1:{port}",
                 "127.0.0.1", "127.1.2.3", "[::1]", f"[::1]:{port}"):
        check_equal(status_of(server, EVENTS, host, address), 200, f"status for {host}")
    for host in ("example.org", f"example.org:{port}", "127.0.0.1.example.org",
                 "localhost.example.org", "10.0.0.1", "[::2]", "test"):
        for target in (EVENTS, "/-/wire/", "/-/wire/large"):
            check_equal(status_of(server, target, host, address), 403,
                        f"status of {target} for {host}")


def test_term_ends_the_stream(bench):
    """SIGTERM: the last chunk is sent, and the server waits no longer."""
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
    """A viewer that does not read delays the end no longer than a download."""
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
    """The server's proportional set size."""
    with open(f"/proc/{server.pid}/smaps_rollup", encoding="ascii") as rollup:
        return int(re.search(r"^Pss:\s+(\d+) kB", rollup.read(), re.MULTILINE)[1])


def test_memory(bench):
    """A viewer, its events and their rings take at most 4 MiB."""
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
