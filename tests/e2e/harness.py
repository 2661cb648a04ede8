"""harness.py -- a server to test, a connection to it, and what a test gets

Tests wait for events: a line that the server prints, bytes that arrive, a
process that ends. DEADLINE_S only ends a test that hangs; it is long, because
sanitizers are slow and machines are shared. wait_until() polls for what has no
event (/proc).
"""

import os
import re
import resource
import select
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

from answers import AnswerReader

DEADLINE_S = 30
SANITIZED_DEADLINE_S = 120

ADDRESS = re.compile(r"http://(\[[0-9a-fA-F:.%]+\]|[^\s/:\[\]]+):(\d+)/")
SANITIZER_REPORT = re.compile(
    r"(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error:")
SANITIZER_MARKS = (b"__asan_init", b"__tsan_init", b"__msan_init", b"__ubsan_handle")


class Failure(AssertionError):
    """The server did not do what it should."""


class Skip(Exception):
    """This test cannot run here; says why."""


def check(holds, message):
    """assert that also works with python -O, and has a message."""
    if not holds:
        raise Failure(message)


def check_equal(got, expected, what):
    check(got == expected, f"{what}:\n  expected {expected!r}\n  got      {got!r}")


def wait_until(holds, what, deadline_s=DEADLINE_S):
    """Polls until `holds()` is true, for facts that come without an event."""
    end = time.monotonic() + deadline_s
    never = select.poll()
    while not holds():
        check(time.monotonic() < end, f"waited {deadline_s} s for: {what}")
        never.poll(10)


