// time.js -- one connection over time: how far each stream had come, and when. Time
// goes to the right and the stream's bytes go up; HTTP's messages stand beside them,
// on the axis of the bytes.

import { make } from "./ruler.js";
import { bandsOf, heightOf, lifetime, linesIn, linesOut, spanOf, stalls, thinned, ticksOf, valueAt,
         zoomedTime } from "./timeline.js";
import { isOpenAt, isReset, upTo } from "./model.js";
import { bytes, count, t, timeSpan } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const FLAGS = 30, TITLE = 20, FOOT = 40; // pixels of height
const HIGH = { out: 260, in: 84 };
const LOW = { out: 140, in: 44 }; // where a lane is large, and a screen holds less of it
const NARROW = 560;          // pixels of width; below it there is less room beside
const LETTER = 6.6, LINE = 14;
const MARK = 15;             // pixels: marks that are nearer are one
const DOTS_MAX = 80;         // points of a line that are drawn as dots, too
const STALL_MIN = 1.5;       // pixels: a shorter stall is not drawn
const FAR = 1e9;             // pictures: to either end
const AGAIN_SAID = 5;        // times that are named in words
const LEGEND = ["written", "left", "acked", "window", "again", "stall", "band", "arrived", "read"];

const round = (value) => Math.round(value * 10) / 10;

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes))
    element.setAttribute(name, typeof value === "number" ? round(value) : value);
  element.append(...children);
  return element;
}

const text = (className, x, y, words, more = {}) => draw("text", { class: className, x, y, ...more }, words);

export class Time {
  constructor(lane) {
    this.lane = lane;
    this.view = { mode: "all" };
    this.legend = make("ul", "legend");
    this.svg = draw("svg", { "aria-hidden": "true" });
    this.says = make("p", "says");
    this.says.id = `c${lane.connection.number}-time`;
    this.plot = make("div", "plot", this.svg);
    this.plot.tabIndex = 0;
    this.plot.setAttribute("role", "group");
    this.plot.setAttribute("aria-describedby", this.says.id);
    this.hint = make("p", "hint");
    this.element = make("div", "panel overtime", this.legend, this.plot, this.says, this.hint);
    this.plot.addEventListener("keydown", (event) => this.pressed(event));
    this.plot.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
  }

  draw(seq, width) {
    const { connection } = this.lane;
    this.seq = seq;
    this.range = spanOf(connection, seq, this.view);
    this.began = lifetime(connection, seq).from;
    const left = width < NARROW ? 58 : 78, right = width < NARROW ? 70 : 132;
    this.box = { left, right: Math.max(left + 60, width - right), width };
    this.parts = [];
    this.lines = { out: linesOut(connection, seq), in: linesIn(connection, seq) };
    this.stalls = stalls(connection, seq, lifetime(connection, seq).to);
    this.high = this.lane.page.projector.isOn ? LOW : HIGH;
    const outTop = FLAGS + TITLE, inTop = outTop + this.high.out + TITLE + 16;
    const foot = inTop + this.high.in;
    this.drawTimes(outTop, foot);
    this.drawStream("out", outTop);
    this.drawStream("in", inTop);
    this.drawFlags(outTop, foot);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", foot + FOOT);
    this.svg.replaceChildren(...this.parts);
    this.write();
  }

  x(us) { return this.box.left + (us - this.range.from) / (this.range.to - this.range.from) * this.across; }

  get across() { return this.box.right - this.box.left; }

  // Round times, and a line through both streams at each.
  drawTimes(top, foot) {
    const { range, began, box } = this;
    const from = range.from - began, to = range.to - began;
    const unit = to - from < 2000 ? 1 : to - from < 2_000_000 ? 1000 : 1_000_000;
    // A unit of a thousandth would not be round: ticks are counted in microseconds.
    for (const us of ticksOf(from, to, this.across / 90)) {
      const x = this.x(began + us);
      const words = `${count(us / unit)} ${{ 1: "µs", 1000: "ms", 1_000_000: "s" }[unit]}`;
      this.parts.push(draw("path", { class: "grid", d: `M${round(x)} ${top}V${foot + 4}` }),
                      text("tick", x, foot + 16, words, { "text-anchor": "middle", "data-us": String(us) }));
    }
    this.parts.push(text("title", box.width < NARROW ? 0 : box.left, foot + 34, t(this.lane.connection.open ? "timeAxis" : "timeAxisUnseen")));
  }

