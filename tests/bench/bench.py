#!/usr/bin/env python3
"""bench.py -- Soquete beside its peers and beside a bare epoll loop

    python3 tests/bench/bench.py --server build/soquete --tools build/bench
        [--before PROGRAM] [--rounds N] [--seconds S] [--only NAME,...]
        [--out FOLDER] [--svg FILE] [--growth [--full]] [--list]

Servers take turns (A B C A B C ...), each with two workers, on loopback. A name
is that of a workload or of a server. README.md in this folder explains the output.
"""

import argparse
import contextlib
import dataclasses
import itertools
import os
import resource
import signal
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import goals
import growth
import idle
import measure
import peers
import plot
import report
import workloads

CALLS_S = 0.3
LIMIT_S = 115  # of the whole, for each round of half-second turns


class Bench:
    """One complete run: the servers, the files they serve, the results."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.root = os.path.join(folder, "root")
        self.results = report.Results()
        self.ends = (time.monotonic() +
                     LIMIT_S * options.rounds * max(1, options.seconds / 0.5))
        self.peers = [peer for peer in peers.PEERS if peer.is_there()]
        if any(each.name in options.only for each in peers.PEERS):
            self.peers = [peer for peer in self.peers
                          if peer.name in options.only or peer.name in ("soquete", "bare")]
        if options.before:
            self.peers.append(peers.BEFORE)

    def place(self, peer, workload):
        """The folder that this server may write to, for each workload."""
        folder = os.path.join(self.folder, f"{peer.name}-{workload.name}")
        os.makedirs(folder, mode=0o777)
        os.chmod(folder, 0o777)
        return peers.Place(root=self.root + workload.folder, folder=folder, server=self.options.server,
                           bare_loop=os.path.join(self.options.tools, "bare_loop"),
                           crowd=os.path.join(self.options.tools, "crowd"),
                           before=self.options.before, logs=workload.logs,
                           connections=workload.connections, bare=workload.bare)

    def start_all(self, workload, stack):
        """Starts the servers. Returns those that start and respond as they should."""
        servers = []
        for peer in filter(workload.is_for, self.peers):
            try:
                server = peers.Server(peer, self.place(peer, workload))
                stack.callback(server.stop)
                workload.check(server)
                servers.append(server)
            except measure.BenchError as error:
                print(f"left out: {error}", flush=True)
        return servers

    def measure_group(self, group):
        """Workloads that are compared take turns too."""
        with contextlib.ExitStack() as stack:
            runs = [(workload, server, workload.load(server, self.options.seconds))
                    for workload in group for server in self.start_all(workload, stack)]
            for workload, server, _ in runs:
                figures = self.results.figures(workload.name, server.peer.name)
                figures.rest_kib = measure.tree_pss_kib(server.pid)
            for turn in range(-1, self.options.rounds):
                runs = [run for run in runs if self.take_turn(*run, turn)]
            for run in runs:
                self.count_calls(*run)
        for workload in group:
            print(report.table(self.results, workload.name, workload.title), "\n", flush=True)

    def take_turn(self, workload, server, load, turn):
        """One reading; turn -1 warms up and is discarded."""
        if turn == -1:
            if workload.connections > 1000:
                return True
            load = dataclasses.replace(load, seconds=workload.warm_s)
        figures = self.results.figures(workload.name, server.peer.name)
        try:
            reading = measure.CLIENTS[workload.client](load, server.pid)
        except measure.BenchError as error:
            print(f"left out: {server.peer.name}: {error}", flush=True)
            figures.rounds.clear()
            return False
        if turn >= 0:
            figures.rounds.append(reading)
            figures.pss_kib = measure.tree_pss_kib(server.pid)
        return True

    def count_calls(self, workload, server, load):
        if not workload.counts_calls:
            return
        load = dataclasses.replace(load, seconds=CALLS_S)
        with contextlib.suppress(FileNotFoundError):
            calls, told = measure.calls_per_request(load, server.pid)
            self.results.figures(workload.name, server.peer.name).calls = calls
            path = os.path.join(self.options.out, f"calls-{server.peer.name}.txt")
            with open(path, "w", encoding="ascii") as file:
                file.write(told)

    def measure_idle(self):
        """The cost of an idle connection: the growth of private memory."""
        workload = workloads.Workload("idle", "idle", connections=idle.CONNECTIONS)
        for peer in self.peers:
            with contextlib.ExitStack() as stack:
                try:
                    server = peers.Server(peer, self.place(peer, workload))
                    stack.callback(server.stop)
                    found = idle.bytes_a_connection(server)
                except (OSError, measure.BenchError) as error:
                    print(f"left out: {peer.name}: idle: {error}", flush=True)
                    continue
                self.results.figures(workload.name, peer.name).idle_bytes = found
        print(report.memory_table(self.results, [peer.name for peer in self.peers]),
              "\n", flush=True)

    def has_time(self, name):
        """A busy machine must not make this run forever."""
        if time.monotonic() < self.ends:
            return True
        print(f"left out: {name}: the time is over")
        return False

    def run(self):
        names = workload_names()
        wanted = [name for name in names if name in self.options.only] or names
        os.mkdir(self.root)
        workloads.make_root(self.root)
        chosen = [each for each in workloads.WORKLOADS if each.name in wanted]
        for _, group in itertools.groupby(chosen, lambda each: each.group or each.name):
            group = list(group)
            if self.has_time(group[0].name):
                self.measure_group(group)
        if "idle" in wanted and self.has_time("idle"):
            self.measure_idle()
        report.write_csv(self.results, os.path.join(self.options.out, "bench.csv"))
        plot.write_ratios(self.results, os.path.join(self.options.out, "bench.svg"))
        if self.options.svg:
            plot.write_ratios(self.results, self.options.svg)
        if self.options.before:
            print(report.before_table(self.results), "\n")
        print(goals.table(self.results))


def number_of(at_least):
    """For an option: a number that is not below this one."""
    def parse(text):
        value = type(at_least)(text)
        if value < at_least:
            raise argparse.ArgumentTypeError(f"at least {at_least}")
        return value
    return parse


def parse_options():
    parser = argparse.ArgumentParser(description="Soquete, its peers and a bare loop")
    parser.add_argument("--server", required=True, help="the program to measure")
    parser.add_argument("--before", metavar="PROGRAM",
                        help="another build of the server, as one more peer")
    parser.add_argument("--tools", required=True, help="where bare_loop and crowd are")
    parser.add_argument("--rounds", type=number_of(1), default=5)
    parser.add_argument("--seconds", type=number_of(0.3), default=0.5,
                        help="of one reading")
    parser.add_argument("--only", default="", metavar="NAME,...",
                        help="these workloads, these peers")
    parser.add_argument("--out", default="build/bench", help="folder for figures and plots")
    parser.add_argument("--svg", help="one more place for the plot")
    parser.add_argument("--growth", action="store_true",
                        help="how our cost grows, instead of the workloads")
    parser.add_argument("--full", action="store_true", help="growth to its largest steps")
    parser.add_argument("--list", action="store_true", help="print all names and end")
    options = parser.parse_args()
    options.only = [name for name in options.only.split(",") if name]
    unknown = set(options.only) - set(workload_names()) - {each.name for each in peers.PEERS}
    if unknown:
        parser.error(f"no workload and no server: {', '.join(sorted(unknown))}")
    return options


def workload_names():
    return [each.name for each in workloads.WORKLOADS] + ["idle"]


def raise_descriptor_limit():
    """Servers and clients inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < peers.DESCRIPTORS:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (peers.DESCRIPTORS,) * 2)
            return
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def say_who_is_there(bench):
    for peer in peers.PEERS:
        if not peer.is_there():
            print(f"{peer.name}: not installed, left out (`make bench-deps` brings it)")
        elif peer.program and peer in bench.peers:
            print(f"{peer.name}: {peer.version_line()}")
    print(flush=True)


def main():
    options = parse_options()
    if options.list:
        print(*workload_names(), *(each.name for each in peers.PEERS), sep="\n")
        return
    raise_descriptor_limit()
    # The servers are ended on the way out; SIGTERM would not let them be.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.makedirs(options.out, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soquete-bench-") as folder:
        os.chmod(folder, 0o755)
        if options.growth:
            growth.run(options, folder)
        else:
            bench = Bench(options, folder)
            say_who_is_there(bench)
            bench.run()
    print(f"\n{time.monotonic() - began:.0f} s; figures and plots are in {options.out}/")


if __name__ == "__main__":
    main()
