"""The demos (tests/demo): they end well, their figures add up, and they leave nothing
behind, even if they are interrupted."""

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

from harness import Output, Skip, check, check_equal, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
DEMOS = os.path.join(os.path.dirname(HERE), "demo")

NAMESPACES = "/run/netns"
SKIPPED = 77
DEMO_S = 120  # it has deadlines of its own; this one is for a demo that hangs

SCENES = ["One request", "A second request on the same connection",
          "A request typed byte by byte", "Three requests in one write",
          "A client that goes away", "A slow reader, and back-pressure"]
WRAPPED = " " * 30  # so a line of the trace, or a remark, continues
WIDTH_MAX = 120
GROWTH = re.compile(r" +\d+\.\d{3} s ")
MIB = 1024 * 1024
DATAGRAM, SEGMENT = 1440, 1448


class Demo:
    """A running demo, with a folder of its own for all that it makes."""

    def __init__(self, bench, script, *options, **streams):
        self.folder = bench.folder()
        environment = {key: value for key, value in bench.environment().items()
                       if key not in ("STEP", "NO_COLOR")}
        streams.setdefault("stdout", subprocess.PIPE)
        self.process = subprocess.Popen(
            [sys.executable, "-B", os.path.join(DEMOS, script), "--server", bench.binary, *options],
            stdin=streams.pop("stdin", subprocess.DEVNULL), stderr=subprocess.PIPE,
            env={**environment, **streams.pop("more", {}), "TMPDIR": self.folder}, **streams)
        self.told, self.errors = Output(), Output()
        self.pumps = [self.errors.follow(self.process.stderr)]
        if self.process.stdout:
            self.pumps.append(self.told.follow(self.process.stdout))

    def wait(self):
        """Its exit status; by then nothing is left."""
        status = self.process.wait(DEMO_S)
        for pump in self.pumps:
            pump.join()
        if status == SKIPPED:
            raise Skip(self.errors.lines[-1])
        self.check_clean()
        return status

    def check_well(self):
        check_equal(self.wait(), 0, "exit status of the demo:\n"
                    f"{self.told.text()}{self.errors.text()}")

    def check_interrupted(self, number):
        self.process.send_signal(number)
        check_equal(self.wait(), 128 + number, "exit status of the demo that was interrupted:\n"
                    f"{self.told.text()}{self.errors.text()}")

    def check_clean(self):
        """No file, no process and no namespace of its own is left."""
        check_equal(os.listdir(self.folder), [], "files left behind")
        wait_until(lambda: not processes_with(self.folder), "the demo's programs to end")
        names = os.listdir(NAMESPACES) if os.path.isdir(NAMESPACES) else []
        prefix = f"soquete-{self.process.pid}-"
        check_equal([name for name in names if name.startswith(prefix)], [], "namespaces")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


@contextlib.contextmanager
def demo(bench, *arguments, **streams):
    running = Demo(bench, *arguments, **streams)
    try:
        yield running
    finally:
        running.stop()


