// tones.js -- how far the bytes of the outgoing stream have come, as a strip above
// the sends: acknowledged, in the kernel, still in the server. R: sent again.

import { make } from "./ruler.js";
import { isReset, upTo } from "./model.js";
import { bytes, count, t } from "./words.js";

const LETTER = 6.6;  // pixels, as wide as a letter of a label is on average
const MARK = 13;     // pixels of an R; what is nearer is one mark

// The strip's pieces, in bytes. What a reset threw away is lost.
export function tonesOf(facts) {
  const { reached, queuedTo, sent, close } = facts;
  if (!reached)
    return [];
  const isLost = isReset(close) && close.acked !== undefined;
  const pieces = [
    { kind: "acked", from: 0, to: reached.acked },
    { kind: "flight", from: reached.acked, to: reached.left, isLost },
    { kind: "unsent", from: reached.left, to: sent, isLost },
    { kind: "server", from: sent, to: Math.max(sent, queuedTo), isLost },
  ];
  return pieces.filter(({ from, to }) => to > from);
}

const nameOf = ({ kind, isLost }) => t(isLost ? `tone lost ${kind}` : `tone ${kind}`);

// The same in words: each tone with its size.
export const tonesSaid = (pieces, again) => [
  ...pieces.map((piece) => `${nameOf(piece)}: ${bytes(piece.to - piece.from)}`),
  ...again ? [t("againFacts", { count: count(again), n: again })] : [],
].join("; ");

export class Tones {
  constructor(ruler) {
    this.ruler = ruler;
    this.element = make("div", "tones");
    this.element.hidden = true;
    ruler.track.prepend(this.element);
  }

  draw(facts, seq) {
    const { ruler } = this;
    const pieces = ruler.range.to > ruler.range.from ? tonesOf(facts) : [];
    this.element.hidden = pieces.length === 0;
    const shown = pieces.map((piece) => this.pieceAt(piece)).filter(({ width }) => width > 0);
    const marks = this.marks(seq);
    const sign = JSON.stringify([shown, marks, document.documentElement.lang]);
    if (sign === this.drawn)
      return;
    this.drawn = sign;
    this.element.setAttribute("role", "img");
    this.element.setAttribute("aria-label", tonesSaid(pieces, facts.reached?.again));
    this.element.replaceChildren(...shown.map(paint), ...marks.map(({ x, many }) => {
      const mark = make("b", "again", many > 1 ? `R×${many}` : "R");
      mark.style.left = `${x}px`;
      return mark;
    }), ...shown.filter(({ label }) => label).map(paintLabel));
  }

  pieceAt({ kind, from, to, isLost }) {
    const { axis } = this.ruler;
    const x = Math.max(0, axis.x(from)), end = Math.min(axis.width, axis.x(to));
    const size = bytes(to - from);
    const long = `${nameOf({ kind, isLost })} ${size}`;
    const label = [long, size].find((text) => text.length * LETTER + 8 <= end - x) ?? "";
    return { kind: `${kind}${isLost ? " gone" : ""}`, x, width: end - x, label };
  }

  // Where bytes were sent again, as far as they are seen.
  marks(seq) {
    const { axis, stream } = this.ruler;
    const marks = [];
    const places = stream.again.slice(0, upTo(stream.again, seq)).map(({ to }) => axis.x(to));
    for (const x of places.sort((a, b) => a - b)) {
      const last = marks.at(-1);
      if (x < 0 || x > axis.width)
        continue;
      if (last && x - last.x < MARK)
        last.many++;
      else
        marks.push({ x, many: 1 });
    }
    return marks;
  }
}

function paint({ kind, x, width }) {
  const piece = make("i", kind);
  piece.style.left = `${x}px`;
  piece.style.width = `${width}px`;
  return piece;
}

function paintLabel({ kind, x, label }) {
  const text = make("span", kind, label);
  text.style.left = `${x + 2}px`;
  return text;
}
