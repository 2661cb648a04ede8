"""crossing.py SERVER FOLDER LOSS SEED CLIENT -- one connection over a link that loses packets

The server serves FOLDER in one network namespace; the client is one of CLIENTS below, in
the other. Prints the server's trace (--trace=json), a line "capture", and the segments
that a packet socket saw at the server's end (sniffer.py). Exits with 77 where namespaces
are not allowed.
"""

import contextlib
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "demo"))
import link  # pylint: disable=wrong-import-position
import stage  # pylint: disable=wrong-import-position

PORT = 80

# Reads all of a large file, and closes when the server has seen every acknowledgement.
READER = """
import socket, sys
client = socket.create_connection((sys.argv[1], 80))
client.sendall(b"GET /large.bin HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
left = int(sys.argv[2])
while left > 0:
    got = len(client.recv(65536))
    if got == 0:
        sys.exit(1)
    left -= got
sys.stdin.read(1)
"""

# Asks for a large file, reads nothing, and resets.
RESETTER = """
import socket, struct, sys
client = socket.socket()
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
client.connect((sys.argv[1], 80))
client.sendall(b"GET /large.bin HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
sys.stdin.read(1)
client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
client.close()
"""


def is_read(event, events):
    """All that the response has is acknowledged."""
    ends = [each["to"] for each in events if each["event"] == "response"]
    return event["event"] == "acked" and event["to"] == ends[0]


def is_stuck(event, _):
    """The client's window is full, and all in flight has come."""
    return (event["event"] == "blocked" or event["event"] == "acked") and (
        event.get("info", {}).get("bytes_unacked") == 0)


CLIENTS = {"reader": (READER, is_read), "resetter": (RESETTER, is_stuck)}


def cross(screen, stack, program, folder, loss, seed, name):
    source, is_time = CLIENTS[name]
    laid = link.Link(screen, stack, loss, seed)
    sniffer = subprocess.Popen(
        link.inside(laid.server, sys.executable, "-B", os.path.join(HERE, "sniffer.py"), "cable",
                    str(PORT)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(sniffer.kill)
    sniffer.stdout.readline()
    server = stage.Server(
        screen, stack, link.inside(laid.server, program, "--trace=json", "-w", "1", "-l",
                                   f"{link.SERVER}:{PORT}", folder), is_coloured=False)
    size = os.path.getsize(os.path.join(folder, "large.bin"))
    client = subprocess.Popen(
        link.inside(laid.client, sys.executable, "-c", source, link.SERVER, str(size)),
        stdin=subprocess.PIPE)
    stack.callback(client.kill)
    events = []
    while not events or events[-1]["event"] != "close":
        line = server.lines.next("the next event")
        if not line.startswith("{"):
            continue
        events.append(json.loads(line))
        if client.stdin and not client.stdin.closed and is_time(events[-1], events):
            client.stdin.close()
        print(line)
    client.wait()
    print("capture")
    print(sniffer.communicate(" ")[0], end="")


def main(program, folder, loss, seed, name):
    screen = stage.Screen(stage.Signals())
    try:
        with contextlib.ExitStack() as stack:
            cross(screen, stack, stage.built(program), folder, int(loss), int(seed), name)
    except stage.NotHere as missing:
        print(missing)
        sys.exit(stage.SKIPPED)


if __name__ == "__main__":
    main(*sys.argv[1:])
