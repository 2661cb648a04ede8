"""What the process grows with: memory and descriptors, against its options, under
clients that choose the names, do not read, or keep connections open."""

import os

from harness import Skip, check, check_equal, request, wait_until

MIB = 1024  # KiB
SLACK_KIB = 3 * MIB  # buffers, stacks, and what an allocator keeps
LARGE = 300 * 1024  # more than is held in memory
SMALL = 250 * 1024  # less


def make_files(bench, count, size):
    """A folder of so many sparse files of zeros."""
    folder = bench.folder()
    for number in range(count):
        with open(os.path.join(folder, f"{number}.bin"), "wb") as file:
            file.truncate(size)
    return folder


def check_growth(server, before, bound_kib, what):
    grown = server.memory_kib() - before
    check(grown <= bound_kib + SLACK_KIB, f"{what}: {grown} KiB, and {bound_kib} are allowed")


def names_that_do_not_exist(server, count):
    """So many names of 4 KB, in pipelines."""
    with server.connect() as connection:
        for start in range(0, count, 10):
            names = [f"/{number:0200}{'/x' * 1900}" for number in range(start, start + 10)]
            connection.send(b"".join(map(request, names)))
            for _ in names:
                check_equal(connection.read().status, 404, "a name that does not exist")


def test_names_that_do_not_exist(bench):
    """Clients choose the names: the memory for them is bounded."""
    if bench.is_sanitized:
        raise Skip("a sanitizer's memory says nothing about the server's")
    server = bench.serve("--workers", "1", "--cache-size", "4m")
    server.ask("/missing")
    before = server.memory_kib()
    names_that_do_not_exist(server, 2500)
    check_growth(server, before, 1 * MIB, "names that do not exist")


def hold_unread(server, count):
    """Connections that each ask for two files of their own, and read nothing."""
    held = []
    for number in range(0, 2 * count, 2):
        connection = server.connect(receive_buffer=4096)
        connection.send(request(f"/{number}.bin") + request(f"/{number + 1}.bin"))
        held.append(connection)
    for connection in held:
        check(connection.wait_readable(connection.socket.gettimeout()), "no answer has begun")
    return held


def check_unread(server, count, bound_kib):
    before = server.memory_kib()
    held = hold_unread(server, count)
    check_growth(server, before, bound_kib, f"what {count} clients have not read")
    for connection in held:
        check_equal(len(connection.read().body), SMALL, "a file that was not read at once")
    check_growth(server, before, bound_kib, "after that")


def test_unread_files(bench):
    """Bytes that clients have not read count in --cache-size; beyond it, files are sent
    from their descriptors, and are complete all the same."""
    if bench.is_sanitized:
        raise Skip("a sanitizer's memory says nothing about the server's")
    count = 40
    server = bench.serve("--workers", "2", "--cache-size", "4m",
                         folder=make_files(bench, 2 * count, SMALL))
    server.ask("/0.bin")
    check_unread(server, count, 4 * MIB)


def test_unread_large_files(bench):
    """Connections that hold a file each never use up the descriptors: each gets its
    file, and new connections are served."""
    server = bench.serve("--workers", "2", descriptors=128, listeners=1,
                         folder=make_files(bench, 60, LARGE))
    held = []
    for number in range(30):
        connection = server.connect(receive_buffer=4096)
        connection.send(request(f"/{number}.bin"))
        held.append(connection)
    for connection in held:
        check(connection.wait_readable(connection.socket.gettimeout()), "no answer has begun")
    for number in range(30, 60):
        check_equal(server.ask(f"/{number}.bin").status, 200, "a newcomer")
    for connection in held:
        check_equal(len(connection.read().body), LARGE, "a file that was held")


def test_deleted_files(bench):
    """A large file that was deleted is closed soon after its last use, so that its
    space is freed and its file system can be unmounted."""
    folder = make_files(bench, 3, LARGE)
    server = bench.serve("--workers", "1", folder=folder)
    for number in range(3):
        check_equal(server.ask(f"/{number}.bin").status, 200, "a large file")
    held = server.open_files(folder)
    check_equal(len(held), 3, "large files that are open")
    for number in range(3):
        os.remove(os.path.join(folder, f"{number}.bin"))
    wait_until(lambda: not server.open_files(folder), "deleted files to be closed", 10)


def test_few_descriptors(bench):
    """Fewer workers than the option asks for if the limit of open files is low, and a
    refusal to start if it is too low for one; the log says so."""
    server = bench.serve("--workers", "8", descriptors=64)
    server.output.wait_line(r"ulimit -n 64 allows 2 workers, not 8")
    check_equal(server.ask().status, 200, "an answer")
    done = bench.run("-l", "127.0.0.1:0", bench.site.root, descriptors=32)
    check_equal(done.returncode, 1, "the exit status")
    check("ulimit -n" in done.stderr, f"no word of the limit: {done.stderr}")
