"""--listing: folders without an index.html."""

import html.parser
import json
import os
import random
import signal
import time
import urllib.parse

from fixtures import write
from harness import check, check_equal, request
from story import Trace, name_of, those

JSON = "Accept: application/json"
STRANGE = (b"two\nlines", b"caf\xe9", b"a:b", b"q?x#y", b"100%", b'"<b>&\'', b"back\\slash",
           b"\x01\x7f\t", b" spaces ", b"ol\xc3\xa1", b"\xe2\x82(", b"javascript:alert(1)",
           b"\xf0\x9f\x98\x80", b"-", b"~", b"+", b"...".replace(b"...", b"x..."), b"n" * 255)


class Links(html.parser.HTMLParser):
    """The targets of the links, and the headings of the table."""

    def __init__(self, page):
        super().__init__()
        self.links, self.sorted, self.lang = [], [], None
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a":
            self.links.append(attrs["href"])
        if "aria-sort" in attrs:
            self.sorted.append(attrs["aria-sort"])
        if tag == "html":
            self.lang = attrs["lang"]


def items(page):
    """The links to what is in the folder, not those that sort or lead up."""
    return [link for link in Links(page).links if link[0] != "?" and link != "../"]


def make_files(root, count, name="{:06}.jpg"):
    for number in range(count):
        with open(os.path.join(root, name.format(number)), "wb"):
            pass


def test_strange_names(bench):
    """Each link of the page leads to its file; JSON has each name, with U+FFFD for bytes
    that are no UTF-8."""
    root = os.fsencode(bench.folder())
    for name in STRANGE:
        with open(os.path.join(root, name), "wb") as file:
            file.write(name)
    server = bench.serve(folder=os.fsdecode(root))
    with server.connect() as connection:
        links = items(connection.ask("/").body)
        check_equal(sorted(map(urllib.parse.unquote_to_bytes, links)), sorted(STRANGE), "names")
        for link in links:
            target = urllib.parse.urljoin("http://a/", link)
            check(target.startswith("http://a/"), f"{link} is no relative reference")
            check_equal(connection.ask(target[8:]).body, urllib.parse.unquote_to_bytes(link), link)
        entries = json.loads(connection.ask("/", JSON).body)["entries"]
    check_equal(sorted(entry["name"] for entry in entries),
                sorted(name.decode(errors="replace") for name in STRANGE), "names in JSON")
    check_equal({tuple(entry) for entry in entries}, {("name", "type", "size", "modified")}, "members")


def test_orders(bench):
    """Sorted by name, size or time, either way, folders first; what is hidden or not
    served is left out."""
    root = bench.folder()
    for name, size, day in (("b.txt", 10, 3), ("A.txt", 30, 1), ("c10", 5, 2), ("c9", 20, 4),
                            (".hidden", 1, 1), ("_headers", 1, 1), ("_redirects", 1, 1)):
        write(os.path.join(root, name), b"x" * size, day * 86400 * 10**9)
    for name, day in (("sub/file", 5), ("Zoo/file", 6)):
        write(os.path.join(root, name), b"")
        os.utime(os.path.dirname(os.path.join(root, name)), (day * 86400, day * 86400))
    os.symlink("../outside", os.path.join(root, "leak"))
    os.symlink("nothing", os.path.join(root, "dangling"))
    os.symlink("sub", os.path.join(root, "link"))
    os.mkfifo(os.path.join(root, "fifo"))
    server = bench.serve(folder=root)
    folders = {"name": ["link/", "sub/", "Zoo/"], "size": ["link/", "sub/", "Zoo/"],
               "time": ["link/", "sub/", "Zoo/"]}
    files = {"name": ["A.txt", "b.txt", "c9", "c10"], "size": ["c10", "b.txt", "c9", "A.txt"],
             "time": ["A.txt", "c10", "b.txt", "c9"]}
    for key, names in files.items():
        for order, step in (("asc", 1), ("desc", -1)):
            page = server.ask(f"/?sort={key}&order={order}").body
            first = folders[key][::1 if key == "size" else step]
            found = items(page)
            if key == "time" and order == "desc":
                first = ["Zoo/", "link/", "sub/"]
            check_equal(found, first + names[::step], f"{key} {order}")
            check_equal(Links(page).sorted, [f"{order}ending"], f"aria-sort of {key} {order}")


