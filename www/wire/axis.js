// axis.js -- from positions in a stream to places on the screen. Pure.
//
// A request has sixty bytes and a body may have twenty million. So each head,
// each body and each gap is a piece with a scale of its own: up to TRUE_TO bytes
// a piece is drawn to scale, a longer one is shortened (its ruler is dashed).
// Within a piece the scale never changes, and chunks and messages stand on one
// axis: what is aligned on the screen is aligned in the stream.

import { firstBehind } from "./model.js";
import { extent, partCount, spans } from "./stream.js";

export const TRUE_TO = 1024;
const UNITS_MIN = 160; // a stream of a few bytes does not fill the screen
const BYTES_MIN = 8;   // as near as one can come

const unitsOf = (length, toScale) =>
  toScale || length <= TRUE_TO ? length : TRUE_TO * (1 + Math.log(length / TRUE_TO));

export class Axis {
  // `pieces` follow each other without a gap.
  constructor(pieces, { from, to }, { toScale, width, unitsMin = 0 }) {
    this.pieces = [];
    let units = 0;
    for (const { from: low, to: high } of pieces) {
      const size = unitsOf(high - low, toScale);
      this.pieces.push({ from: low, to: high, units, size });
      units += size;
    }
    this.from = from;
    this.to = to;
    this.start = this.units(from);
    this.span = this.units(to) - this.start;
    this.scale = width / Math.max(this.span, unitsMin, 1e-9);
    this.width = width;
  }

  pieceAt(position) {
    const at = firstBehind(this.pieces, this.pieces.length, position);
    return this.pieces[Math.min(at, this.pieces.length - 1)];
  }

  units(position) {
    const piece = this.pieceAt(position);
    return piece ? piece.units + (position - piece.from) / (piece.to - piece.from) * piece.size : 0;
  }

  // Where a position stands, in pixels from the left.
  x(position) { return (this.units(position) - this.start) * this.scale; }

  // Which position stands there.
  position(x) {
    const units = x / this.scale + this.start;
    const at = firstBehind(this.pieces, this.pieces.length, units, (p) => p.units + p.size);
    const piece = this.pieces[Math.min(at, this.pieces.length - 1)];
    return piece ? piece.from + (units - piece.units) / piece.size * (piece.to - piece.from) : 0;
  }

  // Bytes that take less room than they would to scale.
  shortened() {
    return this.pieces.filter((piece) => piece.size < piece.to - piece.from &&
      piece.to > this.from && piece.from < this.to);
  }
}

// What a view shows: "latest" the last few messages, "all" the whole stream, or
// a range that somebody chose.
export function windowOf(stream, seq, view, messages) {
  const whole = extent(stream, seq);
  if (view.mode === "all")
    return whole;
  if (view.mode === "latest") {
    const first = partCount(stream, seq) - messages;
    return first > 0 ? { from: Math.max(whole.from, stream.parts[first].from), to: whole.to } : whole;
  }
  return clamp(view, whole);
}

function clamp({ from, to }, whole) {
  const size = Math.max(BYTES_MIN, Math.min(to - from, whole.to - whole.from));
  const low = Math.max(whole.from, Math.min(from, whole.to - size));
  return { from: low, to: Math.min(whole.to, low + size) };
}

export function axisOf(stream, seq, view, range, { toScale, width, isOver }) {
  const pieces = spans(stream, seq, range.from, range.to, isOver);
  return new Axis(pieces, range, { toScale, width, unitsMin: view.mode === "range" ? 0 : UNITS_MIN });
}

// The range after zooming by a factor (2: nearer), or moving by a share of what
// is seen, about a place on the screen between 0 and 1.
export function zoomed(stream, seq, range, by, { factor = 1, move = 0, about = 0.5 }) {
  const whole = extent(stream, seq);
  const pieces = spans(stream, seq, whole.from, whole.to, by.isOver);
  const axis = new Axis(pieces, whole, { toScale: by.toScale, width: 1000 });
  const low = axis.x(range.from), high = axis.x(range.to);
  const size = (high - low) / factor;
  const start = low + (high - low - size) * about + (high - low) * move;
  const from = axis.position(Math.max(0, start));
  const to = axis.position(Math.min(axis.x(whole.to), start + size));
  return { mode: "range", ...clamp({ from: Math.floor(from), to: Math.ceil(to) }, whole) };
}

// Things side by side; what would be too narrow to see is put together with its
// neighbours, until the lot is wide enough.
export function gather(things, axis, narrow, enough) {
  const items = [];
  for (const thing of things) {
    const x = Math.max(0, axis.x(thing.from));
    const end = Math.min(axis.width, axis.x(thing.to));
    const last = items.at(-1);
    if (end - x < narrow && last && last.isNarrow && last.end - last.x < enough && !thing.alone) {
      last.things.push(thing);
      last.end = end;
    } else {
      items.push({ x, end, isNarrow: end - x < narrow, things: [thing] });
    }
  }
  return items;
}
