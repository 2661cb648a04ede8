// onefile.js -- the page with its recording in one file, which opens from a disk
// without a server. Its modules become data: URLs that an import map names.

import { saveText } from "./feed.js";

const IMPORT = /(\bfrom |\bimport )"\.\/([\w-]+\.js)"/g;
const POLICY = "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; " +
  "img-src data:; base-uri 'none'; form-action 'none'";

async function textOf(name) {
  const response = await fetch(name);
  if (!response.ok)
    throw new Error(`${name}: ${response.status}`);
  return response.text();
}

// A module and all that it imports, by name; "./x.js" becomes "wire/x.js".
async function collect(name, found = {}) {
  found[name] = "";
  const text = await textOf(name);
  found[name] = text.replace(IMPORT, '$1"wire/$2"');
  for (const [, , next] of text.matchAll(IMPORT))
    if (!Object.hasOwn(found, next))
      await collect(next, found);
  return found;
}

function dataUrl(text) {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return `data:text/javascript;base64,${btoa(bytes.join(""))}`;
}

// JSON that no parser of HTML takes for markup.
const toJson = (value) => JSON.stringify(value).replace(/</g, "\\u003c");

export function assemble(html, css, modules, recording) {
  const imports = Object.fromEntries(Object.entries(modules).map(([name, text]) => [`wire/${name}`, dataUrl(text)]));
  const parts = [
    [/(<meta http-equiv="Content-Security-Policy" content=")[^"]*/, (_, start) => start + POLICY],
    [/<link rel="stylesheet"[^>]*>/, () => `<style>\n${css}</style>`],
    [/<script type="module"[^>]*><\/script>/, () =>
      `<script type="application/json" id="recording">${toJson(recording)}</script>\n` +
      `<script type="importmap">${toJson({ imports })}</script>\n` +
      '<script type="module">import "wire/main.js";</script>'],
  ];
  return parts.reduce((text, [pattern, by]) => text.replace(pattern, by), html);
}

export async function saveOneFile(events, name) {
  const [html, css, modules] = await Promise.all([textOf("./"), textOf("wire.css"), collect("main.js")]);
  saveText(assemble(html, css, modules, { name, events }), "text/html", `${name}.html`);
}

// The recording that this page has in itself, or null. It is read as any file is.
export function ownRecording() {
  const element = document.getElementById("recording");
  return element ? JSON.parse(element.textContent) : null;
}
