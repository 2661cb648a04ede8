"""--why: the rules of one request, compared with what the server then does: status,
reason, fields, content."""

import json

from harness import check, check_equal
from story import Trace, name_of, those

# Each is a request line and its fields, the status, and the rule that decides.
OK = [
    ("GET /index.html HTTP/1.1", [], 200, "content"),
    ("GET / HTTP/1.1", [], 200, "content"),
    ("HEAD /index.html HTTP/1.1", [], 200, "content"),
    ("GET /index.html HTTP/1.1", ["Range: bytes=0-4"], 206, "range"),
    ("GET /index.html HTTP/1.1", ["Range: bytes=0-0,2-3"], 206, "range"),
    ("GET /sub HTTP/1.1", [], 301, "lookup"),
    ("GET /index.html HTTP/1.1", ["If-None-Match: *"], 304, "condition"),
    ("OPTIONS * HTTP/1.1", [], 204, "allow"),
]
NOT_OK = [
    ("GET /%zz HTTP/1.1", [], 400, "target"),
    ("GET /index.html HTTP/1.1", ["Host: a b"], 400, "host"),
    ("GET /absent HTTP/1.1", [], 404, "lookup"),
    ("GET /fifo HTTP/1.1", [], 404, "lookup"),
    ("GET /link-outside.txt HTTP/1.1", [], 404, "lookup"),
    ("GET /link-loop.txt HTTP/1.1", [], 404, "lookup"),
    ("GET /.hidden HTTP/1.1", [], 404, "name"),
    ("GET /index.html/x HTTP/1.1", [], 404, "lookup"),
    ("DELETE /index.html HTTP/1.1", [], 405, "allow"),
    ("GET /index.html HTTP/1.1", ['If-Match: "x"'], 412, "condition"),
    ("PUT /a HTTP/1.1", ["Content-Length: 99999999"], 405, "allow"),
    ("GET /a HTTP/1.1", ["Content-Length: 99999999"], 413, "message"),
    ("GET /index.html HTTP/1.1", ["Range: bytes=99999999-"], 416, "range"),
    ("GET https://a/ HTTP/1.1", [], 421, "target"),
    ("GET /" + 9000 * "a" + " HTTP/1.1", [], 414, "message"),
    ("PROPFIND / HTTP/1.1", [], 501, "method"),
    ("BREW /pot HTTP/1.1", [], 501, "message"),
    ("GET / HTTP/3.0", [], 505, "message"),
]


def explain(bench, line, fields, *options):
    """The result of --why with these options."""
    arguments = [argument for field in fields for argument in ("-H", field)]
    result = bench.run("--why", line, *arguments, *options, bench.site.root)
    return result


def served(trace, line, fields):
    """The response's event, and the response's fields, when a server gets that
    request."""
    with trace.server.connect() as connection:
        named = [] if any(field.startswith("Host:") for field in fields) else ["Host: localhost"]
        connection.send("\r\n".join([line, *named, *fields, "", ""]).encode())
        connection.half_close()
        story = trace.whole(name_of(connection))
    event = those(story, "response")[0]
    head = event["head"].split("\r\n")[1:-2]
    return event, [field.split(": ", 1) for field in head]


def test_why_agrees_with_what_is_served(bench):
    """Status, reason, fields and length of each response; only the date may differ."""
    bench.site.wait_until_old()
    trace = Trace(bench)
    for line, fields, status, rule in OK + NOT_OK:
        result = explain(bench, line, fields, "--json")
        explained = json.loads(result.stdout)
        what = f"{line[:60]} {fields}"
        check_equal(explained["status"], status, f"status of {what}")
        check_equal(explained["rule"], rule, f"rule of {what}")
        check_equal(result.returncode, 0 if status < 400 else 1, f"exit status of {what}")
        check_equal(explained["file"] != "", status in (200, 206, 304, 412, 416), f"file of {what}")
        check_served(trace, line, fields, explained)


