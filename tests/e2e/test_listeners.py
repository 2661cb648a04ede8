"""Listeners: IPv4, IPv6, Unix sockets, several at once."""

import os
import signal
import socket
import stat

import fixtures
from harness import ADDRESS, Skip, check, check_equal


def needs_ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        raise Skip("there is no IPv6 here") from None


def socket_path(bench):
    return os.path.join(bench.folder(), "s")


def serve_at(bench, path, *others):
    return bench.serve(listen=(f"unix:{path}", *others), awaited=path)


def test_ipv6(bench):
    """RFC 3986, 3.2.2: an IPv6 address stands in brackets."""
    needs_ipv6()
    server = bench.serve(listen=("[::1]:0",))
    check_equal(server.addresses[0][0], "::1", "the address it says")
    check_equal(server.ask().body, fixtures.SMALL, "an answer")


def test_port_alone(bench):
    """A port alone is open to this machine only, under each of its names."""
    server = bench.serve(listen=("0",), listeners=1)
    for host, port in server.addresses:
        check(host in ("127.0.0.1", "::1", "localhost"), f"it listens on {host}")
        check_equal(server.connect(("127.0.0.1" if host == "localhost" else host, port))
                    .ask().body, fixtures.SMALL, f"an answer on {host}")


def test_all_addresses(bench):
    """0.0.0.0 and [::] are no links: the addresses printed in their place belong to
    this machine, and are served."""
    needs_ipv6()
    server = bench.serve(listen=("0.0.0.0:0", "[::]:0"))
    hosts = [host for host, _ in server.addresses]
    check_equal(hosts, ["127.0.0.1", "::1"], "loopback comes first")
    for line in server.output.lines:
        for match in ADDRESS.finditer(line):
            address = (match[1].strip("[]"), int(match[2]))
            check_equal(server.connect(address).ask().body, fixtures.SMALL, f"at {address}")


def test_relative_folder(bench):
    """The folder is printed as an absolute path."""
    relative = os.path.relpath(bench.site.root)
    server = bench.serve(folder=relative)
    line = server.output.wait_line(r"serving (.*)")
    check(os.path.isabs(line[1]), f"{line[1]} is relative")
    check(os.path.samefile(line[1], bench.site.root), f"{line[1]} is another folder")


def test_several(bench):
    """Each listener is served, from one site."""
    path = socket_path(bench)
    server = serve_at(bench, path, "127.0.0.1:0", "127.0.0.1:0")
    check_equal(len(server.addresses), 2, f"TCP addresses, {server.addresses}")
    check(server.addresses[0] != server.addresses[1], "one address twice")
    for address in [*server.addresses, path]:
        check_equal(server.connect(address).ask().body, fixtures.SMALL, f"an answer on {address}")


def test_unix_socket_is_removed_at_the_end(bench):
    """Created at the start, and removed at the end."""
    path = socket_path(bench)
    server = serve_at(bench, path)
    check(stat.S_ISSOCK(os.stat(path).st_mode), "it is no socket")
    check_equal(server.connect(path).ask().body, fixtures.SMALL, "an answer")
    server.finish()
    check(not os.path.lexists(path), "it is still there")


def test_stale_unix_socket_is_replaced(bench):
    """A socket that a killed server left behind is replaced."""
    path = socket_path(bench)
    first = serve_at(bench, path)
    first.signal(signal.SIGKILL)
    check_equal(first.wait(), -signal.SIGKILL, "exit status")
    check(os.path.lexists(path), "a killed server removes nothing")
    second = serve_at(bench, path)
    check_equal(second.connect(path).ask().body, fixtures.SMALL, "an answer")


def test_live_unix_socket_is_refused(bench):
    """A socket that another server listens on is left alone."""
    path = socket_path(bench)
    first = serve_at(bench, path)
    result = bench.run("-l", f"unix:{path}", bench.site.root)
    check_equal(result.returncode, 1, f"exit status (it said {result.stderr!r})")
    check(path in result.stderr, f"{path} is not in {result.stderr!r}")
    check_equal(first.connect(path).ask().body, fixtures.SMALL, "the first one goes on")


def test_file_in_place_of_the_socket_is_kept(bench):
    """A file that is not a socket is not removed."""
    path = socket_path(bench)
    fixtures.write(path, b"precious\n")
    result = bench.run("-l", f"unix:{path}", bench.site.root)
    check_equal(result.returncode, 1, f"exit status (it said {result.stderr!r})")
    check("is a file, not a socket" in result.stderr, result.stderr)
    with open(path, "rb") as file:
        check_equal(file.read(), b"precious\n", "the file")


def test_unix_path_too_long(bench):
    """unix(7): a path has room for 107 bytes; a longer one is refused, not cut."""
    result = bench.run("-l", "unix:" + socket_path(bench) + "a" * 200, bench.site.root)
    check(result.returncode in (1, 2), f"exit status {result.returncode}")
    check("at most 107 bytes" in result.stderr, result.stderr)
    check_equal(len(result.stderr.splitlines()), 1, f"lines of\n{result.stderr}")
