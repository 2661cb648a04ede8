// ruler.js -- one direction of one lane: chunks above the ruler, messages below
// it, both at the places that one axis gives them.

import { axisOf, gather, windowOf, zoomed } from "./axis.js";
import { isOpenAt } from "./model.js";
import { carriers, chunkGaps, describe, movedTo, partEnd, spans } from "./stream.js";
import { bytes, count, span, t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const NARROW = 4, ENOUGH = 10;
const MESSAGE_PIXELS = 160;
const DIGIT = 7.2;   // pixels, of a position
const LETTER = 7.8;  // of a label, which is larger and bold

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className)
    element.className = className;
  element.append(...children);
  return element;
}

function path(className) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("class", className);
  return element;
}

export class Ruler {
  constructor(lane, direction) {
    this.lane = lane;
    this.direction = direction;
    this.view = { mode: "latest" };
    this.items = new Map();
    this.name = make("p", "name");
    this.rows = { chunk: make("div", "row chunks"), message: make("div", "row messages") };
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("aria-hidden", "true");
    this.paths = ["line", "cut", "dots", "tcp", "http"].map(path);
    this.svg.append(...this.paths);
    this.labels = make("div", "offsets");
    this.labels.setAttribute("aria-hidden", "true");
    const scale = make("div", "scale", this.svg, this.labels);
    this.track = make("div", "track", this.rows.chunk, scale, this.rows.message);
    this.track.setAttribute("role", "toolbar");
    this.element = make("div", `ruler ${direction}`, this.name, this.track);
    this.track.addEventListener("click", (event) => this.clicked(event));
    this.track.addEventListener("keydown", (event) => this.pressed(event));
    this.track.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
  }

  get stream() { return this.lane.connection[this.direction]; }

  draw(seq, width) {
    const { stream, lane } = this;
    const facts = describe(lane.connection, seq);
    const scale = { toScale: lane.page.toScale, width, isOver: facts.state === "closed" };
    const range = windowOf(stream, seq, this.view, Math.max(1, Math.round(width / MESSAGE_PIXELS)));
    this.seq = seq;
    this.scale = scale;
    this.range = range;
    this.axis = axisOf(stream, seq, this.view, range, scale);
    this.writeName(facts);
    const wanted = range.to > range.from ? [...this.chunkItems(), ...this.messageItems()] : [];
    this.place(wanted);
    this.drawScale(wanted);
  }

  writeName(facts) {
    const isIn = this.direction === "in";
    const amount = bytes(isIn ? facts.received : facts.sent);
    const acked = !isIn && facts.sent && facts.reached ? t("ackedOf", { size: bytes(facts.reached.acked) }) : "";
    const text = `${isIn ? t("in") : t("out")}|${amount}|${acked}`;
    if (this.name.dataset.text === text)
      return;
    this.name.dataset.text = text;
    this.name.replaceChildren(make("b", "", isIn ? t("in") : t("out")), " ",
                              make("span", "", isIn ? t("toServer") : t("toClient")), " ",
                              make("span", "amount", amount), make("span", "amount acked", acked));
    const number = this.lane.connection.number;
    this.track.setAttribute("aria-label", t(isIn ? "inOf" : "outOf", { number }));
  }

  chunkItems() {
    const { stream, seq, range, axis } = this;
    const chunks = carriers(stream, seq, range.from, range.to);
    const gaps = chunkGaps(stream, seq, range.from, range.to)
      .map((gap) => ({ ...gap, call: "gap", alone: true }));
    const things = [...chunks, ...gaps].sort((a, b) => a.from - b.from);
    return gather(things, axis, NARROW, ENOUGH).map(({ x, end, things }) => {
      const [first] = things, last = things.at(-1);
      const item = { row: "chunk", x, width: end - x, from: first.from, to: last.to, seq: last.seq };
      if (things.length > 1)
        return { ...item, key: `r${first.from}`, kind: "run", label: fit(item.width, `${things.length} ×`),
                 says: t("runOfChunks", { count: things.length, call: first.call,
                                          range: span(first.from, last.to) }) };
      const isGap = first.call === "gap";
      const size = bytes(first.to - first.from);
      return { ...item, key: `c${first.from}`, kind: isGap ? "gap" : "chunk", call: first.call,
               label: isGap ? "?" : fit(item.width, `${first.call} ${size}`, size),
               says: t(isGap ? "gapHere" : "chunkHere",
                       { call: first.call, size, range: span(first.from, first.to) }) };
    });
  }