def processes_with(folder):
    """The processes whose environment contains this folder."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{number}/environ", "rb") as environment:
            if folder.encode() in environment.read():
                found.append(int(number))
    return found


def joined(lines):
    """The lines as they were before the demo wrapped them."""
    whole = []
    for line in lines:
        if line.startswith(WRAPPED):
            whole[-1] += " " + line.strip()
        else:
            whole.append(line)
    return whole


def check_width(lines):
    check_equal([line for line in lines if len(line) > WIDTH_MAX], [], "lines that are too long")


def scenes_of(lines):
    """The lines of each scene, and of the end, by title."""
    scenes, now = {}, None
    for line in lines:
        title = re.fullmatch(r"(?:\d  )?([A-Z].*)", line)
        if title:
            now = scenes.setdefault(title[1], [])
        elif now is not None:
            now.append(line)
    return scenes


def rows_of(lines):
    """A table's cells, by the row's name."""
    rows = (re.split(r" {2,}", line.strip()) for line in lines if line.startswith("   "))
    return {name: cells for name, *cells in rows if cells}


def numbers(text):
    return [int(each) for each in re.findall(r"\d+", text)]


def of_kind(kind, lines):
    """The lines of the trace for events of this kind."""
    return [line for line in lines if re.match(rf" *\d+\.\d{{6}} c\d+ +\w+ +{kind} ", line)]


def check_scenes(scenes):
    """Each has two lines of explanation, its command, and shows what it says."""
    for title in SCENES:
        lines = scenes[title]
        check(lines[0].startswith("   ") and any("Look for: " in line for line in lines[:4]),
              f"no telling of: {title}")
        check(any(line.startswith(" $ ") for line in lines), f"no command of: {title}")
        check_equal(len(of_kind("open", lines)), 1, f"connections of: {title}")
        check(of_kind("close", lines), f"no end of: {title}")
    check_equal([len(of_kind("request", scenes[title])) for title in SCENES],
                [1, 2, 1, 3, 1, 1], "requests")
    typed, at_once, gone, slow = (scenes[title] for title in SCENES[2:])
    check_equal(len(of_kind("recv", typed)), 14, "pieces that were typed")
    check_pauses(typed)
    check_equal(len(of_kind("recv", at_once)), 1, "recvs of three requests")
    check(" by a reset " in of_kind("close", gone)[0], "the client that goes away does not reset")
    stop = next((at for at, line in enumerate(slow) if "The sends stop." in line), None)
    check(stop is not None, "the slow reader does not stop the sends")
    check(of_kind("send", slow[:stop]) and of_kind("send", slow[stop:]),
          "no sends before or after the stop")
    check_moves(slow)


def check_pauses(typed):
    """Between two recvs the trace shows the pause, as long as it was."""
    recvs = of_kind("recv", typed)
    times = [float(line.split()[0]) for line in recvs]
    between = typed[typed.index(recvs[0]):typed.index(recvs[-1])]
    shown = [float(pause[1]) for pause in
             (re.fullmatch(r" +c3 +tcp +\+(\d+\.\d\d) s, the rest of a request was to come", line)
              for line in between) if pause]
    lasted = [after - before for before, after in zip(times, times[1:])]
    check_equal(len(shown), 13, "pauses between the pieces")
    check(all(-0.00001 < b - a < 0.01001 for a, b in zip(shown, lasted)),
          f"pauses: {shown}, {lasted}")
    check(min(lasted) >= 0.19, f"a pause is shorter than the command's sleep: {lasted}")


def check_moves(slow):
    """Of the many sends of a large file, and what became of them, a few are shown, and how
    many were left out. The last of them all is."""
    check(len(slow) < 120, f"{len(slow)} lines are not few")
    left_out = [line for line in slow if " ~ More like these (" in line]
    check(left_out and all(" send" in line or " left" in line for line in left_out),
          f"what was left out: {left_out}")
    ends = {kind: int(re.search(r",(\d+)\)", of_kind(kind, slow)[-1])[1])
            for kind in ("response", "send")}
    check_equal(ends["send"], ends["response"], "the end of the last send")


def sums_of(lines, row):
    """The numbers in this row of the closes' tables."""
    found = (re.fullmatch(rf" +c\d+ +tcp +{row}", line) for line in lines)
    return [int(each[1]) for each in found if each]


