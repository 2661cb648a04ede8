// main.js -- puts the page together: the model is fed, the lanes are drawn once
// a frame, and what a person chooses is passed to the modules that draw.

import { startActions, writeCommands } from "./actions.js";
import { Course } from "./course.js";
import { Feed, saveFile, watchFiles } from "./feed.js";
import { History } from "./history.js";
import { Inspector } from "./inspect.js";
import { Lab } from "./lab.js";
import { Lanes } from "./lanes.js";
import { isEvent, Model } from "./model.js";
import { ownRecording, saveOneFile } from "./onefile.js";
import { hostOf, isFrom, viewerHost } from "./own.js";
import { Projector } from "./projector.js";
import { Reveal } from "./reveal.js";
import { language, speak, t } from "./words.js";

const BUSY = 30;      // events in one frame, from which on lanes are drawn less often
const TRIM_MS = 5000;
const TONGUE_KEY = "soquete-wire-tongue";

const find = (name) => document.getElementById(name);

class Page {
  constructor() {
    this.model = new Model();
    this.toScale = false;
    this.isLive = true;
    this.recording = null;
    this.isGone = false;
    this.began = false;
    this.lanes = new Lanes(this, find("lanes"));
    this.history = new History(this, find("controls"));
    this.inspector = new Inspector(this, find("inspector"));
    this.reveal = new Reveal(this, find("grown"));
    this.course = new Course(this, find("course"));
    this.projector = new Projector(this, find("project"), find("beam"));
    this.lab = new Lab(this, find("lab"));
    this.onlyMine = false;
    this.hosts = new Set(); // of clients, two at most
    this.fresh = 0;
    this.calm = 0;
    this.isMoved = true;
    this.feed = new Feed("events", {
      began: () => this.begin(),
      event: (event) => this.take(event),
      gone: () => { this.isGone = true; },
    });
    setInterval(() => this.model.trim(), TRIM_MS);
  }

  get seq() { return this.history.seq; }

  // The event to point at: only where somebody looks at one moment.
  get now() { return this.history.held === null ? null : this.seq; }
  get nowConn() { return this.now === null ? null : this.model.eventAt(this.now)?.conn; }

  // The stream begins, for the first time or once more.
  begin() {
    this.isGone = false;
    this.began = true;
    this.reset();
  }

  reset() {
    this.model = new Model();
    this.history.held = null;
    if (this.inspector.chosen)
      this.inspector.shut();
    this.moved();
  }

  take(event) {
    const connection = this.model.add(event);
    this.fresh++;
    this.reveal.take(event, connection);
    if (event.event === "open" && this.hosts.size < 2)
      this.hosts.add(hostOf(event.peer));
    if (this.history.held === null && connection)
      this.lanes.touch(connection);
  }

  load(name, { events, strange }) {
    this.feed.stop();
    this.isLive = false;
    this.isGone = false;
    this.recording = { name, strange };
    this.reset();
    for (const event of events)
      this.model.add(event);
    this.moved();
  }

  goLive() {
    this.isLive = true;
    this.recording = null;
    this.began = false;
    this.reset();
    this.feed.start();
  }

  // Is there a server to act on, and is what it does shown?
  get isActing() { return this.isLive && this.began && !this.isGone && this.history.held === null; }

  // Is it from the address that looks at this page? Where that is not known, all are.
  isMine(connection) {
    const host = viewerHost(this.model);
    return host === null || isFrom(connection, host);
  }

  // Which connections have a lane, and which of those that fit the filter are drawn.
  admits(connection) { return !this.onlyMine || this.isMine(connection); }
  narrow(fitting) { return this.projector.narrow(fitting); }

  isShown(connection) { return this.lanes.lanes.has(connection.number); }

  // Another moment, another tongue, another scale: all is drawn again.
  moved() {
    this.isMoved = true;
    this.lanes.touchAll();
  }

  redraw(lane) {
    lane.draw(this.seq);
  }

