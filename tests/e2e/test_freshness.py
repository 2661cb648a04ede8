"""Freshness: a change on disk is seen by the very next request.

Each change is made and requested at once, again and again, on a connection that has
been used before and on a new one: no window of a second, no tick of a clock may hide
it. The tests never wait between a change and its request.
"""

import os

from harness import check, check_equal, request

ROUNDS = 40


class Page:
    """A page that is edited, and its clients: one connection that stays open, and a new
    one each time (on any worker)."""

    def __init__(self, bench, name="page.txt"):
        self.folder = bench.folder()
        self.name = name
        self.path = os.path.join(self.folder, name)
        self.server = bench.serve("--workers", "2", folder=self.folder)
        self.staying = self.server.connect()

    def write(self, content):
        """Writes in place: the inode stays."""
        with open(self.path, "wb") as file:
            file.write(content)

    def replace(self, content):
        """Renames a new file over it, as editors do: it is never incomplete."""
        with open(self.path + ".new", "wb") as file:
            file.write(content)
        os.rename(self.path + ".new", self.path)

    def look(self):
        """(status, body) for each client."""
        answers = [self.staying.ask("/" + self.name), self.server.ask("/" + self.name),
                   self.server.ask("/" + self.name), self.staying.ask("/" + self.name)]
        return [(answer.status, answer.body) for answer in answers]

    def expect(self, status, body, what):
        for got_status, got_body in self.look():
            check_equal(got_status, status, f"{what}: status")
            if body is not None:
                check_equal(got_body, body, f"{what}: body")


def numbered(number):
    """Contents of one length, so that the size does not show a change."""
    return f"version {number:04}\n".encode() * 10


def test_edited(bench):
    """Edited in place, the size unchanged."""
    page = Page(bench)
    for number in range(ROUNDS):
        page.write(numbered(number))
        page.expect(200, numbered(number), f"edit {number}")


def test_edited_to_another_size(bench):
    """Edited in place: longer, shorter, empty."""
    page = Page(bench)
    for number in range(ROUNDS):
        content = b"x" * (number * 7919 % 5000)
        page.write(content)
        page.expect(200, content, f"edit {number}")


def test_edited_large(bench):
    """A file too large for the cache is sent from the disk: the new version."""
    page = Page(bench)
    for number in range(5):
        content = numbered(number) * 10_000
        page.write(content)
        page.expect(200, content, f"edit {number}")


def test_replaced(bench):
    """Renamed over, the size unchanged, and the time of change too."""
    page = Page(bench)
    for number in range(ROUNDS):
        page.replace(numbered(number))
        os.utime(page.path, (1_700_000_000, 1_700_000_000))
        page.expect(200, numbered(number), f"replacement {number}")


def test_created_and_deleted(bench):
    """That a file is missing is cached no longer than its content."""
    page = Page(bench)
    for number in range(ROUNDS):
        page.expect(404, None, f"before {number}")
        page.write(numbered(number))
        page.expect(200, numbered(number), f"created {number}")
        os.unlink(page.path)
    page.expect(404, None, "after all")


def test_moved_away_while_sent(bench):
    """A response under way is of one version, whatever happens to the name."""
    page = Page(bench)
    content = numbered(1) * 20_000
    page.write(content)
    with page.server.connect(receive_buffer=4096) as slow:
        slow.send(request("/" + page.name))
        check(slow.wait_readable(bench.deadline_s), "no answer")
        page.replace(numbered(2))
        page.expect(200, numbered(2), "the new one")
        check_equal(slow.read().body == content, True, "the old one is whole")


def test_folder_swapped(bench):
    """A link is replaced by another, as Kubernetes does with ..data."""
    page = Page(bench, name="current/page.txt")
    for number in range(ROUNDS):
        folder = os.path.join(page.folder, f"v{number}")
        os.mkdir(folder)
        with open(os.path.join(folder, "page.txt"), "wb") as file:
            file.write(numbered(number))
        os.symlink(f"v{number}", os.path.join(page.folder, "next"))
        os.rename(os.path.join(page.folder, "next"), os.path.join(page.folder, "current"))
        page.expect(200, numbered(number), f"swap {number}")


def test_file_becomes_folder_and_back(bench):
    """A name may become that of a folder, and back."""
    page = Page(bench)
    for number in range(ROUNDS // 2):
        page.write(numbered(number))
        page.expect(200, numbered(number), f"a file {number}")
        os.unlink(page.path)
        os.mkdir(page.path)
        page.expect(301, None, f"a folder {number}")
        os.rmdir(page.path)


def test_validators_change_with_the_file(bench):
    """RFC 9110, 8.8.3: the tag of the previous version does not match this one."""
    page = Page(bench)
    page.write(b"x")
    tag = page.staying.ask("/page.txt")["etag"]
    for number in range(2, ROUNDS):
        content = b"x" * number
        page.write(content)
        answer = page.staying.ask("/page.txt", f"If-None-Match: {tag}")
        check_equal((answer.status, answer.body), (200, content), f"edit {number}")
        check(answer["etag"] != tag, f"edit {number}: the tag is the same, {tag}")
        tag = answer["etag"]


def test_lately_changed_is_weak_or_told_apart(bench):
    """RFC 9110, 8.8.1: a strong tag never names two contents. Two versions of one size,
    made as fast as possible, get two tags, or weak ones."""
    page = Page(bench)
    seen = {}
    for number in range(ROUNDS):
        page.write(numbered(number))
        answer = page.staying.ask("/page.txt")
        tag = answer["etag"]
        if not tag.startswith("W/"):
            check(seen.setdefault(tag, answer.body) == answer.body,
                  f"the strong tag {tag} names two contents")


def test_pipelined_after_a_change(bench):
    """Also if one write asks for it many times."""
    page = Page(bench)
    for number in range(ROUNDS):
        page.write(numbered(number))
        page.staying.send(request("/page.txt") * 16)
        for _ in range(16):
            check_equal(page.staying.read().body, numbered(number), f"edit {number}")
