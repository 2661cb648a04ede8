"""goals.py -- the project's goals, and whether they are met

All are ratios or sizes from a single run. The instructions of a request
have a check of their own, instructions.py.
"""

import dataclasses

import peers
import report

OTHERS = [peer.name for peer in peers.PEERS if peer.name not in ("soquete", "bare")]


def cpu_us(reading):
    return reading.cpu_us()


def p99_us(reading):
    return reading.p99_us


def to_bare(workload):
    return lambda results: results.ratio(workload, "soquete", "bare")


def to_best_peer(workload, value=cpu_us, others=None):
    """Above 1 if any peer needs less."""
    def ratio(results):
        ratios = [results.ratio(workload, "soquete", peer, value) for peer in others or OTHERS]
        return max((each for each in ratios if each is not None), default=None)
    return ratio


def rate_to_nginx(workload):
    return lambda results: results.ratio(workload, "soquete", "nginx",
                                         lambda reading: reading.rate())


def to_twin(workload, twin):
    """Our cost of one workload over that of another one of its group."""
    return lambda results: results.ratio(workload, "soquete", "soquete", of_workload=twin)


def to_workload(workload, other):
    """Our cost of one workload over that of another, by the same client."""
    def ratio(results):
        mine, its = results.known(workload, "soquete"), results.known(other, "soquete")
        return mine.median(cpu_us) / its.median(cpu_us) if mine and its else None
    return ratio


def memory(name):
    """The smallest memory seen, in any workload."""
    def least(results):
        seen = [getattr(each["soquete"], name) for each in results.of.values()
                if "soquete" in each and getattr(each["soquete"], name) is not None]
        return min(seen, default=None)
    return least


@dataclasses.dataclass
class Goal:
    text: str
    bound: float
    found: callable  # of the results; None where they don't tell
    at_least: bool = False

    def line(self, results):
        found = self.found(results)
        if found is None:
            return f"  {self.text:52}{'-':>9}{'':>9}  not measured"
        met = found >= self.bound if self.at_least else found <= self.bound
        by = abs(found / self.bound - 1) * 100
        word = "met" if met else f"MISSED by {by:.0f} %"
        sign = ">=" if self.at_least else "<="
        return (f"  {self.text:52}{report.number(found):>9}"
                f"{sign + report.number(self.bound):>9}  {word}")


GOALS = [
    Goal("1 KiB: CPU to the bare loop's", 1.15, to_bare("1k")),
    Goal("1 KiB: CPU to the best peer's", 1, to_best_peer("1k")),
    Goal("browser's head: CPU to the bare loop's", 1.2, to_bare("browser")),
    Goal("browser's head: CPU to the best peer's", 1, to_best_peer("browser")),
    Goal("pipelined: requests a second to nginx's", 8, rate_to_nginx("pipeline"), True),
    Goal("pipelined: CPU to the bare loop's", 2.5, to_bare("pipeline")),
    Goal("16 KiB: CPU to the best peer's", 1, to_best_peer("16k")),
    Goal("100 KiB: CPU to the best peer's", 1, to_best_peer("100k")),
    Goal("64 MiB: responses a second to nginx's", 1, rate_to_nginx("64m"), True),
    Goal("range: CPU to the best peer's", 1, to_best_peer("range")),
    Goal("a connection a request: CPU to the bare loop's", 1.15, to_bare("close")),
    Goal("10,000 files: CPU to the best peer's", 1, to_best_peer("files")),
    Goal("304: CPU to the best peer's", 1, to_best_peer("304")),
    Goal("404: CPU to the best peer's", 1, to_best_peer("404")),
    Goal("listing: CPU to nginx's and Caddy's best", 1,
         to_best_peer("listing", others=("nginx", "caddy"))),
    Goal("sidecars: CPU to the best peer's", 1, to_best_peer("sidecars")),
    Goal("sidecars: CPU to the same bytes without", 1.1, to_twin("sidecars", "alike")),
    Goal("compressed: CPU to the same bytes in plain files", 1.02,
         to_twin("packed", "unpacked")),
    Goal("11,000 rules, none matches: CPU to no rules", 1.1, to_twin("ruled", "unruled")),
    Goal("the last of 1,000 in _headers: CPU to no rules", 1.1, to_twin("header", "unruled")),
    Goal("the last of 10,000 in _redirects: CPU to no rules", 1.1,
         to_twin("rewrite", "unruled")),
    Goal("log on: CPU to the best peer's", 1, to_best_peer("log")),
    Goal("2,000 connections: p99 to the best peer's", 1, to_best_peer("2000", p99_us)),
    Goal("2,000 connections: CPU to that with 64", 1.2, to_workload("2000", "64")),
    Goal("15,000 connections: p99 to the best peer's", 1, to_best_peer("15000", p99_us)),
    Goal("15,000 connections: CPU to that with 64", 1.2, to_workload("15000", "64")),
    Goal("an idle connection: bytes of user memory", 256, memory("idle_bytes")),
    Goal("at rest, two workers: KiB of PSS", 2048, memory("rest_kib")),
]


def table(results):
    lines = [f"{'goal':54}{'found':>9}{'bound':>9}"]
    return "\n".join(lines + [goal.line(results) for goal in GOALS])
