"""Years of two digits, at the border of the rule."""

import datetime

from harness import check_equal


def rfc850(moment):
    return moment.strftime("%A, %d-%b-%y %H:%M:%S GMT")


def test_fifty_years_from_now(bench):
    """RFC 9110, 5.6.7: a year of two digits that seems to be more than 50 years ahead
    is in the past: counted from this moment, not from this year."""
    server = bench.serve()
    today = datetime.datetime.now(datetime.timezone.utc).replace(day=15)
    border = today.replace(year=today.year + 50)
    for days, status in ((-40, 304), (40, 200)):
        date = rfc850(border + datetime.timedelta(days=days))
        answer = server.ask("/small.txt", f"If-Modified-Since: {date}")
        check_equal(answer.status, status, date)
