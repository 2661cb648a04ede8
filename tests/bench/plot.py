"""plot.py -- draws the figures as SVG, for light and dark screens

Colour is never the only distinction: each server has a letter in its circle.
"""

import math

import peers
import workloads

STYLE = """\
svg { color: #1a2129; background: #fcfdfd; font: 14px system-ui, -apple-system, "Segoe UI",\
 Roboto, "Liberation Sans", sans-serif }
text { fill: currentColor }
.dim { fill: #55616d } .small { font-size: 12px } .strong { font-weight: 600 }
.end { text-anchor: end } .mid { text-anchor: middle }
.rule { stroke: #c9d1d8 } .bare { stroke: #55616d; stroke-width: 2 }
.peer { fill: #eef2f5; stroke: #55616d } .own { fill: #0a58a8; stroke: #0a58a8 }
.own-text { fill: #fff; font-weight: 600 }
.line { fill: none; stroke: #0a58a8; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
svg { color: #e3e8ec; background: #11171d }
.dim { fill: #a3b0bc } .rule { stroke: #3a4652 } .bare { stroke: #a3b0bc }
.peer { fill: #1b232b; stroke: #a3b0bc } .own { fill: #86bdf2; stroke: #86bdf2 }
.own-text { fill: #11171d } .line { stroke: #86bdf2 }
}"""


class Picture:
    """SVG elements, written to a file at the end."""

    def __init__(self, width, height, title):
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
                      f'width="{width}" height="{height}" role="img">',
                      f"<title>{title}</title>", f"<style>\n{STYLE}\n</style>"]

    def text(self, x, y, text, kind=""):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{text}</text>')

    def line(self, x1, y1, x2, y2, kind="rule"):
        self.parts.append(f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" class="{kind}"/>')

    def circle(self, x, y, radius, kind):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" class="{kind}"/>')

    def curve(self, points):
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self.parts.append(f'<path d="M{path}" class="line"/>')

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join([*self.parts, "</svg>", ""]))


def log_scale(low, high, first, last):
    """A function from values to positions, with tenfold steps of equal length."""
    span = math.log(high / low) or 1
    return lambda value: first + (last - first) * math.log(value / low) / span


# --- CPU of a request, as a ratio to the bare loop ---------------------------

WIDTH, LEFT, RIGHT, TOP, ROW = 760, 196, 690, 76, 50
RADIUS = 8
LEVELS = (0, -17, 17)  # where circles in one row may go, not to hide each other
TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100)


def dodge(places):
    """Gives each (x, ...) the first level that is free there."""
    taken = []
    for place in places:
        level = next((each for each in LEVELS
                      if all(each != other or abs(place[0] - x) > 2 * RADIUS
                             for x, other in taken)), LEVELS[-1])
        taken.append((place[0], level))
        yield level, place


def draw_row(picture, place, y, title, ratios):
    """A workload: a circle for each server, ours first and on the line."""
    picture.line(LEFT, y, RIGHT, y)
    picture.text(LEFT - 14, y + 5, title, "end")
    circles = sorted(((place(ratio), letter, ratio) for letter, ratio in ratios.items()),
                     key=lambda each: each[1] != "S")
    for level, (x, letter, ratio) in dodge(circles):
        own = letter == "S"
        picture.circle(x, y + level, RADIUS, "own" if own else "peer")
        picture.text(x, y + level + 4, letter, "small mid" + (" own-text" if own else ""))
        if own:
            picture.text(WIDTH - 14, y + 5, f"{ratio:.2f}", "end strong")


def ratios_of(results):
    """The ratios to draw, by workload: {letter: ratio}."""
    found = {}
    for workload in workloads.WORKLOADS:
        ratios = {peer.letter: results.ratio(workload.name, peer.name, "bare")
                  for peer in peers.PEERS if peer.name != "bare"}
        ratios = {letter: ratio for letter, ratio in ratios.items() if ratio}
        if ratios:
            found[workload.title] = ratios
    return found


def write_ratios(results, path):
    rows = ratios_of(results)
    if not rows:
        return
    every = [ratio for ratios in rows.values() for ratio in ratios.values()]
    ticks = [tick for tick in TICKS if tick < max(every)] or [1]
    place = log_scale(min(0.5, *every), max(2, *every), LEFT + 16, RIGHT - 16)
    bottom = TOP + ROW * len(rows)
    picture = Picture(WIDTH, bottom + 48, "CPU of a request, as a ratio to a bare epoll loop")
    picture.text(14, 26, "CPU of a request, as a ratio to a bare epoll loop", "strong")
    picture.text(14, 46, "User and system time of the whole server; less is better; the scale "
                 "is logarithmic", "dim small")
    picture.text(WIDTH - 14, TOP - 12, "Soquete", "end small strong")
    for tick in ticks:
        x = place(tick)
        picture.line(x, TOP, x, bottom, "bare" if tick == 1 else "rule")
        picture.text(x, TOP - 8, "bare loop" if tick == 1 else f"{tick:g}", "dim small mid")
    for number, (title, ratios) in enumerate(rows.items()):
        draw_row(picture, place, TOP + ROW * (number + 0.5), title, ratios)
    x = LEFT
    for peer in peers.PEERS:
        if any(peer.letter in ratios for ratios in rows.values()):
            own = peer.letter == "S"
            picture.circle(x, bottom + 24, RADIUS, "own" if own else "peer")
            picture.text(x, bottom + 28, peer.letter, "small mid" + (" own-text" if own else ""))
            picture.text(x + 16, bottom + 29, peer.title, "dim")
            x += 40 + 9 * len(peer.title)
    picture.write(path)


# --- How the cost grows ------------------------------------------------------

PANEL_WIDTH, PANEL_HEIGHT, PAD = 380, 230, 52


def draw_panel(picture, left, top, series):
    """One line over a logarithmic axis; costs from 0, or logarithmic too."""
    points = series.points
    right, bottom = left + PANEL_WIDTH - PAD - 16, top + PANEL_HEIGHT - 62
    costs = [cost for _, cost in points]
    across = log_scale(points[0][0], points[-1][0], left + PAD, right)
    if series.logarithmic:
        up = log_scale(min(costs) / 1.5, max(costs) * 1.5, bottom, top + 40)
    else:
        up = lambda cost: bottom - (bottom - top - 40) * cost / (max(costs) * 1.15)
    picture.text(left + PAD, top + 20, series.title, "strong")
    picture.line(left + PAD, bottom, right, bottom)
    picture.curve([(across(x), up(cost)) for x, cost in points])
    for number, (x, cost) in enumerate(points):
        picture.circle(across(x), up(cost), 3.5, "own")
        if series.labelled(number):
            picture.text(across(x), bottom + 18, series.name(x), "dim small mid")
            picture.text(across(x), up(cost) - 9, f"{cost:,.0f}" if cost >= 100 else
                         f"{cost:.1f}", "small mid")


def write_growth(all_series, path):
    """Two panels per row."""
    rows = (len(all_series) + 1) // 2
    title = "CPU of a request in microseconds, and what it grows with"
    picture = Picture(2 * PANEL_WIDTH, rows * PANEL_HEIGHT + 44, title)
    picture.text(14, 26, title, "strong")
    for number, series in enumerate(all_series):
        draw_panel(picture, number % 2 * PANEL_WIDTH, 36 + number // 2 * PANEL_HEIGHT, series)
    picture.write(path)
