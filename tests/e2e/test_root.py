"""The root, its parents and its folders change underneath a running server."""

import os
import shutil
import stat

import fixtures
from harness import check, check_equal, request, wait_until

# Runs the program with openat2 refused, as old kernels and sandboxes do.
REFUSING = """#!/usr/bin/env python3
import ctypes, os, struct, sys
OPENAT2, LOAD, EQUAL, RETURN, ERRNO, ALLOW = 437, 0x20, 0x15, 0x06, 0x50000, 0x7fff0000
rules = [(LOAD, 0, 0, 0), (EQUAL, 0, 1, OPENAT2), (RETURN, 0, 0, ERRNO | {error}), (RETURN, 0, 0, ALLOW)]
text = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
class Program(ctypes.Structure):
    _fields_ = [("count", ctypes.c_ushort), ("rules", ctypes.c_void_p)]
program = Program(len(rules), ctypes.addressof(text))
libc = ctypes.CDLL(None)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
    sys.exit("there is no seccomp here")
os.execv({binary!r}, [{binary!r}, *sys.argv[1:]])
"""


def build(folder, text):
    os.mkdir(folder)
    fixtures.write(os.path.join(folder, "page.txt"), text)


def expect(connection, text, when):
    answer = connection.ask("/page.txt")
    check_equal((answer.status, answer.body), (200, text), when)


def test_link_to_the_root_is_swapped(bench):
    """ln -sfn v2 current: the next request is served from v2."""
    parent = bench.folder()
    current, following = os.path.join(parent, "current"), os.path.join(parent, "next")
    for number in range(10):
        build(os.path.join(parent, f"v{number}"), b"version %d" % number)
    os.symlink("v0", current)
    server = bench.serve(folder=current)
    connection = server.connect()
    for number in range(10):
        os.symlink(f"v{number}", following)
        os.rename(following, current)
        expect(connection, b"version %d" % number, f"swap {number}")


def test_root_is_built_anew(bench):
    """rm -rf _site && build: in between 503, and a health check that fails."""
    folder = os.path.join(bench.folder(), "_site")
    build(folder, b"version 0")
    server = bench.serve(folder=folder)
    address = "%s:%d" % server.addresses[0]
    connection = server.connect()
    for number in range(1, 5):
        expect(connection, b"version %d" % (number - 1), f"build {number - 1}")
        check_equal(bench.run("--healthcheck", "-l", address).returncode, 0, "the health check")
        shutil.rmtree(folder)
        check_equal(server.ask("/page.txt").status, 503, "a page of a root that is gone")
        check(bench.run("--healthcheck", "-l", address).returncode != 0, "the health check passes")
        build(folder, b"version %d" % number)
    server.output.wait_line("cannot serve .*_site now: No such file")


def test_parent_of_the_root_moves(bench):
    """The root is found by its name, not where its folder was moved to."""
    top = bench.folder()
    parent, away = os.path.join(top, "parent"), os.path.join(top, "away")
    os.mkdir(parent)
    build(os.path.join(parent, "root"), b"one")
    server = bench.serve(folder=os.path.join(parent, "root"))
    connection = server.connect()
    expect(connection, b"one", "before")
    os.rename(parent, away)
    check_equal(server.ask("/page.txt").status, 503, "a page whose root went away")
    os.mkdir(parent)
    build(os.path.join(parent, "root"), b"two")
    expect(server.connect(), b"two", "after")


def test_working_folder_is_deleted(bench):
    """"." still leads to a deleted folder, as in a container's bind mount."""
    folder = os.path.join(bench.folder(), "_site")
    build(folder, b"one")
    server = bench.serve(folder=".", working_folder=folder)
    expect(server.connect(), b"one", "before")
    shutil.rmtree(folder)
    check_equal(server.ask("/page.txt").status, 503, "a page of a root that is deleted")
    address = "%s:%d" % server.addresses[0]
    check_equal(bench.run("--healthcheck", "-l", address).returncode, 1, "the health check")


def test_response_under_way_goes_on(bench):
    """What has begun is what it was when it began, to its last byte."""
    size = 2 * 1024 * 1024 if bench.light else 16 * 1024 * 1024
    folder = os.path.join(bench.folder(), "root")
    build(folder, b"one")
    fixtures.write(os.path.join(folder, "large.bin"), b"1" * size)
    server = bench.serve(folder=folder)
    slow = server.connect(receive_buffer=4096)
    slow.send(request("/large.bin"))
    check(slow.wait_readable(bench.deadline_s), "nothing came")
    shutil.rmtree(folder)
    build(folder, b"two")
    expect(server.connect(), b"two", "meanwhile")
    check(slow.read().body == b"1" * size, "it was mixed, or cut")


def test_folder_moved_out_and_linked_back(bench):
    """A file that was served before is outside the root now, and is not served from the
    cache."""
    top = bench.folder()
    root, outside = os.path.join(top, "root"), os.path.join(top, "outside")
    os.mkdir(root)
    build(os.path.join(root, "dir"), b"one")
    server = bench.serve(folder=root)
    connection = server.connect()
    wait_until(lambda: connection.ask("/dir/page.txt")["etag"].startswith('"'),
               "a version that is settled")
    os.rename(os.path.join(root, "dir"), outside)
    os.symlink("../outside", os.path.join(root, "dir"))
    check_equal(connection.ask("/dir/page.txt").status, 404, "outside")


def test_without_openat2(bench):
    """ENOSYS or EPERM: a message says that links are not followed; everything else is
    served."""
    binary = bench.binary
    for error in (1, 38):
        folder = bench.folder()
        build(os.path.join(folder, "root"), b"text")
        os.symlink("page.txt", os.path.join(folder, "root/link"))
        bench.binary = os.path.join(folder, "refusing")
        fixtures.write(bench.binary, REFUSING.format(error=error, binary=binary).encode())
        os.chmod(bench.binary, stat.S_IRWXU)
        server = bench.serve(folder=os.path.join(folder, "root"))
        server.output.wait_line("links are not followed")
        connection = server.connect()
        expect(connection, b"text", f"without openat2 (errno {error})")
        expect(connection, b"text", "again")
        check_equal(connection.ask("/link").status, 404, "a link")
