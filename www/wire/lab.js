// lab.js -- buttons for what a browser cannot do by itself: the server's lab reads
// and writes in small pieces, slowly, and ends where it is asked to.

import { bytes, t } from "./words.js";

const READ_MAX = 256; // as the server has it
const STALLED = 64 << 20; // more than both kernels and the browser take without a reader

export class Lab {
  constructor(page, element) {
    this.page = page;
    this.find = (name) => element.querySelector(`#${name}`);
    this.status = this.find("labStatus");
    this.size = this.find("readSize");
    this.stop = null; // what ends the request that is under way
    const acts = {
      labReads: () => this.run({ read: Math.max(1, Math.min(READ_MAX, Number(this.size.value) || 16)) }),
      labPace: () => this.run({ size: "40k", pace: "8k" }),
      labStall: () => this.stall(),
      labEnd: () => this.run({ size: "20k", fin: 9000 }),
      labReset: () => this.run({ size: "20k", reset: 9000 }),
      labCancel: () => this.stop?.abort(),
      labOn: () => this.on?.(),
    };
    for (const [name, act] of Object.entries(acts))
      this.find(name).addEventListener("click", act);
    this.show(false, false);
  }

  // Which buttons there are for the request under way.
  show(isRunning, isStalled) {
    this.find("labCancel").hidden = !isRunning;
    this.find("labOn").hidden = !isStalled;
  }

  stall() {
    return this.run({ size: STALLED }, () => new Promise((done, fail) => {
      this.on = done;
      this.stop.signal.addEventListener("abort", () => fail(this.stop.signal.reason));
      this.status.textContent = t("labStalled");
      this.show(true, true);
    }));
  }

  // One request; what came of its body, and how it ended.
  async run(options, wait = null) {
    this.stop?.abort();
    const stop = this.stop = new AbortController();
    const write = (text) => { if (stop === this.stop) this.status.textContent = text; };
    let size = 0;
    write(t("acting"));
    this.show(true, false);
    this.page.reveal.expect();
    try {
      const response = await fetch(`lab?${new URLSearchParams(options)}`, { cache: "no-store", signal: stop.signal });
      if (wait && response.ok) {
        await wait();
        this.show(true, false);
      }
      for (const reader = response.body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done)
          break;
        size += value.length;
        write(t("labSoFar", { size: bytes(size) }));
      }
      write(t(response.ok ? "labDone" : response.status === 404 ? "labMissing" : "labRefused",
              { status: response.status, size: bytes(size) }));
    } catch {
      write(t(stop.signal.aborted ? "labCancelled" : "labBroken", { size: bytes(size) }));
    }
    if (stop === this.stop)
      this.show(false, false);
  }
}
