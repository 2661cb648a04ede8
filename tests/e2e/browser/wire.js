/* wire.js -- Chromium looks at the live page
 *
 *     node wire.js PLAYWRIGHT-CORE AXE-CORE CHROMIUM OUTPUT BASE-URL SCENE [FILE]
 *
 * Prints one JSON object: what the scene saw. Pictures go to the folder OUTPUT.
 * It judges nothing; test_wire_page.py does. */
"use strict";

const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");

const [, , library, axe, executablePath, output, base, scene, file] = process.argv;
const { chromium } = require(library);

const args = [
  "--no-sandbox", "--disable-gpu", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run",
  "--disable-quic",
];
const WIDE = { width: 1280, height: 1000 };
const NARROW = { width: 360, height: 740 };

const FIRST = "GET /a.html HTTP/1.1\r\nHost: localhost\r\n\r\n";
const SECOND = "GET /b.css HTTP/1.1\r\nHost: localhost\r\n\r\n";
const CROWD = 200; // connections
const CROWD_ASKS = 1500;
const CROWD_PER_SECOND = 500; // requests, of four events each

const report = { problems: [] };

function watch(page) {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      report.problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => report.problems.push(`script: ${error}`));
}

async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, locale: "en-GB", reducedMotion: "reduce",
                                             acceptDownloads: true, ...options });
  const page = await context.newPage();
  watch(page);
  await page.goto(`${base}/-/wire/`);
  await page.locator("#own:not([hidden])").waitFor();
  return page;
}

async function dial() {
  const { hostname, port } = new URL(base);
  const socket = net.connect(Number(port), hostname);
  await new Promise((done) => socket.on("connect", done));
  return socket.setNoDelay(true).resume();
}

/* A connection that stays: `pieces` are sent one after the other, each when the
 * page shows that the one before has arrived. */
async function connect(page, pieces) {
  const socket = await dial();
  const lane = page.locator("article.lane", { hasText: `:${socket.localPort}` });
  for (const [i, piece] of pieces.entries()) {
    socket.write(piece);
    await lane.locator(".in .item.chunk").nth(i).waitFor();
  }
  return { socket, lane };
}

/* What the rulers of a lane show: names and places. */
const itemsOf = (lane, row) => lane.locator(`${row} .item`).evaluateAll((items) => items.map((item) => {
  const { left, right } = item.getBoundingClientRect();
  return { name: item.getAttribute("aria-label"), left, right };
}));

const texts = (page, selector) => page.locator(selector).allTextContents();

/* All that is to be seen of the lanes, but for the event streams. */
const picture = (page) => page.locator("article.lane:not(.quiet)").evaluateAll((lanes) => lanes.map((lane) => ({
  words: [...lane.querySelectorAll("h3, .state, .ends, .facts, .plots dd, .offsets")].map((each) => each.textContent),
  items: [...lane.querySelectorAll(".item")].map((item) =>
    [item.getAttribute("aria-label"), Math.round(item.offsetLeft), item.offsetWidth]),
})));

const shoot = (page, name) => page.screenshot({ path: path.join(output, `${name}.png`) });

const inspected = async (page) => ({
  title: await page.locator("#inspected").textContent(),
  bytes: await texts(page, "#inspector .bytes"),
  says: await texts(page, "#inspector .lines p"),
  parts: await texts(page, "#inspector .parts li"),
});