  select(ruler, item) {
    this.choose({ connection: ruler.lane.connection, direction: ruler.direction,
                  row: item.row, from: item.from });
  }

  choose(chosen) {
    this.inspector.open(chosen);
    this.lanes.touchAll();
    this.reveal.uncover(chosen, this.inspector.element);
  }

  isSelected(ruler, item) {
    const { chosen } = this.inspector;
    return chosen !== null && chosen.connection === ruler.lane.connection &&
      chosen.direction === ruler.direction && chosen.row === item.row && chosen.from === item.from;
  }

  // What was opened last is shut first.
  escape() {
    if (this.inspector.chosen)
      this.inspector.shut();
    else if (this.projector.isOn)
      this.projector.turn(false);
  }

  // The inspector was shut: the focus goes back to what was inspected.
  inspected(chosen) {
    this.lanes.touchAll();
    if (chosen.opener)
      return chosen.opener.focus();
    const lane = this.lanes.lanes.get(chosen.connection.number);
    const ruler = lane?.rulers?.find(({ direction }) => direction === chosen.direction);
    const item = ruler && [...ruler.items.values()].find(({ row, from }) =>
      row === chosen.row && from === chosen.from);
    item?.element.focus();
  }

  frame(now) {
    requestAnimationFrame((next) => this.frame(next));
    const fresh = this.fresh;
    this.fresh = 0;
    this.calm = fresh > BUSY ? 30 : Math.max(0, this.calm - 1);
    const isBusy = this.calm > 0;
    document.body.classList.toggle("busy", isBusy);
    if (this.lanes.isStale && (this.isMoved || !isBusy || now - (this.arrangedAt ?? 0) > 200)) {
      this.arrangedAt = now;
      this.told = this.lanes.arrange(this.model, this.seq);
    }
    this.behind = this.lanes.draw(this.seq, now, isBusy && !this.isMoved);
    this.history.draw(now, this.isMoved);
    if (this.isMoved || now - (this.saidAt ?? 0) > 250) {
      this.saidAt = now;
      this.say();
      this.inspector.draw();
    }
    this.isMoved = false;
  }

  // The lines of text about the feed and the lanes. Only what changed is written.
  say() {
    const { model } = this;
    const viewer = [...model.connections.values()].findLast(({ isViewer }) => isViewer);
    const lost = model.lostUntil(model.last);
    const texts = {
      status: this.statusText(viewer),
      lost: lost ? t("lost", { count: lost }) : "",
      forgotten: model.forgotten ? t("forgotten", { count: model.forgotten }) : "",
      more: this.told?.hidden ? t("moreLanes", { count: this.told.hidden }) : "",
      empty: this.told?.shown ? "" : t(this.told?.isFiltered ? "emptyFilter" : "emptyFirst"),
      own: this.told?.own ? t("ownTraffic", { count: this.told.own }) : "",
    };
    for (const [name, text] of Object.entries(texts)) {
      const element = find(name);
      if (element.textContent !== text)
        element.textContent = text;
      element.hidden = text === "";
    }
    find("relive").hidden = this.isLive || this.isFile;
    find("mine").hidden = this.hosts.size < 2 && !this.onlyMine;
    find("status").classList.toggle("bad", this.isGone);
    this.reveal.say();
    this.course.say();
    this.projector.say();
    for (const group of document.querySelectorAll("fieldset.acting"))
      group.disabled = !this.isActing;
  }

  statusText(viewer) {
    const count = this.model.events.length;
    if (this.recording)
      return count ? t("recording", { ...this.recording, count }) : t("noEvents", this.recording);
    if (this.isGone)
      return t("gone");
    if (!this.began)
      return t("connecting");
    if (this.history.held !== null)
      return t("pausedNow", { count: this.model.last - this.seq });
    return t("liveNow", { count, conn: viewer?.number });
  }

