"""recordings.py -- hand-written recordings for the live page, with a known picture

Times are microseconds since the connection was accepted, and positions bytes of
the stream, so that a test can say where each mark has to stand.
"""

import json

BEGAN_US = 1_790_000_000_000_000

SYN = {
    "bytes": "4500003c1c464000400620747f0000017f000001"       # IPv4, 20 bytes
             "9c461f9049961d8300000000a002ffd7fe300000"       # TCP, 20 bytes
             "0204ffd70402080a3ade68b10000000001030307",      # its options
    "ttl": 64, "sequence": 0x49961d83, "window": 65495, "mss": 65495, "window_scale": 7,
    "sack": True, "timestamps": True, "ecn": False,
}


class Recording:
    """The events of one connection, with times from its beginning."""

    def __init__(self, conn, began_us=0, syn=SYN):
        self.conn = conn
        self.began_us = BEGAN_US + began_us
        self.events = []
        self.acked = 0
        peer = f"127.0.0.1:{40000 + conn}"
        more = {"syn": syn} if syn else {}
        self.tell(0, "tcp", "open", local="127.0.0.1:8080", peer=peer, worker=1,
                  info=self.info(65536), **more)

    def tell(self, us, layer, event, **more):
        self.events.append({"v": 2, "time_us": self.began_us + us, "conn": self.conn,
                            "layer": layer, "event": event, **more})

    def info(self, window, retransmitted=0, unacked=0):
        return {"rtt_us": 40000, "rttvar_us": 2000, "mss": 1448, "cwnd": 10, "segments_in": 3,
                "segments_out": 3, "data_segments_in": 1, "data_segments_out": 2,
                "bytes_acked": self.acked, "bytes_unacked": unacked,
                "retransmitted": retransmitted, "peer_window": window}

    def request(self, us, number, begin, target, **more):
        head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        end = begin + len(head)
        self.tell(us, "tcp", "recv", **{"from": begin, "to": end}, segments=1, **more)
        self.tell(us + 20, "http", "request", request=number, **{"from": begin}, head_to=end, to=end,
                  recvs=1, method="GET", target=target, version="1.1", head=head)
        return end

    def response(self, us, number, begin, length):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {length}\r\n\r\n"
        end = begin + len(head) + length
        self.tell(us, "http", "response", request=number, **{"from": begin},
                  head_to=begin + len(head), to=end, status=200, head=head)
        return end

    def send(self, us, begin, end, window=65536, call="send", **info):
        self.tell(us, "tcp", "send", **{"from": begin, "to": end}, call=call,
                  info=self.info(window, **info))

    def left(self, us, begin, end):
        self.tell(us, "tcp", "left", **{"from": begin, "to": end})

    def again(self, us, end):
        self.tell(us, "tcp", "left", to=end, again=True)

    def ack(self, us, end):
        self.tell(us, "tcp", "acked", **{"from": self.acked, "to": end})
        self.acked = end


def lossy(conn=1, began_us=0):
    """60,000 bytes in eight writes; the fourth is lost, and sent again after 200 ms."""
    it = Recording(conn, began_us)
    it.request(1000, 1, 0, "/photo.png", waited_us=400)
    end = it.response(1200, 1, 0, 60000)
    cuts = [0, 8000, 16000, 24000, 32000, 40000, 48000, 56000, end]
    for i, (begin, to) in enumerate(zip(cuts, cuts[1:])):
        it.send(1500 + 5000 * i, begin, to)
        it.left(1600 + 5000 * i, begin, to)
    for i, to in enumerate(cuts[1:4]):
        it.ack(41600 + 5000 * i, to)
    it.again(256600, 32000)
    it.again(258000, 40000)
    it.ack(298000, end)
    it.tell(400000, "tcp", "eof", at=50)
    it.tell(400100, "tcp", "shutdown", at=end)
    it.tell(400300, "tcp", "close", cause="peer", age_us=400300, out=end, sent=end, acked=end,
            in_flight=0, unsent=0, unread=0, recvs=2, sends=8, requests=1, answers=1,
            pipeline_max=1, info=it.info(65536, retransmitted=2), **{"in": 50})
    return it.events


def stalled(conn=2, began_us=0, *, is_over=True):
    """16 MiB for a client that reads nothing for three seconds, then a little, and
    resets the connection."""
    it = Recording(conn, began_us)
    it.request(800, 1, 0, "/film.mp4", waited_us=90)
    it.response(1000, 1, 0, 16 << 20)
    it.send(1300, 0, 65536, window=65536)
    it.left(1350, 0, 65536)
    it.send(1700, 65536, 2621440, call="sendfile", window=30000)
    it.ack(1900, 65536)
    it.tell(2000, "tcp", "blocked", at=2621440, call="sendfile", queued=2555904, unsent=2490368,
            info=it.info(0, unacked=65536))
    it.left(2100, 65536, 131072)
    it.send(3002000, 2621440, 3922704, call="sendfile", window=65536)
    it.ack(3002100, 128801)
    it.tell(3002300, "tcp", "blocked", at=3922704, call="sendfile", queued=3793903, unsent=3791632,
            info=it.info(0, unacked=2271))
    if is_over:
        it.tell(5000000, "tcp", "close", cause="reset", age_us=5000000, out=3922704, sent=131072,
                acked=128801, in_flight=2271, unsent=3791632, unread=0, recvs=1, sends=3,
                requests=1, answers=1, pipeline_max=1, **{"in": 49})
    return it.events


def kept(conn=3, began_us=0):
    """Three requests on one connection, which the client ends."""
    it = Recording(conn, began_us)
    coming = going = 0
    for i in range(3):
        us = 1000 + 30000 * i
        coming = it.request(us, i + 1, coming, f"/{i}.png", waited_us=50)
        end = it.response(us + 100, i + 1, going, 900 + 300 * i)
        it.send(us + 200, going, end)
        it.left(us + 190, going, end)
        it.ack(us + 260, end)
        going = end
    it.tell(95000, "tcp", "eof", at=coming)
    it.tell(95300, "tcp", "close", cause="peer", age_us=95300, out=going, sent=going, acked=going,
            in_flight=0, unsent=0, unread=0, recvs=3, sends=3, requests=3, answers=3,
            pipeline_max=1, **{"in": coming})
    return it.events


def long(conn=4, began_us=0, writes=3000):
    """One response in thousands of writes, each stamped and acknowledged."""
    it = Recording(conn, began_us)
    it.request(800, 1, 0, "/long.bin", waited_us=90)
    end = it.response(1000, 1, 0, writes * 1448)
    for i in range(writes):
        us = 1300 + 250 * i
        it.send(us, i * 1448, (i + 1) * 1448)
        it.left(us + 20, i * 1448, (i + 1) * 1448)
        if i % 97 == 96:
            it.again(us + 90, (i + 1) * 1448)
        it.ack(us + 120, (i + 1) * 1448)
    it.send(1300 + 250 * writes, writes * 1448, end)
    return it.events


def write(path, *connections):
    """The connections' events as a file to load, in the order of their times."""
    events = [event for connection in connections for event in connection]
    with open(path, "w", encoding="utf-8") as file:
        for event in sorted(events, key=lambda event: event["time_us"]):
            file.write(json.dumps(event) + "\n")
    return path
