// course.js -- the exercises on the page: one at a time, a prediction before the
// deed, and what the events say. Progress stays in this browser.

import { EXERCISES, subjectOf } from "./exercises.js";
import { lossy } from "./lossy.js";
import { make } from "./ruler.js";
import { count, language, t } from "./words.js";

const KEY = "soquete-wire-exercises";

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch { // storage is off, or not ours
    return {};
  }
}

function store(progress) {
  try {
    localStorage.setItem(KEY, JSON.stringify(progress));
  } catch { // then it is not remembered
  }
}

const button = (text, act, className = "") => {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
};

const figures = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, count(value)]));

export class Course {
  constructor(page, fold) {
    this.page = page;
    this.fold = fold;
    this.sum = fold.querySelector("summary span");
    this.body = fold.querySelector(".exercise");
    this.progress = stored(); // by name: predicted, the place of a prediction; solved
    this.at = Math.max(0, EXERCISES.findIndex(({ id }) => !this.progress[id]?.solved));
    this.restart();
  }

  get exercise() { return EXERCISES[this.at]; }
  get done() { return this.progress[this.exercise.id] ?? {}; }

  // What happened up to now does not count.
  restart() {
    this.since = this.page.model.last;
    this.verdict = null;
  }

  go(at) {
    this.at = at;
    this.restart();
    this.draw();
    this.body.querySelector("h3").focus({ preventScroll: true });
  }

  note(what) {
    this.progress[this.exercise.id] = { ...this.done, ...what };
    store(this.progress);
    this.draw();
  }

  forget() {
    this.progress = {};
    store(this.progress);
    this.go(0);
  }

  // Looks at what happened since; called a few times a second.
  say() {
    const { check } = this.exercise;
    const { model } = this.page;
    if (!check || !this.fold.open || this.done.predicted === undefined || this.done.solved ||
        this.checked === model.last)
      return;
    if (model.last < this.since)
      this.since = -1; // the model is a new one
    this.checked = model.last;
    this.tell(check(model, this.since));
  }

  tell(verdict) {
    this.verdict = verdict;
    if (verdict.state === "solved" && !this.done.solved)
      this.note({ solved: true });
    else
      this.write();
  }

  draw() {
    const { id } = this.exercise;
    const solved = EXERCISES.filter((each) => this.progress[each.id]?.solved).length;
    this.sum.textContent = `${solved}/${EXERCISES.length}`;
    this.status = make("p", "verdict");
    this.written = "";
    this.status.setAttribute("role", "status");
    const title = make("h3", "", `${this.at + 1}. ${t(id)}`);
    title.tabIndex = -1;
    this.body.replaceChildren(this.list(), title,
      ...this.done.predicted === undefined ? [this.question()] : this.task(), this.status,
      ...this.done.solved ? this.reason() : []);
    this.write();
  }

  list() {
    return make("nav", "steps", ...EXERCISES.map(({ id }, at) => {
      const isSolved = this.progress[id]?.solved;
      const each = button(isSolved ? "✓" : count(at + 1), () => this.go(at), isSolved ? "solved" : "");
      each.title = t(id);
      each.setAttribute("aria-label", `${count(at + 1)}. ${t(id)}${isSolved ? " ✓" : ""}`);
      if (at === this.at)
        each.setAttribute("aria-current", "step");
      return each;
    }), button(t("startAgain"), () => this.forget(), "link"));
  }

  question() {
    const { id } = this.exercise;
    const choices = [0, 1, 2].map((at) => button(t(`${id} a${at}`), () => {
      this.restart();
      this.note({ predicted: at });
    }));
    return make("div", "ask", make("p", "", make("b", "", t("predict")), " ", t(`${id} ask`)), ...choices);
  }

  task() {
    const { id, judge, hasRecording, hasSubject } = this.exercise;
    const parts = [make("p", "", make("b", "", t("doNow")), " ", t(`${id} do`))];
    if (hasSubject && !this.done.solved) {
      this.subject = subjectOf(this.page.model, (connection) => this.page.isMine(connection));
      const port = this.subject?.open.event.peer.split(":").at(-1);
      parts.push(make("p", "", t(this.subject ? "subject" : "noSubject", { number: this.subject?.number, port })));
    }
    if (hasRecording)
      parts.push(button(t("openRecording"), () => this.page.load(t(id), { events: lossy(), strange: 0 })));
    if (judge && !this.done.solved)
      parts.push(this.form());
    return parts;
  }

  form() {
    const input = make("input");
    input.inputMode = "decimal";
    input.size = 14;
    const submit = make("button", "", t("checkIt"));
    const form = make("form", "answer", make("label", "", t("yourAnswer"), " ", input), submit);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const value = parseFigure(input.value, language() === "pt" ? "," : ".");
      this.tell(value === null ? { state: "wrong", why: "notFigure", values: {} } :
        this.exercise.judge(this.page.model, value, this.subject));
    });
    return form;
  }

  reason() {
    const { id, right } = this.exercise;
    const { predicted } = this.done;
    const parts = [make("p", "", t(predicted === right ? "predictedRight" : "predictedWrong",
      { wrong: t(`${id} a${predicted}`), right: t(`${id} a${right}`) }), " ", t(`${id} why`))];
    if (this.at + 1 < EXERCISES.length)
      parts.push(button(t("next"), () => this.go(this.at + 1)));
    return parts;
  }

  write() {
    const { verdict } = this;
    const text = verdict ? t(verdict.why, figures(verdict.values)) : "";
    if (text === this.written)
      return;
    this.written = text;
    this.status.className = `verdict ${verdict?.state ?? ""}`;
    this.status.replaceChildren(text);
    if (verdict?.where)
      this.status.append(" ", button(t("showIt"), () => this.page.choose(verdict.where), "link"));
  }
}

// A number as people write it: with this decimal mark, and the other one (or spaces)
// between groups. null if it is none.
export function parseFigure(text, mark) {
  const plain = text.replace(mark === "." ? /[,\s]/g : /[.\s]/g, "").replace(mark, ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}