  speak(tongue) {
    speak(tongue);
    document.documentElement.lang = language();
    document.title = t("title");
    for (const element of document.querySelectorAll("[data-t]"))
      element.textContent = t(element.dataset.t);
    for (const element of document.querySelectorAll("[data-label]"))
      element.setAttribute("aria-label", t(element.dataset.label));
    for (const element of document.querySelectorAll("[data-title]"))
      element.title = t(element.dataset.title);
    find("filter").placeholder = t("filterHint");
    find("tongue").lang = language() === "en" ? "pt" : "en";
    writeCommands(find("commands"));
    this.course.draw();
    this.moved();
  }
}

function storedTongue() {
  try {
    return localStorage.getItem(TONGUE_KEY);
  } catch { // storage is off
    return null;
  }
}

function startTongue(page) {
  const wish = navigator.language.toLowerCase().startsWith("pt") ? "pt" : "en";
  page.speak(storedTongue() ?? wish);
  find("tongue").addEventListener("click", () => {
    page.speak(language() === "en" ? "pt" : "en");
    try {
      localStorage.setItem(TONGUE_KEY, language());
    } catch { // then it is not remembered
    }
  });
}

const fileName = () => `soquete-${new Date().toISOString().slice(0, 19).replace(/:/g, "-")}`;

function startControls(page) {
  find("filter").addEventListener("input", ({ target }) => {
    page.lanes.setFilter(target.value);
    page.isMoved = true;
  });
  find("scale").addEventListener("click", ({ currentTarget }) => {
    page.toScale = !page.toScale;
    currentTarget.setAttribute("aria-pressed", String(page.toScale));
    page.moved();
  });
  find("save").addEventListener("click", () => saveFile(page.model.saved(), `${fileName()}.ndjson`));
  find("onefile").addEventListener("click", () =>
    saveOneFile(page.model.saved(), fileName()).catch(({ message }) => {
      find("acted").textContent = t("actFailed", { why: message });
    }));
  find("mine").addEventListener("click", ({ currentTarget }) => {
    page.onlyMine = !page.onlyMine;
    currentTarget.setAttribute("aria-pressed", String(page.onlyMine));
    page.moved();
  });
  find("load").addEventListener("click", () => find("file").click());
  find("relive").addEventListener("click", () => page.goLive());
  find("own").addEventListener("click", ({ currentTarget }) => {
    page.lanes.showsOwn = !page.lanes.showsOwn;
    currentTarget.setAttribute("aria-pressed", String(page.lanes.showsOwn));
    page.moved();
  });
  watchFiles(find("file"), (name, read) => page.load(name, read));
}

function startKeys(page) {
  const keys = {
    p: () => page.history.pause.click(), ",": () => page.history.step(-1), ".": () => page.history.step(1),
    "/": () => find("filter").focus(), Escape: () => page.escape(),
    b: () => page.projector.turn(!page.projector.isOn),
    "[": () => page.projector.isOn && page.projector.step(-1), "]": () => page.projector.isOn && page.projector.step(1),
  };
  addEventListener("keydown", (event) => {
    if (event.target.matches("input[type=search]") || event.ctrlKey || event.metaKey || event.altKey ||
        event.defaultPrevented || !Object.hasOwn(keys, event.key))
      return;
    event.preventDefault();
    keys[event.key]();
  });
}

// The server's events, or the recording that this very page was saved with.
function startFeed(page) {
  const recording = ownRecording();
  page.isFile = recording !== null;
  if (!page.isFile) {
    page.feed.start();
    return;
  }
  const events = recording.events.filter(isEvent);
  page.load(recording.name, { events, strange: recording.events.length - events.length });
  for (const element of [find("onefile"), find("acts"), find("lab"), find("terminal")])
    element.hidden = true;
  document.querySelector(".brand").removeAttribute("href");
}

const page = new Page();
startTongue(page);
startControls(page);
startKeys(page);
startActions(page, find("acts"), find("acted"));
startFeed(page);
requestAnimationFrame((now) => page.frame(now));
