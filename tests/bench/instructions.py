#!/usr/bin/env python3
"""instructions.py -- how many user-space instructions a request costs

    python3 tests/bench/instructions.py --server build/soquete
        --shim build/bench/openat2_shim.so --out build/bench [--profile]

Counted by callgrind, so that the machine's load does not matter: one worker, one
connection, requests sent one by one. The difference between many requests and
fewer excludes start and end. Measured without a log and with the default one;
each fails above its number in instructions.limit.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import measure
import peers
import workloads

FEWER, MORE = 1000, 3000
TRIES = 3
TARGET = "/1k.bin"
REQUEST = workloads.head("127.0.0.1:40000", TARGET, *workloads.BROWSER)
PROFILE_LINES = 25

# The word of instructions.limit, and what the server is given.
CONFIGURATIONS = (("without", "off"), ("common", "common"))


def make_root(folder):
    """One file; it is no longer new when valgrind has started the server."""
    root = os.path.join(folder, "root")
    os.mkdir(root)
    with open(root + TARGET, "wb") as file:
        file.write(bytes(workloads.KIB))
    return root


def wait_until_listening(process, port):
    def is_listening():
        if process.poll() is not None:
            raise measure.BenchError(process.stderr.read())
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        except ConnectionRefusedError:
            return False
    measure.wait_until(is_listening, "the server to listen")


def ask(port, count):
    """One request after the other, each when the previous response is complete."""
    with socket.create_connection(("127.0.0.1", port), measure.DEADLINE_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        for _ in range(count):
            connection.sendall(REQUEST)
            if b" 200 " not in stream.readline():
                raise measure.BenchError("an answer other than 200")
            while stream.readline() != b"\r\n":
                pass
            stream.read(workloads.KIB)


def callgrind_path(options, log, requests):
    return os.path.join(options.out, f"callgrind.{log}.{requests}")


def count_instructions(options, root, log, requests):
    """Runs the server under callgrind. Returns all instructions of its life."""
    port = peers.free_port()
    path = callgrind_path(options, log, requests)
    process = subprocess.Popen(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={path}",
         os.path.abspath(options.server), "--quiet", "--workers", "1", "--access-log", log,
         "--listen", f"127.0.0.1:{port}", root],
        env={**peers.environment(), "LD_PRELOAD": os.path.abspath(options.shim)},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        wait_until_listening(process, port)
        ask(port, requests)
        process.send_signal(signal.SIGTERM)
        told = process.communicate(timeout=measure.DEADLINE_S)[1]
    finally:
        process.kill()
        process.wait()
    total = re.search(r"^totals: (\d+)$", measure.read_text(path), re.M)
    if process.returncode != 0 or not total:
        raise measure.BenchError(f"exit status {process.returncode}:\n{told}")
    return int(total[1])


def read_limit(server, configuration):
    """The limit for the llhttp that the server is linked with."""
    linked = subprocess.run(["ldd", server], capture_output=True, text=True, check=True).stdout
    kind = "library" if "libllhttp" in linked else "sources"
    with open(os.path.join(HERE, "instructions.limit"), encoding="ascii") as file:
        limits = {tuple(line.split()[:2]): int(line.split()[2])
                  for line in file if not line.startswith("#")}
    return limits[kind, configuration]


def show_profile(options, log):
    """The functions with most instructions, in a run with many requests."""
    told = subprocess.run(
        ["callgrind_annotate", "--threshold=100", callgrind_path(options, log, MORE)],
        capture_output=True, text=True, check=True).stdout
    lines = [line for line in told.splitlines() if re.match(r"\s*[\d,]+ \(.*%\)", line)]
    print(*lines[:PROFILE_LINES + 1], sep="\n")


def measured(options, root, log, limit):
    """Instructions of a request. On a busy machine the threads of the logs sleep more
    often, and are woken: then it is measured again, and the least counts."""
    least = float("inf")
    for _ in range(TRIES):
        fewer, more = (count_instructions(options, root, log, count) for count in (FEWER, MORE))
        least = min(least, (more - fewer) / (MORE - FEWER))
        if least <= limit:
            break
    return least


def judge(options, root, configuration, log):
    """Measures one configuration. Returns whether it is within its limit."""
    limit = read_limit(options.server, configuration)
    found = measured(options, root, log, limit)
    if options.profile:
        show_profile(options, log)
    print(f"{found:,.0f} user-space instructions a request (1 KiB, a head of "
          f"{len(REQUEST)} bytes, access log: {log});", end=" ")
    if found > limit:
        print(f"{found - limit:,.0f} above the limit of {limit:,}: FAIL")
    else:
        print(f"{limit - found:,.0f} below the limit of {limit:,}")
    return found <= limit


def main():
    parser = argparse.ArgumentParser(description="Instructions of a request")
    parser.add_argument("--server", required=True, help="the program to measure")
    parser.add_argument("--shim", required=True, help="openat2_shim, built")
    parser.add_argument("--out", required=True, help="folder for callgrind's files")
    parser.add_argument("--profile", action="store_true", help="print what it goes to")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("SKIP instructions: valgrind is not installed (`make bench-deps` brings it)")
        return 0
    os.makedirs(options.out, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="soquete-bench-") as folder:
        root = make_root(folder)
        verdicts = [judge(options, root, *each) for each in CONFIGURATIONS]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