  drawStream(direction, top) {
    const height = this.high[direction], lines = this.lines[direction];
    const range = heightOf(lines, this.range);
    const toPixel = (at) => (at - range.from) / (range.to - range.from) * height;
    const y = (at) => top + height - Math.max(-2, Math.min(height + 2, toPixel(at)));
    const area = { top, height, range, toPixel, y, direction };
    this.drawBytes(area);
    if (direction === "out")
      this.drawOut(area, lines);
    else
      this.drawIn(area, lines);
    this.drawBands(area);
    this.parts.push(text("title", 0, top - 7, t(`${direction}Axis`)),
                    draw("path", { class: "axis", d: `M${this.box.left} ${top}v${height}H${round(this.box.right)}` }));
  }

  drawBytes({ range, height, y, direction }) {
    const unit = [1024 ** 3, 1024 ** 2, 1024].find((each) => range.to - range.from >= 2 * each &&
      range.to >= 10_000) ?? 1;
    const name = { 1: "B", [1024]: "KiB", [1024 ** 2]: "MiB", [1024 ** 3]: "GiB" }[unit];
    for (const at of ticksOf(range.from, range.to, height / 36, unit))
      this.parts.push(draw("path", { class: "grid", d: `M${this.box.left - 4} ${round(y(at))}H${round(this.box.right)}` }),
                      text("tick", this.box.left - 7, y(at) + 4, `${count(at / unit)} ${name}`,
                           { "text-anchor": "end", "data-at": String(at), "data-stream": direction }));
  }

  // The points of a line as they are seen, and its staircase.
  stair(points, y) {
    const seen = thinned(points, this.range, this.across);
    if (!seen.length)
      return { seen, d: "", end: this.box.left };
    const end = this.x(Math.min(this.range.to, lifetime(this.lane.connection, this.seq).to));
    const d = seen.map(({ us, at }, i) => i === 0 ? `M${round(this.x(us))} ${round(y(at))}` :
      `H${round(this.x(us))}V${round(y(at))}`).join("");
    return { seen, d: `${d}H${round(end)}`, end };
  }

  line(name, points, { y }, first = null) {
    const { seen, d } = this.stair(first === null || !points.length ? points :
      [{ us: points[0].us, at: first }, ...points], y);
    this.parts.push(draw("path", { class: `line ${name}`, d }));
    if (seen.length <= DOTS_MAX)
      for (const { us, at } of seen)
        this.parts.push(draw("circle", { class: `dot ${name}`, cx: this.x(us), cy: y(at), r: 2.2 }));
  }

  drawOut(area, lines) {
    const { y, top, height, range } = area;
    const labels = this.stalls.flatMap(({ from, to }) => this.drawStall(from, to, top, height));
    for (const name of ["written", "left", "acked"]) {
      const { seen, d, end } = this.stair(lines[name], y);
      if (seen.length)
        this.parts.push(draw("path", { class: `area ${name}`,
                                       d: `${d}H${round(end)}V${top + height}H${round(this.x(seen[0].us))}Z` }));
    }
    this.parts.push(...labels);
    if (lines.window.length && !range.windowAbove)
      this.line("window", lines.window, area);
    for (const name of ["written", "left", "acked"])
      this.line(name, lines[name], area, 0);
    this.above = range.windowAbove && t("windowAbove", { at: bytes(range.windowAbove) });
    if (this.above && this.box.width > NARROW)
      this.parts.push(text("note", this.box.right - 6, top - 7, `↑ ${this.above}`, { "text-anchor": "end" }));
    this.drawAgain(area);
  }

  // Behind the bytes; its label, if there is room for it, is drawn by the caller over them.
  drawStall(from, to, top, height) {
    const x = Math.max(this.box.left, this.x(from)), end = Math.min(this.box.right, this.x(to));
    if (end - x < STALL_MIN)
      return [];
    this.parts.push(draw("rect", { class: "stall", x, y: top, width: end - x, height,
                                   "data-from": String(from - this.began), "data-to": String(to - this.began) }));
    const label = `${t("lineStall")}: ${timeSpan(to - from)}`;
    return label.length * LETTER < end - x ?
      [text("note", (x + end) / 2, top + 16, label, { "text-anchor": "middle" })] : [];
  }

