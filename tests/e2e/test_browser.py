"""Chromium loads the real site, www/, and a script in it counts the bytes.

Chromium is driven by playwright-core, which npm puts into build/; nothing is
loaded but from our own server."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess

from harness import Skip, check, check_equal

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
WWW = os.path.join(TOP, "www")
MODULES = os.path.join(TOP, "build", "browser")
CHROMIUMS = ("chromium", "chromium-browser")
VISIT_S = 60
LOG_LINE = re.compile(r'"GET (\S+) HTTP/1\.1" (\d{3}) ')


def find_chromium():
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        raise Skip("Chromium is not installed")
    return found


def need(program):
    if shutil.which(program) is None:
        raise Skip(f"{program} is not installed")


def install_playwright():
    """Puts playwright-core where `node` can load it, and axe-core beside it.
    Returns where that is."""
    need("node")
    os.makedirs(MODULES, exist_ok=True)
    # Tests run side by side, and npm may have one folder for itself.
    with open(os.path.join(MODULES, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed():
            install()
    return library("playwright-core")


def library(name):
    return os.path.join(MODULES, "node_modules", name)


def is_installed():
    with open(os.path.join(HERE, "browser", "package.json"), encoding="utf-8") as asked:
        wanted = json.load(asked)["dependencies"]
    return all(installed_version(library(name)) == version for name, version in wanted.items())


def install():
    need("npm")
    shutil.copy(os.path.join(HERE, "browser", "package.json"), MODULES)
    result = subprocess.run(
        ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts",
         "--fetch-retries=0", "--fetch-timeout=20000", "--loglevel=error"],
        cwd=MODULES, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        said = result.stderr.strip().partition("\n")[0]
        raise Skip(f"npm could not install what drives Chromium: {said}")


def installed_version(folder):
    try:
        with open(os.path.join(folder, "package.json"), encoding="utf-8") as package:
            return json.load(package)["version"]
    except FileNotFoundError:
        return None


def site_paths():
    """Each file of the site, as a path of a URL. The live page is none: it lives
    at another place, and test_wire_page.py looks at it there. A name that begins
    with a dot is not served."""
    return sorted("/" + os.path.relpath(os.path.join(where, name), WWW)
                  for where, _, names in os.walk(WWW) for name in names
                  if os.path.basename(where) not in ("wire", "listing") and name[0] != ".")


def sum_of(path):
    with open(WWW + path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def visit(bench, server, paths):
    """Runs visit.js to its end. Returns its report."""
    chromium, playwright = find_chromium(), install_playwright()
    result = subprocess.run(
        ["node", os.path.join(HERE, "browser", "visit.js"), playwright, chromium,
         os.path.join(bench.folder(), "profile"), server.url(""), *paths],
        capture_output=True, text=True, timeout=VISIT_S, check=False,
        env={"PATH": os.environ["PATH"], "HOME": bench.folder()})
    check_equal(result.returncode, 0, f"exit status of visit.js: {result.stderr}")
    return json.loads(result.stdout)


def statuses(server):
    """What the access log has of each path, in order. The browser itself tells a
    script 200 where its own copy was found good."""
    found = {}
    for line in server.output.lines:
        match = LOG_LINE.search(line)
        if match:
            found.setdefault(match[1], []).append(int(match[2]))
    return found


def test_chromium(bench):
    """Each page of the site comes whole, with its pictures, and without a word in
    the console; the second time each response is 304; a script in the page gets
    the very bytes of each file."""
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    bench.site.wait_until_old()
    server = bench.serve("--access-log", "common", folder=WWW)
    paths = site_paths()
    report = visit(bench, server, paths)
    check_equal(report["problems"], [], "problems")
    check_equal(report["sums"], {path: sum_of(path) for path in paths}, "bytes")
    asked = statuses(server)
    for path in paths:
        # The page loaded, loaded again, and fetched by the script.
        if path.endswith(".html"):
            check_equal(asked.get(path), [200, 304, 200], f"statuses of {path}")
        check(set(asked[path]) <= {200, 304}, f"statuses of {path}: {asked[path]}")