def check_served(trace, line, fields, explained):
    """The server sends the response that was explained."""
    event, sent = served(trace, line, fields)
    what = f"{line[:60]} {fields}"
    check_equal(event["status"], explained["status"], f"status served for {what}")
    check_equal(event["why"], explained["why"], f"reason of {what}")
    check_equal(event["to"] - event["head_to"], explained["content_length"], f"content of {what}")
    check_equal(without_chance(sent), without_chance(explained["fields"]), f"fields of {what}")


def without_chance(fields):
    """Without the date, and the random boundary of multipart/byteranges."""
    return [(name, value.partition("boundary=")[0]) for name, value in fields if name != "Date"]


def test_why_in_words(bench):
    """One line per rule: its name, next or the status, and the facts it found."""
    result = explain(bench, "HEAD /absent.js", ["Accept: text/html"])
    check_equal(result.returncode, 1, "exit status")
    lines = result.stdout.splitlines()
    check_equal(lines[1].split(), ["method", "next", "HEAD"], "the first rule")
    check("lookup     404   no such file" in lines, result.stdout)
    check("HTTP/1.1 404 Not Found" in lines, result.stdout)
    check_equal(lines[-1], "0 bytes of content", "the last line")


def test_why_a_listing(bench):
    """Its content is written piece by piece."""
    lines = bench.run("--why", "/", bench.folder()).stdout.splitlines()
    check("lookup     200   a folder without an index.html (its listing by name, in English, "
          "by --listing)" in lines, "\n".join(lines))
    check_equal(lines[-1], "content of no known length", "the last line")


def test_why_by_url(bench):
    """Host is taken from the URL; a target alone is a GET."""
    told = json.loads(explain(bench, "http://example.org:81/index.html?q", [], "--json").stdout)
    facts = {rule["rule"]: rule["facts"] for rule in told["rules"]}
    check_equal((facts["method"], facts["host"], facts["name"]),
                ("GET", "example.org:81", "path /index.html, query ?q"), "facts")


def test_why_listens_nowhere(bench):
    """--why does not need the port that a server has."""
    server = bench.serve()
    result = bench.run("--why", "/", "-l", "%s:%d" % server.addresses[0], bench.site.root)
    check_equal(result.returncode, 0, result.stderr)


def test_why_of_the_live_page(bench):
    """With --wire, the response is that of the listener that shows the page."""
    for target, options, status, rule in (
            ("/-/wire/", [], 404, "lookup"),
            ("/-/wire/", ["--wire"], 200, "content"),
            ("/-/wire/", ["--wire=0.0.0.0:0"], 200, "content"),
            ("/-/wire/events", ["--wire"], 200, "live"),
            ("/-/wire/absent", ["--wire"], 404, "live"),
            ("http://example.org/-/wire/", ["--wire"], 403, "live"),
            ("http://example.org/-/wire/", ["--wire=public"], 200, "content"),
            ("/index.html", ["--wire"], 200, "content")):
        what = f"{target} {options}"
        explained = json.loads(explain(bench, target, [], "--json", *options).stdout)
        check_equal(explained["status"], status, f"status of {what}")
        check_equal(explained["rule"], rule, f"rule of {what}")


def test_why_agrees_with_the_live_page(bench):
    """A file that it does not have, and its folder without the last slash. (The
    Last-Modified of its files is when the process started.)"""
    trace = Trace(bench, "--wire=public")
    for target in ("/-/wire/absent", "/-/wire"):
        line = f"GET {target} HTTP/1.1"
        explained = json.loads(explain(bench, line, [], "--json", "--wire=public").stdout)
        check_served(trace, line, [], explained)


def test_why_without_a_folder(bench):
    """One line, the same as from the server."""
    result = bench.run("--why", "/", "/nowhere/at/all")
    check_equal((result.returncode, result.stdout), (1, ""), result.stderr)
    check("/nowhere/at/all" in result.stderr, result.stderr)
