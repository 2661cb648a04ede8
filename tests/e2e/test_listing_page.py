"""A folder's listing in Chromium: sorting, filter, keyboard, looks and axe-core.

listing.js drives the browser and tells what it saw; it is judged here. The pictures
stay in build/listing, to be looked at."""

import json
import os
import subprocess

from fixtures import write
from harness import Skip, check, check_equal
from test_browser import HERE, TOP, find_chromium, install_playwright, library

PICTURES = os.path.join(TOP, "build", "listing")
SCENE_S = 300  # only ends what hangs

FILES = (("IMG_2.jpg", 3_400_000, 3), ("IMG_10.jpg", 52_000, 1), ("a very long name without end " * 6 + ".txt", 900, 2),
         ("<b>bold\n&.html", 12, 5), ("notes.txt", 5_300, 4), ("ol\u00e1 \u65e5\u672c.txt", 77, 6))
BY_NAME = ["album/", "<b>bold\u240a&.html", FILES[2][0], "IMG_2.jpg", "IMG_10.jpg", "notes.txt",
           "ol\u00e1 \u65e5\u672c.txt"]
BY_SIZE = ["album/"] + [name.replace("\n", "\u240a") for name, size, _ in sorted(FILES, key=lambda file: file[1])]
BY_TIME = ["album/"] + [name.replace("\n", "\u240a") for name, _, day in sorted(FILES, key=lambda file: file[2])]


def folder(bench):
    root = bench.folder()
    for name, size, day in FILES:
        write(os.path.join(root, "photos", name), b"x" * size, day * 86400 * 10**9)
    write(os.path.join(root, "photos/album/file"), b"")
    os.mkdir(os.path.join(root, "empty"))
    return root


def report_of(bench):
    if bench.is_sanitized:
        raise Skip("once is enough, without sanitizers")
    server = bench.serve(folder=folder(bench))
    chromium, playwright = find_chromium(), install_playwright()
    result = subprocess.run(
        ["node", os.path.join(HERE, "browser", "listing.js"), playwright, library("axe-core"),
         chromium, PICTURES, server.url("")],
        capture_output=True, text=True, timeout=SCENE_S, check=False,
        env={"PATH": os.environ["PATH"], "HOME": bench.folder()})
    check_equal(result.returncode, 0, f"exit status of listing.js: {result.stderr}")
    report = json.loads(result.stdout)
    check_equal(report["problems"], [], "problems")
    return report


def backwards(names):
    """Folders first, all the same."""
    return names[:1] + names[:0:-1]


def test_chromium(bench):
    """Sorted by links, without a script; filtered with one; used by keyboard; nothing for
    axe to find, in English and Portuguese, light and dark, wide and narrow."""
    report = report_of(bench)
    check_equal(report["unscripted"], {"names": BY_NAME, "boxes": 0}, "without a script")
    check_equal([each["sorted"] for each in report["sorting"]],
                [["Size descending"], ["Size ascending"], ["Modified (UTC) descending"],
                 ["Name ascending"], ["Name descending"]], "what the headings say")
    check_equal([each["names"] for each in report["sorting"]],
                [backwards(BY_SIZE), BY_SIZE, backwards(BY_TIME), BY_NAME, backwards(BY_NAME)], "orders")
    check_equal(report["above"], "Folder /", "the folder above")

    check_equal(report["requestsOfPage"], ["/photos/"], "requests of one page")
    check_equal(report["filtered"], {"names": ["IMG_2.jpg", "IMG_10.jpg"], "says": "2 of 7 shown"},
                "filtered")
    check_equal(report["focus"], "IMG_2.jpg", "Enter in the box leads to")
    check_equal(report["unfiltered"], {"names": BY_NAME, "says": ""}, "Escape in the box")
    check_equal(report["tabs"], ["INPUT  solid", "A Name solid", "A Size solid", "A Modified (UTC) solid",
                                 "A .. the folder above solid", "A album/ solid"], "the way of Tab")
    check_equal(report["followed"], "/photos/album/", "Enter on a link")

    looks = report["looks"]
    check_equal({name: look["axe"] for name, look in looks.items() if look["axe"]}, {}, "axe")
    check_equal({name: look["lang"] for name, look in looks.items()},
                {name: "pt-BR" if "-pt-" in name else "en" for name in looks}, "languages")
    check_equal([look["overflow"] for look in looks.values()], [0] * 5, "pixels too wide")
    check_equal(looks["empty-en-light-narrow"]["notes"], ["This folder has no files to show."], "empty")
    check_equal(looks["photos-en-light-wide"]["notes"], [], "notes where nothing is unusual")
