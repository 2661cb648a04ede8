/* pages.js -- Chromium looks at the pages of the site
 *
 *     node pages.js PLAYWRIGHT-CORE AXE-CORE CHROMIUM BASE-URL PAGE...
 *
 * Prints one JSON object: what it saw. It judges nothing; test_long_pages.py
 * does. */
"use strict";

const path = require("node:path");

const [, , library, axe, executablePath, base, ...pages] = process.argv;
const { chromium } = require(library);

const args = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
  "--disable-quic",
];
/* axe takes long, and the languages differ in words alone: so it judges the English
 * pages in light, and those that have every kind of element in dark. */
const LOOKS = [
  { viewport: { width: 1280, height: 900 }, colorScheme: "light", judged: /^(?!pt)/ },
  { viewport: { width: 360, height: 740 }, colorScheme: "dark", judged: /^pt.(index|http|usos)/ },
];

const report = { problems: [], looks: {} };

async function findings(page) {
  await page.addScriptTag({ path: path.join(axe, "axe.min.js") });
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/* The texts of drawings that leave their picture or meet each other. */
function collisions() {
  const found = [];
  for (const svg of document.querySelectorAll("svg.draw")) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map((text) =>
      ({ text: text.textContent, box: text.getBoundingClientRect() }));
    texts.forEach(({ text, box }, i) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1)
        found.push(`${text} leaves its drawing`);
      for (const other of texts.slice(i + 1))
        if (box.left < other.box.right - 1 && other.box.left < box.right - 1 &&
            box.top < other.box.bottom - 3 && other.box.top < box.bottom - 3)
          found.push(`${text} meets ${other.text}`);
    });
  }
  return found;
}

async function look(browser, { judged, ...options }) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      report.problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => report.problems.push(`script: ${error}`));
  for (const target of pages) {
    await page.goto(`${base}/${target}`, { waitUntil: "load" });
    report.looks[`${target} ${options.colorScheme}`] = {
      overflow: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      collisions: await page.evaluate(collisions),
      axe: judged.test(target) ? await findings(page) : [],
    };
  }
  await context.close();
}

async function main() {
  const browser = await chromium.launch({ executablePath, args, headless: true });
  try {
    for (const options of LOOKS)
      await look(browser, options);
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(report));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
