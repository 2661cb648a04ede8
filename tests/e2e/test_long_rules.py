"""_headers and _redirects as Netlify's own readers take them.

npm's netlify-headers-parser and netlify-redirect-parser read 2,000 generated files, and
so do our two parsers (rules/rules_json.c). Where they differ, DIFFERENCES,
has_unknown_name and is_refused say why."""

import fcntl
import json
import os
import random
import re
import shutil
import subprocess

from harness import Skip, check, check_equal
from test_browser import TOP, need

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rules")
MODULES = os.path.join(TOP, "build", "rules")
FILES = 2000
STATUSES = {200, 301, 302, 303, 307, 308, 404}

# What one of the readers does with a line of _redirects that the other does not, by an
# expression that finds such lines. The first group are rules that we drop.
DIFFERENCES = (
    # Conditions that a server on one machine cannot know, so that the rule would hold for all.
    ("not supported: countries, languages, roles, cookies, signatures",
     r"\s(Country|Language|Role|Cookie|Sign|signed)="),
    ("not supported: rules for a host", r"^https?://"),
    ("not supported: content of another server", r"\shttps?://\S*\s+(200|404)"),
    # Netlify's documentation lists these; its reader takes any number, also "301x".
    ("a status that is not one of ours, or is none",
     r"\s[/h]\S*\s+(?!(200|301|302|303|307|308|404)!?(\s|$))[^\s#]"),
    ("words behind the status", r"\s\d{3}!?\s+[^\s#]"),
    ("a target to //host", r"\s//"),
    ("a path without '/', or with '?' or '#'", r"^(?!/|http)|^\S+[?#]"),
    ("a parameter without '=', or without a name", r"^\S+(\s+\S+=\S*)*\s+(=\S*|[^\s=/#]+)\s"),
    ("a value with '=', which Netlify cuts off", r"=\S*="),
    ("an escape that is none", r"%(?![0-9a-fA-F]{2})"),
    ("a host that is none", r"\shttps?://(:|/|\s|$)"),
    # And one that Netlify drops, since its own paths begin like that.
    ("a path of Netlify's own", r"^/\.netlify"),
)


