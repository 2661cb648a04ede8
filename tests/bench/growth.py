"""growth.py -- what the cost of a request grows with

One thing varies, the rest is fixed: 64 connections, one file, two workers,
1 KiB. The cost of a request should not grow with connections, files or workers;
with a body's length it should grow by the same for each byte.
"""

import contextlib
import csv
import dataclasses
import os
import shutil
import statistics
import time

import measure
import peers
import plot
import workloads
from workloads import KIB, MIB

GIB = 1024 * MIB
SETTLED_S = 2.5  # a file that was just made may have a tag of another length
SHARED_MEMORY = "/dev/shm"  # a million files are made there in seconds


@dataclasses.dataclass
class Series:
    """A line of the plot: (the value that varies, CPU microseconds per request)."""

    varied: str
    title: str
    points: list = dataclasses.field(default_factory=list)
    logarithmic: bool = False

    def name(self, value):
        """A short text for a number."""
        for unit, size in (("Gi", GIB), ("Mi", MIB), ("Ki", KIB)):
            if self.logarithmic and value >= size:
                return f"{value / size:g} {unit}B"
        return f"{value:,}"

    def labelled(self, number):
        """As many labels as fit, from the last one back."""
        step = (len(self.points) + 5) // 6
        return (len(self.points) - 1 - number) % step == 0


class Growth:
    """The steps of one series: a new server for each, and some readings."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.rounds = max(3, options.rounds - 2)
        self.starts = 0

    @contextlib.contextmanager
    def server(self, root, workers=peers.WORKERS):
        self.starts += 1
        folder = os.path.join(self.folder, str(self.starts))
        os.mkdir(folder)
        server = peers.Server(peers.PEERS[0], peers.Place(
            root=root, folder=folder, server=self.options.server, workers=workers,
            bare_loop="", crowd=os.path.join(self.options.tools, "crowd")))
        try:
            yield server
        finally:
            server.stop()

    def measure(self, series, value, server, workload, warm_turns=1):
        """Adds a point, unless an error makes it worthless."""
        try:
            cost = self.cost(server, workload, warm_turns)
        except measure.BenchError as error:
            print(f"left out: {series.name(value)}: {error}", flush=True)
            return
        series.points.append((value, cost))
        print(f"  {series.name(value):>12} {cost:12,.1f} us", flush=True)

    def cost(self, server, workload, warm_turns):
        """The median of some readings, after warm-up turns."""
        load = workload.load(server, self.options.seconds)
        client = measure.CLIENTS[workload.client]
        for _ in range(warm_turns):
            client(load, server.pid)
        return statistics.median(client(load, server.pid).cpu_us() for _ in range(self.rounds))

    def connections(self, root):
        series = Series("connections", "connections")
        with self.server(root) as server:
            for count in (1, 8, 64, 512, 2000, 15000):
                workload = workloads.Workload("growth", "", client="crowd", connections=count)
                self.measure(series, count, server, workload, warm_turns=0)
        return series

    def files(self, root):
        """All are requested at random; few enough of them fit into a cache."""
        series = Series("files", "files, asked for at random")
        for count in [10, 1000, 100_000] + [1_000_000] * self.options.full:
            many = os.path.join(SHARED_MEMORY if os.path.isdir(SHARED_MEMORY) else root,
                                f"{os.path.basename(self.folder)}-many")
            try:
                workloads.make_files(many, count, size=100)
                workload = workloads.Workload(
                    "growth", "", workloads.file_target(0),
                    sends=lambda server, count=count: workloads.files_of(server, count))
                with self.server(many) as server:
                    self.measure(series, count, server, workload, warm_turns=2)
            finally:
                shutil.rmtree(many)
        return series

    def workers(self, root):
        series = Series("workers", "workers")
        for count in (1, 2, 4, 8, 16, 32, 64):
            with self.server(root, workers=count) as server:
                self.measure(series, count, server, workloads.Workload("growth", ""))
        return series

    def bodies(self, root):
        """Sparse files: a body's bytes are read, but not from a disk."""
        series = Series("bodies", "length of the body, in bytes", logarithmic=True)
        sizes = [100, KIB, 10 * KIB, 100 * KIB, MIB, 10 * MIB, 100 * MIB]
        for size in sizes + [GIB, 10 * GIB] * self.options.full:
            with open(f"{root}/body.bin", "wb") as file:
                file.truncate(size)
            requests = 2 if size > 100 * MIB else 20
            large = ({"client": "h2load", "connections": 2, "requests": requests}
                     if size > MIB else {})
            with self.server(root) as server:
                self.measure(series, size, server,
                             workloads.Workload("growth", "", "/body.bin", **large))
        return series


def run(options, folder):
    """All four, printed as they are measured, then saved and plotted."""
    growth = Growth(options, folder)
    root = os.path.join(folder, "root")
    os.mkdir(root)
    workloads.make_file(root, "/1k.bin", KIB)
    time.sleep(SETTLED_S)
    found = []
    for measure_series in (growth.connections, growth.files, growth.workers, growth.bodies):
        print(f"CPU of a request, over {measure_series.__name__}:", flush=True)
        found.append(measure_series(root))
    with open(os.path.join(options.out, "growth.csv"), "w", newline="",
              encoding="ascii") as file:
        rows = csv.writer(file)
        rows.writerow(["varied", "value", "cpu_us"])
        rows.writerows((series.varied, value, f"{cost:.6g}")
                       for series in found for value, cost in series.points)
    plot.write_growth(found, os.path.join(options.out, "growth.svg"))
    if options.svg:
        plot.write_growth(found, options.svg)
