// reveal.js -- brings the lane into view whose stream grew: by itself where this
// page made the request, else through a button that names the lane.

import { isOwn } from "./own.js";
import { t } from "./words.js";

const MOVES = ["recv", "send", "open"];
const PAGE_REQUEST = /\/-\/wire\/\S*\?/;

const GAP = 8; // pixels

export class Reveal {
  constructor(page, button) {
    this.page = page;
    this.button = button;
    this.grown = null;   // the connection whose stream grew last
    this.after = null;   // a seq: the page makes a request, and its events are later
    this.wanted = null;  // the connection to bring into view
    button.addEventListener("click", () => this.show(this.grown));
  }

  // The page is about to make a request.
  expect() {
    this.after = this.page.model.last;
  }

  take(event, connection) {
    if (event.event === "request" && this.after !== null && PAGE_REQUEST.test(event.target ?? "")) {
      this.wanted = connection;
      this.after = null;
    }
    if (connection && MOVES.includes(event.event) && !isOwn(connection))
      this.grown = connection;
  }

  show(connection) {
    const lane = this.page.lanes.lanes.get(connection?.number);
    lane?.element.scrollIntoView({ block: "nearest" });
    return lane?.connection === connection;
  }

  // On a narrow screen the inspector covers the lower half: moves the ruler of
  // what is inspected into the rest, below the bar.
  uncover({ connection, direction }, inspector) {
    const lane = this.page.lanes.lanes.get(connection.number);
    const ruler = lane?.rulers?.find((each) => each.direction === direction);
    if (!ruler || getComputedStyle(inspector).position !== "fixed")
      return;
    const { top, bottom } = ruler.element.getBoundingClientRect();
    const room = inspector.getBoundingClientRect().top - GAP;
    const bar = document.querySelector("#controls .bar").getBoundingClientRect().height + GAP;
    if (bottom > room || top < bar)
      scrollBy(0, Math.min(bottom - room, top - bar));
  }

  // Is it drawn where nobody can see it?
  isHidden(connection) {
    const lane = this.page.lanes.lanes.get(connection?.number);
    if (!lane || lane.connection !== connection)
      return null;
    const { top, bottom } = lane.element.getBoundingClientRect();
    return top > innerHeight - 40 ? "below" : bottom < 120 ? "above" : null;
  }

  say() {
    if (this.wanted && this.show(this.wanted))
      this.wanted = null;
    const where = this.page.isActing ? this.isHidden(this.grown) : null;
    this.button.hidden = where === null;
    const text = where ? t(where, { number: this.grown.number }) : "";
    if (this.button.textContent !== text)
      this.button.textContent = text;
  }
}
