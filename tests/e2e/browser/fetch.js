/* fetch.js -- node's own fetch: several at once, again, and a part
 *
 *     node fetch.js BASE-URL PATH...
 *
 * Prints one JSON object: for each path twice the SHA-256 of what came, and of
 * the first path the bytes 100 to 199. */
"use strict";

const { createHash } = require("node:crypto");
const [, , base, ...paths] = process.argv;

const sum = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function get(path, headers) {
  const answer = await fetch(base + path, { headers });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { path, status: answer.status, sum: sum(bytes), length: bytes.length };
}

async function main() {
  const whole = await Promise.all(paths.map((path) => get(path)));
  const again = [];
  for (const path of paths)
    again.push(await get(path));
  const part = await get(paths[0], { range: "bytes=100-199" });
  console.log(JSON.stringify({ answers: [...whole, ...again], part }));
}

main();
