"""The pages of the site as texts: no server and no browser."""

import glob
import html
import os
import re

from harness import check, check_equal

HERE = os.path.dirname(os.path.abspath(__file__))
WWW = os.path.join(os.path.dirname(os.path.dirname(HERE)), "www")
COLOURS = ("--tcp", "--tcp-soft", "--http", "--http-soft")
LANGUAGES = {"en": "", "pt-BR": "pt/"}
SHEETS = {"en": "teach.html", "pt-BR": "ensinar.html"}  # beside the chapters
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


def link_targets(name):
    """What a page links to and loads, as paths of files."""
    for target in re.findall(r'<\w+ [^>]*(?:href|src)="([^"#]+)"', read(name)):
        if not re.match(r"\w+:", target):
            base = WWW if target.startswith("/") else os.path.join(WWW, os.path.dirname(name))
            path = os.path.join(base, target.lstrip("/"))
            yield target, os.path.join(path, "index.html") if path.endswith("/") else path


def chapters(name):
    """The chapters in a page's navigation."""
    return re.findall(r'<li><a href="(\w+\.html)"', read(name).partition("</nav>")[0])


def check_sheet(name, order, language):
    """A sheet's navigation and languages, and that a chapter leads to it."""
    text = read(name)
    check_equal(chapters(name), order, f"navigation of {name}")
    check_equal(re.findall(r'lang="([\w-]+)">\n<head>', text), [language], f"language of {name}")
    check("aria-current" not in text, f"{name} is no chapter")
    check_equal(re.findall(r'rel="alternate" hreflang="[\w-]+" href="([^"]+)"', text),
                ["/teach.html", "/pt/ensinar.html"], f"languages of {name}")
    last = os.path.join(os.path.dirname(name), order[-1])
    check(f'href="{os.path.basename(name)}"' in read(last), f"no link to {name} in {last}")


def test_links(_bench):
    """Each link of a page leads to a file. All pages of a language have the same
    navigation, which marks the page and lists each chapter; the links at the foot
    follow its order. The two languages link to each other, page by page. A sheet has
    the navigation, without being in it. Each page leads to the live page, or to how to
    start it."""
    for name in pages():
        lost = [target for target, path in link_targets(name) if not os.path.exists(path)]
        check_equal(lost, [], f"lost links of {name}")
    order = {language: chapters(f"{folder}index.html") for language, folder in LANGUAGES.items()}
    for language, folder in LANGUAGES.items():
        names = ["index.html", *order[language]]
        check_equal(sorted(folder + each for each in [*names, SHEETS[language]]),
                    [each for each in pages() if each.startswith("pt/") == bool(folder)], "chapters")
        check_sheet(folder + SHEETS[language], order[language], language)
        start = f'<a class="wire" href="{order[language][-1]}#live">'
        check('<h2 id="live">' in read(folder + order[language][-1]), "how to start the live page")
        for name in [*names, SHEETS[language]]:
            check(start in read(folder + name), f"no link to the live page in {name}")
        for i, chapter in enumerate(names):
            text = read(folder + chapter)
            check_equal(chapters(folder + chapter), order[language], f"navigation of {chapter}")
            check_equal(re.findall(r'lang="([\w-]+)">\n<head>', text), [language], f"language of {chapter}")
            here = re.findall(r'href="([^"]+)"[^>]* aria-current="page"', text)
            check_equal(here, [chapter if i else "./"], f"current page of {chapter}")
            if i:
                turn = re.findall(r'href="([^"]+)"', text.partition('<nav class="turn"')[2].partition("</nav>")[0])
                check_equal(turn, [names[i - 1] if i > 1 else "./", names[i + 1] if i + 1 < len(names) else "./"],
                            f"previous and next of {chapter}")
            twin = "/" if i == 0 else "/" + order["en"][i - 1]
            twin_pt = "/pt/" if i == 0 else "/pt/" + order["pt-BR"][i - 1]
            check_equal(re.findall(r'rel="alternate" hreflang="[\w-]+" href="([^"]+)"', text),
                        [twin, twin_pt], f"languages of {chapter}")


def prose(text):
    """A page's words, without code and without what is marked as English; the texts of
    its attributes too."""
    text = text.replace("<br>", "\n")
    text = re.sub(r'<(pre|code|style|script)\b.*?</\1>', " ", text, flags=re.DOTALL)
    text = re.sub(r'<(\w+)[^>]* lang="en"[^>]*>.*?</\1>', " ", text, flags=re.DOTALL)
    attributes = " ".join(re.findall(r' (?:alt|aria-label|content|data-[\w-]+)="([^"]*)"', text))
    return html.unescape(re.sub(r"<[^>]+>", " ", text) + " " + attributes)


def portuguese_texts():
    """All Portuguese of www/, by the name of its file."""
    texts = {name: prose(read(name)) for name in pages() if name.startswith("pt/")}
    for name in glob.glob(f"{WWW}/wire/words*.js"):
        texts[os.path.relpath(name, WWW)] = read(name).partition("const PT = ")[2]
    texts["wire/fields.js"] = " ".join(re.findall(r'"([^"]*)"\]', read("wire", "fields.js")))
    return texts


def words_of_portugal():
    """The word list: pairs of a pattern and what to write instead."""
    with open(os.path.join(HERE, "portugal.txt"), encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                pattern, instead = re.split(r"  +", line.strip(), maxsplit=1)
                case = 0 if pattern[0].isupper() else re.IGNORECASE
                yield re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", case), instead


def test_portuguese_is_brazilian(_bench):
    """No word that only Portugal writes, and numbers as 1.084."""
    texts = portuguese_texts()
    for name, text in texts.items():
        check(text, f"no Portuguese in {name}")
        found = [f"{match[0]}: write {instead}" for pattern, instead in words_of_portugal()
                 for match in pattern.finditer(text)]
        check(not found, f"{name}: {found}")
        spaced = re.search(r"(?<![\d.])\d{1,3}[ \u00a0\u202f]\d{3}\b", text)
        check(not spaced, f"{name}: {spaced and spaced[0]!r} has a space for a point")


def test_counts_of_the_dialogues(_bench):
    """What the dialogues count is there: IMAP's literal and POP3's mail in bytes, and the
    port in FTP's reply."""
    for name in ("uses.html", "pt/usos.html"):
        text = html.unescape(read(name))
        size, literal = re.search(r"\{(\d+)\}\nS: (.*)\nS: \)", text).groups()
        check_equal(len(f"{literal}\r\n"), int(size), "IMAP's literal")
        size, mail = re.search(r"OK (\d+) octets\n(.*?)S: \.\n", text, re.DOTALL).groups()
        lines = [line[3:] for line in mail.splitlines()]
        check_equal(sum(len(line) + 2 for line in lines), int(size), "POP3's mail")
        high, low = map(int, re.search(r"127,0,0,1,(\d+),(\d+)\)", text).groups())
        check(f"{high} × 256 + {low} = {high * 256 + low}:" in text, "FTP's port")
        check(f"nc 127.0.0.1 {high * 256 + low} >" in text, "the second connection")