  messageItems() {
    const { stream, seq, range, axis } = this;
    const things = [];
    for (const piece of spans(stream, seq, range.from, range.to, this.scale.isOver)) {
      const last = things.at(-1);
      if (piece.part && last?.part === piece.part)
        last.to = piece.to;
      else
        things.push({ ...piece, alone: !piece.part });
    }
    const sent = this.direction === "out" ? movedTo(stream, seq) : Infinity;
    return gather(things, axis, NARROW, ENOUGH).map(({ x, end, things }) => {
      const [first] = things, last = things.at(-1);
      const item = { row: "message", x, width: end - x, from: first.from, to: last.to,
                     seq: last.part?.seq };
      if (things.length > 1)
        return { ...item, key: `R${first.from}`, kind: "run", label: fit(item.width, `${things.length} ×`),
                 says: t("runOfMessages", { count: things.length, range: span(first.from, last.to) }) };
      return first.part && first.part.kind !== "skip" ?
        this.messageItem(item, first.part, sent) : this.restItem(item, first);
    });
  }

  // What is no message: skipped, not whole yet, or not told.
  restItem(item, { kind, part, from, to }) {
    const size = bytes(to - from);
    const label = kind === "pending" ? fit(item.width, t("notWhole"), "…") : kind === "gap" ? "?" : "–";
    return { ...item, key: `m${from}`, kind, label,
             says: t(`${kind}Here`, { size, range: span(from, to), why: part ? t(part.why) : "" }) };
  }

  messageItem(item, part, sent) {
    const { axis, stream, seq } = this;
    const to = partEnd(stream, part, seq);
    const headX = Math.min(Math.max(axis.x(part.headTo), item.x), item.x + item.width);
    const head = headX - item.x, body = item.width - head;
    const names = messageNames(part, to, seq);
    const wholeInHead = head >= names.short.length * LETTER + 6 || head >= body;
    return {
      ...item, key: `m${part.from}`, kind: part.kind, part, head,
      unsent: Math.max(0, item.x + item.width - Math.max(item.x, axis.x(Math.min(sent, to)))),
      label: wholeInHead ? fit(head, names.long, names.short, names.number) : "",
      bodyLabel: wholeInHead ? fit(body, names.body) : fit(body, names.bodyLong, names.short, names.number),
      says: t(part.kind === "response" ? "responseHere" : "requestHere",
              { name: names.long, head: count(part.headTo - part.from),
                body: bytes(to - part.headTo), range: span(part.from, to) }),
    };
  }

  // Puts the items on the screen. What is there already is moved, not made anew,
  // so that it keeps the focus.
  place(wanted) {
    const before = this.items;
    const focused = this.track.contains(document.activeElement) ? document.activeElement : null;
    // What is gone goes first: an element that is moved would lose the focus.
    const keys = new Set(wanted.map(({ key }) => key));
    for (const { key, element } of before.values())
      if (!keys.has(key))
        element.remove();
    this.items = new Map();
    const next = { chunk: this.rows.chunk.firstChild, message: this.rows.message.firstChild };
    for (const item of wanted) {
      let element = before.get(item.key)?.element;
      if (element && element === next[item.row]) {
        next[item.row] = element.nextSibling;
      } else {
        element ??= makeItem();
        this.rows[item.row].insertBefore(element, next[item.row]);
      }
      item.element = element;
      this.items.set(item.key, item);
      paintItem(element, item, item.seq === this.lane.page.now, this.lane.page.isSelected(this, item));
    }
    if (focused && !focused.isConnected)
      this.first()?.focus({ preventScroll: true });
    this.markStop();
  }

