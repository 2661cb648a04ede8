"""What the demos (tests/demo) count: a trace, the packets on the cable, an account. No
demo runs."""

import collections
import itertools
import os
import random
import struct
import sys

from harness import check, check_equal

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "demo"))

# pylint: disable=wrong-import-position
import account
import book
import tally

SEEDS = 20
FIRST = 2**32 - 5000  # a sequence number that soon starts again from 0


def segment(start, size, flags=16):
    """A packet from port 80 with these bytes of the stream."""
    return struct.pack("!B8xB10xHHIIBB6x", 0x45, 6, 80, 40000, (FIRST + 1 + start) % 2**32, 0,
                       0x50, flags) + bytes(size)


def deliver(cable, sizes, rng):
    """Sends segments of these sizes until each has arrived, and sometimes once more.
    Returns how many were sent, lost and needless."""
    cable.enter(segment(-1, 0, flags=2), "there")
    starts, arrived, lost, needless = list(itertools.accumulate(sizes, initial=0)), set(), 0, 0
    queue = collections.deque(range(len(sizes)))
    sent = 0
    while queue:
        at = queue.popleft()
        passage = cable.enter(segment(starts[at], sizes[at]), "there")
        sent += 1
        for copy in range(passage.copies):
            cable.leave(passage, copy > 0)
        lost += passage.copies == 0
        needless += passage.copies > 0 and at in arrived
        arrived |= {at} if passage.copies else set()
        if passage.copies == 0 or rng.random() < 0.1:  # as if the acknowledgement got lost
            queue.insert(min(len(queue), rng.randrange(20)), at)
    return sent, lost, needless


def test_demo_tally(bench):
    """What the cable counts of a stream is what a sender that knows all did: for several
    seeds, sent = arrived + lost, and sent again = lost + needless."""
    # pylint: disable=unused-argument
    for seed in range(SEEDS):
        rng, cable = random.Random(seed), tally.Tally(10, seed)
        sizes = [rng.randrange(1, 1449) for _ in range(500)]
        sent, lost, needless = deliver(cable, sizes, rng)
        way = collections.Counter(cable.report()["tcp 80"]["there"])
        check_equal((way["segments"], way["gone"], way["needless"], way["new"]),
                    (sent, lost, needless, len(sizes)), f"counts for seed {seed}")
        check_equal(way["segments"], way["new"] + way["needless"] + way["gone"], "sent")
        check_equal(way["again"], way["gone"] + way["needless"], "sent again")


def test_demo_account(bench):
    """An account that holds says so; a figure that is too high makes it wrong."""
    # pylint: disable=unused-argument
    info = {"data_segments_out": 110, "retransmitted": 10}
    server = collections.Counter(TCPFastRetrans=7, TCPSlowStartRetrans=2, TCPTimeouts=1,
                                 TCPDSACKRecv=3)
    client = collections.Counter(TCPDSACKOldSent=5)
    there = collections.Counter(segments=110, again=10, gone=6, needless=4, new=100, copies=1)
    back = collections.Counter(sent=50, lost=2)
    parts = [info, server, client, there, back]
    check_equal(account.Account(*parts).wrong(), [], "an account that holds")
    for at, name in ((0, "data_segments_out"), (0, "retransmitted"), (1, "TCPSynRetrans"),
                     (1, "TCPFastRetrans"), (2, "TCPDSACKOldSent"), (3, "segments"),
                     (3, "again"), (3, "gone"), (3, "needless"), (3, "new")):
        changed = [dict(part) if part is info else part.copy() for part in parts]
        changed[at][name] += 2
        check(account.Account(*changed).wrong(), f"two more in {name} are not seen")


TRACE = """\
   0.000100 c7  tcp  open     127.0.0.1:9 > 127.0.0.1:8  worker 1  mss 32768  rtt 25 us
   0.000200 c7  tcp  recv     in  [0,88)         recv() = 88  1 segment  waited 44 us
            c7  tcp           +0.20 s, the rest of a request was to come
   0.200200 c7  http request  in  [0,88)         #1 GET /a
                                                whole in this recv
   0.200300 c7  http response out [0,612)        #1 200 text/html  head 245 B, body 367 B
   0.200400 c7  tcp  send     out [0,300)        send() = 300
   0.200500 c7  tcp  send     out [300,612)      sendfile() = 312  cwnd 2  retransmitted 3
   0.200600 c7  tcp  blocked  out 612            send() = EAGAIN  queued 612 B, unsent 312 B
   0.200450 c7  tcp  left     out [0,300)        300 B handed to the network
   0.200470 c7  tcp  left     out 300            retransmission: the byte before it left again
   0.200550 c7  tcp  left     out [300,612)      312 B handed to the network
   0.200650 c7  tcp  acked    out [0,300)        300 B acknowledged
   0.200700 c7  tcp  close    by a reset after 600 us
            c7  tcp           in   88 B  6 segments, 1 with data  1 recv  1 request  never read 5 B
            c7  tcp           out  612 B         6 segments, 2 with data   2 sends    1 response
            c7  tcp          of them sent 612 B, acknowledged 300 B, in flight 312 B, unsent 0 B
            c7  tcp           rtt 112 us, retransmitted 3
"""


def book_of(trace):
    reader, told = book.TextReader(), book.Book()
    events = [event for event in map(reader.read, trace.splitlines()) if event is not None]
    for event in events:
        told.take(event)
    return told, events


def test_demo_book(bench):
    """A trace as text is read and adds up; one that does not is found out."""
    # pylint: disable=unused-argument
    told, events = book_of(TRACE)
    check_equal([event.kind for event in events],
                ["open", "recv", "request", "response", "send", "send", "blocked", "left", "left",
                 "left", "acked", "close"], "the events")
    check_equal(events[0].peer, "127.0.0.1:9", "the peer")
    check_equal(told.wrong, [], "a trace that adds up")
    check_equal((told.opened, told.closed, told.ranges), (1, 1, 8), "counts")
    check_equal(events[-1].close, {"cause": "by a reset", "in": 88, "recvs": 1, "requests": 1,
                                   "out": 612, "sends": 2, "responses": 1, "retransmitted": 3},
                "the close")
    for before, after in (("[300,612)      sendfile", "[301,612)      sendfile"),
                          ("[300,612)      312", "[299,612)      312"),
                          ("[0,300)        300 B a", "[1,300)        300 B a"),
                          ("in   88 B", "in   89 B"), ("out  612 B", "out  611 B"),
                          ("2 sends", "3 sends"), ("1 recv ", "2 recvs "),
                          ("1 request  never", "2 requests  never"), ("1 response", "0 responses")):
        check(before in TRACE, before)
        check(book_of(TRACE.replace(before, after))[0].wrong, f"unseen: {after}")
