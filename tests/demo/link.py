"""link.py -- two network namespaces, and a cable between them that loses packets

Each end of the cable drops some incoming packets at random, in a hook of its own
namespace: the network of this machine is not touched, and removing the two
namespaces removes everything.
"""

import os
import re
import subprocess

import stage

SERVER, CLIENT = "10.77.0.1", "10.77.0.2"

# A packet lost is counted, and one that arrives too, for each protocol.
RULES = """
table inet soquete {{
    counter tcp_lost {{ }}
    counter tcp_arrived {{ }}
    counter udp_lost {{ }}
    counter udp_arrived {{ }}
    chain input {{
        type filter hook input priority 0; policy accept;
        meta l4proto tcp numgen random mod 100 < {loss} counter name tcp_lost drop
        meta l4proto tcp counter name tcp_arrived
        meta l4proto udp numgen random mod 100 < {loss} counter name udp_lost drop
        meta l4proto udp counter name udp_arrived
    }}
}}
"""
COUNTER = re.compile(r"counter (\w+) \{\s*packets (\d+) ")

# TCP hands the kernel up to 64 KiB in one piece, which a network card would cut
# into segments. There is no card here: such a piece would cross the cable as one
# packet, and with one drop 45 segments would be gone. So a piece is a segment,
# at most: 1500 bytes and the 14 of Ethernet's header.
PIECE_MAX = "1514"


def have(command, need, **options):
    """Runs a command that the link needs."""
    result = subprocess.run(command, capture_output=True, text=True, check=False,
                            start_new_session=True, **options)
    if result.returncode != 0:
        said = (result.stderr.strip() or "no reason given").partition("\n")[0]
        raise stage.NotHere(f"{need} ({command[0]}: {said})")


class Link:
    """The two namespaces, until the stack is unwound."""

    def __init__(self, stack, loss):
        if os.geteuid() != 0:
            raise stage.NotHere("only root may make network namespaces: sudo make demo-lossy")
        self.server, self.client = (f"soquete-{os.getpid()}-{end}" for end in ("server", "client"))
        namespaces = ("this needs network namespaces, which are not allowed here; in a container "
                      "they are with --privileged")
        for name in (self.server, self.client):
            stack.callback(remove, name)
            have(["ip", "netns", "add", name], namespaces)
            have(["ip", "netns", "exec", name, "true"], namespaces)
        have(["ip", "link", "add", "cable", "netns", self.server, "type", "veth",
              "peer", "name", "cable", "netns", self.client], "this needs the kernel's veth")
        for name, address in ((self.server, SERVER), (self.client, CLIENT)):
            self.join(name, address)
            have(["ip", "netns", "exec", name, "nft", "-f", "-"],
                 "this needs the kernel's nf_tables, and numgen in it",
                 input=RULES.format(loss=loss))

    def join(self, name, address):
        for words in (["addr", "add", f"{address}/30", "dev", "cable"],
                      ["link", "set", "cable", "gso_max_size", PIECE_MAX],
                      ["link", "set", "cable", "up"]):
            have(["ip", "-n", name, *words], "the cable cannot be laid")

    def counts(self, name):
        """The counters of this end so far."""
        listed = subprocess.run(
            ["ip", "netns", "exec", name, "nft", "list", "counters"], capture_output=True,
            text=True, check=True, start_new_session=True).stdout
        return {counter: int(packets) for counter, packets in COUNTER.findall(listed)}


def inside(name, *command):
    """The command, run in a namespace."""
    return ["ip", "netns", "exec", name, *command]


def remove(name):
    """Removes the namespace, and with it its end of the cable and its rules."""
    subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False,
                   start_new_session=True)