def raise_descriptor_limit():
    """Lets this process open as many descriptors as it may. Returns how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def is_sanitized(binary):
    """Whether this program was built with a sanitizer."""
    with open(binary, "rb") as program:
        content = program.read()
    return any(mark in content for mark in SANITIZER_MARKS)


def request(target="/small.txt", *fields, method="GET", version="1.1"):
    """The bytes of a plain request."""
    lines = [f"{method} {target} HTTP/{version}", "Host: test", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


class Connection:
    """One TCP (or Unix) connection, and the reader of its responses."""

    def __init__(self, address, *, receive_buffer=None, deadline_s=DEADLINE_S):
        family = (socket.AF_UNIX if isinstance(address, str) else
                  socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(deadline_s)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise
        if family != socket.AF_UNIX:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.receive_most = 256 * 1024
        self.reader = AnswerReader(self.receive)

    def receive(self):
        """The next bytes of the stream, b"" at its end."""
        try:
            return self.socket.recv(self.receive_most)
        except socket.timeout:
            raise Failure(f"nothing came for {self.socket.gettimeout()} s") from None
        except ConnectionResetError:
            raise Failure("the server reset the connection") from None

    def send(self, data):
        self.socket.sendall(data)

    def send_bytewise(self, data):
        """Sends each byte on its own, and with TCP_NODELAY in a segment of its own."""
        for at in range(len(data)):
            self.socket.sendall(data[at:at + 1])

    def read(self, method="GET", sink=None):
        return self.reader.read(method, sink)

    def read_end(self):
        """The end of the stream, without another byte."""
        self.reader.read_end()

    def ask(self, target="/small.txt", *fields, method="GET"):
        """Sends one request and reads its response."""
        self.send(request(target, *fields, method=method))
        return self.read(method)

    def wait_readable(self, timeout_s):
        """Whether there is something to read, or an end, within this time."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return bool(poll.poll(timeout_s * 1000))

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def abort(self):
        """Closes with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Output:
    """The lines that a process prints, read by a thread of its own so that the process
    never waits for us."""

    def __init__(self):
        self.lines = []
        self.news = threading.Condition()
        self.open_streams = 0

    def follow(self, stream):
        self.open_streams += 1
        thread = threading.Thread(target=self._pump, args=(stream,), daemon=True)
        thread.start()
        return thread

    def _pump(self, stream):
        with stream:
            for line in stream:
                with self.news:
                    self.lines.append(line.decode("utf-8", "backslashreplace").rstrip("\n"))
                    self.news.notify_all()
        with self.news:
            self.open_streams -= 1
            self.news.notify_all()

    def wait(self, ready, what, deadline_s=DEADLINE_S):
        """Waits until `ready(lines)` is true and returns what it returned. Ends
        early where nobody is left to print."""
        with self.news:
            self.news.wait_for(lambda: ready(self.lines) or not self.open_streams, deadline_s)
            found = ready(self.lines)
            check(found, f"the server did not print {what}; it printed:\n{self.text()}")
            return found

    def wait_line(self, pattern, deadline_s=DEADLINE_S):
        """The first line in which the pattern is found, as a match."""
        search = re.compile(pattern).search
        return self.wait(lambda lines: next(filter(None, map(search, lines)), None),
                         f"a line like /{pattern}/", deadline_s)

    def text(self):
        return "".join(f"  | {line}\n" for line in self.lines[-60:])


def limited(command, descriptors):
    """The command with a limit of open files; None: unchanged."""
    if descriptors is None:
        return command
    return ["sh", "-c", f"ulimit -n {descriptors}; exec \"$@\"", "sh", *command]


class Server:
    """A server under test, from its start to its last word.

    `listen` is what -l gets, once for each; None leaves the choice to the other
    options. The server is up when it has said `listeners` addresses (unless given,
    as many as there are TCP addresses in `listen`) and the socket file `awaited`
    is there. connect() goes to the first address. A `folder` that is False is not
    said; None stands for the common site."""

    def __init__(self, bench, *arguments, folder=None, listen=("127.0.0.1:0",),
                 environment=None, descriptors=None, listeners=None, awaited=None,
                 working_folder=None):
        self.bench = bench
        self.connections = []
        self.status_judged = False
        command = [bench.binary, *arguments]
        for address in listen or ():
            command += ["-l", address]
        if folder is not False:
            command.append(folder or bench.site.root)
        command = limited(command, descriptors)
        self.output = Output()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=bench.environment(environment), cwd=working_folder)
        bench.servers.append(self)
        self.pumps = [self.output.follow(self.process.stdout),
                      self.output.follow(self.process.stderr)]
        self.pid = self.process.pid
        tcp = [each for each in listen or () if not each.startswith("unix:")]
        self.addresses = self.wait_for_addresses(len(tcp) if listeners is None else listeners)
        if awaited is not None:
            self.wait_for_socket(awaited)

    def wait_for_addresses(self, count):
        """The addresses that the server prints; of a listener with several, the
        first."""
        def enough(lines):
            found = [(match[1].strip("[]"), int(match[2]))
                     for match in filter(None, map(ADDRESS.search, lines))]
            return found if found and len(found) >= count else None
        return self.output.wait(enough, "its address", self.bench.deadline_s) if count else []

    def wait_for_socket(self, path):
        """Waits until a client can connect to the Unix socket."""
        def is_listening():
            check(self.process.poll() is None, f"the server ended:\n{self.output.text()}")
            try:
                with Connection(path):
                    return True
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        wait_until(is_listening, f"somebody to listen at {path}", self.bench.deadline_s)

    def connect(self, address=None, **options):
        """A new connection; closed, at the latest, with the server."""
        options.setdefault("deadline_s", self.bench.deadline_s)
        connection = Connection(address or self.addresses[0], **options)
        self.connections.append(connection)
        return connection

    def ask(self, target="/small.txt", *fields, method="GET"):
        """One request on a connection of its own."""
        with self.connect() as connection:
            return connection.ask(target, *fields, method=method)

    def live_address(self):
        """The address of the live page, as the server prints it."""
        match = self.output.wait_line(f"see it live at {ADDRESS.pattern}", self.bench.deadline_s)
        return match[1].strip("[]"), int(match[2])

    def url(self, target="/", address=None):
        host, port = address or self.addresses[0]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}{target}"

    def is_refusing(self):
        """Whether it accepts no new connection any more."""
        try:
            with Connection(self.addresses[0]):
                return False
        except ConnectionResetError:
            return False  # it was in the backlog when the listener closed
        except ConnectionRefusedError:
            return True

    def memory_kib(self):
        """Its memory now (VmRSS)."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1])

    def cpu_seconds(self):
        """User and system time of all its threads so far."""
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def links(self):
        """The targets of its open descriptors."""
        for name in os.listdir(f"/proc/{self.pid}/fd"):
            try:
                yield os.readlink(f"/proc/{self.pid}/fd/{name}")
            except FileNotFoundError:
                pass

    def sockets(self):
        """How many sockets it has open."""
        return sum(link.startswith("socket:") for link in self.links())

    def open_files(self, folder):
        """The files in this folder that it has open, including deleted ones."""
        return [link for link in self.links() if link.startswith(f"{folder}/")]

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self):
        """Waits for its end. The test judges the exit status that it gets."""
        self.status_judged = True
        try:
            status = self.process.wait(self.bench.deadline_s)
        except subprocess.TimeoutExpired:
            raise Failure(f"the server did not end within {self.bench.deadline_s} s") from None
        for pump in self.pumps:
            pump.join()
        return status

    def finish(self):
        """Ends the server as its operator would, and judges the end: status 0, and no
        report of a sanitizer."""
        for connection in self.connections:
            connection.close()
        if not self.status_judged:
            early = self.process.poll()
            check(early is None,
                  f"the server ended by itself, status {early}:\n{self.output.text()}")
            self.signal(signal.SIGTERM)
            status = self.wait()
            check(status == 0, f"exit status {status} after SIGTERM:\n{self.output.text()}")
        report = [line for line in self.output.lines if SANITIZER_REPORT.search(line)]
        check(not report, f"a sanitizer speaks:\n{self.output.text()}")

    def kill(self):
        """For the end of a failed test: nothing is judged any more."""
        for connection in self.connections:
            connection.close()
        self.process.kill()
        self.process.wait()


