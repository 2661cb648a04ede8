/* visit.js -- Chromium loads each page of a site, twice
 *
 *     node visit.js PLAYWRIGHT-CORE CHROMIUM PROFILE BASE-URL PATH...
 *
 * Prints one JSON object: what went wrong, and for each path the SHA-256 of the
 * bytes that a script in the page gets of it. It judges nothing; test_browser.py
 * does. */
"use strict";

const [, , library, executablePath, profile, base, ...paths] = process.argv;
const { chromium } = require(library);

const args = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
  "--disable-quic",
];

const report = { problems: [], sums: {} };

/* A page that is left gives up what it still loads, an icon mostly, and says
 * ERR_ABORTED: that is our doing. What a server does has other names. */
function watch(page) {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      report.problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => report.problems.push(`script: ${error}`));
  page.on("requestfailed", (request) => {
    const { errorText } = request.failure();
    if (errorText !== "net::ERR_ABORTED")
      report.problems.push(`failed: ${request.url()} ${errorText}`);
  });
}

/* Pictures that were asked for and did not become pictures. */
function brokenImages() {
  return Promise.all([...document.images].map(async (image) => {
    image.loading = "eager";
    await image.decode().catch(() => {});
    return image.naturalWidth > 0 ? null : image.src;
  })).then((sources) => sources.filter(Boolean));
}

/* Runs in the page. A secure context has crypto.subtle: 127.0.0.1 is one. */
async function sumsOf(targets) {
  const sums = {};
  await Promise.all(targets.map(async (target) => {
    const answer = await fetch(target, { cache: "no-store" });
    const sum = await crypto.subtle.digest("SHA-256", await answer.arrayBuffer());
    sums[target] = [...new Uint8Array(sum)]
      .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }));
  return sums;
}

async function visitAll(page) {
  for (const path of paths.filter((path) => path.endsWith(".html"))) {
    await page.goto(base + path, { waitUntil: "load" });
    for (const source of await page.evaluate(brokenImages))
      report.problems.push(`no picture: ${source}`);
  }
}

async function main() {
  const context = await chromium.launchPersistentContext(
    profile, { executablePath, args, headless: true });
  try {
    const page = await context.newPage();
    watch(page);
    await visitAll(page);
    await visitAll(page);
    report.sums = await page.evaluate(sumsOf, paths);
  } finally {
    await context.close();
  }
  console.log(JSON.stringify(report));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
