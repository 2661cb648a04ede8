// sequence.js -- one connection as a ladder: the client on the left, the server on the
// right with its socket calls and the HTTP messages, time going down.

import { folded, rowsOf, LIMITS } from "./ladder.js";
import { make } from "./ruler.js";
import { optionsOf } from "./syn.js";
import { bytes, count, millis, span, t, timeSpan } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const GAP_US = 100_000;  // a longer time between two rows has a row of its own
const ROWS_MORE = 90;    // that one more click shows
const ROWS_MAX = 900;
const HTTP_MAX = 4;      // messages that are named beside a row

const capital = (word) => word[0].toUpperCase() + word.slice(1);

const sinceText = (us) => us < 1000 || us >= 10_000_000 ? timeSpan(us) : millis(us);

// The line of an arrow; its head is an element beside it, which keeps its shape.
function arrow(row) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", row.dir === "in" ? "M0 1L100 9" : "M100 1L0 9");
  svg.append(line);
  return make("span", "arrow", svg, make("i"));
}

export class Sequence {
  constructor(lane) {
    this.lane = lane;
    this.opened = new Set();
    this.rowsMax = LIMITS.rows;
    this.legend = make("ul", "legend");
    this.list = make("ol", "ladder");
    this.list.tabIndex = 0;
    this.element = make("div", "panel sequence", this.legend, this.list);
  }

  draw(seq) {
    const { connection } = this.lane;
    const rows = folded(rowsOf(connection, seq), this.opened, { ...LIMITS, rows: this.rowsMax });
    const sign = [rows.length, rows.at(-1)?.key, rows.map(({ kind, size, http }) => kind === "fold" ? size : http.length),
                  this.rowsMax, this.opened.size, document.documentElement.lang].join("|");
    if (sign === this.drawn)
      return;
    this.drawn = sign;
    const began = connection.open?.event.time_us ?? rows[0]?.us ?? 0;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const isAtEnd = this.list.scrollTop + this.list.clientHeight >= this.list.scrollHeight - 4;
    let before = rows[0]?.at;
    this.list.replaceChildren(this.heading(), ...rows.flatMap((row) => {
      const gap = row.at - before;
      before = row.at;
      return [...gap >= GAP_US && !["fold", "passed"].includes(row.kind) ? [this.gapItem(gap)] : [], this.item(row, began)];
    }));
    if (isAtEnd && this.isFollowing)
      this.list.scrollTop = this.list.scrollHeight;
    this.isFollowing = true;
    if (focused !== null)
      ([...this.list.querySelectorAll("button")].find(({ dataset }) => dataset.key === focused) ?? this.list).focus();
    this.write();
  }

  write() {
    this.list.setAttribute("aria-label", t("seqOf", { number: this.lane.connection.number }));
    this.legend.setAttribute("aria-label", t("legend"));
    this.legend.replaceChildren(
      make("li", "", make("span", "by kernel", t("seqKernel")), " ", t("seqKernelMeans")),
      make("li", "", make("span", "by guess", t("seqGuess")), " ", t("seqGuessMeans")),
      make("li", "", make("code", "", "recv() = 43"), " ", t("seqCallMeans")),
      make("li", "", make("b", "again", "R"), " ", t("keyAgain")));
  }

  heading() {
    return make("li", "heading", make("span", "when", t("seqTime")),
                make("span", "wire", make("b", "", t("seqClient")), make("b", "", t("seqServer"))),
                make("span", "call", t("seqCalls")), make("span", "http", t("seqHttp")));
  }

  gapItem(gap) {
    return make("li", "gap", make("span", "when"), make("span", "wire", make("em", "", t("seqGap", { time: timeSpan(gap) }))),
                make("span", "call"), make("span", "http"));
  }

  item(row, began) {
    if (row.kind === "fold")
      return this.foldItem(row);
    if (row.kind === "passed")
      return make("li", "folded", `⋮ ${t("seqPassed", { count: count(row.count) })}`);
    const call = make("span", "call", ...row.call ? [make("code", "", row.call), ...this.callFacts(row)] : []);
    const named = row.http.slice(0, HTTP_MAX).map(({ event }) => make("span", "", this.messageText(event)));
    if (row.http.length > HTTP_MAX)
      named.push(make("span", "", t("seqMore", { count: count(row.http.length - HTTP_MAX) })));
    const item = make("li", `k-${row.kind} ${row.dir ?? "none"}${row.isGuess ? " guess" : ""}`,
                      make("span", "when", sinceText(row.us - began)), this.wire(row), call, make("span", "http", ...named));
    item.dataset.us = row.us - began;
    return item;
  }

  // What crosses the network.
  wire(row) {
    if (!row.dir)
      return make("span", "wire");
    const label = make("span", "label", make("span", "unseen", t(row.dir === "in" ? "toServerSays" : "toClientSays")), " ",
                       ...row.kind === "again" ? [make("b", "again", "R"), " "] : [], ...this.labelOf(row), " ");
    if (row.isKernel)
      label.append(make("span", "by kernel", t("seqKernel")), " ");
    if (row.isGuess)
      label.append(make("span", "by guess", t("seqGuess")));
    return make("span", "wire", label, arrow(row));
  }

  labelOf(row) {
    if (row.syn) {
      const { sequence, window } = row.syn;
      const button = make("button", "link", t("seqSyn"));
      button.type = "button";
      button.dataset.key = row.key;
      button.setAttribute("aria-label", t("synButton", { number: this.lane.connection.number }));
      button.addEventListener("click", () => this.lane.inspectSyn(this.lane.syn));
      return [button, " ", t("seqSynFacts", { sequence: String(sequence), window: count(window), options: optionsOf(row.syn) })];
    }
    if (row.kind === "data" && row.segments)
      return [span(row.from, row.to), ` · ${t("seqSegments", { count: count(row.segments), n: row.segments })}`];
    if (["data", "left", "send"].includes(row.kind))
      return [span(row.from, row.to)];
    return [t(`seq${capital(row.kind)}`, { to: count(row.to ?? 0) })];
  }

  callFacts(row) {
    const facts = [];
    if (row.waited !== undefined)
      facts.push(t("seqWaited", { time: timeSpan(row.waited) }));
    if (row.queued !== undefined)
      facts.push(t(row.window === undefined ? "seqQueued" : "seqQueuedWindow",
                   { size: bytes(row.queued), window: bytes(row.window ?? 0) }));
    return facts.map((fact) => make("small", "", fact));
  }

  messageText({ request, method, target, refused, status, from, to, endless }) {
    if (status)
      return t("seqResponse", { number: request, status, size: endless ? "…" : bytes(to - from) });
    return `#${request} ${method ? `${method} ${target}` : `→ ${refused}`}`;
  }

  foldItem(row) {
    const kinds = Object.entries(row.counts).map(([kind, many]) => `${count(many)} ${t(`kind${capital(kind)}`)}`).join(", ");
    const canOpen = !row.isWhole || this.rowsMax < ROWS_MAX;
    const button = make("button", "fold", t(row.isWhole ? "seqOpenSome" : "seqOpen"));
    button.type = "button";
    button.hidden = !canOpen;
    button.dataset.key = row.key;
    button.addEventListener("click", () => {
      if (row.isWhole)
        this.rowsMax += ROWS_MORE;
      else
        this.opened.add(row.key);
      this.lane.page.redraw(this.lane);
    });
    return make("li", "folded", make("span", "", `⋮ ${t("seqFold", { count: count(row.size), kinds })} `), button);
  }
}
