"""The end of the process, asked for politely and less so."""

import os
import pty
import signal

import fixtures
from harness import check, check_equal, request, wait_until

LARGE = 64 * 1024 * 1024
NEVER = ("--drain-timeout", "10m", "--idle-timeout", "10m", "--first-byte-timeout", "10m")


def site_with_large(bench):
    folder = bench.folder()
    fixtures.write(f"{folder}/large.bin", b"x" * LARGE)
    fixtures.write(f"{folder}/small.txt", fixtures.SMALL)
    return folder


def begin_download(bench, server):
    """A connection with a large response under way that the client does not read."""
    connection = server.connect(receive_buffer=64 * 1024)
    connection.send(request("/large.bin"))
    check(connection.wait_readable(bench.deadline_s), "no answer")
    return connection


def wait_for_refusal(server):
    wait_until(server.is_refusing, "new connections to be refused")


def test_term_with_idle_connections(bench):
    """Idle connections do not delay the end."""
    server = bench.serve(*NEVER)
    kept = [server.connect() for _ in range(5)]
    for connection in kept:
        check_equal(connection.ask().status, 200, "status")
    kept += [server.connect() for _ in range(5)]
    server.ask()
    server.signal(signal.SIGTERM)
    check_equal(server.wait(), 0, "exit status")
    for connection in kept[:5]:
        connection.read_end()


def test_int_is_term(bench):
    """Ctrl-C has the same effect."""
    server = bench.serve(*NEVER)
    server.ask()
    server.signal(signal.SIGINT)
    check_equal(server.wait(), 0, "exit status")


def test_term_during_a_download(bench):
    """A response under way is finished, no new one is begun; then status 0."""
    server = bench.serve(*NEVER, folder=site_with_large(bench))
    connection = begin_download(bench, server)
    server.signal(signal.SIGTERM)
    wait_for_refusal(server)
    got = []
    connection.read(sink=lambda piece: got.append(len(piece)))
    check_equal(sum(got), LARGE, "bytes of the download")
    connection.read_end()
    connection.close()
    check_equal(server.wait(), 0, "exit status")


def test_term_with_an_unfinished_request(bench):
    """A request that was begun may be finished, or not; the end comes either way."""
    server = bench.serve("--request-timeout", "500ms", "--drain-timeout", "10m")
    connection = server.connect()
    connection.send(b"GET /small.txt HT")
    server.ask()
    server.signal(signal.SIGTERM)
    check_equal(server.wait(), 0, "exit status")


def test_drain_timeout(bench):
    """A client that does not read does not delay the end forever."""
    server = bench.serve("--drain-timeout", "300ms", "--send-timeout", "10m",
                         folder=site_with_large(bench))
    begin_download(bench, server)
    server.signal(signal.SIGTERM)
    server.wait()


def test_second_signal(bench):
    """A second signal ends the process at once, and logs that."""
    server = bench.serve(*NEVER, "--send-timeout", "10m", folder=site_with_large(bench))
    begin_download(bench, server)
    server.signal(signal.SIGTERM)
    wait_for_refusal(server)

    def has_ended():
        server.signal(signal.SIGTERM)
        return server.process.poll() is not None
    wait_until(has_ended, "the end after one more signal", bench.deadline_s)
    check(server.wait() != 0, "exit status 0, though a download was cut off")
    server.output.wait_line("a second signal")


def test_interrupt_during_a_download(bench):
    """If Ctrl-C does not end the process at once, it prints why, and what would."""
    server = bench.serve(*NEVER, folder=site_with_large(bench))
    connection = begin_download(bench, server)
    server.signal(signal.SIGINT)
    server.output.wait_line("finishing the responses under way, for at most 10m; Ctrl-C",
                            bench.deadline_s)
    got = []
    connection.read(sink=lambda piece: got.append(len(piece)))
    check_equal(sum(got), LARGE, "bytes of the download")
    connection.close()
    check_equal(server.wait(), 0, "exit status")


def test_signals_of_one_moment_are_one(bench):
    """Some tools send SIGTERM to a process and to its group: both count as one."""
    server = bench.serve(*NEVER, folder=site_with_large(bench))
    connection = begin_download(bench, server)
    server.signal(signal.SIGTERM)
    server.signal(signal.SIGINT)
    wait_for_refusal(server)
    connection.read(sink=lambda piece: None)
    connection.close()
    check_equal(server.wait(), 0, "exit status")


def test_signals_that_mean_nothing_here(bench):
    """SIGHUP and SIGUSR1, which end other programs, interrupt no download here."""
    server = bench.serve(*NEVER, folder=site_with_large(bench))
    connection = begin_download(bench, server)
    for name in ("SIGHUP", "SIGUSR1"):
        server.signal(getattr(signal, name))
        server.output.wait_line(f"{name} is ignored", bench.deadline_s)
    got = []
    connection.read(sink=lambda piece: got.append(len(piece)))
    check_equal(sum(got), LARGE, "bytes of the download")


def test_end_of_the_terminal(bench):
    """Closing the terminal ends the server, as SIGTERM does."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(bench.binary, [bench.binary, "-l", "127.0.0.1:0", bench.site.root])
    try:
        text = b""
        while b"at http://" not in text:
            text += os.read(terminal, 4096)
    finally:
        os.close(terminal)
    ended = []

    def has_ended():
        ended[:] = os.waitpid(pid, os.WNOHANG)
        return ended[0] == pid
    wait_until(has_ended, "the end of the server", bench.deadline_s)
    check_equal(ended[1], 0, "wait status")


def test_port_is_free_at_once(bench):
    """After the server has ended, its port can be used at once, although connections
    are still closing."""
    server = bench.serve()
    address = "{}:{}".format(*server.addresses[0])
    with server.connect() as connection:
        check_equal(connection.ask("/small.txt", "Connection: close").status, 200, "status")
        connection.read_end()
    server.signal(signal.SIGTERM)
    check_equal(server.wait(), 0, "exit status")
    check_equal(bench.serve(listen=(address,)).ask().status, 200, "status")


def test_term_with_a_backlog(bench):
    """A request from before the signal is served, even if its connection was not
    accepted yet: the process is stopped meanwhile, and sees the signal first."""
    server = bench.serve(*NEVER, "--workers", "1")
    server.ask()
    server.signal(signal.SIGSTOP)
    crowd = [server.connect() for _ in range(50)]
    for connection in crowd:
        connection.send(request())
    server.signal(signal.SIGTERM)
    server.signal(signal.SIGCONT)
    for connection in crowd:
        answer = connection.read()
        check_equal((answer.status, answer.body), (200, fixtures.SMALL), "one of the backlog")
    check_equal(server.wait(), 0, "exit status")
