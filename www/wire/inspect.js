// inspect.js -- the inspector: the very bytes of a message's head, line by line,
// with what each is for; or what a chunk carried.

import { fieldOf, methodOf, statusOf } from "./fields.js";
import { isOpenAt } from "./model.js";
import { make } from "./ruler.js";
import { fieldsOf, wordsOf } from "./syn.js";
import { carried, carriers, describe, movedTo, partCount, partEnd, reached } from "./stream.js";
import { bytes, clock, count, micros, span, t } from "./words.js";

const LIST_MAX = 40;

// The lines of a head, each with its end: CR LF, LF alone, or none.
export function linesOf(head) {
  return head.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

// A byte as it is shown: what cannot be printed gets a name in a box.
function signOf(char) {
  const code = char.charCodeAt(0);
  const name = { 9: "TAB", 10: "LF", 13: "CR" }[code];
  return name ?? `x${code.toString(16).padStart(2, "0")}`;
}

// Text and signs, and a mark where a chunk begins in the middle of it.
function showBytes(text, from, cuts) {
  const code = make("code", "bytes");
  let plain = "";
  const flush = () => { code.append(plain); plain = ""; };
  [...text].forEach((char, i) => {
    const cut = cuts.get(from + i);
    if (cut) {
      flush();
      code.append(make("mark", "cut", cut));
    }
    if (/[\x00-\x1f\x7f-\xff]/.test(char)) {
      flush();
      code.append(make("span", "sign", signOf(char)));
    } else {
      plain += char;
    }
  });
  flush();
  return code;
}

const link = (text, act) => {
  const button = make("button", "link", text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
};

export class Inspector {
  constructor(page, element) {
    this.page = page;
    this.element = element;
    this.title = element.querySelector("h2");
    this.body = element.querySelector(".body");
    this.chosen = null;
    element.querySelector(".shut").addEventListener("click", () => this.shut());
    element.addEventListener("keydown", (event) => {
      if (event.key === "Escape")
        this.shut();
    });
  }

  // What: { connection, direction, from, row }; or { connection, row: "syn", opener }.
  open(chosen, focus = true) {
    this.chosen = chosen;
    this.shown = null;
    this.element.hidden = false;
    document.body.classList.add("inspecting");
    this.draw();
    this.element.scrollTop = 0;
    if (focus)
      this.title.focus({ preventScroll: true });
  }

  shut() {
    const { chosen } = this;
    this.chosen = null;
    this.element.hidden = true;
    document.body.classList.remove("inspecting");
    this.page.inspected(chosen);
  }

  draw() {
    if (!this.chosen)
      return;
    const { connection, direction, row, from } = this.chosen;
    const seq = this.page.seq;
    if (row === "syn")
      return this.drawSyn();
    this.stream = connection[direction];
    this.isOver = describe(connection, seq).state === "closed";
    const found = row === "chunk" ? carriers(this.stream, seq, from, from + 1)[0] :
      carried(this.stream, seq, from, from + 1, this.isOver)[0];
    const sign = [found?.to, found?.kind, movedTo(this.stream, seq), partCount(connection.in, seq),
                  partCount(connection.out, seq), reached(connection, seq)?.acked, document.documentElement.lang].join("|");
    if (sign === this.shown)
      return;
    this.shown = sign;
    if (!found)
      this.fill(`c${connection.number}`, [make("p", "", t("notThere"))]);
    else if (row === "chunk")
      this.drawChunk(found, seq);
    else if (found.part && found.part.kind !== "skip")
      this.drawMessage(found.part, seq);
    else
      this.drawRest(found);
  }

  // The segment that opened the connection, field by field.
  drawSyn() {
    const { connection } = this.chosen;
    const { syn } = connection.open.event;
    const sign = `syn|${document.documentElement.lang}`;
    if (sign === this.shown)
      return;
    this.shown = sign;
    const list = make("ol", "lines syn", ...fieldsOf(syn.bytes).map(({ at, bytes: field, layer, key, value }) => {
      const { name, means, rfc } = wordsOf(key);
      const shown = field.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
      return make("li", "tcp", make("span", "at", count(at)), make("code", "bytes", shown),
                  make("p", "", make("span", "tag tcp", layer === "option" ? t("synOption") : layer), " ",
                       make("b", "", value ? `${name}: ${value}` : name), " ", means, " ",
                       make("cite", "", rfc ? `(${rfc})` : "")));
    }));
    this.fill(t("synTitle", { number: connection.number }), [
      make("p", "layer tcp", "TCP"), make("p", "", t("synMeans", { size: bytes(syn.bytes.length / 2) })), list]);
  }

  fill(title, content) {
    const hadFocus = this.body.contains(document.activeElement);
    this.title.textContent = title;
    this.body.replaceChildren(...content);
    if (hadFocus)
      this.title.focus({ preventScroll: true });
  }

  place(text, from, to) {
    const { direction } = this.chosen;
    return make("p", "place", text, " ", make("code", "", `${direction}[${count(from)}, ${count(to)})`));
  }

  drawChunk(chunk, seq) {
    const { connection, direction } = this.chosen;
    const parts = carried(this.stream, seq, chunk.from, chunk.to, this.isOver);
    const list = make("ol", "parts", ...parts.slice(0, LIST_MAX).map((part) => this.partLine(part)));
    this.fill(t("chunkTitle", { number: connection.number, call: chunk.call }), [
      make("p", "layer tcp", "TCP"),
      this.place(t("chunkMoved", { call: chunk.call, size: bytes(chunk.to - chunk.from),
                                   time: clock(chunk.us) }), chunk.from, chunk.to),
      make("p", "", t(direction === "in" ? "chunkIn" : "chunkOut", { call: chunk.call })),
      ...direction === "in" ? this.cameTexts(chunk) : this.ackedText(chunk.from, chunk.to),
      make("h3", "", t("carried")), list,
      ...parts.length > LIST_MAX ? [make("p", "", t("more", { count: parts.length - LIST_MAX }))] : [],
    ]);
  }

  cameTexts({ segments, waited_us: us }) {
    return [
      ...segments === undefined ? [] : [make("p", "", t("cameSegments", { count: count(segments), n: segments }))],
      ...us === undefined ? [] : [make("p", "", t("cameWaited", { time: micros(us) }))],
    ];
  }

  // "Bytes 36–53: the first 18 B of the head of request #2"
  partLine({ kind, part, from, to, at, of }) {
    const size = to - from;
    const item = make("li", kind, make("b", "", t("bytesAt", { range: span(from, to) })), " ");
    if (kind === "head" || kind === "body") {
      const which = size === of ? "whole" : at === 0 ? "first" : at + size === of ? "last" : "middle";
      const whose = part.kind === "response" ? "response" : "request";
      item.append(t(`${which}Of`, { size: bytes(size) }), " ",
                  link(t(`${kind} ${whose}`, { number: part.number }), () => this.go("message", part.from)));
    } else {
      item.append(t(kind === "skip" ? part.why : kind));
    }
    return item;
  }

  nameOf(part) {
    return t(part.kind === "response" ? "responseName" : "requestName", { number: part.number });
  }

  go(row, from, direction = this.chosen.direction) {
    this.page.choose({ ...this.chosen, row, from, direction });
  }

  drawRest(found) {
    const { connection } = this.chosen;
    const kind = found.kind === "skip" ? found.part.why : found.kind;
    this.fill(`c${connection.number} · ${t(kind)}`, [
      this.place(bytes(found.to - found.from), found.from, found.to),
      make("p", "", t(`${kind} means`)), ...this.carrierList(found.from, found.to)]);
  }

  drawMessage(part, seq) {
    const { connection } = this.chosen;
    const to = partEnd(this.stream, part, seq);
    const body = to - part.headTo;
    const content = [
      make("p", "layer http", "HTTP"),
      this.place(t("messageAt", { head: count(part.headTo - part.from), body: bytes(body) }), part.from, to),
      ...typeof part.event.why === "string" ? [make("p", "why", t("why", { why: part.event.why }))] : [],
      ...part.event.refused ? [make("p", "", t("refusedMeans", { status: part.event.refused }))] : [],
      ...this.carrierList(part.from, to), ...this.partner(part),
      make("h3", "", t("headBytes")), this.headTable(part, seq),
      make("p", "body", this.bodyText(part, body, seq)),
    ];
    this.fill(t(part.kind === "response" ? "responseTitle" : "requestTitle",
                { number: part.number, conn: connection.number }), content);
  }

  bodyText(part, body, seq) {
    if (isOpenAt(part, seq))
      return t("bodyEndless", { size: bytes(body) });
    return body ? t("bodyIs", { size: bytes(body) }) : t("bodyNone");
  }

  // Which recvs or sends had this message on them.
  carrierList(from, to) {
    const chunks = carriers(this.stream, this.page.seq, from, to);
    const isIn = this.chosen.direction === "in";
    if (!chunks.length)
      return [make("p", "", t(isIn ? "carrierUnseen" : "notSent"))];
    const lines = chunks.slice(0, LIST_MAX).map((chunk) => {
      const low = Math.max(from, chunk.from), high = Math.min(to, chunk.to);
      return make("li", "", link(`${chunk.call} ${count(chunk.ordinal)}`, () => this.go("chunk", chunk.from)),
                  " ", t("ofMessage", { range: span(low - from, high - from), size: bytes(high - low),
                                        rest: bytes(chunk.to - chunk.from - (high - low)),
                                        isAll: chunk.to - chunk.from === high - low }));
    });
    const more = chunks.length > LIST_MAX ? [make("li", "", t("more", { count: chunks.length - LIST_MAX }))] : [];
    return [make("h3", "", t(isIn ? "cameIn" : "leftIn", { count: chunks.length })),
            make("ol", "parts", ...lines, ...more), ...isIn ? [] : this.ackedText(from, to)];
  }

  // How much of it the client's kernel has, beside what ours has accepted.
  ackedText(from, to) {
    const far = reached(this.chosen.connection, this.page.seq);
    if (!far)
      return [];
    const part = Math.max(0, Math.min(to, far.acked) - from), whole = Math.min(to, far.moved) - from;
    return [make("p", "", t("ackedPart", { part: bytes(part), whole: bytes(whole), isAll: part === to - from }))];
  }

  // The request of a response, the response to a request.
  partner(part) {
    const { connection, direction } = this.chosen;
    const other = direction === "in" ? "out" : "in";
    const found = connection[other].parts.find((each) =>
      each.number === part.number && each.seq <= this.page.seq);
    return found ? [make("p", "", t(other === "out" ? "itsResponse" : "itsRequest"), " ",
                         link(this.nameOf(found), () => this.go("message", found.from, other)))] : [];
  }

  headTable(part, seq) {
    const cuts = new Map(carriers(this.stream, seq, part.from, part.headTo)
      .filter((chunk) => chunk.from > part.from)
      .map((chunk) => [chunk.from, `${chunk.call} ${count(chunk.ordinal)}`]));
    const list = make("ol", "lines");
    let at = part.from;
    linesOf(part.event.head).forEach((line, i) => {
      const told = explain(part, line, i);
      const item = make("li", told.layer, make("span", "at", count(at)), showBytes(line, at, cuts),
                        make("p", "", make("span", `tag ${told.layer}`, t(`layer ${told.layer}`)),
                             ...told.says.flatMap(([text, rfc]) => [" ", text, " ", make("cite", "", rfc ? `(${rfc})` : "")])));
      list.append(item);
      at += line.length;
    });
    if (at < part.headTo)
      list.append(make("li", "", make("p", "", t("headCut", { size: bytes(part.headTo - at) }))));
    return list;
  }
}

// What a line of a head is for: its layer, and sentences with their sections.
function explain(part, line, index) {
  const text = line.replace(/\r?\n$/, "");
  if (part.kind === "refused" && index === 0)
    return { layer: "http", says: [[t("refusedLine"), "RFC 9112, 3"]] };
  if (text === "")
    return { layer: "tcp", says: [[t("emptyLine"), "RFC 9112, 2.1"]] };
  if (index === 0 && part.kind === "response")
    return { layer: "http", says: [[t("statusLine"), "RFC 9112, 4"], ...statusOf(part.event.status)] };
  if (index === 0)
    return { layer: "http", says: [[t("requestLine"), "RFC 9112, 3"], ...methodOf(part.event.method)] };
  return fieldOf(text.split(":", 1)[0]);
}
