// stream.js -- questions to the model about one stream at one moment: where it
// begins and ends, which message each byte belongs to, what a connection does.
// Pure.

import { firstBehind, isOpenAt, upTo } from "./model.js";

export const partCount = (stream, seq) => upTo(stream.parts, seq);
export const chunkCount = (stream, seq) => upTo(stream.chunks, seq);

// The end of what TCP moved.
export function movedTo(stream, seq) {
  const count = chunkCount(stream, seq);
  return count ? stream.chunks[count - 1].to : 0;
}

// The end of a message; one without an end goes as far as the stream does.
export const partEnd = (stream, part, seq) =>
  isOpenAt(part, seq) ? Math.max(part.headTo, movedTo(stream, seq)) : part.to;

// The first position that we know something of, and the one behind the last.
export function extent(stream, seq) {
  const chunks = chunkCount(stream, seq), parts = partCount(stream, seq);
  if (!chunks && !parts)
    return { from: 0, to: 0 };
  const from = Math.min(chunks ? stream.chunks[0].from : Infinity,
                        parts ? stream.parts[0].from : Infinity);
  const last = parts ? partEnd(stream, stream.parts[parts - 1], seq) : 0;
  return { from, to: Math.max(last, movedTo(stream, seq)) };
}

// The stream from `from` to `to`, cut where messages are cut: heads, bodies,
// what was skipped, what is no whole message yet ("pending"), and what must
// have been something that we were not told of ("gap").
export function spans(stream, seq, from, to, isOver = false) {
  const found = [];
  const push = (kind, low, high, part = null) => {
    if (high > low && high > from && low < to)
      found.push({ kind, from: low, to: high, part });
  };
  const count = partCount(stream, seq);
  const whole = extent(stream, seq);
  const endOf = (part) => partEnd(stream, part, seq);
  let at = firstBehind(stream.parts, count, from, endOf);
  let position = at > 0 ? endOf(stream.parts[at - 1]) : whole.from;
  for (; at < count && stream.parts[at].from < to; at++) {
    const part = stream.parts[at];
    push("gap", position, part.from);
    if (part.kind === "skip") {
      push("skip", part.from, part.to, part);
    } else {
      push("head", part.from, part.headTo, part);
      push("body", part.headTo, endOf(part), part);
    }
    position = endOf(part);
  }
  if (at === count)
    push(stream.direction === "in" && !isOver ? "pending" : "gap", position, whole.to);
  return found;
}

// Which parts of which messages stand in these bytes: `at` is how far into its
// span each begins, `of` how long that span is.
export function carried(stream, seq, from, to, isOver) {
  return spans(stream, seq, from, to, isOver).map((span) => {
    const low = Math.max(from, span.from), high = Math.min(to, span.to);
    return { ...span, from: low, to: high, at: low - span.from, of: span.to - span.from };
  });
}

// The chunks that moved some of these bytes.
export function carriers(stream, seq, from, to) {
  const count = chunkCount(stream, seq);
  const found = [];
  for (let at = firstBehind(stream.chunks, count, from); at < count; at++) {
    if (stream.chunks[at].from >= to)
      break;
    found.push({ ...stream.chunks[at], ordinal: at + 1 + stream.chunksCut });
  }
  return found;
}

// Ranges between chunks that nobody told us of.
export function chunkGaps(stream, seq, from, to) {
  const chunks = carriers(stream, seq, from, to);
  const gaps = [];
  for (let i = 1; i < chunks.length; i++)
    if (chunks[i].from > chunks[i - 1].to)
      gaps.push({ from: chunks[i - 1].to, to: chunks[i].from });
  return gaps;
}

const lastTo = (list, seq) => {
  const count = upTo(list, seq);
  return count ? list[count - 1].to : 0;
};

// How far the bytes of the outgoing stream had come at this moment: handed to
// the device (left), acknowledged by the peer's kernel. Null if nobody knows: a
// Unix socket. An acknowledgement that came late may be in TCP_INFO before it is
// an event, and the summary of a close knows best.
export function reached(connection, seq) {
  const { out, infos, close } = connection;
  const moved = movedTo(out, seq);
  const account = close && close.seq <= seq ? close.event : {};
  const info = infos[upTo(infos, seq) - 1]?.info;
  const acks = [lastTo(out.acked, seq), info?.bytes_acked, account.acked];
  if (info?.bytes_acked === undefined && account.acked === undefined && !upTo(out.acked, seq))
    return null;
  const most = (...values) => Math.min(moved, Math.max(0, ...values.filter((value) => value !== undefined)));
  const acked = most(...acks);
  return { acked, left: most(acked, lastTo(out.left, seq), account.sent), moved,
           window: info?.peer_window, again: Math.max(info?.retransmitted ?? 0, upTo(out.again, seq)) };
}

// Did the kernel refuse the last write, and has it taken none since? Returns what
// it said.
export function stallOf({ out }, seq) {
  const refusal = out.blocked[upTo(out.blocked, seq) - 1];
  return refusal && !(out.chunks[chunkCount(out, seq) - 1]?.seq > refusal.seq) ? refusal : null;
}

// What a connection is and does at this moment, in numbers and one word.
export function describe(connection, seq) {
  const { in: coming, out: going } = connection;
  const close = connection.close && connection.close.seq <= seq ? connection.close.event : null;
  const parts = partCount(coming, seq), answers = partCount(going, seq);
  const received = movedTo(coming, seq), sent = movedTo(going, seq);
  const claimed = parts ? coming.parts[parts - 1].to : 0;
  const queuedTo = answers ? partEnd(going, going.parts[answers - 1], seq) : 0;
  const facts = {
    open: connection.open && connection.open.seq <= seq ? connection.open.event : null,
    close, received, sent, queuedTo,
    recvs: close?.recvs ?? chunkCount(coming, seq) + coming.chunksCut,
    sends: close?.sends ?? chunkCount(going, seq) + going.chunksCut,
    requests: close?.requests ?? lastNumber(coming.parts, parts),
    isViewer: connection.isViewer,
    isStream: connection.isStream,
    reached: reached(connection, seq),
    stall: close ? null : stallOf(connection, seq),
  };
  facts.state = stateOf(facts, received > claimed);
  return facts;
}

// Requests are numbered by the server: the last number tells how many there were.
function lastNumber(parts, count) {
  while (count > 0 && !parts[count - 1].number)
    count--;
  return count ? parts[count - 1].number : 0;
}

function stateOf(facts, isMiddle) {
  if (facts.close)
    return "closed";
  if (facts.stall)
    return "stalled";
  if (facts.isStream && facts.sent > 0)
    return "streaming";
  if (facts.queuedTo > facts.sent)
    return "answering";
  if (isMiddle)
    return "asking";
  return facts.received === 0 && facts.sent === 0 ? "fresh" : "idle";
}

// Does a connection fit all words of a filter: c7, a port, or a piece of an
// address, a method or a target?
export function fits(connection, filter) {
  const { open, number, targets } = connection;
  const ends = open ? [open.event.peer, open.event.local] : [];
  return filter.toLowerCase().split(/\s+/).filter(Boolean).every((word) => {
    if (/^c\d+$/.test(word))
      return word === `c${number}`;
    if (/^:?\d+$/.test(word) && ends.some((end) => end.endsWith(`:${word.replace(":", "")}`)))
      return true;
    return ends.some((end) => end.includes(word)) ||
      [...targets].some((target) => target.includes(word));
  });
}
