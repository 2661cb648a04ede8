"""idle.py -- the cost of an idle connection

User memory only: the kernel's memory for a socket is the same for all.
"""

import measure

CONNECTIONS = 15000
BEFORE = 200  # the first ones, after which a server has what it needs anyway


def bytes_a_connection(server):
    """The growth of private memory, divided by the connections that caused it. Each of
    them has had one response, and may ask for more."""
    def crowd(connections):
        return measure.Crowd(measure.Load(
            server.host(), "/1k.bin", [], connections=connections, crowd=server.place.crowd))
    with crowd(BEFORE):
        before_kib = measure.tree_private_kib(server.pid)
        with crowd(CONNECTIONS - BEFORE):
            grown_kib = measure.tree_private_kib(server.pid) - before_kib
    return grown_kib * 1024 / (CONNECTIONS - BEFORE)
