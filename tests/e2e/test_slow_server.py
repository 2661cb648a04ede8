"""--mss and --pace: a whole server to watch TCP by."""

import os
import socket

import fixtures
from harness import check, check_equal
from story import Trace, name_of, those
from test_lab import NEVER, WRITE_MAX, gaps_us, lengths
from viewer import asking

def test_paced_server(bench):
    """--pace holds for every response, from memory and by sendfile."""
    root = bench.folder()
    for name, size in (("small", 20000), ("large", 400000)):
        fixtures.write(os.path.join(root, name), os.urandom(size))
    for target, size, pace, call in (("/small", 20000, 100000, "send"),
                                     ("/large", 400000, 4000000, "sendfile")):
        trace = Trace(bench, "--pace", str(pace), *NEVER, folder=root)
        trace.server.output.wait_line(r"--pace: each connection gets .* bytes a second")
        with trace.server.connect() as connection:
            name = name_of(connection)
            answer = connection.ask(target)
            with open(root + target, "rb") as file:
                check(answer.body == file.read(), "the file differs")
        story = trace.whole(name)
        check(max(lengths(story, "send")) <= WRITE_MAX, "a write was too long")
        check(call in {event["call"] for event in those(story, "send")}, f"there is no {call}")
        least_us = (size - WRITE_MAX) * 1000000 // pace
        check(sum(gaps_us(story)) >= least_us * 0.9, f"{size} bytes took {sum(gaps_us(story))} us")


def test_small_segments(bench):
    """--mss bounds the segments of both ends, without the headers."""
    trace = Trace(bench, "--mss", "536", "--wire", *NEVER)
    trace.server.output.wait_line(r"--mss: a segment has at most 536 bytes")
    for address in (trace.server.addresses[0], trace.server.live_address()):
        with trace.server.connect(address) as connection:
            name = name_of(connection)
            ours = connection.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
            check(ours <= 536, f"our segments have {ours} bytes")
            connection.send(asking("/small.txt"))
            connection.read()
        info = those(trace.whole(name), "open")[0]["info"]
        check(info["mss"] <= 536, f"the server's segments have {info['mss']} bytes")


def test_slow_server_is_for_this_machine(bench):
    """--mss and --pace are refused where another machine might connect."""
    for option in ("--mss=536", "--pace=40k"):
        for more, named in ((("-l", "0.0.0.0:0"), "0.0.0.0:0"), (("-l", "unix:x"), "unix:x"),
                            (("--wire=0.0.0.0:1",), "0.0.0.0:1")):
            result = bench.run("-t", option, *more, bench.site.root)
            check_equal(result.returncode, 2, "exit status")
            check(f"{option.split('=')[0]}: it slows every connection down" in result.stderr
                  and f"'{named}' is none" in result.stderr, result.stderr)
        check_equal(bench.run("-t", option, bench.site.root).returncode, 0, "on loopback")