  first() { return this.rows.message.firstChild ?? this.rows.chunk.firstChild; }

  // One stop for the Tab key in each ruler: where one was last, or the last message.
  markStop() {
    const all = [...this.items.values()];
    const stop = all.find(({ element }) => element === document.activeElement) ??
      this.items.get(this.stopKey) ??
      all.findLast(({ row }) => row === "message") ?? all.at(-1);
    for (const item of all)
      item.element.tabIndex = item === stop ? 0 : -1;
  }

  drawScale(items) {
    const { axis, range } = this;
    const end = Math.min(axis.width, axis.x(range.to));
    const round = (x) => Math.round(x * 10) / 10;
    let cut = "";
    for (const piece of axis.shortened())
      cut += `M${round(Math.max(0, axis.x(piece.from)))} 11H${round(Math.min(end, axis.x(piece.to)))}`;
    const marks = { chunk: new Set(), message: new Set() };
    for (const { row, kind, from, to } of items)
      if (kind !== "gap" && kind !== "pending")
        marks[row].add(from).add(to);
    const ticks = (set, y) => [...set].filter((at) => at >= range.from && at <= range.to)
      .map((at) => `M${round(axis.x(at))} ${y}`).join("");
    const inner = items.flatMap(({ part }) => part ? [part.headTo] : []);
    const drawn = [`M0 11H${round(end)}`, cut, ticks(new Set(inner), "11v4"),
                   ticks(marks.chunk, "0v11"), ticks(marks.message, "11v11")];
    this.paths.forEach((element, i) => element.setAttribute("d", drawn[i]));
    this.svg.setAttribute("width", axis.width);
    this.writeOffsets([...marks.message, ...inner, ...marks.chunk].filter((at) =>
      at >= range.from && at <= range.to), end);
  }

  // Positions in figures, as many as fit; those of messages come first.
  writeOffsets(positions, end) {
    const taken = [], labels = [];
    for (const position of positions) {
      const text = count(position);
      const half = text.length * DIGIT / 2 + 3;
      const x = Math.max(half, Math.min(this.axis.x(position), end - half));
      if (taken.some((other) => Math.abs(other.x - x) < other.half + half))
        continue;
      taken.push({ x, half });
      labels.push({ x, text });
    }
    while (this.labels.childElementCount < labels.length)
      this.labels.append(make("span"));
    while (this.labels.childElementCount > labels.length)
      this.labels.lastChild.remove();
    labels.forEach(({ x, text }, i) => {
      const element = this.labels.children[i];
      if (element.textContent !== text)
        element.textContent = text;
      element.style.left = `${x}px`;
    });
  }

  itemOf(target) {
    const element = target.closest("button");
    return [...this.items.values()].find((item) => item.element === element);
  }

  clicked(event) {
    const item = this.itemOf(event.target);
    if (!item)
      return;
    this.stopKey = item.key;
    if (item.kind === "run")
      this.show({ mode: "range", from: item.from, to: item.to });
    else
      this.lane.page.select(this, item);
  }

  // Chooses what is seen, and draws at once.
  show(view) {
    this.view = view;
    this.lane.page.redraw(this.lane);
  }

  zoom(by) {
    if (this.range.to > this.range.from)
      this.show(zoomed(this.stream, this.seq, this.range, this.scale, by));
  }

