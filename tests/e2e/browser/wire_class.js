/* wire_class.js -- scenes of wire.js: the live page in front of a class
 *
 * Reports what was seen, as wire.js does; test_wire_class.py judges. */
"use strict";

const LANES = 12; // more than a screen shows

module.exports = ({ report, base, output, file, FIRST, NARROW, open, dial, connect, load, itemsOf, judge, shoot }) => {
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
    for (const item of document.querySelectorAll(".item > span"))
      if (item.scrollWidth > item.clientWidth + 1)
        found.push(`${item.textContent} is clipped`);
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
        return { top, bottom, bar: document.querySelector("#controls").getBoundingClientRect().bottom, screen: innerHeight };
      });
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      const last = await dial();
      last.write(FIRST.slice(0, 9));
      await page.locator("#grown").getByText("↑").click();
      await page.locator("article.lane", { hasText: `:${last.localPort}` }).locator(".in .item").first().waitFor();
      report.clashes = await clashes(page);
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
  };
};
