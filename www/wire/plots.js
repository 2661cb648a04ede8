// plots.js -- what the kernel tells of a connection (TCP_INFO), as four small
// plots: the last samples, from zero to the highest of them.

import { upTo } from "./model.js";
import { make } from "./ruler.js";
import { bytes, count, micros, t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const SAMPLES = 60, WIDTH = 64, HEIGHT = 20;

const KINDS = [
  { key: "rtt", of: (info) => info.rtt_us, show: micros },
  { key: "cwnd", of: (info) => info.cwnd, show: count },
  { key: "resent", of: (info) => info.retransmitted, show: count },
  { key: "rate", of: (info) => info.delivery_rate, show: (value) => `${bytes(value)}/s` },
];

// A line through the values; one value alone is a line, too.
function lineOf(values) {
  const most = Math.max(...values, 1);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map((value, i) =>
    `${(i * step).toFixed(1)} ${(HEIGHT - 1.5 - value / most * (HEIGHT - 3)).toFixed(1)}`);
  return `M${points.join("L")}${values.length === 1 ? `H${WIDTH}` : ""}`;
}

export class Plots {
  constructor() {
    this.element = make("dl", "plots");
    this.rows = KINDS.map(({ key }) => {
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
      svg.setAttribute("preserveAspectRatio", "none");
      svg.setAttribute("aria-hidden", "true");
      const line = document.createElementNS(SVG, "path");
      svg.append(line);
      const name = make("dt"), value = make("dd");
      const figure = make("span");
      value.append(figure, svg);
      this.element.append(make("div", key, name, value));
      return { name, figure, line };
    });
    this.drawn = null;
  }

  draw(infos, seq) {
    const end = upTo(infos, seq);
    const last = infos[end - 1];
    const sign = `${last?.seq}|${document.documentElement.lang}`;
    if (this.drawn === sign)
      return;
    this.drawn = sign;
    this.element.hidden = !last;
    if (!last)
      return;
    const samples = infos.slice(Math.max(0, end - SAMPLES), end).map(({ info }) => info);
    KINDS.forEach(({ key, of, show }, i) => {
      const { name, figure, line } = this.rows[i];
      name.textContent = t(key);
      name.title = t(`${key}Means`);
      // The delivery rate is absent where the program was slower than the network.
      const values = samples.map(of).filter((value) => value !== undefined);
      figure.textContent = of(last.info) === undefined ? "–" : show(of(last.info));
      line.setAttribute("d", values.length ? lineOf(values) : "");
    });
  }
}
