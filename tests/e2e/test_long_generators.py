"""Sites as real generators build them: a Vite app with a router, and an Eleventy site.

npm brings the generators and a crawler into build/generators/. Each page is found, with its
type, and the app is entered at a path that is no file."""

import fcntl
import json
import os
import shutil
import subprocess

from harness import Skip, check, check_equal
from test_browser import HERE, TOP, find_chromium, install_playwright, need

SOURCES = os.path.join(HERE, "generators")
MODULES = os.path.join(TOP, "build", "generators")
RUN_S = 300
TYPES = {
    ".html": "text/html; charset=utf-8", "": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml", ".json": "application/json",
}


def run(command, folder):
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                            timeout=RUN_S, check=False)
    check_equal(result.returncode, 0, f"exit status of {command[:2]}: {result.stderr}")
    return result.stdout


def build():
    """Returns the folders of the app and of the site, built anew."""
    need("node")
    need("npm")
    os.makedirs(MODULES, exist_ok=True)
    with open(os.path.join(MODULES, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.copytree(SOURCES, MODULES, dirs_exist_ok=True)
        try:
            run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund",
                 "--ignore-scripts", "--loglevel=error"], MODULES)
        except subprocess.TimeoutExpired as error:
            raise Skip("npm could not install the generators") from error
        run(["npx", "vite", "build", "app", "--outDir", "../built-app", "--emptyOutDir"], MODULES)
        run(["npx", "eleventy", "--output=../built-pages"], os.path.join(MODULES, "pages"))
    return os.path.join(MODULES, "built-app"), os.path.join(MODULES, "built-pages")


def crawl(server):
    """The paths that links lead to from the first page on, with their statuses."""
    links = json.loads(run(["npx", "linkinator", server.url("/"), "--recurse", "--format", "JSON"],
                           MODULES))["links"]
    return {link["url"].removeprefix(server.url("")): link["status"] for link in links}


def check_types(server, paths):
    for path in paths:
        response = server.ask(path, "Accept: text/html,*/*;q=0.8")
        check_equal(response["content-type"], TYPES[os.path.splitext(path)[1]], f"type of {path}")


def test_sites(bench):
    app, pages = build()
    app_server = bench.serve("--spa", folder=app)
    site_server = bench.serve("--clean-urls", folder=pages)
    found = crawl(app_server)
    # The crawler takes anything, so that it gets no page for a path of the router.
    check_equal({path for path, status in found.items() if status != 200}, {"/users/7", "/about"},
                "what the crawler does not find")
    assets = [f"/assets/{name}" for name in os.listdir(os.path.join(app, "assets"))]
    check_types(app_server, [*found, *assets])
    check_equal(app_server.ask("/assets/none.js", "Accept: text/html").status, 404, "no asset")

    found = crawl(site_server)
    check({"/", "/about", "/posts/first/", "/feed.json", "/style.css"} <= found.keys(),
          f"pages of the site: {found}")
    check_equal(set(found.values()), {200}, f"statuses of the site: {found}")
    check_types(site_server, found)
    check_equal(site_server.ask("/about.html")["location"], "/about", "the page's own path")
    look(bench, app_server, site_server)


def look(bench, app_server, site_server):
    """Chromium enters the app, and is shown the site's own page for what is missing."""
    result = subprocess.run(
        ["node", os.path.join(HERE, "browser", "app.js"), install_playwright(), find_chromium(),
         app_server.url(""), site_server.url("")],
        capture_output=True, text=True, timeout=RUN_S, check=False,
        env={"PATH": os.environ["PATH"], "HOME": bench.folder()})
    check_equal(result.returncode, 0, f"exit status of app.js: {result.stderr}")
    check_equal(json.loads(result.stdout),
                {"entered": "User 7", "colour": "rgb(1, 2, 3)", "image": True,
                 "clicked": "About this app", "reloaded": "About this app",
                 "missing": [404, "Not here"]}, "what Chromium saw")
