"""The trace, compared with two independent witnesses: strace, which sees the server's
calls, and the kernel's own counts."""

import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess

from harness import Skip, check, check_equal, request, wait_until
from story import Trace, name_of, those

ETH_P_IP = 0x0800
SYN, SYN_OR_ACK = 0x02, 0x12
CALLS = re.compile(r"(recvfrom|recvmsg|read|sendto|sendmsg|sendfile)\b.* = (\d+)$")


class Strace:
    """Traces a running server's calls; skips the test if that is not allowed."""

    def __init__(self, bench, pid):
        self.path = os.path.join(bench.folder(), "strace")
        if bench.is_sanitized:
            raise Skip("a sanitizer does not want to be looked at")
        if shutil.which("strace") is None:
            raise Skip("strace is not installed")
        self.process = subprocess.Popen(
            ["strace", "-f", "-p", str(pid), "-e", "trace=network,sendfile", "-o", self.path],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        wait_until(self.has_begun, "strace", bench.deadline_s)

    def has_begun(self):
        """Its first line says whether it works, or why not."""
        ready, _, _ = select.select([self.process.stderr], [], [], 0)
        if not ready:
            return False
        said = self.process.stderr.readline()
        if "attached" not in said:
            self.process.wait()
            raise Skip(f"strace cannot be used here: {said.strip()}")
        return True

    def end(self):
        """The sizes that were received and sent, in order."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.process.stderr.close()
        with open(self.path, encoding="utf-8", errors="replace") as file:
            calls = [match for match in map(CALLS.search, map(str.rstrip, file)) if match]
        recvs = [int(call[2]) for call in calls if call[1].startswith("r") and call[2] != "0"]
        return recvs, [int(call[2]) for call in calls if call[1].startswith("s")]


def test_chunks_are_those_that_strace_sees(bench):
    """Each recv and send moved as many bytes as strace shows."""
    trace = Trace(bench)
    strace = Strace(bench, trace.server.pid)
    try:
        with trace.server.connect() as connection:
            name = name_of(connection)
            connection.send(request("/small.txt") * 5)
            for _ in range(5):
                connection.read()
            connection.send_bytewise(request("/big.bin"))
            connection.read()
            connection.send(request("/digits.txt", "Connection: close"))
            connection.read()
            connection.read_end()
        story = trace.whole(name)
    finally:
        recvs, sends = strace.end()
    check_equal([event["to"] - event["from"] for event in those(story, "recv")], recvs, "recvs")
    check_equal([event["to"] - event["from"] for event in those(story, "send")], sends, "sends")


class Capture:
    """The segments of one TCP port on the loopback, as a packet socket sees them."""

    def __init__(self, port, deadline_s):
        try:
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                        socket.htons(ETH_P_IP))
        except PermissionError as error:
            raise Skip("a packet socket is not allowed here") from error
        self.socket.bind(("lo", ETH_P_IP))
        self.socket.settimeout(deadline_s)
        self.port = port

    def syn(self, peer_port):
        """The SYN from that port, from the header of IP on."""
        while True:
            packet, (_, _, kind, *_) = self.socket.recvfrom(65536)
            at = packet[0] % 16 * 4
            ends = struct.unpack_from("!HH", packet, at)
            if kind == socket.PACKET_HOST and packet[9] == socket.IPPROTO_TCP and (
                    ends == (peer_port, self.port)) and packet[at + 13] & SYN_OR_ACK == SYN:
                return packet


def test_syn_is_that_of_a_capture(bench):
    """Byte for byte, and its fields are those of the bytes."""
    trace = Trace(bench)
    capture = Capture(trace.server.addresses[0][1], bench.deadline_s)
    with capture.socket, trace.server.connect() as connection:
        name = name_of(connection)
        connection.ask()
        seen = capture.syn(int(name.split(":")[-1]))
    syn = trace.whole(name)[0]["syn"]
    at = seen[0] % 16 * 4
    sequence, _, window = struct.unpack_from("!IIxxH", seen, at + 4)
    check_equal(syn["bytes"], seen.hex(), "the bytes")
    check_equal((syn["ttl"], syn["sequence"], syn["window"]), (seen[8], sequence, window),
                "the fields")


def kernel_counts(port, peer_port):
    """The output of `ss` for the server's end of a connection."""
    if shutil.which("ss") is None:
        raise Skip("ss is not installed")
    text = subprocess.run(["ss", "-tinH", f"sport = :{port} and dport = :{peer_port}"],
                          capture_output=True, text=True, check=False).stdout
    counts = dict(re.findall(r"(\w+):(\d+)\b", text))
    if "segs_out" not in counts:
        raise Skip("ss does not tell of segments here")
    return {key: int(value) for key, value in counts.items()}


def test_counts_are_those_of_the_kernel(bench):
    """The segments and bytes that close reports are those that ss -ti shows just
    before; only the peer's FIN is added."""
    trace = Trace(bench)
    with trace.server.connect() as connection:
        name = name_of(connection)
        for _ in range(3):
            connection.ask("/small.txt")
        connection.ask("/big.bin")
        wait_until(lambda: kernel_counts(trace.server.addresses[0][1], int(name.split(":")[-1]))
                   .get("bytes_acked") == max((each["to"] for each in those(trace.story(name), "send")), default=-1),
                   "all to be acknowledged", bench.deadline_s)
        seen = kernel_counts(trace.server.addresses[0][1], int(name.split(":")[-1]))
    close = trace.whole(name)[-1]
    info = close["info"]
    check_equal({"in": info["data_segments_in"], "out": info["data_segments_out"],
                 "acked": info["bytes_acked"], "received": close["in"]},
                {"in": seen["data_segs_in"], "out": seen["data_segs_out"],
                 "acked": seen["bytes_acked"], "received": seen["bytes_received"]},
                "what the kernel counted")
    # It grows with the window that the peer offers, up to its last segment.
    check(info["mss"] >= seen["mss"], f"mss: {info['mss']}, ss: {seen['mss']}")
    for ours, theirs in (("segments_in", "segs_in"), ("segments_out", "segs_out")):
        check(0 <= info[ours] - seen[theirs] <= 2, f"{ours}: {info[ours]}, ss: {seen[theirs]}")
    check_equal(close["out"], info["bytes_acked"], "bytes acknowledged")
