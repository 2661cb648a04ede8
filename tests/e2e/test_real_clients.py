"""Programs that people use, each left to do its work: they get their bytes exactly.

test_clients.py has the small questions; here are downloads in eight parts, a
repository cloned, a package list updated. Each is skipped where its program is
not installed, and under sanitizers, which would show nothing more here."""

import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess

import fixtures
from harness import Skip, check, check_equal

HERE = os.path.dirname(os.path.abspath(__file__))
WWW = os.path.join(os.path.dirname(os.path.dirname(HERE)), "www")
LARGE = 32 * 1024 * 1024
LARGE_LIGHT = 4 * 1024 * 1024


def run(bench, *command, **options):
    """Runs a program that must succeed, with no proxy and no settings of the user.
    Returns its output."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    if shutil.which(command[0]) is None:
        raise Skip(f"{command[0]} is not installed")
    home = bench.folder()
    environment = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C",
                   "XDG_CONFIG_HOME": home, **options.pop("environment", {})}
    result = subprocess.run(command, capture_output=True, timeout=bench.deadline_s,
                            env=environment, check=False, **options)
    told = (result.stdout + result.stderr).decode(errors="replace")
    check_equal(result.returncode, 0, f"exit status of {command[0]}:\n{told}")
    return result.stdout.decode(errors="replace")


def sum_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def large_site(bench):
    """A folder with one large file in it."""
    folder = bench.folder()
    content = random.Random(32).randbytes(LARGE_LIGHT if bench.light else LARGE)
    fixtures.write(f"{folder}/large.bin", content)
    return folder


def test_curl_a_large_file(bench):
    """32 MiB, and again from the middle on."""
    site, target = large_site(bench), f"{bench.folder()}/large.bin"
    server = bench.serve(folder=site)
    run(bench, "curl", "-q", "-sS", "-o", target, server.url("/large.bin"))
    check_equal(sum_of(target), sum_of(f"{site}/large.bin"), "the file")
    os.truncate(target, os.path.getsize(target) // 2)
    run(bench, "curl", "-q", "-sS", "-C", "-", "-o", target, server.url("/large.bin"))
    check_equal(sum_of(target), sum_of(f"{site}/large.bin"), "the file, resumed")


def test_wget_a_large_file(bench):
    """The same with wget, which continues where it was interrupted (-c)."""
    site, target = large_site(bench), f"{bench.folder()}/large.bin"
    server = bench.serve(folder=site)
    for part in (None, 3):
        if part:
            os.truncate(target, os.path.getsize(target) // part)
        run(bench, "wget", "-q", "--tries=1", "-c", "-O", target, server.url("/large.bin"))
        check_equal(sum_of(target), sum_of(f"{site}/large.bin"), "the file")


def test_wget_mirrors_a_site(bench):
    """-r: each page and what it needs, found by following links; -k is not used,
    so that the bytes stay as they are."""
    server, folder = bench.serve(folder=WWW), bench.folder()
    run(bench, "wget", "-q", "--tries=1", "-r", "-nH", "-P", folder,
        server.url("/"), server.url("/a.html"))
    names = [name for name in os.listdir(folder) if name.endswith((".html", ".css", ".js"))]
    check(len(names) >= 7, f"only {names}")
    for name in names:
        check_equal(sum_of(f"{folder}/{name}"), sum_of(f"{WWW}/{name}"), name)


def test_aria2_in_eight_parts(bench):
    """Eight connections, each with its ranges, put together again."""
    site, folder = large_site(bench), bench.folder()
    server = bench.serve(folder=site)
    run(bench, "aria2c", "--no-conf", "--quiet", "--allow-overwrite=true",
        "--file-allocation=none", "-x8", "-s8", "-k1M", "-d", folder, "-o", "large.bin",
        server.url("/large.bin"))
    check_equal(sum_of(f"{folder}/large.bin"), sum_of(f"{site}/large.bin"), "the file")
    parts = [line for line in server.output.lines if '/large.bin HTTP/1.1" 206 ' in line]
    check(len(parts) >= (2 if bench.light else 7), f"{len(parts)} parts were asked for")


def git(bench, folder, *arguments):
    """git without the user's settings, and the same commit each time."""
    people = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
              for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"),
                                  ("DATE", "2024-01-02T03:04:05Z"))}
    return run(bench, "git", "-C", folder, *arguments,
               environment={**people, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"})


def test_git_clone(bench):
    """The dumb protocol: a bare repository is a folder of files, loose objects and a
    pack. The clone has what was committed, and a later fetch gets the rest."""
    work, site, folder = bench.folder(), bench.folder(), bench.folder()
    git(bench, work, "init", "-q", "-b", "main")
    for number in range(20):
        fixtures.write(f"{work}/file-{number}", random.Random(number).randbytes(20_000))
    git(bench, work, "add", ".")
    git(bench, work, "commit", "-q", "-m", "Twenty files")
    git(bench, site, "clone", "-q", "--bare", work, "repo.git")
    git(bench, f"{site}/repo.git", "repack", "-q", "-a", "-d")
    git(bench, f"{site}/repo.git", "update-server-info")
    server = bench.serve(folder=site)
    git(bench, folder, "clone", "-q", server.url("/repo.git"), "clone")
    check_same_head(bench, work, f"{folder}/clone")

    fixtures.write(f"{work}/later", b"One more.\n")
    git(bench, work, "add", ".")
    git(bench, work, "commit", "-q", "-m", "One more")
    git(bench, work, "push", "-q", f"{site}/repo.git", "main")
    git(bench, f"{site}/repo.git", "update-server-info")
    git(bench, f"{folder}/clone", "pull", "-q", "--ff-only")
    check_same_head(bench, work, f"{folder}/clone")


def check_same_head(bench, work, clone):
    check_equal(git(bench, clone, "rev-parse", "HEAD"), git(bench, work, "rev-parse", "HEAD"),
                "the commit")
    git(bench, clone, "fsck", "--strict")
    check_equal(git(bench, clone, "status", "--porcelain"), "", "what differs")


PACKAGE = """Package: soquete-test
Version: 1.0
Architecture: all
Maintainer: A <a@example.org>
Description: a package that nobody installs
Filename: ./soquete-test_1.0_all.deb
Size: {size}
SHA256: {sum}

"""


def flat_repository(bench):
    """What apt requires: an index, and a Release with the index's checksums."""
    folder = bench.folder()
    package = random.Random(7).randbytes(300_000)
    fixtures.write(f"{folder}/soquete-test_1.0_all.deb", package)
    index = PACKAGE.format(size=len(package), sum=hashlib.sha256(package).hexdigest()).encode()
    files = {"Packages": index, "Packages.gz": gzip.compress(index, mtime=0)}
    sums = ""
    for name, content in files.items():
        fixtures.write(f"{folder}/{name}", content)
        sums += f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}\n"
    release = ("Suite: test\nDate: Tue, 02 Jan 2024 03:04:05 UTC\n"
               f"Architectures: all\nSHA256:\n{sums}")
    fixtures.write(f"{folder}/Release", release.encode())
    return folder, package


def apt_settings(bench, server):
    """A configuration with which all that apt reads and writes is in a folder of the
    test. Returns folder and environment."""
    folder = bench.folder()
    fixtures.write(f"{folder}/sources.list",
                   f"deb [trusted=yes] {server.url('/')} ./\n".encode())
    fixtures.write(f"{folder}/status", b"")
    for name in ("lists/partial", "cache/archives/partial", "parts", "log"):
        os.makedirs(f"{folder}/{name}")
    settings = {
        "Dir::Etc": folder, "Dir::Etc::Main": "/dev/null", "Dir::Etc::Parts": f"{folder}/parts",
        "Dir::Etc::SourceList": f"{folder}/sources.list",
        "Dir::Etc::SourceParts": f"{folder}/parts",
        "Dir::Etc::PreferencesParts": f"{folder}/parts",
        "Dir::State": folder, "Dir::State::Lists": f"{folder}/lists",
        "Dir::State::Status": f"{folder}/status", "Dir::Cache": f"{folder}/cache",
        "Dir::Log": f"{folder}/log", "APT::Sandbox::User": "",
        "Acquire::Languages": "none", "Acquire::Retries": "0",
        "Acquire::http::Proxy": "DIRECT", "APT::Update::Error-Mode": "any",
    }
    lines = "".join(f'{name} "{value}";\n' for name, value in settings.items())
    fixtures.write(f"{folder}/apt.conf", lines.encode())
    return folder, {"APT_CONFIG": f"{folder}/apt.conf"}


def test_apt_get(bench):
    """update against a flat repository, once more when nothing has changed, and
    a package downloaded. No state of the machine is touched."""
    site, package = flat_repository(bench)
    server = bench.serve(folder=site)
    folder, environment = apt_settings(bench, server)
    for _ in range(2):
        run(bench, "apt-get", "update", environment=environment)
        bench.site.wait_until_old()
    server.output.wait_line(r'Packages.gz HTTP/1.1" 200 ')
    server.output.wait_line(r'Release HTTP/1.1" 304 ')
    run(bench, "apt-get", "download", "soquete-test", cwd=folder, environment=environment)
    with open(f"{folder}/soquete-test_1.0_all.deb", "rb") as file:
        check_equal(file.read() == package, True, "the package is whole")


def test_node_fetch(bench):
    """Several at once, each again on a connection that was kept, and a part."""
    server = bench.serve()
    names = ["big.bin", "small.txt", "empty.txt", "digits.txt", "index.html", "sub/page.html"]
    told = json.loads(run(bench, "node", os.path.join(HERE, "browser", "fetch.js"),
                          server.url(""), *[f"/{name}" for name in names]))
    for answer in told["answers"]:
        content = bench.site.read(answer["path"][1:])
        check_equal((answer["status"], answer["sum"]),
                    (200, hashlib.sha256(content).hexdigest()), answer["path"])
    check_equal(len(told["answers"]), 2 * len(names), "answers")
    check_equal((told["part"]["status"], told["part"]["sum"]),
                (206, hashlib.sha256(fixtures.BIG[100:200]).hexdigest()), "the part")
