"""fixtures.py -- the folder that the servers under test serve

Made anew in a temporary folder for each run, so that names that Git cannot
carry (a FIFO, a link to outside) and times that a checkout forgets (a
Last-Modified that is known to the second) are as the tests need them.
"""

import os
import random
import socket
import time

# Tue, 02 Jan 2024 03:04:05 GMT, and a quarter: a file system that keeps
# fractions of a second may show them, HTTP must not.
MTIME_NS = 1704164645_250000000
LAST_MODIFIED = "Tue, 02 Jan 2024 03:04:05 GMT"

SMALL = b"A small text.\n"
BIG = random.Random(9112).randbytes(100 * 1024)

FILES = {
    "index.html": b"<!doctype html>\n<title>Soquete</title>\n<p>The home page.\n",
    "small.txt": SMALL,
    "digits.txt": b"0123456789",
    "empty.txt": b"",
    "big.bin": BIG,
    "sub/index.html": b"<!doctype html>\n<title>Sub</title>\n<p>The index of a folder.\n",
    "sub/page.html": b"<!doctype html>\n<title>Page</title>\n",
    "a folder/index.html": b"<!doctype html>\n<title>A space</title>\n",
    "bare/file.txt": b"This folder has no index.\n",
    "with space.txt": b"A name with a space.\n",
    "a+b.txt": b"A plus is a plus.\n",
    "100%.txt": b"A name with a per cent sign.\n",
    "q?.txt": b"A name with a question mark.\n",
    "back\\slash.txt": b"A backslash is a character of a name.\n",
    "dot.": b"A name may end in a dot.\n",
    "latin\udce1.txt": b"A name that is not UTF-8.\n",
    "ol\u00e1.txt": "Ol\u00e1, soquete!\n".encode(),
    "\u65e5\u672c.txt": "\u3053\u3093\u306b\u3061\u306f\n".encode(),
    ".hidden": b"Nobody is to see this.\n",
    ".git/config": b"Nor this.\n",
    "sub/.env": b"SECRET=1\n",
    ".well-known/security.txt": b"Contact: mailto:security@example.org\n",
    "types/page.html": b"<!doctype html>\n<title>T</title>\n",
    "types/UPPER.HTML": b"<!doctype html>\n<title>T</title>\n",
    "types/style.css": b"body { color: black }\n",
    "types/code.js": b"class A {}\n",
    "types/module.mjs": b"export default 1;\n",
    "types/picture.svg": b"<!-- drawn -->\n<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    "types/data.json": b"{}\n",
    "types/code.wasm": b"\0asm\1\0\0\0",
    "types/notes": b"Plain words, and nothing in the name that says so.\n",
    "types/words.unheard-of": "Not\u00edcias.\n".encode(),
    "types/latin1.unheard-of": b"Not\xedcias.\n",
    "types/script": b"<script>alert(1)</script>\n",
    "types/blob": random.Random(9110).randbytes(512) + b"\0",
}

LINKS = {
    "link-inside.txt": "small.txt",
    "link-folder": "sub",
    "sub/link-up.txt": "../digits.txt",
    "link-outside.txt": "../outside/secret.txt",
    "link-outside-folder": "../outside",
    "link-nowhere.txt": "no-such-file.txt",
    "link-loop.txt": "link-loop.txt",
}


class Site:
    """The served folder, `root`, beside one that must never be served."""

    def __init__(self, parent):
        self.root = os.path.join(parent, "site")
        write(os.path.join(parent, "outside", "secret.txt"), b"Outside of the root.\n")
        for name, content in FILES.items():
            write(os.path.join(self.root, name), content)
        for name, target in LINKS.items():
            os.symlink(target, os.path.join(self.root, name))
        os.mkfifo(os.path.join(self.root, "fifo"))
        make_socket(os.path.join(self.root, "socket"))
        self.built = time.monotonic()

    def read(self, name):
        return FILES[name]

    def wait_until_old(self):
        """A file that was changed within the last two seconds may have a weak
        entity-tag (RFC 9110, 8.8.2.2). No event says that it has aged, so this, alone
        in these tests, waits for the clock; once per run."""
        time.sleep(max(0.0, self.built + 2.5 - time.monotonic()))


def write(path, content, mtime_ns=MTIME_NS):
    """Writes a file and its folders, and sets the time of its last change."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    if mtime_ns is not None:
        os.utime(path, ns=(mtime_ns, mtime_ns))


def make_socket(path):
    """A socket file without a listener."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
