// projector.js -- one lane, large, for a class: the one that grew last, or one that
// was chosen with the brackets. Pixels stay pixels: the lane is drawn narrower, and
// scaled as a picture.

import { t } from "./words.js";

const LANE_WIDTH = 800; // pixels that a lane is drawn in
const SCALE = { min: 1.25, max: 2.5 };

export class Projector {
  constructor(page, button, bar) {
    this.page = page;
    this.button = button;
    this.bar = bar;
    this.isOn = false;
    this.chosen = null;  // the number of a connection; null: the one that grew last
    this.shown = null;
    button.addEventListener("click", () => this.turn(!this.isOn));
    const [older, newer, leave] = bar.querySelectorAll("button");
    older.addEventListener("click", () => this.step(-1));
    newer.addEventListener("click", () => this.step(1));
    leave.addEventListener("click", () => this.turn(false));
    addEventListener("resize", () => this.size());
  }

  turn(isOn) {
    this.isOn = isOn;
    this.chosen = null;
    document.documentElement.classList.toggle("projector", isOn);
    this.bar.hidden = !isOn;
    this.button.setAttribute("aria-pressed", String(isOn));
    this.size();
    this.page.moved();
    if (isOn)
      scrollTo(0, 0);
  }

  size() {
    const scale = Math.max(SCALE.min, Math.min(SCALE.max, innerWidth / LANE_WIDTH));
    document.documentElement.style.setProperty("--scale", scale.toFixed(3));
  }

  // The one lane of those that could be drawn, or all of them.
  narrow(fitting) {
    if (!this.isOn)
      return fitting;
    this.numbers = fitting.map(({ number }) => number).sort((a, b) => a - b);
    const wanted = [this.chosen, this.page.reveal.grown?.number];
    const found = wanted.map((number) => fitting.find((each) => each.number === number)).find(Boolean) ?? fitting.at(-1);
    this.shown = found?.number ?? null;
    return found ? [found] : [];
  }

  step(by) {
    const at = this.numbers.indexOf(this.shown) + by;
    this.chosen = this.numbers[Math.max(0, Math.min(this.numbers.length - 1, at))] ?? null;
    this.page.moved();
  }

  say() {
    if (!this.isOn)
      return;
    if (this.chosen === null && this.page.reveal.grown && this.page.reveal.grown.number !== this.shown)
      this.page.lanes.isStale = true;
    const text = this.shown === null ? "" : t("oneOf", { number: this.shown, count: this.numbers.length });
    const name = this.bar.querySelector("b");
    if (name.textContent !== text)
      name.textContent = text;
  }
}