def test_languages(bench):
    """Portuguese where Accept-Language prefers it."""
    server = bench.serve()
    for value, lang in (("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"), ("en-GB,pt;q=0.9", "en"), ("de", "en")):
        response = server.ask("/bare/", f"Accept-Language: {value}")
        check_equal(Links(response.body).lang, lang, value)


def test_who_gets_listings(bench):
    """auto: where all listeners are loopback addresses. Otherwise the nearest 404.html."""
    root = bench.folder()
    write(os.path.join(root, "sub/file"), b"")
    write(os.path.join(root, "404.html"), b"none\n")
    for options, listen, status in (((), "127.0.0.1:0", 200), ((), "0.0.0.0:0", 404),
                                    (("--listing", "on"), "0.0.0.0:0", 200),
                                    (("--listing", "off"), "127.0.0.1:0", 404)):
        server = bench.serve(*options, listen=[listen], folder=root)
        response = server.ask("/sub/")
        check_equal(response.status, status, f"{options} {listen}")
        check(status == 200 or response.body == b"none\n", "the page of a 404")


def test_other_rules_come_first(bench):
    """An index, the redirect to the slash, --spa and --base are as without listings."""
    root = bench.folder()
    for name in ("index.html", "sub/deep/file", "with/index.html"):
        write(os.path.join(root, name), name.encode())
    server = bench.serve("--base", "/repo/", "--spa", folder=root)
    page = server.ask("/repo/sub/").body
    check(b"<title>/repo/sub/</title>" in page, f"its title: {page[:300]}")
    check_equal(Links(page).links[-2:], ["../", "deep/"], "links")
    check_equal(server.ask("/repo/sub/", "Accept: text/html").body, b"index.html", "a navigation")
    check_equal(server.ask("/repo/with/").body, b"with/index.html", "an index")
    check_equal(server.ask("/repo/sub")["location"], "/repo/sub/", "the redirect")
    check_equal(server.ask("/repo/none/").status, 404, "no folder")