class Bench:
    """What a test gets: the program, the site, and a folder to write to."""

    def __init__(self, binary, site, *, light=False, is_sanitized=False):
        self.binary = binary
        self.site = site
        self.is_sanitized = is_sanitized
        self.deadline_s = SANITIZED_DEADLINE_S if self.is_sanitized else DEADLINE_S
        self.light = light
        self.servers = []
        self.folders = []

    def serve(self, *arguments, **options):
        """Starts a server; it is finished, and judged, when the test ends."""
        return Server(self, *arguments, **options)

    def run(self, *arguments, environment=None, descriptors=None, output=subprocess.PIPE):
        """Runs the program to its end; for commands that end by themselves."""
        return subprocess.run(
            limited([self.binary, *arguments], descriptors), stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.PIPE, text=True, errors="backslashreplace", timeout=self.deadline_s,
            env=self.environment(environment), check=False)

    def environment(self, more=None):
        """Our environment, without what would change the program's behaviour."""
        plain = {key: value for key, value in os.environ.items()
                 if not key.startswith("SOQUETE_")}
        # A process does not wait for a thread that is late to end, nor joins it.
        plain["TSAN_OPTIONS"] = plain.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0"
        return {**plain, **(more or {})}

    def folder(self):
        """A new empty folder, removed after the test."""
        self.folders.append(tempfile.TemporaryDirectory(prefix="soquete-"))
        return self.folders[-1].name

    def finish(self):
        for server in self.servers:
            server.finish()

    def stop_servers(self):
        """Without judging them; for the end of a failed test."""
        for server in self.servers:
            if server.process.poll() is None:
                server.kill()

    def clean(self):
        """Leaves nothing behind, whatever the result."""
        self.stop_servers()
        for folder in self.folders:
            folder.cleanup()
