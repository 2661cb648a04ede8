"""workloads.py -- what is asked of every server

A workload is a list of sends, and the responses that must come back. Before it is measured,
each server is asked once: one that responds otherwise is reported, and left out.
"""

import dataclasses
import gzip
import http.client
import os
import random

import measure

KIB, MIB = 1024, 1024 * 1024
FILES = 10_000
FILES_A_FOLDER = 100
SIZES = {"/1k.bin": KIB, "/16k.bin": 16 * KIB, "/100k.bin": 100 * KIB, "/64m.bin": 64 * MIB}

# What Chromium sends for a page: with its first line and Host, 345 bytes.
BROWSER = (
    "Connection: keep-alive",
    "Upgrade-Insecure-Requests: 1",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36",
    "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Encoding: gzip, deflate, br",
    "Accept-Language: en-GB,en;q=0.9,pt;q=0.8",
)

CODED, CODED_FILES = "/coded", 20
LISTED, LISTED_FILES = "/listed", 1000
PACKED, PACKED_FILES = "/packed", 20
RULED, REDIRECTS, HEADER_RULES = "/ruled", 10_000, 1000

RANGE_LEN = 64 * KIB
RANGES = [f"Range: bytes={first}-{first + RANGE_LEN - 1}"
          for first in range(1_000_000, 60_000_000, 3_700_001)]


def head(host, target, *fields):
    return "\r\n".join([f"GET {target} HTTP/1.1", f"Host: {host}", *fields, "", ""]).encode()


@dataclasses.dataclass
class Workload:
    name: str
    title: str
    target: str = "/1k.bin"
    fields: tuple = ()
    client: str = "wrk"
    connections: int = 64
    pipelined: int = 1
    requests: int = None
    status: int = 200
    body: int = KIB  # expected length; None where each server has its own
    bare: tuple = (KIB,)  # arguments of the bare loop
    is_coded: bool = False  # the response must have a content coding
    logs: bool = False
    sends: callable = None  # of the server; None: the target, as told
    folder: str = ""  # below the root: what is served
    only_ours: bool = False  # the others have no such thing
    group: str = None  # of workloads that take turns; None: it is alone
    counts_calls: bool = False
    warm_s: float = 0.2  # of the turn that is not counted

    def is_for(self, peer):
        return not self.only_ours or peer.name in ("soquete", "before")

    def sends_to(self, server):
        if self.sends:
            return self.sends(server)
        return [head(server.host(), self.target, *self.fields) * self.pipelined]

    def load(self, server, seconds):
        """The same for every server, except for its name and its validators."""
        return measure.Load(
            server.host(), self.target, self.sends_to(server), crowd=server.place.crowd,
            pipelined=self.pipelined, connections=self.connections, seconds=seconds,
            requests=self.requests, fields=self.fields,
            refused=self.status >= 400 and server.peer.name != "bare")

    def check(self, server):
        """Whether this server responds as required. The bare loop ignores the
        status."""
        if server.peer.name == "bare":
            return
        status, length, coding = ask(server, self.sends_to(server)[0])
        if self.is_coded and coding is None:
            raise measure.BenchError(f"{server.peer.name}: {self.name}: sent without a coding")
        if status != self.status or self.body not in (None, length):
            raise measure.BenchError(
                f"{server.peer.name}: {self.name}: {status} with {length} bytes")


def file_target(number):
    return f"/many/{number // FILES_A_FOLDER:04}/{number:07}.bin"


def files_of(server, count):
    return [head(server.host(), file_target(number)) for number in range(count)]


def random_files(server):
    return files_of(server, FILES)


def coded_target(number):
    return f"{CODED}/script-{number:02}.js"


def coded_files(server):
    """As browsers ask for them."""
    return [head(server.host(), coded_target(number), *BROWSER) for number in range(CODED_FILES)]


def decoded_files(server):
    """The bytes of the sidecars, as files of their own."""
    return [head(server.host(), coded_target(number) + ".bin", *BROWSER)
            for number in range(CODED_FILES)]


