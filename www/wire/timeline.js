// timeline.js -- the lines of the plot over time: how far each stream had come,
// and when. Pure. A point is { us, at }: from that time on, the line is there.

import { gather } from "./axis.js";
import { upTo } from "./model.js";
import { chunkCount, partCount, partEnd } from "./stream.js";

const NEAREST_US = 50;  // as near as one can come
const BAND = 3, BAND_ENOUGH = 12; // pixels: lower bands are put together
const WINDOW_SHARE = 1.6; // a peer's window that is higher than this is not in the picture

const head = (list, seq) => list.slice(0, upTo(list, seq));

// The time from the first event to the last that is known at this moment.
export function lifetime(connection, seq) {
  const { log, out, in: coming } = connection;
  const from = connection.open?.event.time_us ?? log[0]?.us ?? 0;
  // An event that came late may be earlier than the one before it.
  const last = [log, out.chunks, coming.chunks, out.acked, out.left].map((list) => list[upTo(list, seq) - 1]?.us ?? from);
  return { from, to: Math.max(from + NEAREST_US, ...last) };
}

// What a view shows: "all", "latest" (the last request and what followed), or a
// range that somebody chose.
export function spanOf(connection, seq, view) {
  const whole = lifetime(connection, seq);
  if (view.mode === "range")
    return clamped(view, whole);
  const request = view.mode === "latest" && connection.in.parts[partCount(connection.in, seq) - 1];
  if (!request)
    return whole;
  const first = connection.in.chunks.find(({ to }) => to > request.from) ?? request;
  return clamped({ from: first.us - (first.waited_us ?? 0), to: whole.to }, whole);
}

function clamped({ from, to }, whole) {
  const size = Math.max(NEAREST_US, Math.min(to - from, whole.to - whole.from));
  const low = Math.max(whole.from, Math.min(from, whole.to - size));
  return { from: low, to: low + size };
}

// The range after zooming by a factor (2: nearer), or moving by a share of what
// is seen, about a place between 0 and 1.
export function zoomedTime(connection, seq, range, { factor = 1, move = 0, about = 0.5 }) {
  const size = range.to - range.from, next = size / factor;
  const from = range.from + (size - next) * about + size * move;
  return { mode: "range", ...clamped({ from, to: from + next }, lifetime(connection, seq)) };
}

const atEnd = ({ us, to }) => ({ us, at: to });
const atWindow = ({ us, info: { bytes_acked: acked, peer_window: window } }) =>
  acked === undefined || window === undefined ? null : { us, at: acked + window };
const atArrival = ({ us, to, waited_us: waited }) => waited === undefined ? null : { us: us - waited, at: to };

const made = new WeakMap(); // by list, then by what is made of it: a list grows at its end

// A list as a line, with what was made of it before. The kernel's times come late
// and may step back by little; a line does not.
function lineOf(list, pointOf, seq) {
  const known = made.get(list) ?? new Map();
  made.set(list, known);
  let line = known.get(pointOf);
  if (!line || line.first !== list[0]?.seq || line.taken > list.length)
    line = { first: list[0]?.seq, taken: 0, points: [] };
  known.set(pointOf, line);
  for (; line.taken < list.length; line.taken++) {
    const point = pointOf(list[line.taken]);
    if (point)
      line.points.push({ seq: list[line.taken].seq, us: Math.max(point.us, line.points.at(-1)?.us ?? 0), at: point.at });
  }
  const { points } = line;
  return points.at(-1)?.seq > seq ? head(points, seq) : points;
}

// The lines of the outgoing stream, and of the incoming one.
export const linesOut = ({ out, infos, close }, seq) => ({
  written: lineOf(out.chunks, atEnd, seq),
  left: closed(lineOf(out.left, atEnd, seq), close, seq, "sent"),
  acked: closed(lineOf(out.acked, atEnd, seq), close, seq, "acked"),
  window: lineOf(infos, atWindow, seq),
});

// The account of a close may know of bytes that no stamp was seen of.
function closed(points, close, seq, name) {
  const at = close && close.seq <= seq ? close.event[name] : undefined;
  return points.length && at > points.at(-1).at ? [...points, { us: close.event.time_us, at }] : points;
}

export const linesIn = ({ in: coming }, seq) => ({
  arrived: lineOf(coming.chunks, atArrival, seq), read: lineOf(coming.chunks, atEnd, seq),
});

// How many points there are before a time.
function before(points, us) {
  let low = 0, high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].us < us)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// Where a line is at a time; null before it begins.
export const valueAt = (points, us) => points[before(points, us + 1) - 1]?.at ?? null;

// The points that are seen, and where the line comes from. What falls into one
// column of pixels becomes its lowest, its highest and its last point.
export function thinned(points, { from, to }, columns) {
  const first = before(points, from), end = before(points, to + 1);
  const kept = first > 0 ? [{ us: from, at: points[first - 1].at }] : [];
  const columnOf = ({ us }) => Math.floor((us - from) / (to - from) * columns);
  for (let i = first; i < end;) {
    const column = columnOf(points[i]);
    let low = points[i], high = points[i], last = points[i];
    for (i++; i < end && columnOf(points[i]) === column; i++) {
      last = points[i];
      low = last.at < low.at ? last : low;
      high = last.at > high.at ? last : high;
    }
    kept.push(...[...new Set([low, high, last])].sort((a, b) => a.us - b.us || (b === last ? -1 : 1)));
  }
  return kept;
}

// The bytes that the picture shows: from what was acknowledged (or read) at its
// beginning to what was written at its end, and to the peer's window if near.
export function heightOf(lines, { from, to }) {
  const [low, high] = lines.written ? [lines.acked, lines.written] : [lines.read, lines.read];
  const begin = valueAt(low, from) ?? 0;
  const top = Math.max(begin + 1, valueAt(high, to) ?? 0);
  const edge = Math.max(0, ...thinned(lines.window ?? [], { from, to }, 500).map(({ at }) => at));
  const isNear = edge > top && edge - begin <= (top - begin) * WINDOW_SHARE;
  return { from: begin, to: isNear ? edge : top, windowAbove: edge > top && !isNear ? edge : null };
}

// Times in which the kernel took no more: from its refusal to the next write.
export function stalls({ out }, seq, end) {
  const found = [];
  const count = chunkCount(out, seq);
  let next = 0;
  for (const { seq: refused, us } of head(out.blocked, seq)) {
    while (next < count && out.chunks[next].seq < refused)
      next++;
    const to = next < count ? out.chunks[next].us : end;
    if (found.at(-1)?.to === to)
      continue;
    found.push({ from: us, to: Math.max(us, to) });
  }
  return found;
}

// HTTP's messages as bands: `toPixel` says how high a byte stands. Low ones are put
// together. `us`: when HTTP had it.
export function bandsOf(stream, seq, range, toPixel, height) {
  const things = [];
  for (const part of stream.parts.slice(0, partCount(stream, seq))) {
    const to = partEnd(stream, part, seq);
    if (to > range.from && part.from < range.to && part.kind !== "skip")
      things.push({ part, from: part.from, to, us: part.us });
  }
  return gather(things, { x: toPixel, width: height }, BAND, BAND_ENOUGH);
}

// Round values from low to high, at most so many: 1, 2 or 5 times a unit, which is
// a power of ten of `base`.
export function ticksOf(low, high, most, base = 1) {
  const least = (high - low) / Math.max(1, most) / base;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(least, 1))));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= least) * base;
  const ticks = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step)
    ticks.push(at);
  return ticks;
}
