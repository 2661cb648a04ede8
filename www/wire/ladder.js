// ladder.js -- a connection as rows of a ladder between its two ends, in the order
// of time, with runs folded. Pure.
//
// A row: { key, kind, us, dir?, call?, http, isKernel, isGuess }. `dir` says which
// way something crosses the network, `call` which call of the server belongs to it.
// isKernel: no program asked for it; isGuess: it follows from what was seen, and
// was not seen itself.

import { firstBehind, upTo } from "./model.js";

export const LIMITS = {
  events: 2000,  // that are looked at: the first few, and the latest
  first: 100,
  run: 24,       // plain rows in a row; of more, the middle is folded
  rows: 90,      // in all; of more, the middle is folded
};
const RUN_HEAD = 6, RUN_TAIL = 4;

const PLAIN = new Set(["data", "send", "left", "ack"]);

// The events that are looked at, and how many are passed over between them.
function chosen(log, count, limits) {
  if (count <= limits.events)
    return { first: log.slice(0, count), rest: [], passed: 0 };
  const start = count - (limits.events - limits.first);
  return { first: log.slice(0, limits.first), rest: log.slice(start, count), passed: start - limits.first };
}

class Ladder {
  constructor(connection) {
    this.connection = connection;
    this.rows = [];
    this.waiting = [];   // responses that no send has carried yet
    this.hasStamps = connection.out.left.length > 0 || connection.out.acked.length > 0;
    this.hasEnd = false; // the server has ended its stream
  }

  add(kind, { seq, us }, more = {}) {
    const row = { key: `${kind}${seq}`, kind, us, at: us, http: [], ...more };
    this.rows.push(row);
    return row;
  }

  // What the kernel did with bytes comes after the call that gave it the bytes,
  // though the kernel was at it before the call returned.
  after(entry, to, later) {
    const { chunks } = this.connection.out;
    const send = chunks[firstBehind(chunks, chunks.length, to - 1)];
    return send?.us >= entry.us ? send.us + later : entry.us;
  }

  take(entry) { TAKE[entry.event.event]?.(this, entry, entry.event); }

  flush(entry) {
    if (this.waiting.length)
      this.add("queued", entry, { http: this.waiting.splice(0) });
  }
}

const TAKE = {
  open(ladder, entry, { syn, local }) {
    if (!local.startsWith("unix:")) {
      ladder.add("syn", entry, { dir: "in", isKernel: true, isGuess: !syn, syn });
      ladder.add("synack", entry, { dir: "out", isKernel: true, isGuess: true });
      ladder.add("hand", entry, { dir: "in", isKernel: true, isGuess: true });
    }
    ladder.add("accept", entry, { call: "accept4()" });
  },
  recv(ladder, entry, { from, to, segments, waited_us: waited }) {
    ladder.add("data", entry, { dir: "in", from, to, segments, waited, call: `recv() = ${to - from}` });
  },
  request(ladder, entry, event) {
    const row = ladder.rows.findLast(({ kind }) => kind === "data") ?? ladder.add("queued", entry);
    row.http.push({ event });
  },
  response(ladder, entry, event) { ladder.waiting.push({ event }); },
  send(ladder, entry, { from, to, call }) {
    const dir = ladder.hasStamps ? undefined : "out";
    ladder.add("send", entry, { dir, from, to, call: `${call}() = ${to - from}`, http: ladder.waiting.splice(0),
                                isGuess: !ladder.hasStamps });
  },
  left(ladder, entry, { from, to, again }) {
    const us = ladder.after(entry, to, 0.25);
    ladder.add(again ? "again" : "left", entry, { at: us, dir: "out", from, to, isKernel: true });
  },
  acked(ladder, entry, { from, to }) {
    ladder.add("ack", entry, { at: ladder.after(entry, to, 0.5), dir: "in", from, to, isKernel: true });
  },
  blocked(ladder, entry, { at, call, queued, info }) {
    ladder.add("blocked", entry, { call: `${call}() = −1 EAGAIN`, place: at, queued, window: info?.peer_window });
  },
  eof(ladder, entry) { ladder.add("fin", entry, { dir: "in", call: "recv() = 0" }); },
  shutdown(ladder, entry) {
    ladder.hasEnd = true;
    ladder.add("fin", entry, { dir: "out", isKernel: true, call: "shutdown()" });
  },
  // The kernel ends the stream of a socket that is closed: with a reset if bytes
  // were not read, or if the server wished it so.
  close(ladder, entry, { cause, unread }) {
    if (cause === "reset")
      ladder.add("rst", entry, { dir: "in" });
    const isRst = unread || cause === "cut by a reset";
    const kind = cause === "reset" || ladder.hasEnd ? "close" : isRst ? "rst" : "fin";
    const isEnd = kind !== "close";
    ladder.add(kind, { ...entry, seq: `${entry.seq}c` },
               { dir: isEnd ? "out" : undefined, isKernel: isEnd, isGuess: isEnd, call: "close()" });
  },
};

// The rows of a connection at this moment.
export function rowsOf(connection, seq, limits = LIMITS) {
  const { log } = connection;
  const { first, rest, passed } = chosen(log, upTo(log, seq), limits);
  const ladder = new Ladder(connection);
  first.forEach((entry) => ladder.take(entry));
  if (passed)
    ladder.add("passed", rest[0], { count: passed });
  rest.forEach((entry) => ladder.take(entry));
  if (log.length)
    ladder.flush(rest.at(-1) ?? first.at(-1) ?? log[0]);
  return ladder.rows.map((row, i) => ({ row, i })).sort((a, b) => a.row.at - b.row.at || a.i - b.i).map(({ row }) => row);
}

// Rows that became one: how many of each kind. A fold counts as what it folds.
function foldOf(rows) {
  const counts = {};
  for (const row of rows)
    for (const [kind, count] of Object.entries(row.counts ?? { [row.kind]: row.count ?? 1 }))
      counts[kind] = (counts[kind] ?? 0) + count;
  const size = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const [first] = rows;
  return { key: `fold${first.key}`, kind: "fold", us: first.us, at: first.at, size, counts, http: [] };
}

// Folds what is long, but for the runs that somebody opened; `rows` bounds them all.
export function folded(rows, opened, limits = LIMITS) {
  const shown = [];
  for (let i = 0; i < rows.length;) {
    let end = i;
    while (end < rows.length && PLAIN.has(rows[end].kind) && !rows[end].http.length)
      end++;
    const fold = end - i > limits.run && foldOf(rows.slice(i + RUN_HEAD, end - RUN_TAIL));
    if (fold && !opened.has(fold.key))
      shown.push(...rows.slice(i, i + RUN_HEAD), fold, ...rows.slice(end - RUN_TAIL, end));
    else
      shown.push(...rows.slice(i, Math.max(end, i + 1)));
    i = Math.max(end, i + 1);
  }
  if (shown.length <= limits.rows)
    return shown;
  const head = Math.floor(limits.rows / 2), tail = shown.length - (limits.rows - head - 1);
  return [...shown.slice(0, head), { ...foldOf(shown.slice(head, tail)), isWhole: true }, ...shown.slice(tail)];
}