def packed_target(number):
    return f"{PACKED}/text-{number:02}.txt"


def packed_files(server):
    """Once each has been compressed, for each of the workers."""
    for number in range(PACKED_FILES):
        coded_body(server, packed_target(number))
    return [head(server.host(), packed_target(number), *BROWSER)
            for number in range(PACKED_FILES)]


def packed_copies(server):
    """What the server compresses, as plain files."""
    for number in range(PACKED_FILES):
        path = server.place.root + packed_target(number) + ".bin"
        with open(path, "wb") as file:
            file.write(coded_body(server, packed_target(number)))
    return [head(server.host(), packed_target(number) + ".bin", *BROWSER)
            for number in range(PACKED_FILES)]


def random_ranges(server):
    return [head(server.host(), "/64m.bin", field) for field in RANGES]


def not_modified(server):
    """A conditional request with a validator from this server's own response."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port,
                                            timeout=measure.DEADLINE_S)
    connection.request("GET", "/1k.bin")
    with connection.getresponse() as answer:
        tag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
    connection.close()
    field = f"If-None-Match: {tag}" if tag else f"If-Modified-Since: {date}"
    return [head(server.host(), "/1k.bin", field)]


WORKLOADS = [
    Workload("1k", "1 KiB", counts_calls=True),
    Workload("browser", "1 KiB, a browser's head", fields=BROWSER),
    Workload("h2load", "1 KiB, by h2load", client="h2load"),
    Workload("pipeline", "1 KiB, 16 pipelined", pipelined=16),
    Workload("16k", "16 KiB", "/16k.bin", body=16 * KIB, bare=(16 * KIB,)),
    Workload("100k", "100 KiB", "/100k.bin", body=100 * KIB, bare=(100 * KIB, "/100k.bin")),
    Workload("64m", "64 MiB", "/64m.bin", client="h2load", connections=4, requests=8,
             body=64 * MIB, bare=(64 * MIB, "/64m.bin")),
    Workload("range", "64 KiB of 64 MiB", "/64m.bin", sends=random_ranges, status=206,
             body=RANGE_LEN, bare=(RANGE_LEN,)),
    Workload("close", "a connection a request", fields=("Connection: close",),
             bare=(KIB, "close")),
    Workload("files", "10,000 files at random", file_target(0), sends=random_files,
             warm_s=2),
    Workload("304", "304 (Not Modified)", sends=not_modified, status=304, body=0, bare=(0,)),
    Workload("404", "404 (Not Found)", "/nothing.bin", status=404, body=None, bare=(150,)),
    Workload("listing", "listing of 1,000 files", LISTED + "/", connections=4,
             body=None, bare=(100 * KIB, "/100k.bin"), warm_s=1),
    Workload("sidecars", "20 files with .br and .gz", sends=coded_files, body=None,
             is_coded=True, bare=(30 * KIB,), group="coded"),
    Workload("alike", "the same bytes, no sidecars", sends=decoded_files, body=None,
             bare=(30 * KIB,), group="coded"),
    Workload("packed", "compressed here", sends=packed_files, body=None, is_coded=True,
             only_ours=True, group="packed", warm_s=1),
    Workload("unpacked", "the same bytes, plain", sends=packed_copies, body=None,
             only_ours=True, group="packed", warm_s=1),
    Workload("unruled", "no rules", only_ours=True, group="ruled"),
    Workload("ruled", "11,000, none matches", folder=RULED, only_ours=True, group="ruled"),
    Workload("header", "last of _headers", "/last.bin", folder=RULED, only_ours=True,
             group="ruled"),
    Workload("rewrite", "last of _redirects", "/last", folder=RULED, only_ours=True,
             group="ruled"),
    Workload("log", "1 KiB, access log on", logs=True),
    Workload("64", "1 KiB, 64 connections", client="crowd"),
    Workload("2000", "2,000 connections", client="crowd", connections=2000),
    Workload("15000", "15,000 connections", client="crowd", connections=15000),
]


def ask(server, request):
    """Sends these bytes. Returns the status and the length of the response."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port,
                                            timeout=measure.DEADLINE_S)
    connection.connect()
    connection.sock.sendall(request)
    with http.client.HTTPResponse(connection.sock, method="GET") as answer:
        answer.begin()
        length = len(answer.read())
    connection.close()
    return answer.status, length, answer.headers["Content-Encoding"]


