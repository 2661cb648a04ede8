// script.js -- what the pages can do beyond being read. They are complete
// without it. It holds no words: each page gives its own in data attributes.

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// The front page shows how this very copy arrived.
function showArrival(box) {
  const entry = performance.getEntriesByType("navigation")[0];
  if (!location.port || !entry || !entry.transferSize || !entry.encodedBodySize)
    return;
  // After a 304 the body comes from the cache, and only a head travelled.
  const isCached = entry.transferSize < entry.encodedBodySize;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  box.textContent = fill(isCached ? box.dataset.cached : box.dataset.text, {
    host: location.hostname,
    port: location.port,
    protocol: entry.nextHopProtocol.toUpperCase(),
    bytes: number.format(entry.encodedBodySize),
  });
  box.hidden = false;
}

// The link to the live page leads there if this server has one, else to the section
// that says how to start it. It is asked only then: a page view makes no request
// that a reader did not make.
function startLiveLink(link) {
  const page = "/-/wire/";
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey)
      return;
    event.preventDefault();
    const { ok, type } = await fetch(page, { method: "HEAD", redirect: "manual" }).catch(() => ({}));
    location.href = ok || type === "opaqueredirect" ? page : link.href;
  });
}

// The byte ruler: two cuts make three segments; the messages stay.
function startRuler(figure) {
  const words = figure.dataset;
  const cells = [...figure.querySelectorAll(".ten i")];
  const rows = [...figure.querySelectorAll("tbody tr")];
  const firstEnd = Number(words.firstEnd);
  const end = cells.length;
  const form = figure.querySelector(".cuts");
  const inputs = [...form.querySelectorAll("input")];
  const start = inputs.map((input) => Number(input.value));

  // What the server can do once bytes 0 to n - 1 are there; before is what
  // was there one recv earlier.
  function state(before, n) {
    const values = { pending: n < firstEnd ? n : n - firstEnd };
    if (n === end)
      return before < firstEnd ? words.both : words.second;
    if (n < firstEnd)
      return fill(words.none, values);
    if (before < firstEnd)
      return values.pending ? fill(words.first, values) : words.firstOnly;
    return fill(words.waiting, values);
  }

  function show() {
    const cuts = inputs.map((input) => Number(input.value));
    const edges = [0, ...cuts, end];
    cells.forEach((cell, i) => {
      const s = i < cuts[0] ? 1 : i < cuts[1] ? 2 : 3;
      const isFirst = edges.includes(i);
      for (const k of [1, 2, 3])
        cell.classList.toggle(`s${k}`, s === k);
      cell.classList.toggle("cut", isFirst);
      if (isFirst)
        cell.dataset.s = s;
      else
        delete cell.dataset.s;
    });
    rows.forEach((row, i) => {
      const from = edges[i], to = edges[i + 1];
      const range = to - from === 1 ? `${from}` : `${from}–${to - 1}`;
      const texts = [`${i + 1}`, range, `${to - from}`, state(from, to)];
      texts.forEach((text, column) => { row.cells[column].textContent = text; });
    });
    inputs.forEach((input, i) => {
      input.parentElement.querySelector(".at").textContent = cuts[i];
    });
  }

  inputs.forEach((input, i) => input.addEventListener("input", () => {
    const other = inputs[1 - i];
    const value = Number(input.value);
    if (i === 0 && value >= Number(other.value))
      other.value = Math.min(value + 1, end - 1);
    if (i === 1 && value <= Number(other.value))
      other.value = Math.max(value - 1, 1);
    if (inputs[0].value === inputs[1].value)
      input.value = i === 0 ? end - 2 : 2;
    show();
  }));
  form.querySelector("button").addEventListener("click", () => {
    inputs.forEach((input, i) => { input.value = start[i]; });
    show();
  });
  form.hidden = false;
  show();
}

document.querySelectorAll(".ruler").forEach(startRuler);
document.querySelectorAll(".top .wire").forEach(startLiveLink);

// The sizes of an arrival are known only when it is over.
addEventListener("load", () => {
  document.querySelectorAll(".live").forEach(showArrival);
});
