"""measure.py -- the cost of a process tree, and the clients that load it

What the kernel counts is read from /proc: a server's CPU is that of all its
processes and threads, so that no part of it is left out.
"""

import dataclasses
import os
import re
import select
import signal
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DEADLINE_S = 60


class BenchError(Exception):
    """An error that makes a measurement worthless."""


def wait_until(holds, what, deadline_s=DEADLINE_S):
    """Polls until `holds()` is true, for facts that come without an event."""
    end = time.monotonic() + deadline_s
    while not holds():
        if time.monotonic() > end:
            raise BenchError(f"waited {deadline_s} s for: {what}")
        select.select([], [], [], 0.01)


# --- What the kernel counts --------------------------------------------------


def read_text(path):
    with open(path, encoding="ascii", errors="replace") as file:
        return file.read()


def process_tree(pid):
    """This process, its children, theirs, and so on."""
    found = [pid]
    for parent in found:
        for task in os.listdir(f"/proc/{parent}/task"):
            children = read_text(f"/proc/{parent}/task/{task}/children")
            found += map(int, children.split())
    return found


def process_cpu_s(pid):
    """User and system time of all threads: from the scheduler in nanoseconds, or else
    in ticks of 10 ms."""
    try:
        return sum(int(read_text(f"/proc/{pid}/task/{task}/schedstat").split()[0])
                   for task in os.listdir(f"/proc/{pid}/task")) / 1e9
    except FileNotFoundError:
        fields = read_text(f"/proc/{pid}/stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tree_cpu_s(pid):
    return sum(map(process_cpu_s, process_tree(pid)))


def tree_memory_kib(pid, *names):
    """The sum of these lines of smaps_rollup: Pss, Private_Dirty, ..."""
    total = 0
    for each in process_tree(pid):
        rollup = read_text(f"/proc/{each}/smaps_rollup")
        total += sum(int(re.search(rf"^{name}:\s+(\d+) kB", rollup, re.M)[1])
                     for name in names)
    return total


def tree_pss_kib(pid):
    return tree_memory_kib(pid, "Pss")


def tree_private_kib(pid):
    return tree_memory_kib(pid, "Private_Clean", "Private_Dirty")


# --- The clients -------------------------------------------------------------


@dataclasses.dataclass
class Reading:
    """The results of one run of one client. A time that it does not measure is None."""

    requests: int
    seconds: float
    cpu_s: float  # of the server
    p50_us: float = None
    p99_us: float = None
    p999_us: float = None

    def rate(self):
        return self.requests / self.seconds

    def cpu_us(self):
        return self.cpu_s * 1e6 / self.requests


@dataclasses.dataclass
class Load:
    """What a client requests, and which response it must get."""

    host: str
    target: str
    sends: list  # of bytes: what one send says; several are taken at random
    pipelined: int = 1
    connections: int = 64
    seconds: float = 0.5
    requests: int = None  # h2load: this many, and not for a time
    fields: tuple = ()  # h2load
    refused: bool = False  # is the response to be 4xx?
    crowd: str = None  # where that program is

    def url(self):
        return f"http://{self.host}{self.target}"


def numbers_in(text):
    """Of lines of the form name=number."""
    return {name: int(value) for name, value in re.findall(r"^(\w+)=(\d+)$", text, re.M)}


def catches(process, number):
    """Whether the process has a handler for this signal, or has ended."""
    caught = re.search(r"^SigCgt:\s+(\w+)$", read_text(f"/proc/{process.pid}/status"), re.M)
    return process.poll() is not None or bool(int(caught[1], 16) >> (number - 1) & 1)


def end_wrk(wrk):
    """A signal that arrives before wrk sleeps does not wake it."""
    for _ in range(DEADLINE_S):
        wrk.send_signal(signal.SIGINT)
        try:
            return wrk.communicate(timeout=1)[0]
        except subprocess.TimeoutExpired:
            pass
    wrk.kill()
    raise BenchError("wrk does not end")


def run_wrk(load, pid):
    """wrk counts whole seconds only; if SIGINT ends it, it still prints its results."""
    with tempfile.NamedTemporaryFile(prefix="sends-") as sends:
        sends.write(b"\0".join(load.sends))
        sends.flush()
        began_cpu_s = tree_cpu_s(pid)
        wrk = subprocess.Popen(
            ["wrk", "-t1", f"-c{load.connections}", f"-d{DEADLINE_S}", "--timeout", "10s",
             "-s", os.path.join(HERE, "raw.lua"), load.url(), "--", sends.name],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        wait_until(lambda: catches(wrk, signal.SIGINT), "wrk to run")
        time.sleep(load.seconds)
        told = end_wrk(wrk)
        cpu_s = tree_cpu_s(pid) - began_cpu_s
    told = numbers_in(told)
    if not told.get("requests"):
        raise BenchError(f"wrk counted nothing at {load.url()}")
    if told["broken"] or told["late"] or told["refused"] != (
            told["requests"] if load.refused else 0):
        raise BenchError(f"wrk met errors at {load.url()}: {told}")
    reading = Reading(told["requests"], told["duration_us"] / 1e6, cpu_s)
    # wrk evens out its latencies by a formula that pipelining upsets.
    if load.pipelined == 1:
        reading.p50_us, reading.p99_us, reading.p999_us = (
            told["p50_us"], told["p99_us"], told["p999_us"])
    return reading


class Phases:
    """The server's CPU and the time, between two lines that h2load prints."""

    begin_line, end_line = "Main benchmark duration is started", "duration is over"

    def __init__(self, pid, whole):
        self.pid, self.whole, self.text = pid, whole, ""
        self.cpu_s = self.seconds = None
        self.began = self.now()

    def now(self):
        return tree_cpu_s(self.pid), time.monotonic()

    def end(self):
        cpu_s, at = self.now()
        self.cpu_s, self.seconds = cpu_s - self.began[0], at - self.began[1]

    def follow(self, stream):
        for line in stream:
            self.text += line
            if self.begin_line in line:
                self.began = self.now()
            elif self.end_line in line:
                self.end()
        if self.whole:
            self.end()


def percentiles_of(path):
    """From h2load's log, one line per request: start, status, microseconds."""
    with open(path, encoding="ascii") as log:
        times = sorted(int(line.rpartition("\t")[2]) for line in log)
    if not times:
        return {}
    return {name: times[min(int(len(times) * part), len(times) - 1)]
            for name, part in (("p50_us", 0.5), ("p99_us", 0.99), ("p999_us", 0.999))}


def run_h2load(load, pid):
    """For a number of requests, or for a time after all are connected."""
    amount = ([f"-n{load.requests}"] if load.requests else
              [f"-D{int(load.seconds * 1000)}ms", "--warm-up-time=100ms"])
    fields = [f"-H{field}" for field in load.fields]
    with tempfile.NamedTemporaryFile(prefix="times-") as log:
        phases = Phases(pid, bool(load.requests))
        with subprocess.Popen(
                ["h2load", "--h1", "-t1", f"-c{load.connections}", *amount, *fields,
                 f"--log-file={log.name}", load.url()], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as h2load:
            phases.follow(h2load.stdout)
        counts = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored",
                           phases.text)
        if h2load.returncode or not counts or phases.cpu_s is None or int(counts[2]) == 0:
            raise BenchError(f"h2load counted nothing at {load.url()}:\n{phases.text}")
        if int(counts[3]) or int(counts[4]):
            raise BenchError(f"h2load met errors at {load.url()}: {counts[0]}")
        return Reading(int(counts[2]), phases.seconds, phases.cpu_s, **percentiles_of(log.name))


class Crowd:
    """Our own client, which holds its connections open until it is told to close
    them."""

    def __init__(self, load):
        self.program = subprocess.Popen(
            [load.crowd, load.host.rpartition(":")[2], str(load.connections),
             str(int(load.seconds * 1000)), load.target], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait_line("ready")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.kill()
        self.program.communicate()

    def wait_line(self, line):
        if self.program.stdout.readline().strip() != line:
            raise BenchError(f"crowd: {self.program.stderr.read().strip()}")

    def ask(self):
        self.program.stdin.write("\n")
        self.program.stdin.flush()
        self.wait_line("done")


def run_crowd(load, pid):
    with Crowd(load) as crowd:
        began_s = tree_cpu_s(pid)
        crowd.ask()
        cpu_s = tree_cpu_s(pid) - began_s
        told = numbers_in(crowd.program.stdout.read())
    return Reading(told["requests"], told["duration_us"] / 1e6, cpu_s, told["p50_us"],
                   told["p99_us"], told["p999_us"])


CLIENTS = {"wrk": run_wrk, "h2load": run_h2load, "crowd": run_crowd}


def calls_per_request(load, pid):
    """System calls of the whole tree, counted by strace, which slows it: a run of its
    own, whose other figures are not used."""
    pids = [option for each in process_tree(pid) for option in ("-p", str(each))]
    with subprocess.Popen(["strace", "-f", "-c", *pids], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True) as strace:
        if "attached" not in strace.stderr.readline():
            return None, ""
        reading = run_wrk(load, pid)
        strace.send_signal(signal.SIGINT)
        told = strace.stderr.read()
    total = re.search(r"^\S+\s+\S+\s+(?:\d+\s+)?(\d+)\s+(?:\d+\s+)?total$", told, re.M)
    return (int(total[1]) / reading.requests if total else None), told