def test_1_0(bench):
    """HTTP/1.0 gets the page up to the end of the connection."""
    with bench.serve().connect() as connection:
        connection.send(b"GET /bare/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        content = b""
        while data := connection.receive():
            content += data
    head, _, page = content.partition(b"\r\n\r\n")
    check(b"\r\nConnection: close" in head and b"chunked" not in head, f"head: {head}")
    check_equal(items(page), ["file.txt"], "links")
    check(page.endswith(b"</script>\n"), "the end of the page")


def test_pipelined_behind_listings(bench):
    """Each response in its place, with one line in the log and its range in the trace."""
    root = bench.folder()
    make_files(root, 2000)
    write(os.path.join(root, "last.txt"), b"last\n")
    trace = Trace(bench, folder=root)
    server = trace.server
    with server.connect() as connection:
        name = name_of(connection)
        connection.send((request("/", JSON) + request("/last.txt")) * 3 +
                        request("/none", "Connection: close"))
        for _ in range(3):
            listing = json.loads(connection.read().body)["entries"]
            check_equal([entry["name"] for entry in listing],
                        [f"{number:06}.jpg" for number in range(2000)] + ["last.txt"], "names")
            check_equal(connection.read().body, b"last\n", "behind it")
        check_equal(connection.read().status, 404, "the last")
        connection.read_end()
    story = trace.whole(name)
    check_equal(len(those(story, "content")), 3, "contents in the trace")


def test_log_line_at_the_end(bench):
    """The access log has the line when the last byte was accepted, with all bytes."""
    root = bench.folder()
    make_files(root, 3000)
    server = bench.serve("--access-log", "common", folder=root)
    with server.connect() as connection:
        connection.send(request("/", JSON, "Connection: close"))
        raw = b""
        while data := connection.receive():
            raw += data
    sent = len(raw) - raw.index(b"\r\n\r\n") - 4
    server.output.wait_line(rf'"GET / HTTP/1.1" 200 {sent}$')


def test_slow_reader_and_drain(bench):
    """A client that reads slowly gets all of it, also where the server drains."""
    root = bench.folder()
    make_files(root, 4000, "a-long-name-so-that-the-listing-does-not-fit-into-buffers-{:06}.jpg")
    server = bench.serve(folder=root)
    with server.connect(receive_buffer=16384) as connection:
        connection.receive_most = 16384
        connection.send(request("/", JSON))
        head = connection.reader.read_head()
        check_equal(server.ask("/000000").status, 404, "another client meanwhile")
        server.signal(signal.SIGTERM)
        pieces = []
        connection.reader.read_body(head, pieces.append)
        check_equal(len(json.loads(b"".join(pieces))["entries"]), 4000, "entries")
        connection.read_end()
    check_equal(server.wait(), 0, "exit status")


def test_folder_that_changes(bench):
    """While files come and go, each that stays is listed once, and the JSON is whole."""
    root = bench.folder()
    make_files(root, 1500)
    server, chance = bench.serve(folder=root), random.Random(11)
    with server.connect() as connection:
        for _ in range(5 if bench.light else 20):
            connection.send(request("/", JSON))
            for _ in range(100):
                path = os.path.join(root, f"new{chance.randrange(50)}")
                if os.path.exists(path):
                    os.unlink(path)
                else:
                    make_files(root, 1, os.path.basename(path))
            names = [entry["name"] for entry in json.loads(connection.read().body)["entries"]]
            check_equal(len(names), len(set(names)), "names that are listed once")
            check_equal(sum(name.endswith(".jpg") for name in names), 1500, "those that stay")


def test_too_many_open(bench):
    """Clients that do not read hold listings; one more gets 503, and none is left over."""
    root = bench.folder()
    make_files(root, 6000, "a-long-name-so-that-the-listing-does-not-fit-into-buffers-" * 3 + "{:06}.jpg")
    write(os.path.join(root, "small/file"), b"")
    server = bench.serve("--workers", "2", folder=root, descriptors=200)
    held = []
    for _ in range(20):
        connection = server.connect(receive_buffer=4096)
        connection.send(request("/", JSON))
        check(connection.wait_readable(30), "a response has begun")
        held.append(connection)
    statuses = [connection.reader.read_head().status for connection in held]
    check_equal((statuses[0], statuses[-1]), (200, 503), f"statuses {statuses}")
    check_equal(statuses, sorted(statuses), "503 once the bound is reached")
    check_equal(server.ask("/small/file").status, 200, "a file meanwhile")
    for connection in held:
        connection.abort()
    end = time.monotonic() + bench.deadline_s
    while server.ask("/small/").status != 200:
        check(time.monotonic() < end, "listings are not closed with their connections")
    check_equal(server.open_files(root), [], "folders that are still open")


def waits_beside(bench, root, target):
    """Lists a folder, while another client on the same worker asks for a small file all
    the time. Returns the listing, these waits in order of length, and the memory that
    the listing took at most."""
    server = bench.serve("--workers", "1", "--access-log", "off", folder=root)
    lister, other = server.connect(), server.connect()
    other.ask("/000001.jpg")
    before, waits = server.memory_kib(), []
    most_kib = before
    lister.send(request(target, JSON))
    lister.socket.setblocking(False)
    raw = bytearray()
    while not raw.endswith(b"\r\n0\r\n\r\n"):
        began = time.monotonic()
        check_equal(other.ask("/000001.jpg").status, 200, "another client")
        waits.append(time.monotonic() - began)
        try:
            while data := lister.socket.recv(1 << 20):
                raw += data
        except BlockingIOError:
            pass
        if len(waits) % 20 == 0:
            most_kib = max(most_kib, server.memory_kib())
    return raw, sorted(waits), most_kib - before


def test_large_folder_holds_up_nobody(bench):
    """12,000 files: another client on the same worker has its responses all the while,
    and no file is missing. (How long it waits depends on what else the machine does:
    test_long_listing.py.)"""
    root = bench.folder()
    make_files(root, 12000)
    raw, waits, _ = waits_beside(bench, root, "/")
    check(len(waits) > 5, f"{len(waits)} responses beside the listing")
    check_equal(raw.count(b'.jpg"'), 12000, "entries")
    check(b'"sorted":false' in raw, "JSON that says that it is not sorted")
