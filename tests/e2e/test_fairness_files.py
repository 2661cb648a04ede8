"""Costly files: a client's request for them must not delay others."""

import os

from harness import check, check_equal, request


def test_bytes_that_are_slow_to_type(bench):
    """The type of a file without an extension is found in its content. Four hundred
    requests for the slowest bytes, 14 KB in all, must not occupy their worker for long
    (libmagic took 90 ms for each): another client is served meanwhile."""
    count = 50 if bench.light or bench.is_sanitized else 400
    folder = bench.folder()
    for number in range(count):
        with open(os.path.join(folder, f"notes{number}"), "wb") as file:
            file.write(b"\n" * 65535 + b"\xff")
    server = bench.serve("--workers", "1", "--access-log", "off", folder=folder)
    greedy, other = server.connect(), server.connect()
    check_equal(other.ask("/none").status, 404, "another client, before")
    before = server.cpu_seconds()
    greedy.send(b"".join(request(f"/notes{number}", method="HEAD") for number in range(count)))
    check_equal(other.ask("/notes0").body[-1:], b"\xff", "another client, meanwhile")
    for _ in range(count):
        answer = greedy.read("HEAD")
        check_equal((answer.status, answer["content-type"]), (200, "text/plain"), "a response")
    each = (server.cpu_seconds() - before) / count
    check(bench.is_sanitized or each < 0.02, f"a file took {each * 1000:.0f} ms of processor time")