def test_demo(bench):
    """Six scenes, each with what it promises; the sums at the end are those of the
    trace that was shown."""
    with demo(bench, "demo.py") as tour:
        tour.check_well()
        check_width(tour.told.lines)
        lines = joined(tour.told.lines)
    check(not any("\x1b" in line for line in lines), "colours in a pipe")
    check_scenes(scenes_of(lines))
    rows = rows_of(scenes_of(lines)["What the trace above adds up to"])
    check_equal(rows["connections"], ["6 opened, 6 closed"], "connections")
    check_equal(rows["requests"], ["9, and 9 responses"], "requests")
    recvs = [numbers(line.rpartition(")")[2])[0] for line in of_kind("recv", lines)]
    check_equal(numbers(rows["bytes in"][0]), [sum(recvs), len(recvs)], "bytes in")
    check_equal(numbers(rows["bytes out"][0])[0],
                sum(sums_of(lines, r"out +(\d+) B .*")), "bytes out")
    check_equal(numbers(rows["sent again"][0])[0],
                sum(sums_of(lines, r"rtt .*, retransmitted (\d+)")), "segments sent again")
    check("no gap, no overlap" in rows["ranges"][0], f"ranges: {rows['ranges']}")
    check(rows["files"][0].startswith("8 of 9 arrived"), f"files: {rows['files']}")
    check_equal(lines[-2].strip(), "TCP lost nothing.", "the last word")


def test_demo_interrupted(bench):
    """In the middle of a large response, while a shell's pipeline runs."""
    for number in (signal.SIGINT, signal.SIGTERM):
        with demo(bench, "demo.py") as tour:
            tour.told.wait_line(r"^6  ")
            tour.check_interrupted(number)


def play_on_terminal(bench, more, until):
    """Presses Enter when the demo asks for it, until this text is shown. Returns the
    output so far, and the demo's process, which goes on."""
    ours, theirs = pty.openpty()
    shown = b""
    with demo(bench, "demo.py", stdin=theirs, stdout=theirs,
              more={"STEP": "1", "TERM": "xterm", **more}) as tour:
        os.close(theirs)
        end, answered = time.monotonic() + DEMO_S, 0
        while until not in shown:
            check(select.select([ours], [], [], end - time.monotonic())[0], "the demo hangs")
            shown += os.read(ours, 65536)
            while answered < shown.count(b"(Enter)"):
                os.write(ours, b"\n")
                answered += 1
        tour.check_interrupted(signal.SIGINT)
    os.close(ours)
    return shown.decode()


def test_demo_on_a_terminal(bench):
    """On a terminal it has colours, including the server's own, and waits for Enter if
    asked to; but no colours with NO_COLOR."""
    shown = play_on_terminal(bench, {}, b"\n\x1b[1m3  ")
    check("\x1b[36mtcp" in shown and "\x1b[35mhttp" in shown, "the server has no colours")
    shown = play_on_terminal(bench, {"NO_COLOR": "1"}, b"\n2  ")
    check("\x1b" not in shown, "colours, though nobody wants them")


