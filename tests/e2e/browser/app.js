/* app.js -- Chromium goes into an app with a router, and to a page that is missing
 *
 *     node app.js PLAYWRIGHT-CORE CHROMIUM APP-URL SITE-URL
 *
 * Prints one JSON object: the headings that it saw. It judges nothing;
 * test_long_generators.py does. */
"use strict";

const [, , library, executablePath, app, site] = process.argv;
const { chromium } = require(library);

const args = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
  "--disable-quic",
];

(async () => {
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage();
  const heading = (text) => page.locator("h1", { hasText: text }).textContent();
  const report = {};
  await page.goto(`${app}/users/7`);
  report.entered = await heading("User 7");
  report.colour = await page.locator("h1").evaluate((h1) => getComputedStyle(h1).color);
  report.image = await page.locator("img").evaluate((image) =>
    image.decode().then(() => image.naturalWidth > 0));
  await page.getByText("About").click();
  report.clicked = await heading("About this app");
  await page.reload();
  report.reloaded = await heading("About this app");
  const missing = await page.goto(`${site}/posts/none`);
  report.missing = [missing.status(), await page.locator("h1").textContent()];
  await browser.close();
  console.log(JSON.stringify(report));
})();
