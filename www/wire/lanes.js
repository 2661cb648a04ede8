// lanes.js -- the lanes, newest first. A lane that nobody sees is a heading and
// nothing more; what is seen is drawn in the time that a frame has.

import { isReset } from "./model.js";
import { isOwn } from "./own.js";
import { Plots } from "./plots.js";
import { Ruler, make } from "./ruler.js";
import { describe, fits } from "./stream.js";
import { Tones } from "./tones.js";
import { Views } from "./views.js";
import { bytes, count, seconds, t } from "./words.js";

const FRAME_MS = 7;     // of drawing, at most, in one frame
const BUSY_MS = 120;    // a lane is drawn no more often than this
const LANES_MAX = 200;  // that stand in the page at once

const ICONS = {
  nearer: "M3 8h10M8 3v10", farther: "M3 8h10",
  all: "M2 8h12M5 5L2 8l3 3M11 5l3 3-3 3", latest: "M2 8h9M8 5l3 3-3 3M13.5 3v10",
};

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg.namespaceURI, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

// Address and port, the port so that one finds it.
function endpoint(text) {
  const at = text.lastIndexOf(":");
  const code = make("code");
  if (at < 0 || text.startsWith("unix:"))
    code.append(text || "unix:");
  else
    code.append(text.slice(0, at + 1), make("b", "", text.slice(at + 1)));
  return code;
}

class Lane {
  constructor(page, connection) {
    this.page = page;
    this.connection = connection;
    this.isSeen = false;
    this.isDirty = true;
    this.isUnfolded = false;
    this.drawnAt = 0;
    this.title = make("h3", "", `c${connection.number}`);
    this.title.id = `c${connection.number}`;
    this.top = make("div", "head", this.title);
    this.element = make("article", "lane", this.top);
    this.element.setAttribute("aria-labelledby", this.title.id);
    this.element.lane = this;
  }

  build() {
    this.note = make("span", "note");
    this.state = make("p", "state");
    this.top.append(this.note, this.state);
    this.ends = make("p", "ends");
    this.facts = make("p", "facts");
    this.plots = new Plots();
    this.tools = make("div", "tools");
    this.buttons = {
      nearer: () => this.zoom({ factor: 2 }), farther: () => this.zoom({ factor: 0.5 }),
      all: () => this.show("all"), latest: () => this.show("latest"),
    };
    for (const [name, act] of Object.entries(this.buttons)) {
      const button = make("button", name, icon(ICONS[name]));
      button.type = "button";
      button.addEventListener("click", act);
      this.tools.append(button);
    }
    this.syn = make("button", "syn", "SYN");
    this.syn.type = "button";
    this.syn.addEventListener("click", () => this.inspectSyn(this.syn));
    this.fold = make("button", "fold");
    this.fold.type = "button";
    this.fold.addEventListener("click", () => {
      this.isUnfolded = !this.isUnfolded;
      this.page.redraw(this);
    });
    this.rulers = [new Ruler(this, "in"), new Ruler(this, "out")];
    this.tones = new Tones(this.rulers[1]);
    this.views = new Views(this);
    this.element.append(this.plots.element, this.tools,
                        make("div", "about", this.ends, this.facts, this.fold, this.views.element),
                        make("div", "rulers", ...this.rulers.map((ruler) => ruler.element)));
  }

  inspectSyn(opener) {
    this.page.choose({ connection: this.connection, row: "syn", opener });
  }

  get zoomed() { return this.views.panel ? [this.views.panel] : this.rulers; }

  zoom(by) { this.zoomed.forEach((each) => each.zoom(by)); }

  show(mode) { this.zoomed.forEach((each) => each.show({ mode })); }