def check_lossy(lines, size, messages):
    """The demo's figures agree with each other: for a file of `size` bytes, and for so
    many messages."""
    check_width(lines)
    scenes = scenes_of(lines)
    growth = [numbers(line.replace(".", "")) for line in scenes["A file by TCP"]
              if GROWTH.match(line)]
    check(len(growth) > 3 and all(column == sorted(column) for column in
                                  ([row[at] for row in growth] for at in (0, 1, 2, 4))),
          f"the sends do not grow: {growth}")
    check(growth[-1][2] >= size, "not all was acknowledged")
    tcp, udp = columns_of(scenes[f"What became of the same {size} bytes"])
    check_equal((tcp["arrived"], tcp["missing"], tcp["sha256"]), (f"{size} B", "0 B", "equal"),
                "what came by TCP")
    sums = check_account(scenes["TCP's account"])
    for name, row in (("sent", "sent"), ("lost", "lost there"), ("sent again", "sent again")):
        check_equal(numbers(tcp[name])[0], sums[row][0], f"{name}, in both tables")
    check_equal(growth[-1][4], sum(sums["sent"][2:]), "sent again, at the close and in the table")
    check(sums["sent for the first time"][0] >= growth[-1][1] // SEGMENT, "too few segments")
    check_datagrams(udp, size)
    tcp, udp = columns_of(scenes[f"Delay of the same {messages} messages, from send to recv"])
    check_equal((tcp["arrived"], tcp["lost"], tcp["read twice"], tcp["out of order"]),
                (str(messages), "0", "0", "0"), "messages by TCP")
    check_equal(int(udp["arrived"]) + int(udp["lost"]), messages, "messages by UDP")
    for way in (tcp, udp):
        delays = [float(way[name].split()[0]) for name in ("p50", "p99", "most")]
        check(20 <= delays[0] and delays == sorted(delays), f"delays: {delays}")
    check(f"   TCP lost nothing: curl received {size} bytes" in lines[-2], "no last word")


def columns_of(lines):
    """The cells of a table for TCP and for UDP, by the row's name."""
    return [{name: cells[at] for name, cells in rows_of(lines).items() if len(cells) == 2}
            for at in (0, 1)]


def check_account(lines):
    sums = {name: numbers(" ".join(cells)) for name, cells in rows_of(lines).items()}
    by_timeout, = (numbers(line)[0] for line in lines if line.endswith(" by timeout"))
    first, again, sent = (sums[name][0] for name in
                          ("sent for the first time", "sent again", "sent"))
    lost, arrived, needless, new = (sums[name][0] for name in
                                    ("lost there", "arrived", "needless", "brought new bytes"))
    check_equal(sums["sent"][:3], [sent, sent, again], "sent, by the cable and by TCP_INFO")
    check_equal((first + again, sent - lost, arrived - needless), (sent, arrived, new), "sums")
    check_equal(again - lost - needless, new - first, "sent again = lost + needless")
    check(0 < lost < sent // 3, f"{lost} of {sent} segments lost")
    check_equal(sums["sent again"][1] + by_timeout, again, "by gap and by timeout")
    return sums


def check_datagrams(udp, size):
    sent, lost = numbers(udp["sent"])[0], numbers(udp["lost"])[0]
    missing = numbers(udp["missing"])[0]
    check_equal(sent, -(-size // DATAGRAM), "datagrams")
    check(0 < lost < sent // 3, f"{lost} of {sent} datagrams lost")
    check(numbers(udp["read twice"])[0] > 0 and numbers(udp["out of order"])[0] > 0,
          "no datagram is a duplicate, or none is out of order")
    check_equal(missing + numbers(udp["arrived"])[0], size, "bytes missing and arrived")
    check(0 <= lost * DATAGRAM - missing < DATAGRAM, "bytes missing, for so many datagrams")
    check_equal(udp["sha256"], "different", "sha256 of what came by UDP")


def test_demo_lossy(bench):
    """TCP delivers a file over a link that loses packets; UDP does not, and the missing
    datagrams are those that the link dropped. The account adds up."""
    with demo(bench, "lossy.py", "--size", "2", "--messages", "100", "--seed", "1") as crossing:
        crossing.check_well()
        check_lossy(crossing.told.lines, 2 * MIB, 100)


def test_demo_lossy_interrupted(bench):
    """While the file is sent, with the namespaces in place."""
    for number in (signal.SIGINT, signal.SIGTERM):
        with demo(bench, "lossy.py", "--loss", "10") as crossing:
            crossing.told.wait(lambda lines: not crossing.told.open_streams or
                               any(map(GROWTH.match, lines)), "the first send", DEMO_S)
            crossing.check_interrupted(number)


# Nobody else may be able to read this folder, so root only plays that it is not.
AS_NOBODY = """
import os, sys
sys.path.insert(0, sys.argv[1])
import lossy
os.geteuid = lambda: 65534
del sys.argv[1]
sys.exit(lossy.main())
"""


def test_demo_lossy_without_root(bench):
    """It says what is missing, and creates nothing."""
    result = subprocess.run(
        [sys.executable, "-B", "-c", AS_NOBODY, DEMOS, "--server", bench.binary],
        capture_output=True, text=True, timeout=DEMO_S, check=False)
    check_equal((result.returncode, result.stdout), (SKIPPED, ""), "status and output")
    check("only root" in result.stderr, f"no clear word: {result.stderr}")
