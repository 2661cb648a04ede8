"""The command line, the environment and the configuration file: options have their
effect, and mistakes are reported in one line and an exit status."""

import contextlib
import os
import re
import shlex
import socket

import fixtures
from harness import Skip, check, check_equal

ANYWHERE = "127.0.0.1:0"


def check_refused(result, statuses, *words):
    """An exit status, and one line on standard error that contains these words."""
    check(result.returncode in statuses,
          f"exit status {result.returncode}, expected {statuses}:\n{result.stderr}")
    check_equal(len(result.stderr.splitlines()), 1, f"lines of\n{result.stderr}")
    for word in words:
        check(word in result.stderr, f"{word!r} is not in {result.stderr!r}")
    check_equal(result.stdout, "", "standard output")


def check_done(result, *patterns):
    """Exit status 0, and these patterns on standard output."""
    check_equal(result.returncode, 0, f"exit status (it said {result.stderr!r})")
    for pattern in patterns:
        check(re.search(pattern, result.stdout, re.MULTILINE),
              f"/{pattern}/ is not in\n{result.stdout}")


def config_file(bench, text):
    path = f"{bench.folder()}/soquete.conf"
    fixtures.write(path, text.encode())
    return path


def test_unknown_option(bench):
    """An unknown option is status 2, and is named."""
    check_refused(bench.run("--unknown-option"), (2,), "unknown-option")


def test_slip_of_the_hand(bench):
    """One letter is wrong: the line has a suggestion."""
    check_refused(bench.run("--idle-timout", "1s"), (2,), "idle-timout", "idle-timeout")


def test_port_as_elsewhere(bench):
    """A port option of other servers gets a hint at ours."""
    for arguments in (("-p", "8000"), ("--port", "8000"), ("--port=8000",), ("8000",)):
        result = bench.run(*arguments)
        check_refused(result, (1, 2), "did you mean --listen 8000?")


def test_value_that_looks_like_a_folder(bench):
    """--trace json: the value of --trace needs its "="."""
    check_refused(bench.run("--trace", "json"), (1, 2), "did you mean --trace=json?")
    check_refused(bench.run("--trace", "json", bench.site.root), (2,),
                  "did you mean --trace=json?")
    check_refused(bench.run("--trace", "xml"), (1, 2), "xml", "--trace=", "text", "json", "off")


def test_bad_value(bench):
    """A wrong value is named, with its option."""
    check_refused(bench.run("--workers", "many", bench.site.root), (2,), "workers", "many")


def test_missing_value(bench):
    """So is an option without the value that it needs."""
    check_refused(bench.run("--workers"), (2,), "workers")


def test_folder_is_missing(bench):
    """The line names the folder."""
    missing = bench.site.root + "/no-such-folder"
    check_refused(bench.run("-l", ANYWHERE, missing), (1, 2), "no-such-folder")


def test_folder_is_a_file(bench):
    """A file is not a folder."""
    check_refused(bench.run("-l", ANYWHERE, bench.site.root + "/small.txt"), (1, 2), "small.txt")


def test_two_folders(bench):
    """There is only one root."""
    check_refused(bench.run(bench.site.root, bench.site.root), (2,))


def test_port_in_use(bench):
    """A given port that is in use: status 1, and the line names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = bench.run("-l", address, "-w", "1", bench.site.root)
        check_refused(result, (1,), address, "in use")
        check_retry(bench, result.stderr, taken.getsockname()[1])


def check_retry(bench, told, port):
    """The command at the end of the line is the same except for its port. That may be
    in use by now, so it is not run."""
    words = shlex.split(told.partition("; try: ")[2])
    check_equal(words[:2] + words[3:], [bench.binary, "-l", "-w", "1", bench.site.root],
                f"the command of {told!r}")
    match = re.fullmatch(r"127\.0\.0\.1:(\d+)", words[2])
    check(match and port < int(match[1]) <= port + 10, f"{words[2]} is not near {port}")


def test_address_listed_twice(bench):
    """The message does not say that another program has the address."""
    check_refused(bench.run("-l", "8080", "-l", "8080", bench.site.root), (2,),
                  "'8080' is listed twice")
    check_refused(bench.run("-l", "0.0.0.0:8080", "-l", "127.0.0.1:8080", bench.site.root), (2,),
                  "overlaps")


def test_address_of_another_machine(bench):
    """RFC 5737: 192.0.2.1 is no machine's address."""
    check_refused(bench.run("-l", "192.0.2.1:0", bench.site.root), (1,), "192.0.2.1")


def test_address_that_is_none(bench):
    """A text that is no address is a mistake in the options."""
    check_refused(bench.run("-l", "not an address", bench.site.root), (2,), "not an address")


