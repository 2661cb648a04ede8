"""The pages of the site as texts: no server and no browser."""

import glob
import os
import re

from harness import check, check_equal

HERE = os.path.dirname(os.path.abspath(__file__))
WWW = os.path.join(os.path.dirname(os.path.dirname(HERE)), "www")
COLOURS = ("--tcp", "--tcp-soft", "--http", "--http-soft")
DRAWINGS = ("ladder.svg", "nested.svg")
TAG_WITH_CLASS = re.compile(r'<(?:rect|path|text|tspan)[^>]* class="([^"]+)"')


def read(*path):
    with open(os.path.join(WWW, *path), encoding="utf-8") as file:
        return file.read()


def pages():
    """The names of all pages that have the site's style."""
    names = [os.path.relpath(path, WWW) for path in glob.glob(f"{WWW}/*.html") + glob.glob(f"{WWW}/pt/*.html")]
    return sorted(name for name in names if name != "a.html")


def variables(sheet):
    """A sheet's custom properties: those of light, then those of dark."""
    light, _, dark = read(*sheet).partition("@media (prefers-color-scheme: dark)")
    return [dict(re.findall(r"(--[\w-]+): (#\w+);", part[:part.index("\n}\n")])) for part in (light, dark)]


def test_one_colour_for_one_meaning(_bench):
    """TCP and HTTP have the colours of the live page, light and dark, and the drawings
    have no others. No drawing uses a class that the sheet does not define."""
    for own, live in zip(variables(["style.css"]), variables(["wire", "wire.css"])):
        check_equal({name: own[name] for name in COLOURS}, {name: live[name] for name in COLOURS}, "colours")
    known = {colour for each in variables(["style.css"]) for colour in each.values()}
    for name in DRAWINGS:
        found = set(re.findall(r"#[0-9a-f]{3,6}\b", read(name)))
        check(found <= known, f"colours of {name}: {found - known}")
    defined = set(re.findall(r"\.draw \.(\w+)", read("style.css")))
    for name in pages():
        used = {word for text in TAG_WITH_CLASS.findall(read(name)) for word in text.split()}
        check(used <= defined, f"classes in {name}: {used - defined}")
