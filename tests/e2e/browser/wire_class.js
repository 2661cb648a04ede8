/* wire_class.js -- scenes of wire.js: the live page in front of a class
 *
 * Reports what was seen, as wire.js does; test_long_wire_page.py judges. */
"use strict";

const path = require("node:path");

const LENGTHS = [1, 4, 9, 13, 15, 20]; // of targets, whose labels fit more or less
const LANES = 12; // more than a screen shows

module.exports = ({ report, output, file, FIRST, NARROW, open, dial, connect, picture, judge, shoot, watch }) => {
  const DESK = { viewport: { width: 1280, height: 900 } };

  const topOf = (page, selector) => page.locator(selector).first().evaluate((element) =>
    element.getBoundingClientRect().top + scrollY);
  const isDisabled = (page) => page.evaluate(() =>
    [...document.querySelectorAll("fieldset.acting")].every((group) => group.disabled));
  const waitActing = (page, isActing) => page.waitForFunction((wanted) =>
    [...document.querySelectorAll("fieldset.acting")].every((group) => group.disabled !== wanted), isActing);

  /* Labels that do not fit their item, and positions that touch each other. */
  const clashes = (page) => page.evaluate(() => {
    const found = [];
    const text = document.createRange();
    for (const label of document.querySelectorAll(".item > span")) {
      text.selectNodeContents(label);
      const { right } = text.getBoundingClientRect();
      if (label.textContent && right > label.parentElement.getBoundingClientRect().right + 0.5)
        found.push(`${label.textContent} is clipped`);
    }
    for (const label of document.querySelectorAll(".item > em"))
      if (label.dataset.text && label.scrollWidth > label.parentElement.clientWidth - label.offsetLeft + 0.5)
        found.push(`${label.dataset.text} is clipped`);
    for (const labels of document.querySelectorAll(".offsets")) {
      const boxes = [...labels.children].map((each) => each.getBoundingClientRect());
      boxes.forEach((box, i) => boxes.slice(i + 1).forEach((other) => {
        if (box.left < other.right && other.left < box.right)
          found.push(`${labels.textContent} collide`);
      }));
    }
    return found;
  });

  return {
    async chrome(browser) {
      report.tops = {};
      for (const locale of ["en-GB", "pt-BR"]) {
        const page = await open(browser, { ...DESK, locale });
        await connect(page, [FIRST]);
        report.tops[locale] = await topOf(page, "article.lane");
        await page.context().close();
      }
      const page = await open(browser, DESK);
      report.folded = await page.locator("article.own").count();
      await page.click("#own");
      await page.locator("article.own").waitFor();
      await page.click("#own");
      await page.locator("article.own").waitFor({ state: "detached" });
      await page.click("#actOne");
      const asked = (n) => page.locator(`.in .item[aria-label*='wire.css?n=${n},']`);
      await asked(1).waitFor();
      for (let i = 0; i < LANES; i++)
        await connect(page, [FIRST]);
      await page.evaluate(() => scrollTo(0, 0));
      await page.click("#actOne");
      await asked(2).waitFor();
      report.grew = await asked(2).evaluate((item) => {
        const { top, bottom } = item.closest("article").getBoundingClientRect();
        const bar = document.querySelector("#controls").getBoundingClientRect().bottom;
        return { top, bottom, bar, screen: innerHeight };
      });
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      const last = await dial();
      last.write(FIRST.slice(0, 9));
      await page.locator("#grown").getByText("↑").click();
      await page.locator("article.lane", { hasText: `:${last.localPort}` }).locator(".in .item").first().waitFor();
      report.clashes = await clashes(page);
      for (const length of LENGTHS) {
        const { lane } = await connect(page, [LENGTHS.map((more) =>
          `GET /${"x".repeat(length + more)} HTTP/1.1\r\nHost: a\r\n\r\n`).join("")]);
        await lane.locator(".out .item.response").nth(1).waitFor();
      }
      report.clashes.push(...await clashes(page));
      report.acting = [await isDisabled(page)];
      await page.click("#pause");
      await waitActing(page, false);
      await page.click("#pause");
      await waitActing(page, true);
      await page.route("**/events", (route) => route.abort());
      await page.reload();
      const gone = page.locator("#status.bad");
      await gone.waitFor();
      report.problems = report.problems.filter((text) => !text.includes("ERR_FAILED"));
      report.gone = await gone.textContent();
      report.gone_in_bar = await page.locator("#controls .bar #status.bad").count();
      report.acting.push(await isDisabled(page));
    },

    async phone(browser) {
      const page = await open(browser, { viewport: NARROW });
      const { lane } = await connect(page, [FIRST + FIRST + FIRST.slice(0, 9)]);
      report.views = [];
      for (const direction of ["out", "in"]) {
        await lane.locator(`.${direction} .messages .item`).first().click();
        report.views.push(await page.evaluate((name) => {
          const box = (each) => document.querySelector(each).getBoundingClientRect();
          const ruler = box(`article.lane:not(.quiet) .${name}`);
          return { bar: box(".bar").bottom, top: ruler.top, bottom: ruler.bottom, inspector: box("#inspector").top };
        }, direction));
        await shoot(page, `wire-phone-${direction}`);
        await page.keyboard.press("Escape");
      }
      report.clashes = await clashes(page);
    },

    async course(browser) {
      const page = await open(browser, DESK);
      const verdict = (state) => page.locator(`.verdict.${state}`);
      await page.click("#course summary");
      report.question = await page.locator("#course .ask p").textContent();
      await page.getByRole("button", { name: "three", exact: true }).click();
      report.states = [];
      for (const [state, cuts] of [["wrong", [0, 9]], ["solved", [0, 9, 20]]]) {
        await connect(page, cuts.map((from, i) => FIRST.slice(from, cuts[i + 1])));
        await verdict(state).waitFor();
        report.states.push(state);
      }
      report.reason = await page.locator(".exercise > p").last().textContent();
      await shoot(page, "wire-course");
      await verdict("solved").getByRole("button").click();
      report.shown = await page.locator("#inspected").textContent();
      await page.keyboard.press("Escape");
      await page.locator(".steps button").nth(4).click();
      await page.getByRole("button", { name: "nothing from the gap on" }).click();
      await page.getByRole("button", { name: "Open the recording" }).click();
      await page.getByText(/^Recording /).waitFor();
      report.acting = await isDisabled(page);
      report.answers = [];
      for (const [value, state] of [["2,896", "wrong"], ["4,344", "solved"]]) {
        await page.locator(".answer input").fill(value);
        await page.keyboard.press("Enter");
        await verdict(state).waitFor();
        report.answers.push(state);
      }
      await page.reload();
      report.kept = await page.locator("#course summary span").textContent();
    },

    async projector(browser) {
      const page = await open(browser, { viewport: { width: 1280, height: 720 } });
      const titles = () => page.locator("article.lane h3").allTextContents();
      const turned = (before) => page.waitForFunction((text) =>
        document.querySelector("article.lane h3")?.textContent !== text, before);
      const { socket, lane } = await connect(page, [FIRST]);
      const number = await lane.locator("h3").textContent();
      await connect(page, [FIRST + FIRST]);
      await page.keyboard.press("b");
      await page.waitForFunction(() => document.querySelectorAll("article.lane").length === 1);
      report.lanes = [];
      report.titles = [];
      for (const key of [null, "[", "]"]) {
        const before = report.titles.at(-1);
        if (key) {
          await page.keyboard.press(key);
          await turned(before);
        }
        const now = await titles();
        report.lanes.push(now.length);
        report.titles.push(now[0]);
      }
      await page.keyboard.press("Escape");
      await page.keyboard.press("b");
      socket.write(FIRST);
      await turned(report.titles[0]);
      await page.locator("article.lane .item.response").nth(1).waitFor();
      report.latest = number;
      [report.grown] = await titles();
      report.scale = await page.locator("article.lane").evaluate((each) =>
        each.getBoundingClientRect().width / each.offsetWidth);
      report.overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await shoot(page, "wire-projector");
      report.axe = await judge(page);
      await page.keyboard.press("Escape");
      await page.waitForFunction(() => document.querySelectorAll("article.lane").length > 1);
      report.after = (await titles()).length;
    },

    async onefile(browser) {
      const page = await open(browser, DESK);
      await connect(page, [FIRST + FIRST]);
      const { lane } = await connect(page, ["GET /?</script><b> HTTP/1.1\r\nHost: a\r\n\r\n"]);
      await lane.locator(".out .item").nth(1).waitFor();
      await page.click("#pause");
      await page.waitForFunction(() => document.querySelector("#what").textContent !== "");
      report.before = await picture(page);
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("#onefile")]);
      const saved = path.join(output, "wire-one-file.html");
      await download.saveAs(saved);
      const context = await browser.newContext({ ...DESK, locale: "en-GB", reducedMotion: "reduce" });
      const alone = await context.newPage();
      watch(alone);
      report.requests = [];
      alone.on("request", (request) => {
        if (!/^(data|file):/.test(request.url()))
          report.requests.push(request.url());
      });
      await alone.goto(`file://${saved}`);
      await alone.locator("article.lane .item").first().waitFor();
      report.url = alone.url();
      report.after = await picture(alone);
      report.status = await alone.locator("#status").textContent();
      report.acting = await isDisabled(alone);
      report.hostile = await alone.evaluate(() => {
        const markup = document.querySelector("#lanes").innerHTML.replace(/&lt;/g, "<").replace(/&gt;/g, ">");
        return /<\/script><b>/.exec(markup)?.[0];
      });
    },

    /* Each button of the lab, to its end. */
    async lab(browser) {
      const page = await open(browser, DESK);
      const last = () => page.locator("article.lane", { has: page.locator("[aria-label*='/-/wire/lab?']") }).first();
      const ended = async (button, text) => {
        await page.click(button);
        await page.locator("#labStatus").getByText(text).waitFor();
        return page.locator("#labStatus").textContent();
      };
      await page.click("#lab summary");
      await ended("#labReads", "200");
      await page.locator(".in .item[aria-label*='read=16']").first().click();
      report.reads = await page.locator("#inspector .parts li").count();
      await page.keyboard.press("Escape");
      await ended("#labPace", "200");
      report.paced = Number(/(\d+) sends/.exec(await last().locator(".facts").textContent())?.[1]);
      await page.click("#labStall");
      await page.locator("#labOn").waitFor();
      await page.locator("article.lane").getByText(/stalled/).first().waitFor();
      await page.click("#labOn");
      await page.locator("#labStatus").getByText("so far").waitFor();
      report.cancelled = await ended("#labCancel", "Cancelled");
      report.ended = await ended("#labEnd", "broke off");
      report.reset = await ended("#labReset", "broke off");
      report.problems = report.problems.filter((text) =>
        !/ERR_(CONTENT_LENGTH|CONNECTION_RESET|INCOMPLETE)/.test(text));
    },

    /* From a page of a site, which the argument names, by the navigation's link. */
    async link(browser) {
      const page = await browser.newPage();
      watch(page);
      await page.goto(file);
      await Promise.all([page.waitForURL(/\/-\/wire\/$|#live$/), page.click("nav .wire")]);
      report.at = page.url();
    },

    /* Another address than that of the viewer, and one that sends nothing, from a file. */
    async mine(browser) {
      const page = await open(browser, DESK);
      report.hidden_at_first = await page.locator("#mine").isHidden();
      const event = (conn, layer, name, more) =>
        ({ v: 2, time_us: 1_000_000 + conn, conn, layer, event: name, ...more });
      const opened = (conn, peer) => event(conn, "tcp", "open", { local: "10.0.0.1:8081", peer, worker: 1 });
      const events = [event(1, "wire", "viewer", {}), opened(1, "10.0.0.7:5000"), opened(2, "10.0.0.7:5001"),
                      opened(3, "10.0.0.8:5000")];
      await page.route("**/events", (route) => route.fulfill({ contentType: "text/event-stream",
        body: events.map((each) => `data: ${JSON.stringify(each)}\n\n`).join("") }));
      await page.reload();
      await page.locator("article.lane").nth(1).waitFor();
      report.before = await page.locator("article.lane").count();
      await page.click("#mine");
      await page.waitForFunction(() => document.querySelectorAll("article.lane").length === 1);
      report.after = await page.locator("article.lane h3").allTextContents();
    },
  };
};
