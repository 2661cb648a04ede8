"""The table of the RFCs' rules in README.md: a case or a test shows each row."""

import os
import re

from harness import check, check_equal

HERE = os.path.dirname(os.path.abspath(__file__))
ROW = re.compile(r"\| ([0-9C][0-9.]*) \| (must|should|may)( not)? \| (.+) \| (.+) \|")
ROWS_LEAST = 150


def rows():
    """The rows of the tables, as matches of ROW."""
    with open(os.path.join(HERE, "README.md"), encoding="utf-8") as readme:
        table = readme.read().partition("## What the RFCs ask")[2]
    lines = [line for line in table.splitlines()
             if line.startswith("| ") and not line.startswith("| Section ")]
    matches = list(map(ROW.fullmatch, lines))
    unread = [line for line, match in zip(lines, matches) if match is None]
    check_equal(unread, [], "rows that are none")
    return matches


def is_there(name):
    """Whether there is such a case, or such a test, by the name that run.py prints."""
    module, colon, words = name.partition(": ")
    if not colon:
        return os.path.exists(os.path.join(HERE, "cases", f"{name}.http"))
    path = os.path.join(HERE, f"test_{module}.py")
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8") as program:
        return f"\ndef test_{words.replace(' ', '_')}(" in program.read()


def test_each_rule_is_shown(_):
    """Each row names a case or a test, and each of these exists."""
    table = rows()
    check(len(table) >= ROWS_LEAST, f"{len(table)} rows")
    for row in table:
        names = re.findall(r"`([a-z][\w./-]*(?:/|: )[^`]+)`", row[5])
        check(names, f"nothing shows: {row[0]}")
        missing = [name for name in names if not is_there(name)]
        check_equal(missing, [], f"in {row[0]}")


def test_exceptions_have_a_reason(_):
    """If we do not follow a rule, the row says why, in more than a word."""
    for row in rows():
        reason = re.search(r"otherwise:?(.*)", row[5])
        check(reason is None or len(reason[1].split()) > 4, f"no reason in {row[0]}")
