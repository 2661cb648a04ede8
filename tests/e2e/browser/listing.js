/* listing.js -- Chromium looks at a folder's listing
 *
 *     node listing.js PLAYWRIGHT-CORE AXE-CORE CHROMIUM OUTPUT BASE-URL
 *
 * Prints one JSON object: what it saw. Pictures go to the folder OUTPUT. It
 * judges nothing; test_listing_page.py does. */
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const [, , library, axe, executablePath, output, base] = process.argv;
const { chromium } = require(library);

const args = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
  "--disable-quic",
];
const WIDE = { width: 1100, height: 800 };
const NARROW = { width: 360, height: 740 };

const report = { problems: [], requests: [] };

async function open(browser, target, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      report.problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => report.problems.push(`script: ${error}`));
  page.on("request", (request) => report.requests.push(request.url().replace(base, "")));
  await page.goto(base + target);
  return page;
}

const names = (page) => page.locator("tbody tr:not(.up):not([hidden]) a").allTextContents();
const sorted = (page) => page.locator("[aria-sort]").evaluateAll((all) =>
  all.map((each) => `${each.textContent.trim()} ${each.ariaSort}`));

async function findings(page) {
  await page.addScriptTag({ path: path.join(axe, "axe.min.js") });
  const { violations } = await page.evaluate(() => axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

async function sorting(browser) {
  const page = await open(browser, "/photos/", { javaScriptEnabled: false });
  report.unscripted = { names: await names(page), boxes: await page.locator("input").count() };
  report.sorting = [];
  for (const name of ["Size", "Size", "Modified (UTC)", "Name", "Name"]) {
    await page.getByRole("columnheader", { name }).getByRole("link").click();
    report.sorting.push({ sorted: await sorted(page), names: await names(page) });
  }
  await page.getByRole("link", { name: ".. the folder above" }).click();
  report.above = await page.locator("h1").textContent();
  await page.context().close();
}

async function filtering(browser) {
  const page = await open(browser, "/photos/");
  const box = page.getByRole("searchbox", { name: "Filter by name" });
  report.requestsOfPage = report.requests.splice(0);
  await box.pressSequentially("IMG");
  report.filtered = { names: await names(page), says: await page.locator("output").textContent() };
  await box.press("Enter");
  report.focus = await page.evaluate(() => document.activeElement.textContent);
  await box.press("Escape");
  report.unfiltered = { names: await names(page), says: await page.locator("output").textContent() };
  await page.locator("body").click({ position: { x: 5, y: 5 } });
  await page.reload();
  report.tabs = [];
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press("Tab");
    report.tabs.push(await page.evaluate(() => {
      const { tagName, textContent } = document.activeElement;
      const { outlineStyle } = getComputedStyle(document.activeElement);
      return `${tagName} ${textContent} ${outlineStyle}`;
    }));
  }
  await page.keyboard.press("Enter");
  await page.waitForURL("**/album/");
  report.followed = page.url().replace(base, "");
  await page.context().close();
}

async function looks(browser) {
  report.looks = {};
  for (const [target, locale, colorScheme, viewport] of [
    ["/photos/", "en-GB", "light", WIDE], ["/photos/", "en-GB", "dark", NARROW],
    ["/photos/", "pt-BR", "light", NARROW], ["/photos/", "pt-BR", "dark", WIDE],
    ["/empty/", "en-GB", "light", NARROW]]) {
    const page = await open(browser, target, { locale, colorScheme, viewport });
    const name = `${target.slice(1, -1)}-${locale.slice(0, 2)}-${colorScheme}-${viewport === WIDE ? "wide" : "narrow"}`;
    report.looks[name] = {
      axe: await findings(page),
      lang: await page.evaluate(() => document.documentElement.lang),
      overflow: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      notes: await page.locator(".note").allTextContents(),
    };
    await page.screenshot({ path: path.join(output, `${name}.png`) });
    await page.context().close();
  }
}

async function main() {
  fs.mkdirSync(output, { recursive: true });
  const browser = await chromium.launch({ executablePath, args, headless: true });
  try {
    await sorting(browser);
    report.requests = [];
    await filtering(browser);
    await looks(browser);
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(report));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
