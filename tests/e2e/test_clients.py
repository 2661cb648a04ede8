"""Real clients, where they are installed: what they send, and what they get."""

import http.client
import os
import shutil
import subprocess

import fixtures
from harness import Skip, check, check_equal


def run_client(bench, *command, stdin=None):
    """Runs a client to its end; skips the test where it is not installed."""
    if shutil.which(command[0]) is None:
        raise Skip(f"{command[0]} is not installed")
    plain = {key: value for key, value in os.environ.items()
             if not key.lower().endswith("_proxy")}
    return subprocess.run(command, input=stdin, capture_output=True, check=False,
                          timeout=bench.deadline_s, env=plain)


def check_went_well(result):
    check_equal(result.returncode, 0, f"exit status ({result.stderr.decode(errors='replace')})")


def curl(bench, *arguments):
    result = run_client(bench, "curl", "-q", "-sS", *arguments)
    check_went_well(result)
    return result.stdout


def test_curl(bench):
    """A plain download, and a name that must be encoded."""
    server = bench.serve()
    check_equal(curl(bench, server.url("/big.bin")), fixtures.BIG, "big.bin")
    check_equal(curl(bench, server.url("/with%20space.txt")),
                bench.site.read("with space.txt"), "with space.txt")


def test_curl_reuses_its_connection(bench):
    """Three files, one connection."""
    server = bench.serve()
    out = curl(bench, "-w", "%{num_connects}\\n", "-o", "/dev/null", server.url("/small.txt"),
               "-o", "/dev/null", server.url("/big.bin"), "-o", "/dev/null",
               server.url("/no-such-file"))
    check_equal(out.split(), [b"1", b"0", b"0"], "new connections")


def test_curl_in_parallel(bench):
    """-Z: many at once."""
    server = bench.serve()
    out = curl(bench, "-Z", *[server.url(f"/small.txt?{number}") for number in range(30)])
    check_equal(out, fixtures.SMALL * 30, "all of them")


def test_curl_head(bench):
    """-I: the fields alone."""
    server = bench.serve()
    out = curl(bench, "-I", server.url("/big.bin")).decode("ascii")
    check(out.startswith("HTTP/1.1 200 "), out)
    check("content-length: 102400" in out.lower(), out)


def test_curl_resumes(bench):
    """-C -: bytes that are already there are not fetched again."""
    server = bench.serve()
    path = f"{bench.folder()}/big.bin"
    fixtures.write(path, fixtures.BIG[:40_000])
    curl(bench, "-C", "-", "-o", path, server.url("/big.bin"))
    with open(path, "rb") as file:
        check_equal(file.read() == fixtures.BIG, True, "the file is whole")


def test_curl_offers_http2(bench):
    """--http2 asks to upgrade; the server stays with HTTP/1.1, also for a second
    request."""
    server = bench.serve()
    out = curl(bench, "--http2", server.url("/small.txt"), server.url("/digits.txt"))
    check_equal(out, fixtures.SMALL + b"0123456789", "both")


def test_curl_follows_to_the_folder(bench):
    """-L: a relative Location leads to the folder's index."""
    server = bench.serve()
    check_equal(curl(bench, "-L", server.url("/sub")), bench.site.read("sub/index.html"), "index")


def test_curl_asks_again(bench):
    """--etag-compare: a file that has not changed is not sent again."""
    server = bench.serve()
    bench.site.wait_until_old()
    folder = bench.folder()
    curl(bench, "--etag-save", f"{folder}/tag", "-o", f"{folder}/1", server.url("/small.txt"))
    out = curl(bench, "--etag-compare", f"{folder}/tag", "-o", f"{folder}/2",
               "-w", "%{http_code}", server.url("/small.txt"))
    check_equal(out, b"304", "status")


def test_curl_uploads_in_vain(bench):
    """A POST of a megabyte is refused, and curl gets the response: no reset on the
    way."""
    server = bench.serve()
    path = f"{bench.folder()}/upload"
    fixtures.write(path, b"x" * 1_000_000)
    for expect in ("Expect: 100-continue", "Expect:"):
        out = curl(bench, "-o", "/dev/null", "-w", "%{http_code}", "-H", expect,
                   "--data-binary", f"@{path}", server.url("/small.txt"))
        check_equal(out, b"405", f"status with {expect!r}")


def test_wget(bench):
    """A plain download."""
    server = bench.serve()
    path = f"{bench.folder()}/big.bin"
    check_went_well(run_client(bench, "wget", "-q", "--tries=1", "-O", path,
                               server.url("/big.bin")))
    with open(path, "rb") as file:
        check_equal(file.read() == fixtures.BIG, True, "the file is whole")


def test_wget_keeps_the_time(bench):
    """Last-Modified becomes the file's time; a second run does not fetch it again."""
    server = bench.serve()
    folder = bench.folder()
    for _ in range(2):
        check_went_well(run_client(bench, "wget", "-q", "--tries=1", "-N", "-P", folder,
                                   server.url("/small.txt")))
    check_equal(int(os.stat(f"{folder}/small.txt").st_mtime), fixtures.MTIME_NS // 10 ** 9,
                "the time")


def test_netcat(bench):
    """nc -N: a person at a terminal, whose side is closed after the request."""
    server = bench.serve()
    host, port = server.addresses[0]
    result = run_client(bench, "nc", "-N", host, str(port),
                        stdin=b"GET /small.txt HTTP/1.0\r\n\r\n")
    if b"usage" in result.stderr.lower() or b"invalid option" in result.stderr.lower():
        raise Skip("this nc has no -N")
    check_went_well(result)
    check(result.stdout.startswith(b"HTTP/1.1 200 "), f"it got {result.stdout!r}")
    check(result.stdout.endswith(fixtures.SMALL), f"it got {result.stdout!r}")


def test_python_http_client(bench):
    """http.client: several on one connection, with content, and HEAD."""
    server = bench.serve()
    client = http.client.HTTPConnection(*server.addresses[0], timeout=bench.deadline_s)
    for method, target, status in (("GET", "/big.bin", 200), ("HEAD", "/big.bin", 200),
                                   ("GET", "/no-such-file", 404), ("OPTIONS", "/", 204),
                                   ("GET", "/small.txt", 200)):
        client.request(method, target)
        answer = client.getresponse()
        check_equal(answer.status, status, f"{method} {target}")
        answer.read()
    client.request("POST", "/small.txt", body=iter([b"hello", b"world"]), encode_chunked=True,
                   headers={"Transfer-Encoding": "chunked"})
    answer = client.getresponse()
    check_equal(answer.status, 405, "POST in chunks")
    check_equal(answer.getheader("Allow"), "GET, HEAD, OPTIONS", "Allow")
    client.close()
