// exercises.js -- the exercises: a model in, a verdict out. Pure; the texts are in
// words_class.js, by the exercise's name.
//
// A verdict has a state ("open", "wrong" or "solved"), the name of the text that
// says why, the values for it, and where to look. What happened before `since` (a
// seq) does not count, nor does what carries the page itself.

import { isOwn } from "./own.js";
import { carriers, movedTo } from "./stream.js";

const LARGE = 1 << 20;    // bytes from which on a throughput is worth measuring
const TOLERANCE = 0.15;   // of a throughput; reading times off the page is not exact

const verdict = (state, why, values = {}, where = null) => ({ state, why, values, where });
const place = (connection, direction, row, from) => ({ connection, direction, row, from });

const active = (model, since) => [...model.connections.values()].filter((connection) =>
  connection.lastSeq > since && !isOwn(connection));

const later = (list, since) => list.filter(({ seq }) => seq > since);
const requests = (connection) => connection.in.parts.filter(({ kind }) => kind === "request");

// The candidate that is nearest to a wish, as solved, wrong, or open if there is none.
function nearest(candidates, wish, why) {
  let best = null;
  for (const each of candidates)
    if (!best || Math.abs(each.count - wish) < Math.abs(best.count - wish))
      best = each;
  if (!best)
    return verdict("open", "waiting");
  return verdict(best.count === wish ? "solved" : "wrong", why, { count: best.count }, best.where);
}

function threeReads(model, since) {
  return nearest(active(model, since).flatMap((connection) =>
    later(requests(connection), since).map((part) => ({
      count: part.event.recvs, where: place(connection, "in", "message", part.from),
    }))), 3, "cameInReads");
}

function fiveInOne(model, since) {
  return nearest(active(model, since).flatMap((connection) => {
    const whole = requests(connection);
    return later(connection.in.chunks, since).map((chunk) => ({
      count: whole.filter(({ from, to }) => from >= chunk.from && to <= chunk.to).length,
      where: place(connection, "in", "chunk", chunk.from),
    })).filter(({ count }) => count > 0);
  }), 5, "broughtRequests");
}

// When the peer's kernel had acknowledged all bytes up to there; Infinity: not yet.
const ackedAt = ({ out }, to) => out.acked.find((ack) => ack.to >= to)?.us ?? Infinity;

// When the byte arrived in our kernel, as far as that is known.
function arrivedAt({ in: coming }, seq, from) {
  const [chunk] = carriers(coming, seq, from, from + 1);
  return chunk ? chunk.us - (chunk.waited_us ?? 0) : -Infinity;
}

function ackedFirst(model, since) {
  let found = verdict("open", "waiting");
  for (const connection of active(model, since))
    for (const next of later(requests(connection), since)) {
      const before = connection.out.parts.find(({ number }) => number === next.number - 1);
      if (!before || before.endless)
        continue;
      const early = arrivedAt(connection, model.last, next.from) - ackedAt(connection, before.to);
      const where = place(connection, "in", "message", next.from);
      if (early > 0)
        return verdict("solved", "ackedBefore", { us: early, number: before.number }, where);
      found = verdict("wrong", "notAckedBefore", { number: before.number }, where);
    }
  return found;
}

// The kernel had accepted bytes that were never acknowledged.
function lostBytes(model, since) {
  let found = verdict("open", "waiting");
  for (const connection of active(model, since)) {
    const { seq, event } = connection.close ?? { seq: -1 };
    if (seq <= since || event.acked === undefined)
      continue;
    const accepted = movedTo(connection.out, model.last);
    const values = { accepted, acked: event.acked };
    if (event.acked < accepted)
      return verdict("solved", "neverAcked", values, place(connection, "out", "chunk", accepted - 1));
    found = verdict("wrong", "allAcked", values);
  }
  return found;
}

function retransmission(model, value) {
  const again = [...model.connections.values()].flatMap((connection) =>
    connection.out.again.map(({ to }) => ({ connection, to })));
  if (!again.length)
    return verdict("open", "noRecording");
  const found = again.find(({ to }) => to === value || to - 1 === value);
  return found ? verdict("solved", "sentAgain", {}, place(found.connection, "out", "chunk", found.to - 1)) :
    verdict("wrong", "sentOnce");
}

const right = () => verdict("solved", "right");

function sequence({ open }, value) {
  const wanted = open.event.syn.sequence;
  return value === wanted ? right() : verdict("wrong", value === wanted + 1 ? "firstByte" : "no");
}

// Without the option windows are as they stand in the header.
function windowScale({ open }, value) {
  const scale = open.event.syn.window_scale ?? 0;
  return value === 2 ** scale ? right() : verdict("wrong", value === scale ? "shift" : "no");
}

function firstRtt({ open, infos }, value) {
  if (value === open.event.info.rtt_us)
    return right();
  return verdict("wrong", infos.some(({ info }) => info.rtt_us === value) ? "laterRtt" : "no");
}

// Bytes per microsecond, which are megabytes per second, from the first write of
// a response to its last acknowledgement.
export function throughputOf(connection, part, seq) {
  const [first] = carriers(connection.out, seq, part.from, part.from + 1);
  const us = ackedAt(connection, part.to) - (first?.us ?? Infinity);
  return us > 0 && us < Infinity ? (part.to - part.from) / us : null;
}

function throughput(model, value) {
  const rates = [...model.connections.values()].filter((connection) => !isOwn(connection))
    .flatMap((connection) => connection.out.parts.filter(({ from, to }) => to - from >= LARGE)
      .map((part) => throughputOf(connection, part, model.last)).filter((rate) => rate !== null));
  const isNear = (factor) => rates.some((rate) => Math.abs(value / (rate * factor) - 1) <= TOLERANCE);
  if (!rates.length)
    return verdict("open", "noLarge");
  return isNear(1) ? right() : verdict("wrong", isNear(8) ? "bits" : "no");
}

// A question about one connection, which has to have what is asked for.
const ofOne = (judge, has) => (model, value, subject) =>
  subject && has(subject) ? judge(subject, value) : verdict("open", "noSubject");
const hasSyn = ({ open }) => open?.event.syn !== undefined;
const hasInfo = ({ open }) => open?.event.info !== undefined;

// `check` looks at what happened, `judge` at an answer in figures; `right` is the
// place of the right prediction.
export const EXERCISES = [
  { id: "threeReads", right: 0, check: threeReads },
  { id: "fiveInOne", right: 0, check: fiveInOne },
  { id: "ackedFirst", right: 1, check: ackedFirst },
  { id: "lostBytes", right: 2, check: lostBytes },
  { id: "retransmission", right: 1, judge: retransmission, hasRecording: true },
  { id: "sequence", right: 2, judge: ofOne(sequence, hasSyn), hasSubject: true },
  { id: "windowScale", right: 1, judge: ofOne(windowScale, hasSyn), hasSubject: true },
  { id: "firstRtt", right: 0, judge: ofOne(firstRtt, hasInfo), hasSubject: true },
  { id: "throughput", right: 0, judge: throughput },
];

// The connection that questions are about: the newest that has made a request,
// from the viewer's own address if that is known.
export function subjectOf(model, isMine = () => true) {
  return [...model.connections.values()].findLast((connection) =>
    !isOwn(connection) && hasInfo(connection) && requests(connection).length > 0 && isMine(connection)) ?? null;
}