const scenes = {
  async pair(browser) {
    const page = await open(browser);
    await page.click("#own");
    report.own = await page.locator("article.own .note").textContent();
    await page.click("#own");
    await page.click("#actOne");
    await page.locator("article.lane:not(.quiet) .out .item.response").first().waitFor();
    const silent = await connect(page, []);
    await silent.lane.getByText("open, 0 bytes").waitFor();
    const { lane } = await connect(page, [FIRST + SECOND]);
    await lane.locator(".out .item.response").nth(1).waitFor();
    await lane.getByText("idle").waitFor();
    report.lane = await lane.locator(".facts").textContent();
    report.chunks = await itemsOf(lane, ".in .chunks");
    report.messages = await itemsOf(lane, ".in .messages");
    report.answers = await itemsOf(lane, ".out .messages");
    await lane.locator(".in .item.request").nth(1).click();
    report.message = await inspected(page);
    await shoot(page, "wire-message");
    await page.keyboard.press("Escape");
    const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    report.focus = await focused();
    await page.keyboard.press("+");
    report.nearer = await focused();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    report.chunk = await inspected(page);
    await page.getByRole("button", { name: "the head of request #1" }).click();
    report.followed = await page.locator("#inspected").textContent();
  },

  async halves(browser) {
    const page = await open(browser);
    const { lane, socket } = await connect(page, [FIRST.slice(0, 27)]);
    await lane.getByText("in the middle of a request").waitFor();
    report.pending = await itemsOf(lane, ".in .messages");
    socket.write(FIRST.slice(27));
    await lane.locator(".in .item.request").waitFor();
    await lane.locator(".in .item.request").click();
    report.message = await inspected(page);
    await page.click("#pause");
    report.moments = [];
    await page.waitForFunction(() => document.querySelector("#what").textContent !== "");
    while ((await lane.locator(".in .item.request").count()) > 0) {
      const before = await page.locator("#what").textContent();
      await page.click("#back");
      await page.waitForFunction((text) => document.querySelector("#what").textContent !== text, before);
      report.moments.push(await page.locator("#what").textContent());
    }
    report.then = await itemsOf(lane, ".in .messages");
    await page.click("#pause");
    await lane.locator(".in .item.request").waitFor();
  },

  async record(browser) {
    const page = await open(browser);
    await page.click("#actSix");
    await page.getByText("6 responses").waitFor();
    const { lane } = await connect(page, [FIRST + SECOND, FIRST.slice(0, 9)]);
    await lane.getByText("in the middle of a request").waitFor();
    await page.click("#pause");
    await page.setViewportSize({ width: 1280, height: 4000 });
    await page.locator("article.lane:not(.quiet) .item").first().waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll("article.lane:not(.folded)")]
      .every((each) => each.querySelector(".item")));
    report.before = await picture(page);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
    const saved = path.join(output, "wire-recording.ndjson");
    await download.saveAs(saved);
    report.lines = fs.readFileSync(saved, "utf8").trim().split("\n").length;
    await load(page, saved);
    report.after = await picture(page);
    await page.click("#relive");
    await page.getByText(/^Live: /).waitFor();
  },

  async crowd(browser) {
    const page = await open(browser);
    const sockets = await Promise.all(Array.from({ length: CROWD }, dial));
    await ask(sockets, CROWD_ASKS, CROWD_PER_SECOND);
    const { lane } = await connect(page, [FIRST + SECOND]);
    await lane.locator(".out .item.response").nth(1).waitFor();
    report.asked = CROWD_ASKS;
    report.status = await page.locator("#status").textContent();
    report.lost = await page.locator("#lost").textContent();
    await shoot(page, "wire-crowd");
  },

  async load(browser) {
    const page = await open(browser);
    await load(page, file);
    report.picture = await picture(page);
    report.status = await page.locator("#status").textContent();
  },

  /* What the browser loaded for the page: bytes with their heads, and decoded. */
  async weight(browser) {
    const page = await open(browser);
    report.loaded = await page.evaluate(() =>
      ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
        .filter(({ name }) => !name.endsWith("/events"))
        .map(({ name, transferSize, decodedBodySize }) => ({ name, transferSize, decodedBodySize })));
  },

  async looks(browser) {
    report.axe = {};
    report.tongues = {};
    for (const colorScheme of ["light", "dark"])
      for (const locale of ["en-GB", "pt-PT"])
        await look(browser, colorScheme, locale);
    const page = await open(browser);
    await page.click("#tongue");
    await page.reload();
    await page.locator("#own:not([hidden])").waitFor();
    report.kept = await page.evaluate(() => document.documentElement.lang);
  },
};

/* So many requests, in turn on all sockets, at this pace or as fast as it goes;
 * to the last response. */
async function ask(sockets, count, per_second) {
  let asked = 0, answered = 0;
  const all = new Promise((done) => {
    for (const socket of sockets)
      socket.on("data", (data) => {
        answered += data.toString("latin1").split("HTTP/1.1 ").length - 1;
        if (answered >= count)
          done();
      });
  });
  const began = Date.now();
  const timer = setInterval(() => {
    for (const due = (Date.now() - began) / 1000 * per_second; asked < Math.min(due, count); asked++)
      sockets[asked % sockets.length].write(FIRST);
    if (asked === count)
      clearInterval(timer);
  }, 5);
  await all;
}

const tooWide = (page) => page.evaluate(() =>
  document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function load(page, name) {
  await page.setInputFiles("#file", name);
  await page.getByText(/^(Recording|Gravação) /).waitFor();
  await page.waitForFunction(() => {
    const lanes = [...document.querySelectorAll("article.lane:not(.folded)")];
    return lanes.length > 0 && lanes.every((lane) => lane.querySelector(".item"));
  });
}

async function look(browser, colorScheme, locale) {
  const page = await open(browser, { colorScheme, locale });
  const name = `${locale.slice(0, 2)}-${colorScheme}`;
  await page.click("#actLarge");
  await page.locator("#acted").getByText("200").waitFor();
  await connect(page, []);
  const { lane } = await connect(page, [FIRST.slice(0, 27), FIRST.slice(27) + SECOND + FIRST.slice(0, 9)]);
  await lane.locator(".item.pending").waitFor();
  report.tongues[name] = await page.evaluate(() =>
    ({ lang: document.documentElement.lang, heading: document.querySelector("h1").textContent }));
  await shoot(page, `wire-${name}`);
  await lane.locator(".in .item.request").first().click();
  await shoot(page, `wire-${name}-inspector`);
  for (const fold of await page.locator("summary").all()) {
    await fold.click();
    report.axe[name] = [...report.axe[name] ?? [], ...await judge(page)];
    await fold.click();
  }
  await page.setViewportSize(NARROW);
  await shoot(page, `wire-${name}-narrow-inspector`);
  report.axe[`${name}-narrow`] = await judge(page);
  await page.keyboard.press("Escape");
  await lane.locator("h3").scrollIntoViewIfNeeded();
  await lane.locator(".in .item.request").first().waitFor();
  await shoot(page, `wire-${name}-narrow`);
  report.tongues[name].overflow = await tooWide(page);
  await page.context().close();
}

async function judge(page) {
  await page.evaluate(fs.readFileSync(path.join(axe, "axe.min.js"), "utf8"));
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(", ")}`);
}

const tools = { report, output, file, FIRST, WIDE, NARROW, open, load, dial, connect, inspected, picture, judge,
                shoot, tooWide, watch };

async function main() {
  fs.mkdirSync(output, { recursive: true });
  const browser = await chromium.launch({ executablePath, args, headless: true });
  try {
    await { ...scenes, ...require("./wire_views.js")(tools), ...require("./wire_class.js")(tools) }[scene](browser);
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(report));
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