  // Draws what is told in words alone where nobody looks.
  draw(seq, isSeen = true) {
    if (!this.rulers)
      this.build();
    const facts = describe(this.connection, seq);
    const isQuiet = facts.isStream || facts.isViewer;
    const isFolded = isQuiet && !this.isUnfolded;
    const isBare = this.views.isStream && facts.received === 0 && facts.sent === 0 && !facts.queuedTo;
    this.element.className = `lane ${facts.state}${isQuiet ? " quiet" : ""}${facts.isViewer ? " own" : ""}` +
      `${isReset(facts.close) ? " reset" : ""}${isFolded || isBare ? " folded" : ""}${this.page.nowConn === this.connection.number ? " now" : ""}${this.views.isStream ? "" : " viewed"}`;
    this.write(facts, isQuiet, isFolded);
    this.tools.hidden = isFolded || isBare || !this.views.canZoom;
    if (!isFolded)
      this.plots.draw(this.connection.infos, seq);
    this.plots.element.hidden ||= isFolded;
    if (isFolded || isBare || !isSeen)
      return;
    if (this.views.isStream)
      this.drawStream(facts, seq);
    else
      this.views.panel.draw(seq, this.views.panel.element.clientWidth);
    this.plots.element.hidden = this.connection.infos.length === 0;
  }

  drawStream(facts, seq) {
    const width = this.rulers[0].track.clientWidth;
    for (const ruler of this.rulers)
      ruler.draw(seq, width);
    this.tones.draw(facts, seq);
  }

  // The words of a lane, for the eye and for the ear.
  write(facts, isQuiet, isFolded) {
    const text = this.texts(facts);
    const sign = JSON.stringify([text, isQuiet, isFolded, this.views.name, document.documentElement.lang]);
    if (sign === this.written)
      return;
    this.written = sign;
    this.note.textContent = text.note;
    this.state.textContent = text.state;
    this.facts.textContent = text.facts;
    this.ends.replaceChildren(...facts.open ?
      [t("client"), " ", endpoint(facts.open.peer), " ⇄ ", t("server"), " ", endpoint(facts.open.local)] :
      [t("openUnseen")]);
    if (facts.open?.syn)
      this.ends.append(" ", this.syn);
    this.syn.title = t("synButton", { number: this.connection.number });
    this.syn.setAttribute("aria-label", this.syn.title);
    this.fold.hidden = !isQuiet;
    this.fold.textContent = t(isFolded ? "unfold" : "foldUp");
    this.fold.setAttribute("aria-expanded", String(!isFolded));
    this.views.element.hidden = isFolded;
    this.views.write();
    for (const button of this.tools.children) {
      const name = t(button.className, { number: this.connection.number });
      button.title = name;
      button.setAttribute("aria-label", name);
    }
  }

  texts(facts) {
    const { close, requests } = facts;
    const pieces = [];
    if (facts.open)
      pieces.push(t("worker", { number: facts.open.worker }));
    pieces.push(t("requests", { count: requests }));
    if (requests > 1)
      pieces.push(t("reused", { count: requests - 1 }));
    if (facts.received || facts.sent)
      pieces.push(t("inFacts", { size: bytes(facts.received), count: facts.recvs }),
                  t("outFacts", { size: bytes(facts.sent), count: facts.sends }));
    pieces.push(...this.belowTexts(facts));
    if (close?.pipeline_max > 1)
      pieces.push(t("pipeline", { count: close.pipeline_max }));
    return {
      note: facts.isViewer ? t("ownStream") : facts.isStream ? t("otherStream") : "",
      state: close ? t("closed", { cause: t(`by ${close.cause}`), age: seconds(close.age_us) }) :
        t(`state ${facts.state}`, { window: this.windowText(facts) }),
      facts: pieces.join(" · "),
    };
  }

  // What became of what the kernel accepted.
  belowTexts({ reached, sent, close }) {
    const pieces = [];
    if (reached && sent)
      pieces.push(t("ackedFacts", { size: `${count(reached.acked)} B` }));
    if (close?.acked < sent)
      pieces.push(t("lostFacts", { size: `${count(sent - close.acked)} B` }));
    if (close?.unread)
      pieces.push(t("unreadFacts", { size: bytes(close.unread) }));
    if (reached?.again)
      pieces.push(t("againFacts", { count: count(reached.again), n: reached.again }));
    return pieces;
  }

