/* reload.js -- Chromium shows a page of a site that is edited (--live)
 *
 *     node reload.js PLAYWRIGHT-CORE CHROMIUM PROFILE BASE-URL FOLDER EDITS
 *
 * Edits files in FOLDER and waits until the page shows each edit. Prints one
 * JSON object: what went wrong, how long it took from each save to the paint, and
 * what became of the page. It judges nothing; test_long_live_browser.py does. */
"use strict";

const fs = require("fs");
const path = require("path");

const [, , library, executablePath, profile, base, folder, edits] = process.argv;
const { chromium } = require(library);

const args = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
  "--disable-quic",
];

const report = { problems: [], edits_ms: [], styles_ms: [] };

function watch(page) {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      report.problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => report.problems.push(`script: ${error}`));
}

const place = (name) => path.join(folder, name);

function pageOf(words) {
  return `<!doctype html><title>t</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/css/site.css">
<body><p id="words">${words}</p><div style="height: 5000px"></div></body>\n`;
}

const styleOf = (width) => `#words { width: ${width}px }\n`;

/* As many editors do: a new file takes the name. */
function saveByRename(name, bytes) {
  fs.writeFileSync(place(".saved"), bytes);
  fs.renameSync(place(".saved"), place(name));
}

const now = () => performance.timeOrigin + performance.now();

/* Returns the milliseconds from the save on, with those that it takes to see
 * that the page shows it. */
async function timed(page, save, holds, wanted) {
  const began = now();
  save();
  await page.waitForFunction(holds, wanted, { polling: 5 });
  return now() - began;
}

/* When the page was first painted, by the same clock. */
async function paintedAt(page) {
  const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
  await page.waitForFunction(paint);
  return page.evaluate(() => performance.timeOrigin +
    performance.getEntriesByName("first-contentful-paint")[0].startTime);
}

const shows = (words) => document.getElementById("words")?.textContent === words;
const isWide = (width) => document.getElementById("words")?.offsetWidth === width;

/* The script has its stream: the server repeats nothing older than this. */
async function isListening(page) {
  await page.waitForFunction(() => sessionStorage.getItem("soquete-live") !== null);
}

async function editPage(page) {
  for (let i = 0; i < Number(edits); i++) {
    const words = `edit ${i}`;
    const save = i % 2 ? saveByRename : (name, bytes) => fs.writeFileSync(place(name), bytes);
    const began = now();
    await timed(page, () => save("index.html", pageOf(words)), shows, words);
    report.edits_ms.push(await paintedAt(page) - began);
  }
}

/* A mark in the page is lost if it is loaded again. */
async function editStyle(page) {
  await page.evaluate(() => { window.isMarked = true; scrollTo(0, 2345); });
  for (let width = 301; width < 304; width++)
    report.styles_ms.push(await timed(page, () => saveByRename("css/site.css", styleOf(width)),
                                      isWide, width));
  await page.waitForFunction(() => document.querySelectorAll("link[rel=stylesheet]").length === 1);
  report.after_style = await page.evaluate(() => ({ is_same: window.isMarked === true, scroll: scrollY }));
}

/* Its 404 page becomes the page. */
async function makePage(page) {
  await page.goto(base + "/new/", { waitUntil: "load" });
  await isListening(page);
  fs.mkdirSync(place("new"));
  report.new_ms = await timed(page, () => saveByRename("new/index.html", pageOf("new")), shows, "new");
}

/* As a build that begins anew: the page stays until it is there again. */
async function buildAnew(page) {
  await page.goto(base + "/", { waitUntil: "load" });
  fs.rmSync(folder, { recursive: true });
  await new Promise((done) => setTimeout(done, 500));
  report.while_absent = await page.evaluate(() => document.getElementById("words") !== null);
  fs.mkdirSync(place("css"), { recursive: true });
  fs.writeFileSync(place("css/site.css"), styleOf(300));
  report.built_ms = await timed(page, () => fs.writeFileSync(place("index.html"), pageOf("built")),
                                shows, "built");
}

async function main() {
  const context = await chromium.launchPersistentContext(profile, { executablePath, args });
  const page = await context.newPage();

  watch(page);
  await page.goto(base + "/", { waitUntil: "load" });
  await isListening(page);
  await editPage(page);
  await editStyle(page);
  report.problems_before = [...report.problems];
  await makePage(page);
  await buildAnew(page);
  await context.close();
  console.log(JSON.stringify(report));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