def coded_body(server, target):
    """The bytes of this file in a content coding, as soon as each worker sends them:
    of connections that are open at once, each has one."""
    connections = [http.client.HTTPConnection("127.0.0.1", server.port,
                                              timeout=measure.DEADLINE_S)
                   for _ in range(server.place.workers)]
    found = []

    def are_coded():
        found.clear()
        for connection in connections:
            connection.request("GET", target, headers={"Accept-Encoding": "br, gzip"})
            with connection.getresponse() as answer:
                found.append((answer.headers["Content-Encoding"], answer.read()))
        return all(coding for coding, _ in found)

    for connection in connections:
        connection.connect()
    measure.wait_until(are_coded, f"{target} to be compressed")
    for connection in connections:
        connection.close()
    return found[0][1]


def make_file(root, target, size):
    with open(root + target, "wb") as file:
        file.write(os.urandom(size))


def make_files(root, count, size=KIB):
    """Many small files, a hundred in a folder."""
    for number in range(count):
        target = file_target(number)
        if number % FILES_A_FOLDER == 0:
            os.makedirs(os.path.dirname(root + target), mode=0o755)
        make_file(root, target, size)


def make_listed(root):
    """A folder to be listed."""
    os.makedirs(root + LISTED, mode=0o755)
    for number in range(LISTED_FILES):
        make_file(root, f"{LISTED}/photo-{number:05}.jpg", number)


def texts(count):
    """Of 1 to 300 KiB."""
    chance = random.Random(1)
    for _ in range(count):
        words = [f"word{chance.randrange(3000)}" for _ in range(chance.randrange(150, 45000))]
        yield " ".join(words).encode()


def make_packed(root):
    """Text without sidecars."""
    os.makedirs(root + PACKED, mode=0o755)
    for number, text in enumerate(texts(PACKED_FILES)):
        with open(root + packed_target(number), "wb") as file:
            file.write(text)


def make_ruled(root):
    """A site with many rules. Those that match are the last."""
    os.makedirs(root + RULED, mode=0o755)
    for name in ("/1k.bin", "/last.bin"):
        make_file(root + RULED, name, KIB)
    redirects = [f"/old/page-{number} /new/page-{number}" for number in range(REDIRECTS - 1)]
    headers = [f"/old/page-{number}\n  X-Page: {number}" for number in range(HEADER_RULES - 1)]
    for name, lines in (("_redirects", redirects + ["/last /1k.bin 200"]),
                        ("_headers", headers + ["/last.bin\n  X-Last: yes"])):
        with open(f"{root}{RULED}/{name}", "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")


def make_coded(root):
    """Scripts of 1 to 300 KiB with sidecars, and the bytes of these once more. Nobody
    decodes the one for brotli, so it only has the size that such a copy has."""
    os.makedirs(root + CODED, mode=0o755)
    for number, text in enumerate(texts(CODED_FILES)):
        copy = gzip.compress(text)
        brotli = copy[:len(copy) * 9 // 10]
        for suffix, content in (("", text), (".gz", copy), (".br", brotli), (".bin", brotli)):
            with open(root + coded_target(number) + suffix, "wb") as file:
                file.write(content)


def make_root(root):
    """The folder that all serve; readable by other users too."""
    os.chmod(root, 0o755)
    for target, size in SIZES.items():
        make_file(root, target, size)
    make_files(root, FILES)
    make_listed(root)
    make_coded(root)
    make_packed(root)
    make_ruled(root)
