"""tally.py -- decides what becomes of each packet on the cable, and counts

It reads and writes nothing: cable.py gives it each packet when it enters the cable
and when it leaves, and tests give it packets of their own.

A conversation is named after its protocol and port, such as "tcp 80". Each of its
two ways, "there" (from the server to the client) and "back", has counts of packets:

    sent     entered the cable
    lost     thrown away
    late     held back, so that others overtake them
    copied   forwarded twice
    arrived  left the cable, copies included

and, of TCP segments with data (`copies` and `new` are among those that arrived):

    segments   entered the cable; those below were among them
    again      sent for a second time, or more often: they begin below a byte
               that was sent before
    gone       thrown away
    copies     second copies of a packet, which the cable made
    new        brought a byte that had not arrived
    needless   brought none, because the bytes had arrived before
"""

import collections
import random

TCP, UDP = 6, 17
PROTOCOLS = {TCP: "tcp", UDP: "udp"}
SYN = 2

LATE, COPIED = 2, 1  # of 100 packets; each is lost, late or copied, not two of these

# A packet on the cable: its way, the bytes [start, end) of the stream if it is a
# segment with data, and how often it was forwarded.
Passage = collections.namedtuple("Passage", "way start end copies is_late")


class Ranges:
    """The bytes of a stream that have arrived: ranges in order, with gaps between."""

    def __init__(self):
        self.ranges = []

    def add(self, start, end):
        """Adds [start, end). Returns how many of its bytes are new."""
        apart = [(a, b) for a, b in self.ranges if b < start or a > end]
        joined = [(a, b) for a, b in self.ranges if not (b < start or a > end)]
        whole = (min([start, *(a for a, _ in joined)]), max([end, *(b for _, b in joined)]))
        self.ranges = sorted([*apart, whole])
        return whole[1] - whole[0] - sum(b - a for a, b in joined)


class Way:
    """One direction of a conversation. Its chance is its own: a seed has the same effect
    on it, whatever else is sent meanwhile."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.counts = collections.Counter()
        self.first = None  # the sequence number of the stream's byte 0
        self.top = 0       # the bytes below this were sent
        self.arrived = Ranges()


class Tally:
    def __init__(self, loss, seed):
        self.loss, self.seed = loss, seed
        self.ways = {}

    def enter(self, packet, direction):
        """Decides about a packet that enters. Returns its passage; None for what is
        neither TCP nor UDP."""
        if packet[0] >> 4 != 4 or packet[9] not in PROTOCOLS:
            return None
        port = min(int.from_bytes(packet[at:at + 2], "big") for at in header_ports(packet))
        way = self.way(f"{PROTOCOLS[packet[9]]} {port}", direction)
        start, end = way_range(way, packet) if packet[9] == TCP else (0, 0)
        drawn = way.random.random() * 100
        copies = 0 if drawn < self.loss else 1
        is_late = 0 <= drawn - self.loss < LATE
        if LATE <= drawn - self.loss < LATE + COPIED:
            copies = 2
        way.counts.update(sent=1, lost=copies == 0, late=is_late, copied=copies == 2)
        if end > start:
            way.counts.update(segments=1, again=start < way.top, gone=copies == 0)
            way.top = max(way.top, end)
        return Passage(way, start, end, copies, is_late)

    def way(self, name, direction):
        key = name, direction
        if key not in self.ways:
            self.ways[key] = Way(f"{self.seed} {name} {direction}")
        return self.ways[key]

    def leave(self, passage, is_copy):
        """Counts a packet that leaves at the other end."""
        counts = passage.way.counts
        counts["arrived"] += 1
        if passage.end > passage.start:
            news = passage.way.arrived.add(passage.start, passage.end)
            counts["copies" if is_copy else "new" if news else "needless"] += 1

    def report(self):
        """The counts: conversation, way, name."""
        told = collections.defaultdict(dict)
        for (name, direction), way in self.ways.items():
            told[name][direction] = dict(way.counts)
        return told


def header_ports(packet):
    at = (packet[0] & 15) * 4
    return at, at + 2


def way_range(way, packet):
    """The bytes of the stream that a segment carries. The first packet of a way is its
    SYN, which has the sequence number before that of byte 0."""
    at = (packet[0] & 15) * 4
    number = int.from_bytes(packet[at + 4:at + 8], "big")
    if way.first is None or packet[at + 13] & SYN:
        way.first = number + 1
        return 0, 0
    start = (number - way.first) % (1 << 32)
    return start, start + len(packet) - at - (packet[at + 12] >> 4) * 4
