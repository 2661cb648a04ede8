"""sniffer.py INTERFACE PORT -- the segments of one TCP port, as a packet socket sees them

Prints "ready", then a JSON object for each segment, until its standard input ends. The
times are the kernel's. For an interface without a link layer: packets begin with IPv4.
"""

import json
import socket
import struct
import sys

ETH_P_ALL = 0x0003
SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35
FIN, SYN, RST, ACK = 1, 2, 4, 16


def read(packet, port):
    """The segment in an IPv4 packet, or None where it is none of this port."""
    if packet[0] >> 4 != 4 or packet[9] != socket.IPPROTO_TCP:
        return None
    total, at = struct.unpack_from("!H", packet, 2)[0], packet[0] % 16 * 4
    source, destination, sequence, ack = struct.unpack_from("!HHII", packet, at)
    if port not in (source, destination):
        return None
    flags = packet[at + 13]
    return {"out": source == port, "sequence": sequence, "ack": ack if flags & ACK else None,
            "len": total - at - (packet[at + 12] >> 4) * 4, "flags": flags & (FIN | SYN | RST)}


def main(interface, port):
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    sniffer.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sniffer.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
    sniffer.bind((interface, ETH_P_ALL))
    sniffer.settimeout(0.2)
    print("ready", flush=True)
    sys.stdin.read(1)  # all is over: what was seen lies in the buffer
    while True:
        try:
            packet, parts, _, _ = sniffer.recvmsg(256, 64)
        except TimeoutError:
            return
        segment = read(packet, port)
        if segment is not None:
            seconds, nanoseconds = struct.unpack("qq", parts[0][2][:16])
            print(json.dumps({"time_us": seconds * 1000000 + nanoseconds // 1000, **segment}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
