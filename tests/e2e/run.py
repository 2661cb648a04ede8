#!/usr/bin/env python3
"""run.py -- Soquete's end-to-end tests: raw bytes to a real server

    python3 tests/e2e/run.py --server build/soquete
        [--filter TEXT] [--jobs N] [--light] [--long] [--threads] [-v] [--list]

One line per test; at the end "N passed, N failed, N skipped". The exit status is
1 if a test failed. README.md in this folder has the details.
"""

import argparse
import concurrent.futures
import importlib
import inspect
import itertools
import os
import signal
import sys
import tempfile
import textwrap
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import answers
import casefile
import fixtures
import harness

# Left out where only the meeting of threads matters, like the cases: these start
# commands that have one thread, or ask one thing after the other.
ONE_THREAD = ("test_command_line.py", "test_why.py", "test_why_site.py", "test_base.py",
              "test_spa.py", "test_clean_urls.py", "test_not_found.py", "test_trace_text.py",
              "test_demo.py")


class ProgramTest:
    """A function test_...(bench) of a file test_*.py."""

    def __init__(self, module, function):
        self.name = f"{module.removeprefix('test_')}: {function.__name__[5:].replace('_', ' ')}"
        self.why = inspect.getdoc(function) or ""
        self.run = function


class CaseTest:
    """A file of cases/, run in each of its ways. All of a folder have one server, or
    a new one where that has ended."""

    def __init__(self, path):
        self.case = casefile.Case(path)
        self.name = os.path.relpath(path, HERE)
        self.folder = os.path.dirname(self.name)
        self.why = self.case.title

    def run(self, bench):
        bench.site.wait_until_old()
        server = self.server_of(bench)
        for way in self.case.ways():
            with server.connect() as connection:
                self.hold(way, connection)

    def server_of(self, bench):
        if bench.servers and bench.servers[-1].process.poll() is None:
            return bench.servers[-1]
        # A refused client may be slow to stop: the server must still listen
        # when the last byte of a bytewise case arrives.
        return bench.serve("--linger-timeout", "60s", "--request-timeout", "60s")

    def hold(self, way, connection):
        conversation = casefile.Conversation(self.case, way, connection)
        try:
            conversation.hold()
        except (AssertionError, OSError) as error:
            sent = answers.show(conversation.sent)
            raise harness.Failure(f"sent ({way}):\n      {sent}\n{error}") from error


class Outcome:
    """The result of a test: ok, FAIL or skip, and what to print."""

    def __init__(self, test, word, text, seconds):
        self.test, self.word, self.text, self.seconds = test, word, text, seconds

    def show(self, verbose):
        reason = f" ({self.text})" if self.word == "skip" else ""
        took = f" [{self.seconds:.2f} s]" if verbose else ""
        print(f"{self.word:4} {self.test.name}{reason}{took}", flush=True)
        if self.word == "FAIL":
            told = self.test.why.strip() + "\n" + self.text.rstrip()
            print(textwrap.indent(told, "    "), flush=True)


def find_tests(is_long, only_threads):
    """The programs first: they take longest. In each, in the order of the file. Slow
    ones are in test_long_*.py, and run only if asked for."""
    tests = []
    for name in sorted(os.listdir(HERE)):
        if name.startswith("test_") and name.endswith(".py") and \
                name.startswith("test_long_") == is_long and \
                not (only_threads and name in ONE_THREAD):
            module = importlib.import_module(name[:-3])
            tests += [ProgramTest(name[:-3], function) for key, function in vars(module).items()
                      if key.startswith("test_")]
    if is_long or only_threads:
        return tests
    return tests + [CaseTest(path) for path in casefile.find_cases(os.path.join(HERE, "cases"))]


def groups_of(tests):
    """Lists of tests that share a bench: the cases of a folder, each other test alone."""
    return [list(group) for _, group in
            itertools.groupby(tests, lambda test: getattr(test, "folder", test.name))]


def run_tests(tests, bench):
    """Runs tests at one bench. Returns their outcomes."""
    try:
        return [run_test(test, bench, is_last=test is tests[-1]) for test in tests]
    finally:
        bench.clean()


def run_test(test, bench, is_last):
    """Runs one test, and judges it. The last one ends the bench's servers, and is
    judged by their ends too."""
    began = time.monotonic()
    try:
        test.run(bench)
        if is_last:
            bench.finish()
        word, text = "ok", ""
    except harness.Skip as reason:
        word, text = "skip", str(reason)
    except AssertionError as failure:
        word, text = "FAIL", str(failure) + reports_of(bench)
    except Exception:  # a test that breaks has failed; the others go on
        word, text = "FAIL", traceback.format_exc() + reports_of(bench)
    return Outcome(test, word, text, time.monotonic() - began)


def reports_of(bench):
    """The output of a failed test's servers."""
    return "".join(f"\nthe server printed:\n{server.output.text()}"
                   for server in bench.servers if server.output.lines)


def run_all(tests, options):
    """Runs the tests, several at once, and prints each as it ends."""
    sanitized = harness.is_sanitized(options.server)
    with tempfile.TemporaryDirectory(prefix="soquete-") as parent, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        site = fixtures.Site(parent)
        groups = groups_of(tests)
        benches = [harness.Bench(options.server, site, light=options.light,
                                 is_sanitized=sanitized) for _ in groups]
        runs = list(map(pool.submit, [run_tests] * len(groups), groups, benches))
        try:
            return show_outcomes(runs, options)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for bench in benches:
                bench.stop_servers()
            raise


def show_outcomes(runs, options):
    counts = {"ok": 0, "FAIL": 0, "skip": 0}
    for run in concurrent.futures.as_completed(runs):
        for outcome in run.result():
            counts[outcome.word] += 1
            outcome.show(options.verbose)
    print(f"{counts['ok']} passed, {counts['FAIL']} failed, {counts['skip']} skipped")
    return 1 if counts["FAIL"] else 0


def read_arguments():
    parser = argparse.ArgumentParser(description="Soquete's end-to-end tests.")
    parser.add_argument("--server", default="build/soquete", help="the program to test")
    parser.add_argument("--filter", default="", help="only tests whose name holds this text")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1),
                        help="tests at once; many of them wait")
    parser.add_argument("--light", action="store_true", help="fewer connections, smaller files")
    parser.add_argument("--long", action="store_true", help="the tests that take minutes")
    parser.add_argument("--threads", action="store_true",
                        help="only those in which threads meet")
    parser.add_argument("--list", action="store_true", help="name the tests, run none")
    parser.add_argument("-v", "--verbose", action="store_true", help="how long each took")
    options = parser.parse_args()
    options.server = os.path.abspath(options.server)
    return options


def catch_hangup():
    """Where SIGHUP is ignored, as under nohup, each server would ignore it too. A signal
    that is caught has its default in the programs that are started."""
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)


def main():
    catch_hangup()
    options = read_arguments()
    tests = [test for test in find_tests(options.long, options.threads)
             if options.filter in test.name]
    if options.list:
        for test in tests:
            print(test.name)
        return 0
    if not tests:
        sys.exit(f"run.py: no test's name holds {options.filter!r}")
    if not os.access(options.server, os.X_OK):
        sys.exit(f"run.py: {options.server} is no program; build it first")
    harness.raise_descriptor_limit()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return run_all(tests, options)
    except KeyboardInterrupt:
        sys.exit("run.py: interrupted")


if __name__ == "__main__":
    sys.exit(main())
