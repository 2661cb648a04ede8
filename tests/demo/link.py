"""link.py -- two network namespaces, and a cable between them that delays and loses

The cable is a program (cable.py) that forwards each packet, or loses it. The network
of this machine is not touched, and removing the two namespaces removes everything.
Where the kernel has netem, that delays the packets; else the program does.
"""

import collections
import json
import os
import shutil
import subprocess
import sys

import stage

HERE = os.path.dirname(os.path.abspath(__file__))
CABLE = os.path.join(HERE, "cable.py")
SERVER, CLIENT = "10.77.0.1", "10.77.0.2"
DELAY_MS = 20   # each way
QUEUE = 100000  # packets that may wait for the cable: the largest file, as datagrams


def have(command, need):
    """Runs a command that the link needs."""
    result = run(command)
    if result.returncode != 0:
        said = (result.stderr.strip() or "no reason given").partition("\n")[0]
        raise stage.NotHere(f"{need} ({command[0]}: {said})")


def run(command):
    return subprocess.run(command, capture_output=True, text=True, check=False,
                          start_new_session=True)


class Link:
    """The two namespaces and the cable, until the stack is unwound."""

    def __init__(self, screen, stack, loss, seed):
        if os.geteuid() != 0:
            raise stage.NotHere("only root may make network namespaces: sudo make demo-lossy")
        self.screen, self.stack = screen, stack
        self.server, self.client = (f"soquete-{os.getpid()}-{end}" for end in ("server", "client"))
        namespaces = ("this needs network namespaces, which are not allowed here; in a container "
                      "they are with --privileged")
        for name in (self.server, self.client):
            stack.callback(remove, name)
            have(["ip", "netns", "add", name], namespaces)
            have(["ip", "netns", "exec", name, "true"], namespaces)
        self.lay_cable(loss, seed)

    def lay_cable(self, loss, seed):
        if not os.path.exists("/dev/net/tun"):
            raise stage.NotHere("this needs /dev/net/tun, the kernel's TUN")
        program = stage.Program(
            self.screen.signals, self.stack,
            inside(self.server, sys.executable, "-B", CABLE, "cable", "far", str(loss), str(seed)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.stack.callback(program.process.stdout.close)
        self.control = self.stack.enter_context(program.process.stdin)
        self.replies = stage.Lines(self.screen.signals, program.process.stdout.fileno())
        self.replies.next("the cable")
        have(["ip", "-n", self.server, "link", "set", "far", "netns", self.client,
              "name", "cable"], "the cable cannot be laid")
        for name, ends in ((self.server, (SERVER, CLIENT)), (self.client, (CLIENT, SERVER))):
            self.join(name, *ends)
        has_netem = all([delay_by_netem(name) for name in (self.server, self.client)])
        self.write(0 if has_netem else DELAY_MS)

    def join(self, name, address, peer):
        for words in (["addr", "add", address, "peer", peer, "dev", "cable"],
                      ["link", "set", "cable", "txqueuelen", str(QUEUE)],
                      ["link", "set", "cable", "up"]):
            have(["ip", "-n", name, *words], "the cable cannot be laid")

    def write(self, line):
        self.control.write(f"{line}\n".encode())
        self.control.flush()

    def counts(self):
        """The cable's counts so far, which are 0 for what was not seen."""
        self.write("")
        told = json.loads(self.replies.next("the cable's counts"))
        return Counts(told.pop("on_cable"), {
            (name, direction): collections.Counter(way)
            for name, ways in told.items() for direction, way in ways.items()})


class Counts:
    def __init__(self, on_cable, ways):
        self.on_cable, self.ways = on_cable, ways

    def of(self, name, direction):
        return self.ways.get((name, direction), collections.Counter())


def delay_by_netem(name):
    """Whether the kernel delays what this namespace sends."""
    delay = ["netem", "delay", f"{DELAY_MS}ms", "limit", str(QUEUE)]
    tc = ["tc", "-n", name, "qdisc"]
    return (shutil.which("tc") is not None and
            run([*tc, "add", "dev", "cable", "root", *delay]).returncode == 0)


def kernel_counts(name):
    """The counters of TCP in a namespace (/proc/net/netstat and /proc/net/snmp)."""
    counts = {}
    for table in ("netstat", "snmp"):
        rows = run(inside(name, "cat", f"/proc/net/{table}")).stdout.splitlines()
        for names, values in zip(rows[::2], rows[1::2]):
            counts.update(zip(names.split()[1:], map(int, values.split()[1:])))
    return counts


def inside(name, *command):
    """The command, run in a namespace."""
    return ["ip", "netns", "exec", name, *command]


def remove(name):
    """Removes the namespace, and with it its end of the cable."""
    run(["ip", "netns", "delete", name])