  windowText({ reached }) {
    return reached?.window === undefined ? "" : bytes(reached.window);
  }

  // Out of sight: gives back what it was drawn with.
  leave() {
    this.isSeen = false;
    this.isDirty = true;
    if (this.rulers && !this.element.contains(document.activeElement))
      this.rulers.forEach((ruler) => ruler.empty());
  }
}

export class Lanes {
  constructor(page, element) {
    this.page = page;
    this.element = element;
    this.lanes = new Map();
    this.own = new Set();
    this.filter = "";
    this.showsOwn = false; // the connections that carry this page itself
    this.isStale = true;
    this.seen = new IntersectionObserver((entries) => this.changed(entries), { rootMargin: "200px" });
    new ResizeObserver(() => this.touchAll()).observe(element);
  }

  changed(entries) {
    for (const { target: { lane }, isIntersecting } of entries) {
      if (!isIntersecting)
        lane.leave();
      else
        lane.isSeen = lane.isDirty = true;
    }
  }

  touch(connection) {
    const lane = this.lanes.get(connection.number);
    if (lane?.connection === connection)
      lane.isDirty = true;
    else if (this.showsOwn || !this.own.has(connection) || !isOwn(connection))
      this.isStale = true;
    if (this.filter)
      this.isStale = true;
  }

  touchAll() {
    this.isStale = true;
    for (const lane of this.lanes.values())
      lane.isDirty = true;
  }

  setFilter(text) {
    this.filter = text;
    this.touchAll();
  }

  // Which lanes there are: those that had begun, that fit, the newest.
  arrange(model, seq) {
    this.isStale = false;
    const begun = [...model.connections.values()].filter((connection) =>
      connection.firstSeq <= seq && this.page.admits(connection));
    this.own = new Set(begun.filter(isOwn));
    const others = this.showsOwn ? begun : begun.filter((connection) => !this.own.has(connection));
    const fitting = this.page.narrow(others.filter((connection) => fits(connection, this.filter)));
    const wanted = fitting.slice(-LANES_MAX).sort((a, b) => b.number - a.number);
    const before = this.lanes;
    this.lanes = new Map();
    let next = this.element.firstChild;
    for (const connection of wanted) {
      let lane = before.get(connection.number);
      if (lane?.connection !== connection)
        lane = null;
      else
        before.delete(connection.number);
      if (!lane) {
        lane = new Lane(this.page, connection);
        this.seen.observe(lane.element);
      }
      this.lanes.set(connection.number, lane);
      if (lane.element === next)
        next = next.nextSibling;
      else
        this.element.insertBefore(lane.element, next);
    }
    for (const lane of before.values()) {
      this.seen.unobserve(lane.element);
      lane.element.remove();
    }
    return { shown: wanted.length, hidden: fitting.length - wanted.length,
             own: this.own.size, isFiltered: others.length > 0 };
  }

  // Draws what is seen and has changed, the longest undrawn first. Returns how
  // many had to wait for the next frame.
  draw(seq, now, isBusy) {
    const due = [...this.lanes.values()].filter((lane) => lane.isDirty &&
      (!isBusy || lane.isSeen && now - lane.drawnAt >= BUSY_MS))
      .sort((a, b) => b.isSeen - a.isSeen || a.drawnAt - b.drawnAt);
    const until = performance.now() + FRAME_MS;
    let drawn = 0;
    for (const lane of due) {
      lane.draw(seq, lane.isSeen);
      lane.isDirty = false;
      lane.drawnAt = now;
      drawn++;
      if (performance.now() > until)
        break;
    }
    return due.length - drawn;
  }
}
