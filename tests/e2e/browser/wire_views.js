/* wire_views.js -- scenes of wire.js: what is shown below send, from recordings
 *
 * Reports what was seen, as wire.js does; test_wire_page.py judges. */
"use strict";

module.exports = ({ report, file, WIDE, NARROW, open, load, inspected, judge, shoot, tooWide }) => {
  /* What the plot shows: the places of all that has a time or a byte. */
  const plotOf = (lane) => lane.locator(".plot").evaluate((plot) => {
    const svg = plot.querySelector("svg").getBoundingClientRect();
    const box = (element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { x: (left + right) / 2 - svg.left, y: (top + bottom) / 2 - svg.top,
               top: top - svg.top, bottom: bottom - svg.top, ...element.dataset };
    };
    const all = (selector) => [...plot.querySelectorAll(selector)].map(box);
    const lines = [...plot.querySelectorAll("path.line")].map((each) =>
      [each.getAttribute("class"), each.getAttribute("d")]);
    return { times: all("[data-us].tick"), places: all("[data-at].tick"), marks: all(".mark"), bands: all(".band"),
             flags: all("path.flag"), texts: [...plot.querySelectorAll("text")].map((each) => each.textContent),
             lines: Object.fromEntries(lines), says: plot.parentElement.querySelector(".says").textContent,
             legend: [...plot.parentElement.querySelectorAll(".legend li")].map((each) => each.textContent.trim()) };
  });

  /* The rows of a ladder: their kind and way, and their words. */
  const ladderOf = (lane) => lane.locator(".ladder li:not(.heading)").evaluateAll((rows) => rows.map((row) =>
    [row.className, row.innerText.replace(/\s+/g, " ").trim()]));

  return {
    /* What is shown of the kernel's part, from a recording. */
    async tones(browser) {
      const page = await open(browser);
      await load(page, file);
      report.lanes = await page.locator("article.lane").evaluateAll((lanes) => lanes.map((lane) => {
        const track = lane.querySelector(".out .track").getBoundingClientRect();
        const at = (element) => {
          const { left, right } = element.getBoundingClientRect();
          return [left - track.left, right - track.left];
        };
        return {
          name: lane.querySelector("h3").textContent, classes: lane.className,
          state: lane.querySelector(".state").textContent, facts: lane.querySelector(".facts").textContent,
          says: lane.querySelector(".tones").getAttribute("aria-label"),
          tones: [...lane.querySelectorAll(".tones > i")].map((each) => [each.className, ...at(each)]),
          labels: [...lane.querySelectorAll(".tones > span")].map((each) => each.textContent),
          marks: [...lane.querySelectorAll(".tones > .again")].map((each) => at(each)),
          sends: [...lane.querySelectorAll(".out .chunks .item")].map((each) => at(each)),
        };
      }));
      await page.locator("article.lane").first().locator(".out .item.response").click();
      report.message = await page.locator("#inspector").innerText();
      await shoot(page, "wire-tones");
    },

    /* The plot over time, from a recording: where its marks, ticks and bands are. */
    async time(browser) {
      const page = await open(browser);
      await load(page, file);
      const lane = page.locator("article.lane").first();
      await lane.locator("[data-view=time]").click();
      await lane.locator(".mark").first().waitFor();
      report.whole = await plotOf(lane);
      await shoot(page, "wire-time");
      await lane.locator(".plot").focus();
      for (const key of ["+", "+", "ArrowRight"])
        await page.keyboard.press(key);
      report.nearer = await plotOf(lane);
      report.focus = await page.evaluate(() => document.activeElement.className);
      await lane.locator(".tools .farther").click();
      report.farther = await plotOf(lane);
      await page.keyboard.down("Control");
      await lane.locator(".plot").hover();
      await page.mouse.wheel(0, -100);
      await page.keyboard.up("Control");
      report.wheeled = await plotOf(lane);
      await lane.locator(".plot").focus();
      await page.keyboard.press("0");
      report.again = await plotOf(lane);
      report.axe = await judge(page);
      await page.setViewportSize(NARROW);
      report.overflow = await tooWide(page);
      await shoot(page, "wire-time-narrow");
    },

    /* The SYN in the inspector. */
    async syn(browser) {
      const page = await open(browser, { locale: "pt-BR" });
      await load(page, file);
      await page.locator("article.lane").first().locator(".ends .syn").click();
      report.portuguese = await inspected(page);
      await page.click("#tongue");
      await page.getByText("the SYN that opened it").waitFor();
      report.english = await inspected(page);
      report.axe = await judge(page);
      await shoot(page, "wire-syn");
      await page.keyboard.press("Escape");
      report.focus = await page.evaluate(() => document.activeElement.className);
    },

    /* The ladder of the two ends, of each connection of a recording. */
    async sequence(browser) {
      const page = await open(browser, { viewport: { width: 1280, height: 4000 } });
      await load(page, file);
      report.lanes = {};
      for (const lane of await page.locator("article.lane").all()) {
        await lane.locator("[data-view=sequence]").click();
        await lane.locator(".ladder li").nth(3).waitFor();
        report.lanes[await lane.locator("h3").textContent()] = await ladderOf(lane);
      }
      const long = page.locator("article.lane").first();
      const fold = long.locator(".folded .fold").first();
      await fold.focus();
      const began = Date.now();
      await page.keyboard.press("Enter");
      await page.waitForFunction((rows) => document.querySelector(".ladder").children.length !== rows,
                                 report.lanes.c4.length + 1);
      report.ms = Date.now() - began;
      report.opened = await ladderOf(long);
      report.axe = await judge(page);
      await page.setViewportSize(WIDE);
      const last = page.locator("article.lane").last();
      await last.locator("h3").evaluate((each) => each.scrollIntoView());
      await shoot(page, "wire-sequence");
      await last.locator(".k-syn .link").click();
      report.inspected = await page.locator("#inspected").textContent();
      await page.keyboard.press("Escape");
      await page.setViewportSize(NARROW);
      report.overflow = await tooWide(page);
      await shoot(page, "wire-sequence-narrow");
    },
  };
};
