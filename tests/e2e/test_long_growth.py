"""The attacks on memory at their full size: see test_growth.py."""

import os

from harness import Skip, check, check_equal, raise_descriptor_limit, request
from test_growth import (LARGE, MIB, SMALL, check_growth, check_unread, make_files,
                         names_that_do_not_exist)

CLIENTS = 2000


def skip_where_it_says_nothing(bench):
    if bench.is_sanitized:
        raise Skip("a sanitizer's memory says nothing about the server's")
    if raise_descriptor_limit() < 3 * CLIENTS:
        raise Skip(f"needs {3 * CLIENTS} descriptors")


def test_many_names_that_do_not_exist(bench):
    """34,000 names of 4 KB take at most 4 MiB of the process's memory."""
    skip_where_it_says_nothing(bench)
    server = bench.serve("--workers", "2")
    server.ask("/missing")
    before = server.memory_kib()
    names_that_do_not_exist(server, 34000)
    check_growth(server, before, 4 * MIB, "names that do not exist")


def test_many_unread_files(bench):
    """2,000 clients that do not read, on files of their own."""
    skip_where_it_says_nothing(bench)
    server = bench.serve("--workers", "2", "--access-log", "off",
                         folder=make_files(bench, 2 * CLIENTS, SMALL))
    server.ask("/0.bin")
    check_unread(server, CLIENTS, 64 * MIB + CLIENTS)


def replace(folder, name, content):
    with open(os.path.join(folder, "new"), "wb") as file:
        file.write(content)
    os.rename(os.path.join(folder, "new"), os.path.join(folder, name))


def test_unread_files_that_change(bench):
    """The same on a pair of files that is replaced all the time: each version is one
    more file to hold. Beyond the bounds clients get 503, and others are served once
    these have disconnected."""
    skip_where_it_says_nothing(bench)
    folder = make_files(bench, 2, SMALL)
    server = bench.serve("--workers", "2", "--access-log", "off", folder=folder)
    server.ask("/0.bin")
    before, held = server.memory_kib(), []
    for number in range(CLIENTS):
        replace(folder, f"{number % 2}.bin", bytes([number % 256]) * SMALL)
        connection = server.connect(receive_buffer=4096)
        connection.send(request("/0.bin") + request("/1.bin"))
        held.append(connection)
    for connection in held:
        check(connection.wait_readable(connection.socket.gettimeout()), "no answer has begun")
    check_growth(server, before, 64 * MIB + CLIENTS, "versions that were not read")
    for connection in held:
        connection.abort()
    check_equal(server.ask("/0.bin").status, 200, "after that")


def test_many_unread_large_files(bench):
    """Connections that hold a large file each leave descriptors for others."""
    server = bench.serve("--workers", "2", "--access-log", "off", descriptors=256,
                         folder=make_files(bench, 200, LARGE))
    held = []
    for number in range(90):
        connection = server.connect(receive_buffer=4096)
        connection.send(request(f"/{number}.bin"))
        held.append(connection)
    for connection in held:
        check_equal(len(connection.read().body), LARGE, "a file of its own")
    for number in range(90, 200):
        check_equal(server.ask(f"/{number}.bin").status, 200, "a newcomer")
