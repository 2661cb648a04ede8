"""The end of the process: asked for politely, and less so."""

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
    """A connection on which a large answer is under way, and stuck."""
    connection = server.connect(receive_buffer=64 * 1024)
    connection.send(request("/large.bin"))
    check(connection.wait_readable(bench.deadline_s), "no answer")
    return connection


def wait_for_refusal(server):
    wait_until(server.is_refusing, "new connections to be refused")


def test_term_with_idle_connections(bench):
    """Idle connections do not hold up the end: nobody is waiting for anything."""
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
    """Ctrl-C asks for the same."""
    server = bench.serve(*NEVER)
    server.ask()
    server.signal(signal.SIGINT)
    check_equal(server.wait(), 0, "exit status")


def test_term_during_a_download(bench):
    """What is under way is finished, nothing new is begun; then status 0."""
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
    """A reader that takes nothing does not hold up the end for ever."""
    server = bench.serve("--drain-timeout", "300ms", "--send-timeout", "10m",
                         folder=site_with_large(bench))
    begin_download(bench, server)
    server.signal(signal.SIGTERM)
    server.wait()


def test_second_signal(bench):
    """Who asks twice does not want to wait: the end is now, and says so."""
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
    """Ctrl-C that does not end it at once says why, and what would."""
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
    """Some send SIGTERM to a process and to its group: that asks once."""
    server = bench.serve(*NEVER, folder=site_with_large(bench))
    connection = begin_download(bench, server)
    server.signal(signal.SIGTERM)
    server.signal(signal.SIGINT)
    wait_for_refusal(server)
    connection.read(sink=lambda piece: None)
    connection.close()
    check_equal(server.wait(), 0, "exit status")


def test_signals_that_mean_nothing_here(bench):
    """SIGHUP and SIGUSR1 end other programs, and cut no download here."""
    server = bench.serve(*NEVER, folder=site_with_large(bench))
    connection = begin_download(bench, server)
    for name in ("SIGHUP", "SIGUSR1"):
        server.signal(getattr(signal, name))
        server.output.wait_line(f"{name} is ignored", bench.deadline_s)
    got = []
    connection.read(sink=lambda piece: got.append(len(piece)))
    check_equal(sum(got), LARGE, "bytes of the download")


def test_end_of_the_terminal(bench):
    """Who closes the window ends the server, as SIGTERM does."""
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
    """A server that ended can be started anew on its port, though connections of
    the old one are still closing."""
    server = bench.serve()
    address = "{}:{}".format(*server.addresses[0])
    with server.connect() as connection:
        check_equal(connection.ask("/small.txt", "Connection: close").status, 200, "status")
        connection.read_end()
    server.signal(signal.SIGTERM)
    check_equal(server.wait(), 0, "exit status")
    check_equal(bench.serve(listen=(address,)).ask().status, 200, "status")


def test_term_with_a_backlog(bench):
    """Who had asked before the signal is served, also where nobody had accepted yet:
    the process is stopped while they ask, and learns of the signal first."""
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
