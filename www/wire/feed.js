// feed.js -- where events come from: the server's stream, or a file; and the
// file that they are saved to.

import { fromLines, isEvent, toLines } from "./model.js";

const AGAIN_MS = 3000;

// Follows the live stream. A browser that lost it tries again by itself, and
// then hears the server's recent past once more: whoever listens starts afresh.
// After a refusal (too many viewers) it would give up, so we try again.
export class Feed {
  constructor(url, { began, event, gone }) {
    this.url = url;
    this.on = { began, event, gone };
    this.source = null;
  }

  start() {
    this.source = new EventSource(this.url);
    this.source.addEventListener("message", ({ data }) => this.take(data));
    this.source.addEventListener("error", ({ target }) => {
      this.on.gone();
      if (target.readyState === EventSource.CLOSED && target === this.source)
        this.again = setTimeout(() => this.start(), AGAIN_MS);
    });
  }

  take(data) {
    let event = null;
    try {
      event = JSON.parse(data);
    } catch {
      return;
    }
    if (!isEvent(event))
      return;
    if (event.event === "viewer")
      this.on.began();
    this.on.event(event);
  }

  stop() {
    clearTimeout(this.again);
    this.source?.close();
    this.source = null;
  }
}

export function saveText(text, type, name) {
  const file = new Blob([text], { type });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has read it when its download begins, some time after click().
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export const saveFile = (events, name) => saveText(toLines(events), "application/x-ndjson", name);

// Hands on each file that is chosen or dropped anywhere on the page.
export function watchFiles(input, take) {
  const read = async (file) => file && take(file.name, fromLines(await file.text()));
  input.addEventListener("change", () => {
    read(input.files[0]);
    input.value = "";
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget)
      document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    read(event.dataTransfer.files[0]);
  });
}