  // An R for each retransmission, at its byte and time.
  drawAgain({ y, range }) {
    const marks = [];
    const { again } = this.lane.connection.out;
    for (const { us, to } of again.slice(0, upTo(again, this.seq))) {
      if (us < this.range.from || us > this.range.to || to < range.from || to > range.to)
        continue;
      const place = { x: this.x(us), y: y(to), us: us - this.began, at: to, many: 1 };
      const near = marks.slice(-8).find((each) => Math.hypot(each.x - place.x, each.y - place.y) < MARK);
      if (near)
        near.many++;
      else
        marks.push(place);
    }
    for (const { x, y, us, at, many } of marks) {
      const words = many > 1 ? `R×${many}` : "R";
      const wide = words.length * 7.6 + 6;
      this.parts.push(draw("g", { class: "mark", "data-us": String(us), "data-at": String(at) },
        draw("rect", { x: x - wide / 2, y: y - 8, width: wide, height: 16, rx: 3 }),
        text("", x, y + 4.5, words, { "text-anchor": "middle" })));
    }
  }

  drawIn(area, lines) {
    const { seen, d, end } = this.stair(lines.read, area.y);
    if (seen.length)
      this.parts.push(draw("path", { class: "area read",
                                     d: `${d}H${round(end)}V${area.top + area.height}H${round(this.x(seen[0].us))}Z` }));
    this.line("arrived", lines.arrived, area, 0);
    this.line("read", lines.read, area, 0);
  }

  // HTTP's messages: boxes beside the picture, and a line through it at each end.
  drawBands({ top, height, range, toPixel, direction }) {
    const stream = this.lane.connection[direction];
    const left = this.box.right + 8, wide = this.box.width - left;
    for (const { x: low, end: high, things } of bandsOf(stream, this.seq, range, toPixel, height)) {
      const bottom = top + height - low, upper = top + height - high;
      const [{ part, us }] = things;
      const begin = Math.max(this.box.left, Math.min(this.box.right, this.x(us)));
      this.parts.push(draw("rect", { class: `band ${things.length > 1 ? "run" : part.kind}`, x: left, y: upper, width: wide,
                                     height: Math.max(1, bottom - upper), "data-from": String(part.from),
                                     "data-stream": direction }));
      const headTop = things.length > 1 ? bottom :
        Math.min(bottom, Math.max(upper, top + height - toPixel(part.headTo)));
      this.parts.push(draw("rect", { class: "head", x: left, y: headTop, width: wide, height: bottom - headTop }));
      this.parts.push(draw("path", { class: "edge", d: `M${round(begin)} ${round(bottom)}H${left + wide}` }));
      this.labelBand(things, left, wide, upper, headTop, bottom);
    }
  }

  // In the head or in the body, whichever is the higher.
  labelBand(things, left, wide, upper, headTop, bottom) {
    const [{ part, to }] = things;
    const isInHead = bottom - headTop > headTop - upper;
    const [low, high] = isInHead ? [headTop, bottom] : [upper, headTop];
    if (high - low < LINE - 2)
      return;
    const { event } = part;
    const name = event.status ?? event.method ?? event.refused;
    const size = bytes(to - part.from);
    const isOpen = isOpenAt(part, this.seq);
    const label = things.length > 1 ? `${things.length} ×` : `#${part.number} ${name}`;
    const long = `${label} · ${size}${isOpen ? " …" : ""}`;
    const words = things.length === 1 && long.length * LETTER + 8 < wide ? long : label;
    this.parts.push(text(`label${isInHead ? " light" : ""}`, left + 5, (low + high) / 2 + 4, words));
  }

  // Ends of streams, and of the connection, on lines through both pictures.
  drawFlags(top, foot) {
    const { in: coming, out, close } = this.lane.connection;
    const flags = [["flagEof", coming.end], ["flagShutdown", out.end],
                   [isReset(close?.event) ? "flagReset" : "flagClose", close && { seq: close.seq, us: close.event.time_us }]];
    const ends = [-Infinity, -Infinity];
    for (const [name, entry] of flags) {
      if (!entry || entry.seq > this.seq || entry.us < this.range.from || entry.us > this.range.to)
        continue;
      const x = this.x(entry.us), words = t(name), half = words.length * LETTER / 2 + 4;
      const center = Math.min(x, this.box.width - half);
      const row = ends.findIndex((end) => end <= center - half);
      this.parts.push(draw("path", { class: `flag ${name}`, d: `M${round(x)} ${row < 0 ? top : 15 * row + 15}V${foot}`,
                                     "data-us": String(entry.us - this.began) }));
      if (row < 0)
        continue;
      ends[row] = center + half;
      this.parts.push(text(`flag ${name}`, center, 15 * row + 12, words, { "text-anchor": "middle" }));
    }
  }

