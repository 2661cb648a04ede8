"""The C programs of www/code: the pages show them byte for byte, and they work.

Each pair runs against itself, and the TCP client against Soquete too. They run a
second time with short_io.c, which makes partial sends and lost datagrams happen."""

import contextlib
import glob
import html
import os
import random
import re
import shutil
import subprocess

import fixtures
from harness import Output, Skip, check, check_equal

HERE = os.path.dirname(os.path.abspath(__file__))
WWW = os.path.join(os.path.dirname(os.path.dirname(HERE)), "www")
PROGRAMS = ("tcp_server", "tcp_client", "udp_server", "udp_client")
PAGES = ("calls.html", "pt/chamadas.html")
SHOWN = re.compile(r'<pre [^>]*id="(\w+)"[^>]*><code>(.*?)</code></pre>', re.DOTALL)
BAD_DAY = ("-Wl,--wrap=send,--wrap=sendto", os.path.join(HERE, "short_io.c"))
LARGE = 8 * 1024 * 1024 + 1
REQUEST = b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n"


def source(name):
    return os.path.join(WWW, "code", f"{name}.c")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def build(bench, *more):
    """Compiles all programs as the pages do. Returns their folder."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    if shutil.which("cc") is None:
        raise Skip("cc is not installed")
    folder = bench.folder()
    for name in PROGRAMS:
        result = subprocess.run(
            ["cc", "-std=c17", "-Wall", "-Wextra", "-Werror", "-o", f"{folder}/{name}",
             source(name), *more], capture_output=True, text=True, check=False)
        check_equal((result.returncode, result.stderr), (0, ""), f"cc of {name}")
    return folder


@contextlib.contextmanager
def running(program, *arguments):
    """A server of the pages. Yields the port that it prints."""
    with subprocess.Popen([program, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        try:
            output = Output()
            output.follow(process.stdout)
            yield output.wait_line(r" on port (\d+)")[1]
        finally:
            process.kill()
            complaint = process.stderr.read().decode()
    check_equal(complaint, "", f"standard error of {program}")


def run(bench, program, *arguments, data=b""):
    """Runs a client of the pages. Returns what it prints."""
    result = subprocess.run([program, *arguments], input=data, capture_output=True,
                            timeout=bench.deadline_s, check=False)
    check_equal((result.returncode, result.stderr), (0, b""), f"end of {program}")
    return result.stdout


def test_pages_show_the_programs(_bench):
    """Each page has the programs as they are compiled, in the order of the text, and a
    link to each file."""
    check_equal(sorted(glob.glob(source("*"))), sorted(map(source, PROGRAMS)), "files")
    for page in PAGES:
        text = read(os.path.join(WWW, page))
        shown = SHOWN.findall(text)
        check_equal(tuple(name for name, _ in shown), PROGRAMS, f"programs on {page}")
        for name, code in shown:
            check_equal(html.unescape(code), read(source(name)).rstrip("\n"), f"{name} on {page}")
            check(f'code/{name}.c"' in text, f"{page} has no link to {name}.c")


def try_tcp(bench, folder):
    """The server counts what the client sent, once for each of two clients."""
    with running(f"{folder}/tcp_server", "0") as port:
        for size in (LARGE, 0):
            printed = run(bench, f"{folder}/tcp_client", "127.0.0.1", port,
                          data=random.Random(size).randbytes(size))
            check(re.fullmatch(rb"%d bytes in \d+ reads\n" % size, printed), f"{printed}")


def try_udp(bench, folder):
    """All lines come back once, in order."""
    lines = ["Olá", "Olá", "x" * 900]
    with running(f"{folder}/udp_server", "0") as port:
        printed = run(bench, f"{folder}/udp_client", "127.0.0.1", port,
                      data="".join(f"{line}\n" for line in lines).encode())
    check_equal(printed.decode().splitlines(),
                [f"{i} {line}" for i, line in enumerate(lines, 1)], "lines")


def try_soquete(bench, folder):
    """Soquete responds to the half-closed client, with each byte of a large file."""
    site = bench.folder()
    content = random.Random(12).randbytes(LARGE)
    fixtures.write(f"{site}/large.bin", content)
    host, port = bench.serve(folder=site).addresses[0]
    printed = run(bench, f"{folder}/tcp_client", host, str(port), data=REQUEST)
    head, _, body = printed.partition(b"\r\n\r\n")
    check(head.startswith(b"HTTP/1.1 200 OK\r\n"), f"{head}")
    check(body == content, f"{len(body)} bytes of content")


def test_programs(bench):
    """The programs of the pages, as they are."""
    folder = build(bench)
    try_tcp(bench, folder)
    try_udp(bench, folder)
    try_soquete(bench, folder)


def test_programs_on_a_bad_day(bench):
    """Where each send accepts 1,000 bytes at most, all are sent. Where datagrams are
    lost and duplicated, each line is printed once."""
    folder = build(bench, *BAD_DAY)
    try_tcp(bench, folder)
    try_udp(bench, folder)
    try_soquete(bench, folder)
