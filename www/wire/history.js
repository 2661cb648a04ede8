// history.js -- the moment that is shown: live, or one that was. Pausing keeps
// the moment while events go on coming; stepping goes from event to event.

import { clock, count, t } from "./words.js";

const OUT = ["send", "response", "content", "left", "acked", "blocked", "shutdown"];

export class History {
  constructor(page, element) {
    this.page = page;
    this.held = null; // a seq; null: the newest
    const find = (name) => element.querySelector(`#${name}`);
    this.pause = find("pause");
    this.back = find("back");
    this.forth = find("forth");
    this.slider = find("moment");
    this.text = find("what");
    this.pause.addEventListener("click", () => this.hold(this.held === null ? this.page.model.last : null));
    this.back.addEventListener("click", () => this.step(-1));
    this.forth.addEventListener("click", () => this.step(1));
    this.slider.addEventListener("input", () => this.hold(Number(this.slider.value)));
    this.drawnAt = -Infinity;
  }

  get seq() {
    const { first, last } = this.page.model;
    return this.held === null ? last : Math.max(first, Math.min(this.held, last));
  }

  hold(seq) {
    this.held = seq;
    this.page.moved();
  }

  // Steps pass over what the page's own event stream does.
  step(by) {
    const { model } = this.page;
    this.hold(model.step(this.seq, by, (event) => {
      const connection = model.connections.get(event.conn);
      return connection && !connection.isStream && !connection.isViewer && this.page.isShown(connection);
    }));
  }

  // The event at this moment, as the printed trace would show it.
  describe() {
    const event = this.page.model.eventAt(this.seq);
    if (!event)
      return "";
    const time = clock(event.time_us);
    if (event.event === "lost")
      return `${time} ${t("lost", { count: event.count })}`;
    const direction = OUT.includes(event.event) ? "out" : "in";
    const range = event.to === undefined ? "" : event.from === undefined ? `${t("lineAgain")} ${count(event.to)}` :
      `${direction}[${count(event.from)}, ${count(event.to)})`;
    const name = event.request ? `#${event.request}` : "";
    const what = event.method ? `${event.method} ${event.target}` : event.status ?? event.refused ?? event.call ?? "";
    return `${time}  c${event.conn} ${event.layer}  ${[event.event, name, what, range].filter(Boolean).join(" ")}`;
  }

  draw(now, isForced) {
    if (!isForced && now - this.drawnAt < 250)
      return;
    this.drawnAt = now;
    const { model, isLive } = this.page;
    const isHeld = this.held !== null;
    this.slider.min = model.first;
    this.slider.max = Math.max(model.first, model.last);
    this.slider.value = this.seq;
    this.slider.disabled = this.back.disabled = this.forth.disabled = model.events.length === 0;
    const name = t(!isHeld ? "pause" : isLive ? "live" : "toEnd");
    this.pause.querySelector("span").textContent = name;
    this.pause.classList.toggle("held", isHeld);
    const text = isHeld ? this.describe() : "";
    this.slider.setAttribute("aria-valuetext", text || t(isLive ? "live" : "toEnd"));
    this.text.textContent = text;
  }
}
