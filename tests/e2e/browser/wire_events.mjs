/* wire_events.mjs -- for the cases that are run without a browser: the page's scripts,
 * events by hand, and how the cases are run
 *
 * The first argument of the program is the folder of the scripts. */
import path from "node:path";
import { pathToFileURL } from "node:url";

export const folder = path.resolve(process.argv[2]);
export const load = (name) => import(pathToFileURL(path.join(folder, name)));
const { Model } = await load("model.js");

let clock = 1_000_000;
/* So much time passes before the next event. */
export const pass = (us) => { clock += us; };
export const event = (conn, layer, name, more = {}) =>
  ({ v: 2, time_us: clock++, conn, layer, event: name, ...more });
export const opened = (conn) => event(conn, "tcp", "open",
  { local: "127.0.0.1:8080", peer: `127.0.0.1:${40000 + conn}`, worker: 1 });
export const recv = (conn, from, to) => event(conn, "tcp", "recv", { from, to });
export const send = (conn, from, to) => event(conn, "tcp", "send", { from, to, call: "send" });
export const request = (conn, number, from, to) => event(conn, "http", "request",
  { request: number, from, head_to: to, to, recvs: 1, method: "GET", target: `/${number}`, version: "1.1", head: "" });
export const response = (conn, number, from, headTo, to, more = {}) => event(conn, "http", "response",
  { request: number, from, head_to: headTo, to, status: 200, head: "", ...more });
export const content = (conn, number, from, to) => event(conn, "http", "content", { request: number, from, to });
export const lost = (count) => ({ v: 2, time_us: clock++, layer: "wire", event: "lost", count });

export const left = (conn, from, to) => event(conn, "tcp", "left", { from, to });
export const again = (conn, to) => event(conn, "tcp", "left", { to, again: true });
export const acked = (conn, from, to) => event(conn, "tcp", "acked", { from, to });
export const info = (more = {}) =>
  ({ rtt_us: 9, cwnd: 10, retransmitted: 0, bytes_acked: 0, peer_window: 500, ...more });

export const modelOf = (events, limits) => {
  const model = new Model(limits);
  events.forEach((each) => model.add(each));
  return model;
};

/* Prints a JSON object: for each case "ok", or what went wrong. */
export function runCases(cases) {
  const outcome = {};
  for (const [name, run] of Object.entries(cases)) {
    try {
      run();
      outcome[name] = "ok";
    } catch (error) {
      outcome[name] = error.message;
    }
  }
  console.log(JSON.stringify(outcome));
}
