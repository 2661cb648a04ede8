"""report.py -- turns readings into a table, a file of figures, and verdicts

A ratio is the median of the rounds' own ratios: the machine's load was the same
for two servers that ran one after the other, but not minutes apart.
"""

import csv
import statistics

COLUMNS = ("req/s", "CPU us", "x bare", "x nginx", "p50 us", "p99 us", "p99.9 us",
           "PSS KiB", "calls")


class Figures:
    """All figures of one server under one workload."""

    def __init__(self):
        self.rounds = []  # measure.Reading
        self.pss_kib = None  # under load
        self.rest_kib = None  # PSS before it
        self.idle_bytes = None  # for one more idle connection
        self.calls = None

    def median(self, value):
        known = [each for each in map(value, self.rounds) if each is not None]
        return statistics.median(known) if known else None


class Results:
    """All figures, by workload and server, in the order of measuring."""

    def __init__(self):
        self.of = {}

    def figures(self, workload, peer):
        return self.of.setdefault(workload, {}).setdefault(peer, Figures())

    def known(self, workload, peer):
        """The figures, if this server was measured under this workload."""
        figures = self.of.get(workload, {}).get(peer)
        return figures if figures and figures.rounds else None

    def ratio(self, workload, peer, other, value=lambda reading: reading.cpu_us(),
              of_workload=None):
        """The median over the rounds of peer's value over the other's, which may be of
        another workload of the same group."""
        mine = self.known(workload, peer)
        theirs = self.known(of_workload or workload, other)
        if not mine or not theirs:
            return None
        return statistics.median(value(a) / value(b)
                                 for a, b in zip(mine.rounds, theirs.rounds))

    def row(self, workload, peer):
        figures = self.of[workload][peer]
        return (figures.median(lambda r: r.rate()), figures.median(lambda r: r.cpu_us()),
                self.ratio(workload, peer, "bare"), self.ratio(workload, peer, "nginx"),
                figures.median(lambda r: r.p50_us), figures.median(lambda r: r.p99_us),
                figures.median(lambda r: r.p999_us), figures.pss_kib, figures.calls)


def number(value):
    """Three significant digits, or all there are."""
    if value is None:
        return "-"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(results, workload, title):
    """One workload's figures, one line per server."""
    lines = [f"{title:24}" + "".join(f"{name:>10}" for name in COLUMNS)]
    for peer, figures in results.of[workload].items():
        if figures.rounds:
            cells = "".join(f"{number(value):>10}" for value in results.row(workload, peer))
            lines.append(f"  {peer:22}{cells}")
    return "\n".join(lines)


def memory_table(results, names):
    """PSS at rest, and what one more idle connection adds."""
    lines = [f"{'memory':24}{'rest KiB':>10}{'idle B':>10}"]
    for peer in names:
        rest = [each[peer].rest_kib for each in results.of.values()
                if peer in each and each[peer].rest_kib]
        idle = [each[peer].idle_bytes for each in results.of.values()
                if peer in each and each[peer].idle_bytes is not None]
        if rest or idle:
            lines.append(f"  {peer:22}{number(min(rest, default=None)):>10}"
                         f"{number(min(idle, default=None)):>10}")
    return "\n".join(lines)


def before_table(results):
    """Our CPU per request and memory at rest, as ratios to the build before."""
    lines = [f"{'to the build before':24}{'CPU':>10}{'rest':>10}"]
    for workload, peers in results.of.items():
        if results.known(workload, "before"):
            rest = [peers[name].rest_kib for name in ("soquete", "before")]
            memory = rest[0] / rest[1] if all(rest) else None
            cpu = results.ratio(workload, "soquete", "before")
            lines.append(f"  {workload:22}" + "".join(
                f"{'-' if each is None else format(each, '.3f'):>10}" for each in (cpu, memory)))
    return "\n".join(lines)


def write_csv(results, path):
    """One line per server and workload, with medians and ratios."""
    with open(path, "w", newline="", encoding="ascii") as file:
        rows = csv.writer(file)
        rows.writerow(["workload", "server", "rounds", "requests_per_s", "cpu_us",
                       "ratio_to_bare", "ratio_to_nginx", "p50_us", "p99_us", "p999_us",
                       "pss_kib", "calls", "rest_kib", "idle_bytes"])
        for workload, peers in results.of.items():
            for peer, figures in peers.items():
                row = results.row(workload, peer)
                rows.writerow([workload, peer, len(figures.rounds),
                               *("" if each is None else f"{each:.6g}" for each in
                                 (*row, figures.rest_kib, figures.idle_bytes))])
