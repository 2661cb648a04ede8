// views.js -- what a lane shows: its streams on rulers, over time, or as a ladder of
// the two ends. The views that nobody chose are not made.

import { make } from "./ruler.js";
import { Sequence } from "./sequence.js";
import { Time } from "./time.js";
import { t } from "./words.js";

const MAKERS = { time: Time, sequence: Sequence };
const NAMES = ["stream", "time", "sequence"];

export class Views {
  constructor(lane) {
    this.lane = lane;
    this.name = "stream";
    this.panels = {};
    this.buttons = NAMES.map((name) => {
      const button = make("button");
      button.type = "button";
      button.dataset.view = name;
      button.addEventListener("click", () => this.choose(name));
      return button;
    });
    this.element = make("div", "views", ...this.buttons);
    this.element.setAttribute("role", "group");
  }

  get isStream() { return this.name === "stream"; }
  get canZoom() { return this.name !== "sequence"; }
  get panel() { return this.panels[this.name]; }

  choose(name) {
    this.name = name;
    if (!this.isStream && !this.panel) {
      this.panels[name] = new MAKERS[name](this.lane);
      this.lane.element.append(this.panel.element);
    }
    for (const [each, { element }] of Object.entries(this.panels))
      element.hidden = each !== name;
    this.lane.page.redraw(this.lane);
  }

  write() {
    this.element.setAttribute("aria-label", t("views", { number: this.lane.connection.number }));
    for (const button of this.buttons) {
      const { view } = button.dataset;
      button.textContent = t(`view${view[0].toUpperCase()}${view.slice(1)}`);
      button.setAttribute("aria-pressed", String(view === this.name));
    }
  }
}
