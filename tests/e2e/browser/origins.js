/* origins.js -- what a page of one origin gets from another, in Chromium
 *
 *     node origins.js PLAYWRIGHT-CORE CHROMIUM PAGE-URL OTHER-URL...
 *
 * Prints one JSON object: whether the page is isolated, and for each other
 * server what came of it: the bytes or the error of each kind of request. It
 * judges nothing; test_origins.py does. */
"use strict";

const [, , library, executablePath, url, ...others] = process.argv;
const { chromium } = require(library);

const args = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
  "--disable-quic",
];

/* Runs in the page. */
async function ask(other) {
  const outcome = async (promise) => promise.catch((error) => error.name);
  const text = async (options) => {
    const response = await fetch(`${other}/data.txt`, options);
    return `${response.status} ${await response.text()}`;
  };
  return {
    plain: await outcome(text()),
    /* These are asked for in a preflight. */
    conditional: await outcome(text({ headers: { "If-None-Match": '"x"' } })),
    authorized: await outcome(text({ headers: { Authorization: "Bearer x" } })),
    module: await outcome(import(`${other}/module.js`).then((module) => module.word)),
    font: await outcome(new FontFace("Other", `url(${other}/font.ttf)`).load()
      .then((font) => font.status)),
  };
}

(async () => {
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage();
  const report = { others: [] };
  await page.goto(url);
  report.isolated = await page.evaluate(() => crossOriginIsolated);
  for (const other of others)
    report.others.push(await page.evaluate(ask, other));
  await browser.close();
  console.log(JSON.stringify(report));
})();