@contextlib.contextmanager
def take_port(port):
    """Occupies a port on both loopback addresses, or skips the test."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            raise Skip(f"port {port} is in use here") from None
        with contextlib.suppress(OSError):
            stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6))
        yield


def test_default_port_is_taken(bench):
    """If the default port is in use, the server takes the next free one, and says
    which."""
    with take_port(8080):
        server = bench.serve(listen=None, listeners=1)
        host, port = server.addresses[0]
        check_equal(host in ("127.0.0.1", "localhost"), True, f"loopback alone, not {host}")
        check(8080 < port < 8200, f"port {port}")
        check_equal(server.ask().body, fixtures.SMALL, "an answer there")
        server.output.wait_line("8080.*(in use|taken|busy)|(in use|taken|busy).*8080")


def test_version(bench):
    """-V and --version."""
    for option in ("-V", "--version"):
        check_done(bench.run(option), r"^soquete \d+(\.\d+)+")


def test_help(bench):
    """-h and --help name each option, on standard output."""
    for option in ("-h", "--help"):
        check_done(bench.run(option), "^Usage: soquete", "--listen", "--idle-timeout",
                   "--print-config", "--healthcheck", "-V")


def test_output_that_cannot_be_written(bench):
    """The message says what could not be printed, and why."""
    for option, what in (("-h", "help"), ("-V", "version"), ("-t", "test"),
                         ("--print-config", "configuration")):
        with open("/dev/full", "w", encoding="ascii") as full:
            result = bench.run(option, output=full)
        check_equal(result.returncode, 1, f"exit status with {option}")
        check(re.fullmatch(f"soquete: cannot print the .*{what}: No space left on device\n",
                           result.stderr), f"{option} said {result.stderr!r}")


def test_help_fits_the_screen(bench):
    """Eighty columns."""
    long = [line for line in bench.run("--help").stdout.splitlines() if len(line) > 80]
    check_equal(long, [], "lines of more than 80 columns")


def test_print_config(bench):
    """Each value, and its source; the command line overrides the environment, which
    overrides the file, which overrides the default."""
    path = config_file(bench, "idle-timeout = 7s\nworkers = 3\nsend-timeout = 9s\n")
    result = bench.run("--print-config", "-c", path, "--workers", "5", environment={
        "SOQUETE_WORKERS": "4", "SOQUETE_SEND_TIMEOUT": "8s"})
    check_done(result, r"^workers = 5 .*command line",
               r"^send-timeout = 8s .*environment SOQUETE_SEND_TIMEOUT",
               r"^idle-timeout = 7s .*soquete\.conf:1",
               r"^request-timeout = 10s .*default")


def test_printed_config_is_a_config(bench):
    """The output of --print-config can be read back, and has the same values."""
    options = ("-l", "127.0.0.1:8001", "-l", "[::1]:8002", "--workers", "2",
               "--access-log", "combined", "--body-max", "1m", bench.site.root)
    printed = bench.run("--print-config", *options)
    check_done(printed)
    again = bench.run("--print-config", "-c", config_file(bench, printed.stdout))
    check_done(again)

    def values(text):
        return [line.split(";")[0].strip() for line in text.splitlines() if " = " in line]
    check_equal(values(again.stdout), values(printed.stdout), "the values")


def test_test_config(bench):
    """-t prints ok, or all mistakes, not only the first."""
    good = config_file(bench, f"folder = {bench.site.root}\nworkers = 2\n")
    check_done(bench.run("-t", "-c", good))
    bad = config_file(bench, "workers = many\nidle-timeout = soon\nnonsense = 1\n")
    result = bench.run("-t", "-c", bad)
    check(result.returncode != 0, "exit status 0 for a file full of mistakes")
    for number, word in enumerate(("workers", "idle-timeout", "nonsense"), 1):
        check(re.search(rf"soquete\.conf:{number}.*{word}", result.stderr),
              f"line {number}, {word}, is not told in\n{result.stderr}")


def test_test_config_opens_no_log(bench):
    """-t reports a file that cannot be opened as the server does, and creates none."""
    folder = bench.folder()
    for option, what in (("--access-log-file", "access log"), ("--trace-file", "trace")):
        for path in ("/", f"{folder}/none/x"):
            arguments = ("--trace", option, path, "--access-log", "common", bench.site.root)
            tested, served = bench.run("-t", *arguments), bench.run("-l", ANYWHERE, *arguments)
            check_refused(tested, (1,), f"cannot open the {what} {path}: ")
            check_equal(served.stderr, tested.stderr, "what the server says")
        check_done(bench.run("-t", "--trace", option, f"{folder}/x", bench.site.root), "ok")
    check_equal(os.listdir(folder), [], "files that were made")


def test_config_file_is_missing(bench):
    """A given file must exist; the message names the option or the variable."""
    check_refused(bench.run("-c", "/no-such-file.conf", bench.site.root), (1, 2),
                  "no-such-file.conf")


def test_config_file(bench):
    """-c: the server does what its file says."""
    path = config_file(bench, f"# the site\nlisten = {ANYWHERE}\nfolder = {bench.site.root}/sub\n"
                              "access-log = off  ; silence\n")
    server = bench.serve("-c", path, listen=None, listeners=1, folder=False)
    check_equal(server.ask("/").body, bench.site.read("sub/index.html"), "its index")


def test_environment(bench):
    """SOQUETE_...: options in the environment, as for a container."""
    server = bench.serve(listen=None, listeners=1, environment={
        "SOQUETE_LISTEN": ANYWHERE, "SOQUETE_IDLE_TIMEOUT": "100ms"})
    with server.connect() as connection:
        check_equal(connection.ask().status, 200, "status")
        connection.read_end()


def test_limits_are_options(bench):
    """The limits on requests can be changed."""
    server = bench.serve("--head-max", "1k", "--target-max", "100", "--fields-max", "5",
                         "--body-max", "10")
    for target, fields, status in (
            ("/small.txt", [], 200),
            ("/small.txt", ["X-Note: " + "a" * 1000], 431),
            ("/small.txt?" + "a" * 100, [], 414),
            ("/small.txt", ["X: y"] * 4, 200),
            ("/small.txt", ["X: y"] * 5, 431),
            ("/small.txt", ["Content-Length: 11"], 413)):
        check_equal(server.ask(target, *fields).status, status, f"{target[:20]} {fields}")


def test_mime_types(bench):
    """--mime-types: the operator's own types, beside those that are built in."""
    path = f"{bench.folder()}/mime.types"
    fixtures.write(path, b"# mine\napplication/x-mine  txt unheard-of\n")
    server = bench.serve("--mime-types", path)
    check(server.ask("/types/words.unheard-of")["content-type"].startswith("application/x-mine"),
          "its type is another")
    check_equal(server.ask("/")["content-type"], "text/html; charset=utf-8", "a page's type")


