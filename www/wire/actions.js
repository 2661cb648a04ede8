// actions.js -- buttons that make something happen, and commands to copy for
// what a browser cannot do.

import { make } from "./ruler.js";
import { bytes, count, t } from "./words.js";

// With a query, so that the page can tell these requests from those for itself.
let turn = 0;
const fresh = () => `wire.css?n=${++turn}`;

async function get(target, options = {}) {
  const response = await fetch(target, { cache: "no-store", ...options });
  await response.arrayBuffer();
  const { status, headers } = response;
  return { status, size: Number(headers.get("content-length")), headers }; // as sent, compressed perhaps
}

// Requests a version that we have: by its tag, or else by its date.
async function getKept() {
  const target = fresh();
  const { headers } = await get(target);
  const tag = headers.get("etag"), date = headers.get("last-modified");
  return get(target, {
    headers: tag ? { "If-None-Match": tag } : date ? { "If-Modified-Since": date } : {},
  });
}

const ACTS = {
  actOne: () => get(fresh()),
  actSix: () => Promise.all(Array.from({ length: 6 }, () => get(fresh()))),
  actLarge: () => get(`large?n=${++turn}`),
  actRange: () => get(`large?n=${++turn}`, { headers: { Range: "bytes=1000-1099" } }),
  actKept: getKept,
};

function report(result, ms) {
  if (Array.isArray(result)) {
    const size = result.reduce((sum, { size }) => sum + size, 0);
    return t("actedSix", { count: result.length, size: bytes(size), ms: count(ms) });
  }
  return t("acted", { status: result.status, size: bytes(result.size), ms: count(ms) });
}

export function startActions(page, element, status) {
  for (const button of element.querySelectorAll("button"))
    button.addEventListener("click", async () => {
      const began = performance.now();
      page.reveal.expect();
      status.textContent = t("acting");
      try {
        status.textContent = report(await ACTS[button.id](), Math.round(performance.now() - began));
      } catch (error) {
        status.textContent = t("actFailed", { why: error.message });
      }
    });
}

// Where this page came from, as a shell and nc want it. A name that is no plain
// host stays out of the shell's hands.
function here() {
  const name = location.hostname.replace(/[^\w.:[\]-]/g, "");
  const port = location.port || "80";
  return { nc: `${name.replace(/[[\]]/g, "")} ${port}`, url: `http://${name}:${port}`, host: `${name}:${port}` };
}

function commands() {
  const { nc, url, host } = here();
  const request = (method, target, more = "") =>
    `${method} ${target} HTTP/1.1\\r\\nHost: ${host}\\r\\n${more}\\r\\n`;
  const halves = request("GET", "/").split(/(?<=Ho)/);
  const large = request("GET", "/-/wire/large", "Connection: close\\r\\n");
  return [
    ["cmdHalves", `(env printf '${halves[0]}'; sleep 4\n env printf '${halves[1]}'; sleep 4) | nc -N ${nc}`],
    ["cmdTwo", `env printf '${request("GET", "/")}${request("HEAD", "/")}' |\n nc -N ${nc} | grep -a ^HTTP`],
    ["cmdNext", `curl -v -o /dev/null '${url}/' \\\n --next -v -o /dev/null '${url}/-/wire/wire.css'`],
    ["cmdSlow", `(env printf '${large}'; sleep 9) |\n nc ${nc} | (sleep 8; wc -c)`],
    ["cmdIdle", `nc ${nc}`],
  ];
}

async function copy(text, pre) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // not allowed here: choose it, so that one key copies it
    getSelection().selectAllChildren(pre);
    return false;
  }
}

export function writeCommands(list) {
  list.replaceChildren(...commands().map(([name, text]) => {
    const pre = make("pre", "cmd", make("code", "", text));
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", t(name));
    const button = make("button", "copy", t("copy"));
    button.type = "button";
    button.setAttribute("aria-label", t("copyOf", { name: t(name) }));
    button.addEventListener("click", async () => {
      if (await copy(text, pre))
        button.textContent = t("copied");
    });
    return make("li", "", make("h3", "", t(name)), pre, button,
                make("p", "", make("b", "", t("lookFor")), " ", t(`${name}See`)));
  }));
}