def install():
    """Puts both readers where `node` can load them."""
    need("node")
    need("npm")
    os.makedirs(MODULES, exist_ok=True)
    with open(os.path.join(MODULES, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(os.path.join(MODULES, "node_modules", "netlify-headers-parser")):
            shutil.copy(os.path.join(HERE, "package.json"), MODULES)
            result = subprocess.run(
                ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund",
                 "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=20000",
                 "--loglevel=error"],
                cwd=MODULES, capture_output=True, text=True, check=False)
            if result.returncode != 0:
                raise Skip("npm could not install the readers: "
                           + result.stderr.strip().partition("\n")[0])
    return os.path.join(MODULES, "node_modules")


def read_by_netlify(kind, texts, folder):
    modules = install()
    for number, text in enumerate(texts):
        with open(os.path.join(folder, str(number)), "w", encoding="utf-8") as file:
            file.write(text)
    result = subprocess.run(
        ["node", os.path.join(HERE, "witness.mjs"), modules, kind, folder, str(len(texts))],
        capture_output=True, text=True, check=False)
    check_equal(result.returncode, 0, f"the reader of {kind}: {result.stderr}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def read_by_us(bench, kind, texts):
    program = os.path.join(os.path.dirname(os.path.abspath(bench.binary)),
                           "tests", "e2e", "rules", "rules_json")
    if not os.path.exists(program):
        raise Skip(f"{program} is not built")
    result = subprocess.run([program, kind], input="\0".join(texts).encode() + b"\0",
                            capture_output=True, check=False)
    check_equal(result.returncode, 0, "our reader")
    return [json.loads(line) for line in result.stdout.splitlines()]


def plain(pattern):
    """A pattern without what makes no difference: slashes that are repeated or last."""
    return re.sub(r"(?<!:)/+", "/", pattern).rstrip("/") or "/"


class Texts:
    """Lines of rules, more or less right. Each path has the number of its line."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, *choices):
        return self.random.choice(choices)

    def space(self):
        return self.one(" ", "  ", "\t", " \t ")

    def path(self, number):
        return f"/r{number}" + "".join(
            self.one("/a", "/b-c", "/:id", "/:year", "/*", "/x*", "//d", "/e.html", "/:n.html",
                     "/f:g", "") for _ in range(self.random.randrange(4))) + self.one("", "", "/")

    def target(self):
        return self.one("/", "/new", "/:splat", "/n/:id", "/n/:year/:id", "/n?q=:id", "/n#top",
                        "/a//b", "https://h.example", "https://h.example/:splat",
                        "http://h.example:8080/a?b=c", "//evil.example/", "javascript:x", "new",
                        "/:nope", "/50%", "/urn:isbn:1", "https://:x/")

    def redirect(self, number):
        first = self.one(*[self.path(number)] * 9, f"r{number}", f"https://h.example/r{number}/*",
                         f"/r{number}?a=b", f"/.netlify/r{number}")
        words = [first]
        for _ in range(self.one(0, 0, 0, 1, 2)):
            words.append(self.one("id=:id", "year=:year", *["a=b", "c="] * 3, "d", "=e", "f=g=h"))
        if self.random.random() < 0.95:
            words.append(next((target for target in (self.target() for _ in range(3))
                               if not has_unknown_name(" ".join([*words, target]))), "/:nope"))
        if self.random.random() < 0.7:
            words.append(self.one("301", "302", "303", "307", "308", "200", "404", "301!", "200!",
                                  "404!", "410", "301x", "3", "yes"))
        if self.random.random() < 0.1:
            words.append(self.one("Country=us", "Language=pt,en", "Role=admin", "more"))
        if self.random.random() < 0.1:
            words.append(self.one("# why", "#why"))
        return self.one("", "", " ", "\t") + self.space().join(words)

    def field(self):
        return self.one("  X-A: 1", "  X-A: 2", "X-B:3", "\tX-C :  4 5 ", "  x-a: 6, 7",
                        "  Cache-Control: max-age=1,  public", "  Link: </a>; rel=x",
                        "  X-D: http://h.example/", "  X-E:", "  : 1", "  X-F", "  ! X-A",
                        "  X G: 1", "  Content-Length: 5", "  Date: now", "# no: comment",
                        "", "  # X-H: 1", "  X-I: \x01", "  Set-Cookie: a=1", "  Set-Cookie: b=2",
                        "https://h.example/*", "  ! X-J: 1")

    def text(self, kind):
        lines = []
        for number in range(1, self.random.randrange(2, 10)):
            if kind == "redirects":
                lines.append(self.one(*[self.redirect(number)] * 9, "", "# none"))
            else:
                lines.append(self.one("", " ") + self.path(number)
                             if self.random.random() < 0.4 else self.field())
        return self.one("\n", "\n", "\r\n").join(lines) + self.one("", "\n")


def number_in(rule):
    return int(re.search(r"r(\d+)", rule)[1])


def redirects_of_netlify(rules):
    """By line, in our form."""
    return {number_in(rule["from"]): {
        "from": plain(rule["from"]), "to": rule["to"], "status": rule.get("status", 301),
        "force": rule["force"],
        "query": {key: value for key, value in rule["query"].items()}} for rule in rules}


def has_unknown_name(line):
    """Whether the target has a placeholder that neither path nor parameters have: we take it
    for a mistake, Netlify for text."""
    words = line.split()
    target = next((word for word in words[1:] if re.match("/|https?://", word)), "")
    before = words[:words.index(target, 1)] if target else words
    names = set(re.findall(r"[/=]:(\w+)", " ".join(before)))
    if "*" in before[0]:
        names.add("splat")
    return bool(set(re.findall(r"[/=]:([a-z]\w*)", target)) - names)


def is_explained(line):
    """Whether a difference in this line is one that is listed."""
    line = re.sub(r"\s#.*", "", line.strip())
    return (any(re.search(expression, line) for _, expression in DIFFERENCES)
            or has_unknown_name(line))


def test_redirects_as_netlify_reads_them(bench):
    """Each line is the same rule, or the difference is listed."""
    texts = [Texts(seed).text("redirects") for seed in range(FILES)]
    ours = read_by_us(bench, "redirects", texts)
    theirs = read_by_netlify("redirects", texts, bench.folder())
    same = 0
    for text, our, their in zip(texts, ours, theirs):
        mine = {rule.pop("line"): {**rule, "from": plain(rule["from"])} for rule in our}
        other = redirects_of_netlify(their)
        for number, line in enumerate(text.split("\n"), 1):
            if mine.get(number) == other.get(number):
                same += number in mine
            else:
                check(is_explained(line),
                      f"{line!r}:\n  ours    {mine.get(number)}\n  theirs  {other.get(number)}")
    check(same > FILES / 2, f"only {same} rules are the same")


def fields_of(fields):
    """Names and values as Netlify joins them: no space but one behind a comma."""
    joined = {}
    for name, value in fields:
        value = re.sub(r"\s*,\s*", ", ", value)
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def is_refused(name, value):
    """Fields that Netlify's reader takes: HTTP's own, those that are no fields, and lines
    that we take for something else: "! Name", and a rule for a host."""
    return (name in ("Content-Length", "Date", "https") or name.startswith("!")
            or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or "\x01" in value)


def without_hosts(text):
    """The text without rules for hosts, whose fields Netlify takes for the rule before."""
    kept, is_dropped = [], False
    for line in text.split("\n"):
        if line.strip().startswith("https://"):
            is_dropped = True
        elif line.strip().startswith("/"):
            is_dropped = False
        kept.append("" if is_dropped else line)
    return "\n".join(kept)


def test_headers_as_netlify_reads_them(bench):
    """Each rule has the same fields, but for those that we refuse."""
    texts = [Texts(FILES + seed).text("headers") for seed in range(FILES)]
    ours = read_by_us(bench, "headers", texts)
    theirs = read_by_netlify("headers", [without_hosts(text) for text in texts], bench.folder())
    same = 0
    for text, our, their in zip(texts, ours, theirs):
        mine = [(plain(rule["for"]), fields_of([field[:2] for field in rule["fields"]
                                                if not field[2]])) for rule in our]
        other = [(plain(rule["for"]), {name: value for name, value in rule["values"].items()
                                       if not is_refused(name, value)}) for rule in their]
        mine, other = ([rule for rule in rules if rule[1]] for rules in (mine, other))
        check_equal(mine, other, text)
        same += len(mine)
    check(same > FILES / 4, f"only {same} rules are the same")