def test_mime_types_are_wrong(bench):
    """A mistake in that file is reported with file and line."""
    path = f"{bench.folder()}/mime.types"
    fixtures.write(path, b"# mine\nno-type-at-all txt\n")
    result = bench.run("--mime-types", path, "-l", ANYWHERE, bench.site.root)
    check_refused(result, (1, 2), "mime.types:2")


def test_files_without_end(bench):
    """A FIFO without a writer and a device without an end are reported, and not read
    forever."""
    fifo = f"{bench.folder()}/fifo"
    os.mkfifo(fifo)
    for arguments in (("--mime-types", fifo), ("--mime-types", "/dev/zero"), ("-c", "/dev/zero")):
        check_refused(bench.run(*arguments, "-l", ANYWHERE, bench.site.root), (1,), arguments[1])


def test_quiet(bench):
    """-q: only errors are printed."""
    path = f"{bench.folder()}/s"
    server = bench.serve("-q", listen=(f"unix:{path}",), listeners=0,
                         awaited=path)
    check_equal(server.connect(path).ask().status, 200, "status")
    server.finish()
    check_equal(server.output.lines, [], "what it said")


def test_trace_file_alone(bench):
    """--trace-file without --trace has no effect, and a message says so."""
    path = f"{bench.folder()}/trace"
    server = bench.serve("--trace-file", path)
    server.output.wait_line("--trace-file has no effect without a trace", bench.deadline_s)
    check(not os.path.exists(path), "it made the file")


def test_healthcheck(bench):
    """--healthcheck: 0 if a server responds, else 1 and a line."""
    server = bench.serve()
    address = "{}:{}".format(*server.addresses[0])
    check_done(bench.run("--healthcheck", "-l", address))
    server.finish()
    check_refused(bench.run("--healthcheck", "-l", address), (1,), address)


def test_healthcheck_unix(bench):
    """Also over a Unix socket."""
    path = f"{bench.folder()}/s"
    bench.serve(listen=(f"unix:{path}",), listeners=0, awaited=path)
    check_done(bench.run("--healthcheck", "-l", f"unix:{path}"))


def test_healthcheck_of_something_else(bench):
    """A program that accepts and sends nothing fails the check."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        check_refused(bench.run("--healthcheck", "-l", address), (1,), address)