  // The same in words, and the legend.
  write() {
    const { number } = this.lane.connection;
    this.plot.setAttribute("aria-label", t("timeOf", { number }));
    const says = [this.spanSaid(), ...this.againSaid()];
    const stalled = this.stalls.reduce((sum, { from, to }) => sum + to - from, 0);
    if (stalled)
      says.push(t("timeStall", { time: timeSpan(stalled) }));
    const limited = this.limitedUs();
    if (limited)
      says.push(t("timeLimited", { time: timeSpan(limited) }));
    if (this.above)
      says.push(`${this.above[0].toUpperCase()}${this.above.slice(1)}.`);
    this.says.textContent = says.join(" ");
    const { out, in: coming } = this.lines;
    const isShown = { again: this.lane.connection.out.again.length, stall: stalled, window: out.window.length && !this.above,
                      left: out.left.length, acked: out.acked.length, arrived: coming.arrived.length };
    const names = LEGEND.filter((name) => isShown[name] ?? true);
    const sign = `${names}|${document.documentElement.lang}`;
    if (sign === this.legended)
      return;
    this.legended = sign;
    this.hint.textContent = t("timeKeys");
    this.legend.setAttribute("aria-label", t("legend"));
    this.legend.replaceChildren(...names.map((name) => make("li", "",
      name === "again" ? make("b", "again", "R") : make("i", `key ${name}`), " ",
      t(`line${name[0].toUpperCase()}${name.slice(1)}`))));
  }

  // How long the peer's window held the sender back, as the kernel counts it.
  limitedUs() {
    const { infos } = this.lane.connection;
    return infos[upTo(infos, this.seq) - 1]?.info.rwnd_limited_us;
  }

  spanSaid() {
    const { range, began, lines: { out } } = this;
    const at = (points) => `${count(valueAt(points, range.to) ?? 0)} B`;
    return t(out.left.length || out.acked.length ? "timeSays" : "timeSaysNoStamps",
             { from: timeSpan(range.from - began), to: timeSpan(range.to - began),
               written: at(out.written), left: at(out.left), acked: at(out.acked) });
  }

  againSaid() {
    const { again } = this.lane.connection.out;
    const seen = again.slice(0, upTo(again, this.seq)).filter(({ us }) => us >= this.range.from && us <= this.range.to);
    const times = seen.slice(0, AGAIN_SAID).map(({ us }) => timeSpan(us - this.began)).join("; ");
    return seen.length ? [t("timeAgain", { count: count(seen.length), n: seen.length, times })] : [];
  }

  show(view) {
    this.view = view;
    this.lane.page.redraw(this.lane);
  }

  zoom(by) { this.show(zoomedTime(this.lane.connection, this.seq, this.range, by)); }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey)
      return;
    const keys = {
      "+": () => this.zoom({ factor: 2 }), "=": () => this.zoom({ factor: 2 }), "-": () => this.zoom({ factor: 0.5 }),
      ArrowLeft: () => this.zoom({ move: -0.25 }), ArrowRight: () => this.zoom({ move: 0.25 }),
      Home: () => this.zoom({ move: -FAR }), End: () => this.zoom({ move: FAR }),
      "0": () => this.show({ mode: "all" }), f: () => this.show({ mode: "all" }), l: () => this.show({ mode: "latest" }),
    };
    if (!Object.hasOwn(keys, event.key))
      return;
    keys[event.key]();
    event.preventDefault();
  }

  wheeled(event) {
    const about = (event.clientX - this.svg.getBoundingClientRect().left - this.box.left) / this.across;
    if (event.ctrlKey)
      this.zoom({ factor: event.deltaY < 0 ? 1.25 : 0.8, about: Math.min(1, Math.max(0, about)) });
    else if (event.deltaX && this.view.mode === "range")
      this.zoom({ move: event.deltaX / this.across });
    else
      return;
    event.preventDefault();
  }
}