  pressed(event) {
    const item = this.itemOf(event.target);
    if (!item || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const along = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    const about = Math.min(1, (item.x + item.width / 2) / this.axis.width);
    const keys = {
      "+": () => this.zoom({ factor: 2, about }), "=": () => this.zoom({ factor: 2, about }),
      "-": () => this.zoom({ factor: 0.5, about }),
      "0": () => this.show({ mode: "all" }), f: () => this.show({ mode: "all" }),
      l: () => this.show({ mode: "latest" }),
      ArrowUp: () => this.across(item, "chunk"), ArrowDown: () => this.across(item, "message"),
    };
    if (along && event.shiftKey)
      this.zoom({ move: Math.sign(along) / 2 });
    else if (along)
      this.along(item, along);
    else if (Object.hasOwn(keys, event.key))
      keys[event.key]();
    else
      return;
    event.preventDefault();
  }

  // To the neighbour in the same row; at the edge the view moves on.
  along(item, by) {
    const row = [...this.items.values()].filter(({ row }) => row === item.row);
    const at = row.indexOf(item) + by;
    if (Number.isFinite(by) && !row[at])
      this.zoom({ move: by / 2 });
    const next = row[Math.max(0, Math.min(row.length - 1, at))];
    this.focus(next && this.items.get(next.key) ? next : this.items.get(item.key));
  }

  // To what stands over or under it.
  across(item, row) {
    const others = [...this.items.values()].filter((other) => other.row === row);
    const over = others.find(({ from, to }) => from < item.to && to > item.from);
    this.focus(item.row === row ? null : over ?? others.at(-1));
  }

  focus(item) {
    if (!item)
      return;
    this.stopKey = item.key;
    item.element.focus();
    this.markStop();
  }

  wheeled(event) {
    const about = event.offsetX / this.axis.width;
    if (event.ctrlKey)
      this.zoom({ factor: event.deltaY < 0 ? 1.25 : 0.8, about: Math.min(1, Math.max(0, about)) });
    else if (event.deltaX && this.view.mode === "range")
      this.zoom({ move: event.deltaX / this.axis.width });
    else
      return;
    event.preventDefault();
  }

  empty() {
    this.place([]);
    this.labels.replaceChildren();
  }
}

// The longest of these texts that fits, or none.
const fit = (width, ...texts) => texts.find((text) => text.length * LETTER + 8 <= width) ?? "";

// What a message is called, for each room that there may be.
function messageNames(part, to, seq) {
  const { event } = part;
  const number = `#${part.number}`;
  const body = to > part.headTo ? bytes(to - part.headTo) : "";
  if (part.kind === "response") {
    const short = `${number} ${event.status}`;
    return { number, short, long: short, body: isOpenAt(part, seq) ? `${body} …` : body,
             bodyLong: `${short} · ${body}` };
  }
  if (part.kind === "refused") {
    const short = `${number} → ${event.refused}`;
    return { number, short, long: `${number} ${t("refused")} → ${event.refused}`, body, bodyLong: short };
  }
  const short = `${number} ${event.method}`;
  return { number, short, long: `${short} ${event.target}`, body, bodyLong: short };
}

function makeItem() {
  const element = make("button", "", make("i"), make("span"), make("em"), make("s"));
  element.type = "button";
  return element;
}

function paintItem(element, item, isNow, isSelected) {
  const classes = `item ${item.kind}${item.call === "sendfile" ? " file" : ""}` +
    `${isNow ? " now" : ""}${isSelected ? " chosen" : ""}`;
  const sign = [classes, item.x, item.width, item.label, item.bodyLabel, item.unsent, item.says].join("|");
  if (element.dataset.sign === sign)
    return;
  element.dataset.sign = sign;
  element.className = classes;
  element.setAttribute("aria-label", item.says);
  element.style.left = `${item.x}px`;
  element.style.width = `${Math.max(1, item.width)}px`;
  const [head, label, body, unsent] = element.children;
  head.style.width = `${item.head ?? 0}px`;
  label.textContent = item.label;
  label.style.maxWidth = item.head ? `${item.head}px` : "";
  body.dataset.text = item.bodyLabel ?? "";
  body.style.left = `${item.head ?? 0}px`;
  unsent.style.width = `${item.unsent ?? 0}px`;
}
