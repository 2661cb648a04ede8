/* wire_model.mjs -- the arithmetic of the live page, held to examples
 *
 *     node wire_model.mjs FOLDER
 *
 * FOLDER holds the page's scripts as modules. Prints a JSON object: for each
 * case "ok", or what went wrong. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const folder = path.resolve(process.argv[2]);
const load = (name) => import(pathToFileURL(path.join(folder, name)));
const { Model, fromLines, isEvent, toLines } = await load("model.js");
const stream = await load("stream.js");
const { tonesOf } = await load("tones.js");
const time = await load("timeline.js");
const { fieldsOf, optionsOf } = await load("syn.js");
const ladder = await load("ladder.js");
const { axisOf, windowOf, zoomed } = await load("axis.js");
const { TONGUE_WORDS } = await load("words.js");

let clock = 1_000_000;
const event = (conn, layer, name, more = {}) =>
  ({ v: 2, time_us: clock++, conn, layer, event: name, ...more });
const opened = (conn) => event(conn, "tcp", "open",
  { local: "127.0.0.1:8080", peer: `127.0.0.1:${40000 + conn}`, worker: 1 });
const recv = (conn, from, to) => event(conn, "tcp", "recv", { from, to });
const send = (conn, from, to) => event(conn, "tcp", "send", { from, to, call: "send" });
const request = (conn, number, from, to) => event(conn, "http", "request",
  { request: number, from, head_to: to, to, recvs: 1, method: "GET", target: `/${number}`, version: "1.1", head: "" });
const response = (conn, number, from, headTo, to, more = {}) => event(conn, "http", "response",
  { request: number, from, head_to: headTo, to, status: 200, head: "", ...more });
const content = (conn, number, from, to) => event(conn, "http", "content", { request: number, from, to });
const lost = (count) => ({ v: 2, time_us: clock++, layer: "wire", event: "lost", count });

const left = (conn, from, to) => event(conn, "tcp", "left", { from, to });
const again = (conn, to) => event(conn, "tcp", "left", { to, again: true });
const acked = (conn, from, to) => event(conn, "tcp", "acked", { from, to });
const info = (more = {}) => ({ rtt_us: 9, cwnd: 10, retransmitted: 0, bytes_acked: 0, peer_window: 500, ...more });

const modelOf = (events, limits) => {
  const model = new Model(limits);
  events.forEach((each) => model.add(each));
  return model;
};

/* Two requests of 36 bytes, which came as 54 and 18. */
const pair = () => [opened(1), recv(1, 0, 54), request(1, 1, 0, 36), response(1, 1, 0, 20, 120),
                    recv(1, 54, 72), request(1, 2, 36, 72), response(1, 2, 120, 140, 240), send(1, 0, 240)];

const ranges = (list) => list.map(({ kind, from, to }) => [kind, from, to]);

/* What there is to see, without the numbers of events. */
function summary(model, seq = model.last) {
  return [...model.connections.values()].map((connection) => {
    const facts = stream.describe(connection, seq);
    const direction = (each) => {
      const { from, to } = stream.extent(each, seq);
      return [ranges(stream.spans(each, seq, from, to)),
              stream.carriers(each, seq, from, to).map((chunk) => [chunk.from, chunk.to])];
    };
    return { number: connection.number, state: facts.state, isStream: facts.isStream,
             isViewer: facts.isViewer, peer: facts.open?.peer, requests: facts.requests,
             in: direction(connection.in), out: direction(connection.out) };
  });
}

const cases = {
  a_chunk_carries_parts_of_two_messages() {
    const model = modelOf(pair());
    const found = stream.carried(model.connections.get(1).in, model.last, 0, 54);
    assert.deepEqual(found.map(({ kind, part, from, to, at, of }) => [kind, part.number, from, to, at, of]),
                     [["head", 1, 0, 36, 0, 36], ["head", 2, 36, 54, 0, 36]]);
    const [rest] = stream.carried(model.connections.get(1).in, model.last, 54, 72);
    assert.deepEqual([rest.from, rest.to, rest.at, rest.of], [54, 72, 18, 36]);
  },
  a_message_came_in_two_chunks() {
    const model = modelOf(pair());
    const found = stream.carriers(model.connections.get(1).in, model.last, 36, 72);
    assert.deepEqual(found.map(({ from, to, ordinal }) => [from, to, ordinal]), [[0, 54, 1], [54, 72, 2]]);
    const whole = stream.carriers(model.connections.get(1).in, model.last, 0, 54);
    assert.deepEqual(whole.map(({ to }) => to), [54]);
  },
  bytes_without_a_whole_message_are_pending() {
    const model = modelOf(pair().slice(0, 5));
    const { in: coming } = model.connections.get(1);
    assert.deepEqual(ranges(stream.spans(coming, model.last, 0, 72)), [["head", 0, 36], ["pending", 36, 72]]);
    assert.equal(stream.describe(model.connections.get(1), model.last).state, "answering");
  },
  stepping_back_shows_each_moment() {
    const model = modelOf(pair());
    const states = model.events.map((_, seq) => summary(model, seq)[0]);
    assert.deepEqual(states.map(({ state }) => state),
                     ["fresh", "asking", "asking", "answering", "answering", "answering", "answering", "idle"]);
    model.events.forEach((_, seq) =>
      assert.deepEqual(summary(model, seq), summary(modelOf(model.events.slice(0, seq + 1)))));
  },
  a_step_goes_to_what_is_wanted() {
    const model = modelOf([opened(1), opened(2), recv(2, 0, 1), recv(1, 0, 1)]);
    const isFirst = (each) => each.conn === 1;
    assert.equal(model.step(3, -1, isFirst), 0);
    assert.equal(model.step(0, 1, isFirst), 3);
    assert.equal(model.step(0, -1, isFirst), 0);
  },
  what_was_lost_leaves_gaps() {
    const model = modelOf([opened(1), recv(1, 0, 10), request(1, 1, 0, 10), lost(3),
                           recv(1, 30, 40), request(1, 3, 20, 40)]);
    const { in: coming } = model.connections.get(1);
    assert.deepEqual(stream.chunkGaps(coming, model.last, 0, 40), [{ from: 10, to: 30 }]);
    assert.deepEqual(ranges(stream.spans(coming, model.last, 0, 40)),
                     [["head", 0, 10], ["gap", 10, 20], ["head", 20, 40]]);
    assert.equal(model.lostUntil(model.last), 3);
    assert.equal(model.lostUntil(2), 0);
  },
  a_connection_may_begin_unseen() {
    const model = modelOf([send(7, 500, 600), recv(7, 72, 108), request(7, 3, 72, 108)]);
    const facts = stream.describe(model.connections.get(7), model.last);
    assert.deepEqual([facts.open, facts.requests, facts.received], [null, 3, 108]);
    assert.deepEqual(ranges(stream.spans(model.connections.get(7).out, model.last, 0, 600)), [["gap", 500, 600]]);
  },
  an_endless_body_grows_with_its_sends() {
    const model = modelOf([opened(1), response(1, 1, 0, 90, 90, { endless: true }), send(1, 0, 90), send(1, 90, 300)]);
    const { out } = model.connections.get(1);
    assert.deepEqual(ranges(stream.spans(out, 2, 0, 999)), [["head", 0, 90]]);
    assert.deepEqual(ranges(stream.spans(out, 3, 0, 999)), [["head", 0, 90], ["body", 90, 300]]);
    assert.equal(stream.describe(model.connections.get(1), 3).state, "streaming");
  },
  a_streamed_body_has_its_end_when_it_is_complete() {
    const model = modelOf([opened(1), response(1, 1, 0, 90, 90, { endless: true }), send(1, 0, 200),
                           content(1, 1, 90, 300), send(1, 200, 300), response(1, 2, 300, 390, 400), send(1, 300, 400)]);
    const { out } = model.connections.get(1);
    assert.deepEqual(ranges(stream.spans(out, 2, 0, 999)), [["head", 0, 90], ["body", 90, 200]]);
    assert.deepEqual(ranges(stream.spans(out, 3, 0, 999)), [["head", 0, 90], ["body", 90, 300]]);
    assert.deepEqual(ranges(stream.spans(out, 6, 0, 999)),
                     [["head", 0, 90], ["body", 90, 300], ["head", 300, 390], ["body", 390, 400]]);
    assert.equal(stream.describe(model.connections.get(1), 6).state, "idle");
  },
  the_past_is_bounded_by_count() {
    const model = new Model({ events: 100, us: 1e12 });
    model.add(opened(1));
    for (let i = 0; i < 500; i++)
      model.add(recv(1, i, i + 1));
    model.trim();
    const { in: coming, open } = model.connections.get(1);
    assert.equal(model.events.length, 100);
    assert.equal(model.forgotten, 401);
    assert.equal(coming.chunks.length, 100);
    assert.equal(coming.chunks[0].from, 400);
    assert.equal(open.event.worker, 1);
    assert.equal(stream.describe(model.connections.get(1), model.last).recvs, 500);
  },
  the_past_is_bounded_by_age() {
    const model = new Model({ events: 1000, us: 100 });
    model.add(opened(1));
    model.add(event(1, "tcp", "close", { cause: "peer", recvs: 0, sends: 0, requests: 0 }));
    clock += 200;
    model.add(opened(2));
    model.trim();
    assert.deepEqual([...model.connections.keys()], [2]);
    assert.equal(model.forgotten, 2);
  },
  what_is_saved_gives_the_same_picture() {
    const model = new Model({ events: 6, us: 1e12 });
    for (const each of [event(2, "wire", "viewer"), opened(2), response(2, 1, 0, 90, 90, { endless: true }),
                        ...pair(), send(2, 0, 90)])
      model.add(each);
    model.trim();
    const { events, strange } = fromLines(toLines(model.saved()));
    assert.equal(strange, 0);
    assert.deepEqual(summary(modelOf(events)), summary(model));
    assert.equal(summary(model).find(({ number }) => number === 2).isViewer, true);
  },
  a_strange_line_is_counted_and_passed_over() {
    const text = `${toLines(pair())}soquete: serving\n{"v":3}\n{"v":2,"time`;
    const { events, strange } = fromLines(text);
    assert.deepEqual([events.length, strange], [8, 3]);
  },
  a_recording_of_version_1_gives_the_same_picture() {
    const old = pair().map((each) => ({ ...each, v: 1, event: each.event.replace("response", "answer") }));
    const { events, strange } = fromLines(toLines(old));
    assert.equal(strange, 0);
    assert.deepEqual(summary(modelOf(events)), summary(modelOf(pair())));
    assert.deepEqual(fromLines(toLines(events)).events, events);
    assert.equal(fromLines('{"v":1}\nnull\n').strange, 2);
  },
  nonsense_is_no_event() {
    for (const each of [null, 7, [], {}, { ...recv(1, 5, 4) }, { ...recv(1, -1, 4) }, { ...recv(1, 0, 4), v: 3 },
                        event(1, "tcp", "constructor"), { ...recv(0.5, 0, 1) }])
      assert.equal(isEvent(each), false, JSON.stringify(each));
    assert.equal(isEvent(event(1, "tcp", "eof", { at: 5 })), true);
    assert.equal(isEvent(event(1, "tcp", "eof", { at: -5 })), false);
    assert.equal(isEvent(lost(4)), true);
    for (const each of [left(1, 0, 5), again(1, 5), acked(1, 0, 5), { ...recv(1, 0, 5), segments: 2, waited_us: 9 },
                        event(1, "tcp", "blocked", { at: 5, call: "send" }), { ...send(1, 0, 5), info: info() },
                        event(1, "http", "skip", { from: 0, to: 5, why: "not read" }),
                        { ...opened(1), syn: { bytes: "4500", ttl: 64, sequence: 1, window: 2 } }])
      assert.equal(isEvent(each), true, JSON.stringify(each));
    for (const each of [left(1, 5, 4), left(1, undefined, 5), { ...again(1, 5), again: 1 }, acked(1, 0),
                        { ...recv(1, 0, 5), segments: -1 }, { ...recv(1, 0, 5), waited_us: "9" },
                        event(1, "tcp", "blocked", { at: 5, call: 7 }),
                        event(1, "tcp", "blocked", { at: 5, call: "send", unsent: -1 }),
                        event(1, "tcp", "close", { cause: "peer", age_us: 1, acked: -1 }),
                        { ...send(1, 0, 5), info: info({ bytes_acked: "9" }) },
                        { ...opened(1), syn: { bytes: "45 00", ttl: 64, sequence: 1, window: 2 } },
                        { ...opened(1), syn: { bytes: "45" } }, { ...opened(1), syn: null }])
      assert.equal(isEvent(each), false, JSON.stringify(each));
    const { peer, ...nameless } = opened(1);
    for (const each of [nameless, { ...opened(1), info: 5 }, { ...opened(1), info: { rtt_us: "x" } },
                        { ...recv(1, 0, 5), event: "skip", why: "__proto__" },
                        { ...recv(1, 0, 5), event: "constructor" },
                        { ...request(1, 1, 0, 5), head: 7 }, { ...request(1, 1, 0, 5), target: null }])
      assert.equal(isEvent(each), false, JSON.stringify(each));
  },
  an_axis_is_to_scale_where_it_says_so() {
    const model = modelOf([opened(1), response(1, 1, 0, 250, 20_000_250), send(1, 0, 70_000)]);
    const { out } = model.connections.get(1);
    const range = windowOf(out, model.last, { mode: "latest" }, 6);
    const axis = axisOf(out, model.last, { mode: "latest" }, range, { toScale: false, width: 1000 });
    assert.deepEqual(range, { from: 0, to: 20_000_250 });
    assert.equal(Math.round(axis.x(range.to)), 1000);
    assert.ok(Math.abs(axis.x(100) * 2.5 - axis.x(250)) < 1e-6);
    assert.ok(axis.x(250) > 20);
    assert.deepEqual(axis.shortened().map(({ from, to }) => [from, to]), [[250, 20_000_250]]);
    for (const position of [0, 1, 250, 251, 70_000, 20_000_250])
      assert.ok(Math.abs(axis.position(axis.x(position)) - position) < 1e-3, String(position));
    const plain = axisOf(out, model.last, { mode: "latest" }, range, { toScale: true, width: 1000 });
    assert.deepEqual(plain.shortened(), []);
    assert.ok(Math.abs(plain.x(10_000_125) - 500) < 1e-6);
  },
  zooming_keeps_the_middle_and_the_ends() {
    const model = modelOf([opened(1), recv(1, 0, 400), request(1, 1, 0, 400)]);
    const { in: coming } = model.connections.get(1);
    const scale = { toScale: false };
    const nearer = zoomed(coming, model.last, { from: 0, to: 400 }, scale, { factor: 2 });
    assert.deepEqual([nearer.from, nearer.to], [100, 300]);
    const back = zoomed(coming, model.last, nearer, scale, { factor: 0.5 });
    assert.deepEqual([back.from, back.to], [0, 400]);
    const moved = zoomed(coming, model.last, nearer, scale, { move: 9 });
    assert.equal(moved.to, 400);
  },
  the_latest_begin_with_a_message() {
    const model = modelOf(pair());
    const { out } = model.connections.get(1);
    assert.deepEqual(windowOf(out, model.last, { mode: "latest" }, 1), { from: 120, to: 240 });
    assert.deepEqual(windowOf(out, model.last, { mode: "all" }, 1), { from: 0, to: 240 });
  },
  the_bytes_below_send_are_told_apart() {
    const model = modelOf([opened(1), response(1, 1, 0, 20, 1000), { ...send(1, 0, 600), info: info() },
                           left(1, 0, 400), again(1, 200), acked(1, 0, 200),
                           event(1, "tcp", "blocked", { at: 600, call: "send", queued: 400, unsent: 200 }),
                           send(1, 600, 700),
                           event(1, "tcp", "close", { cause: "reset", age_us: 9, sent: 500, acked: 300 })]);
    const connection = model.connections.get(1);
    const far = (seq) => { const { acked, left, moved } = stream.reached(connection, seq); return [acked, left, moved]; };
    assert.equal(stream.reached(connection, 1), null);
    assert.deepEqual([2, 3, 4, 5, 8].map(far),
                     [[0, 0, 600], [0, 400, 600], [0, 400, 600], [200, 400, 600], [300, 500, 700]]);
    assert.deepEqual([3, 4].map((seq) => stream.reached(connection, seq).again), [0, 1]);
    const states = [5, 6, 7, 8].map((seq) => stream.describe(connection, seq).state);
    assert.deepEqual(states, ["answering", "stalled", "answering", "closed"]);
    const tones = (seq) => tonesOf(stream.describe(connection, seq))
      .map(({ kind, from, to, isLost }) => [kind, from, to, isLost === true]);
    assert.deepEqual(tones(6), [["acked", 0, 200, false], ["flight", 200, 400, false],
                                ["unsent", 400, 600, false], ["server", 600, 1000, false]]);
    assert.deepEqual(tones(8), [["acked", 0, 300, false], ["flight", 300, 500, true],
                                ["unsent", 500, 700, true], ["server", 700, 1000, true]]);
  },
  an_acknowledgement_may_be_in_tcp_info_alone() {
    const model = modelOf([opened(1), send(1, 0, 600), { ...send(1, 600, 900), info: info({ bytes_acked: 550 }) },
                           acked(1, 0, 400), { ...send(1, 900, 950), info: info({ bytes_acked: 5000 }) }]);
    const { connections } = model;
    assert.deepEqual([1, 2, 3, 4].map((seq) => stream.reached(connections.get(1), seq)?.acked),
                     [undefined, 550, 550, 950]);
    assert.deepEqual(tonesOf(stream.describe(connections.get(1), 1)), []);
  },
  what_is_below_send_is_forgotten_with_the_rest() {
    const model = new Model({ events: 100, us: 1e12 });
    model.add(opened(1));
    for (let i = 0; i < 200; i++)
      for (const each of [send(1, i, i + 1), left(1, i, i + 1), again(1, i + 1), acked(1, i, i + 1)])
        model.add(each);
    model.trim();
    const { out, log } = model.connections.get(1);
    assert.deepEqual([out.left, out.again, out.acked, log].map(({ length }) => length), [25, 25, 25, 100]);
    assert.equal(stream.reached(model.connections.get(1), model.last).acked, 200);
  },
  a_line_over_time_keeps_its_corners() {
    const points = Array.from({ length: 10_000 }, (_, i) => ({ us: i * 10, at: i === 5003 ? 7 : 100 + i }));
    const seen = time.thinned(points, { from: 40_000, to: 60_000 }, 100);
    assert.ok(seen.length <= 301 + 3, String(seen.length));
    assert.deepEqual(seen[0], { us: 40_000, at: 100 + 3999 });
    assert.deepEqual(seen.at(-1), { us: 60_000, at: 6100 });
    assert.ok(seen.some(({ us, at }) => us === 50_030 && at === 7));
    assert.equal(time.valueAt(points, 55), 105);
    assert.equal(time.valueAt(points, -1), null);
  },
  the_kernel_times_come_late_and_lines_do_not_run_back() {
    const model = modelOf([opened(1), { ...send(1, 0, 10), time_us: 2_000_000 }, { ...left(1, 0, 5), time_us: 1_999_000 },
                           { ...left(1, 5, 10), time_us: 1_998_000 }, { ...acked(1, 0, 10), time_us: 2_500_000 }]);
    const connection = model.connections.get(1);
    const lines = time.linesOut(connection, model.last);
    assert.deepEqual(lines.left.map(({ us, at }) => [us, at]), [[1_999_000, 5], [1_999_000, 10]]);
    assert.deepEqual(time.linesOut(connection, 2).left.map(({ at }) => at), [5]);
    model.add({ ...left(1, 10, 12), time_us: 2_600_000 });
    assert.deepEqual(time.linesOut(connection, model.last).left.map(({ at }) => at), [5, 10, 12]);
    connection.out.left.splice(0, 1);
    model.add({ ...left(1, 12, 15), time_us: 2_700_000 });
    assert.deepEqual(time.linesOut(connection, model.last).left.map(({ at }) => at), [10, 12, 15]);
    assert.equal(time.lifetime(connection, 4).to, 2_500_000);
    assert.equal(time.lifetime(connection, 2).to, 2_000_000);
  },
  a_line_ends_where_the_account_of_the_close_does() {
    const model = modelOf([opened(1), send(1, 0, 90), left(1, 0, 50), acked(1, 0, 40),
                           event(1, "tcp", "close", { cause: "reset", age_us: 9, sent: 70, acked: 40 })]);
    const [before, after] = [3, 4].map((seq) => time.linesOut(model.connections.get(1), seq));
    assert.deepEqual([before.left.at(-1).at, after.left.at(-1).at, after.acked.length], [50, 70, 1]);
    assert.equal(after.left.at(-1).us, model.events[4].time_us);
  },
  the_window_is_in_the_picture_only_if_it_is_near() {
    const lines = { written: [{ us: 5, at: 1000 }], acked: [{ us: 8, at: 1000 }], window: [{ us: 5, at: 1500 }] };
    assert.deepEqual(time.heightOf(lines, { from: 0, to: 9 }), { from: 0, to: 1500, windowAbove: null });
    lines.window[0].at = 9000;
    assert.deepEqual(time.heightOf(lines, { from: 0, to: 9 }), { from: 0, to: 1000, windowAbove: 9000 });
    assert.deepEqual(time.heightOf({ read: [{ us: 5, at: 36 }] }, { from: 0, to: 9 }), { from: 0, to: 36, windowAbove: null });
  },
  a_stall_lasts_until_the_next_write() {
    const refused = (at) => event(1, "tcp", "blocked", { at, call: "send" });
    const model = modelOf([opened(1), send(1, 0, 10), refused(10), refused(10), send(1, 10, 20), refused(20)]);
    const us = model.events.map((each) => each.time_us);
    const found = time.stalls(model.connections.get(1), model.last, us[5] + 70);
    assert.deepEqual(found, [{ from: us[2], to: us[4] }, { from: us[5], to: us[5] + 70 }]);
  },
  ticks_are_round() {
    assert.deepEqual(time.ticksOf(0, 400, 5), [0, 100, 200, 300, 400]);
    assert.deepEqual(time.ticksOf(130, 280, 4), [150, 200, 250]);
    assert.deepEqual(time.ticksOf(0, 60_067, 7, 1024).map((at) => at / 1024), [0, 10, 20, 30, 40, 50]);
    assert.ok(time.ticksOf(0, 3, 9).every(Number.isInteger));
  },
  zooming_in_time_stays_in_the_life_of_a_connection() {
    const model = modelOf([opened(1), recv(1, 0, 400), request(1, 1, 0, 400)]);
    const connection = model.connections.get(1);
    const { time_us: began } = model.events[0];
    const whole = { from: began, to: began + 50 };
    assert.deepEqual(time.spanOf(connection, model.last, { mode: "all" }), whole);
    connection.log.push({ seq: 2, us: began + 1000 });
    const nearer = time.zoomedTime(connection, model.last, { from: began, to: began + 1000 }, { factor: 2 });
    assert.deepEqual(nearer, { mode: "range", from: began + 250, to: began + 750 });
    assert.equal(time.zoomedTime(connection, model.last, nearer, { move: 9 }).to, began + 1000);
    assert.equal(time.zoomedTime(connection, model.last, nearer, { move: -1e9 }).from, began);
    const { from, to } = time.zoomedTime(connection, model.last, nearer, { factor: 1e9 });
    assert.equal(to - from, 50);
  },
  each_field_of_a_syn_is_named() {
    const four = "4500003c1c464000400620747f0000017f0000019c461f9049961d8300000000a002ffd7fe3000000204ffd70402080a3ade68b10000000001030307";
    const shown = (text) => fieldsOf(text).map(({ at, key, value }) => [at, key, value]);
    assert.deepEqual(shown(four), [
      [0, "version", "4, 20 B"], [1, "service", "0x00"], [2, "total", "60"], [4, "id", "0x1c46"], [6, "fragment", "DF, 0"],
      [8, "ttl", "64"], [9, "protocol", "6"], [10, "ipSum", "0x2074"], [12, "from", "127.0.0.1"], [16, "to", "127.0.0.1"],
      [20, "fromPort", "40006"], [22, "toPort", "8080"], [24, "sequence", "1234574723"], [28, "ack", "0"], [32, "offset", "40 B"],
      [33, "flags", "SYN"], [34, "window", "65,495"], [36, "sum", "0xfe30"], [38, "urgent", "0"], [40, "mss", "65,495"],
      [44, "sack", ""], [46, "stamps", "987654321, 0"], [56, "nop", ""], [57, "scale", "7 (× 128)"]]);
    assert.equal(optionsOf({ bytes: four }), "MSS 65,495, SACK, TS, WScale 7 (× 128)");
    const six = `6000000000180640${"0".repeat(30)}01fe80${"0".repeat(24)}0002${four.slice(40, 64)}60c2ffd7fe3000000204ffd7`;
    assert.deepEqual(shown(six).slice(3, 6), [[7, "ttl", "64"], [8, "from", "::1"], [24, "to", "fe80::2"]]);
    assert.deepEqual(shown(six).slice(-5).map(([, key, value]) => [key, value]),
                     [["flags", "SYN ECE CWR"], ["window", "65,495"], ["sum", "0xfe30"], ["urgent", "0"], ["mss", "65,495"]]);
  },
  a_syn_of_any_bytes_can_be_read() {
    assert.deepEqual(fieldsOf("4500003c1c").map(({ key, value }) => [key, value]).slice(2), [["total", "60"], ["rest", ""]]);
    const four = "4500003c1c464000400620747f0000017f0000019c461f9049961d8300000000a002ffd7fe3000000204ffd70402080a3ade68b10000000001030307";
    const texts = [four.slice(0, 80) + "ff00", four.slice(0, 80) + "0814aabb", four + "cafe", "00", "ffffffff", `4f${"01".repeat(80)}`,
                   ...Array.from({ length: 59 }, (_, i) => four.slice(0, 2 * i + 2)),
                   ...Array.from({ length: 200 }, (_, i) => Array.from({ length: 60 }, (_, k) =>
                     ((i * 7919 + k * k * 104729) % 256).toString(16).padStart(2, "0")).join(""))];
    for (const text of texts) {
      const fields = fieldsOf(text);
      assert.equal(fields.flatMap(({ bytes }) => bytes).length, text.length / 2, text);
      fields.reduce((at, field) => { assert.equal(field.at, at); return at + field.bytes.length; }, 0);
    }
  },
  a_ladder_is_in_the_order_of_what_happened() {
    const at = (us, each) => ({ ...each, time_us: us });
    const model = modelOf([at(1000, opened(1)), at(2000, recv(1, 0, 36)), at(2010, request(1, 1, 0, 36)),
                           at(2020, response(1, 1, 0, 20, 120)), at(2100, send(1, 0, 60)), at(2200, send(1, 60, 120)),
                           at(2090, left(1, 0, 60)), at(2195, left(1, 60, 120)), at(2150, acked(1, 0, 60)), at(9000, acked(1, 60, 120)),
                           at(5000, again(1, 120)), at(9500, event(1, "tcp", "eof", { at: 36 })),
                           at(9600, event(1, "tcp", "close", { cause: "peer", age_us: 9 }))]);
    const connection = model.connections.get(1);
    const rows = ladder.rowsOf(connection, model.last);
    assert.deepEqual(rows.map(({ kind, dir }) => `${kind} ${dir ?? ""}`.trim()),
                     ["syn in", "synack out", "hand in", "accept", "data in", "send", "left out", "ack in", "send", "left out",
                      "again out", "ack in", "fin in", "fin out"]);
    assert.deepEqual(rows.filter(({ isGuess }) => isGuess).map(({ key }) => key), ["syn0", "synack0", "hand0", "fin12c"]);
    assert.deepEqual(rows.map(({ http }) => http.map(({ event }) => event.event)).flat(), ["request", "response"]);
    assert.deepEqual(rows.flatMap(({ call }) => call ?? []),
                     ["accept4()", "recv() = 36", "send() = 60", "send() = 60", "recv() = 0", "close()"]);
    assert.equal(ladder.rowsOf(connection, 3).at(-1).http.length, 1);
  },
  a_ladder_ends_as_the_connection_did() {
    const ends = (...events) => ladder.rowsOf(modelOf([opened(1), recv(1, 0, 9), ...events]
      .map((each, i) => ({ ...each, time_us: i }))).connections.get(1), 99).slice(5).map(({ kind, dir, isGuess }) => [kind, dir, isGuess === true]);
    const close = (more) => event(1, "tcp", "close", { cause: "peer", age_us: 9, ...more });
    assert.deepEqual(ends(event(1, "tcp", "shutdown", { at: 0 }), event(1, "tcp", "eof", { at: 9 }), close()),
                     [["fin", "out", false], ["fin", "in", false], ["close", undefined, false]]);
    assert.deepEqual(ends(close({ cause: "reset" })), [["rst", "in", false], ["close", undefined, false]]);
    assert.deepEqual(ends(close({ cause: "draining", unread: 7 })), [["rst", "out", true]]);
    assert.deepEqual(ends(close({ cause: "draining", unread: 0 })), [["fin", "out", true]]);
  },
  a_ladder_without_stamps_draws_its_writes() {
    const rows = ladder.rowsOf(modelOf([opened(1), send(1, 0, 60)]).connections.get(1), 99);
    assert.deepEqual(rows.slice(4).map(({ kind, dir, isGuess }) => [kind, dir, isGuess]), [["send", "out", true]]);
    const unix = { ...opened(1), local: "unix:/s", peer: "unix:" };
    assert.deepEqual(ladder.rowsOf(modelOf([unix]).connections.get(1), 99).map(({ kind }) => kind), ["accept"]);
  },
  a_long_ladder_is_folded_and_bounded() {
    const events = [opened(1)];
    for (let i = 0; i < 3000; i++)
      events.push(send(1, i, i + 1), left(1, i, i + 1), acked(1, i, i + 1), ...i % 300 === 299 ? [again(1, i)] : []);
    const connection = modelOf(events).connections.get(1);
    const rows = ladder.rowsOf(connection, events.length);
    assert.equal(rows.length, ladder.LIMITS.events + 3 + 1);
    const total = (list) => list.reduce((sum, { size, count }) => sum + (size ?? count ?? 1), 0);
    const shown = ladder.folded(rows, new Set());
    assert.ok(shown.length <= ladder.LIMITS.rows, String(shown.length));
    assert.equal(total(shown), events.length + 3);
    const folds = shown.filter(({ kind }) => kind === "fold");
    assert.ok(folds.length > 2);
    const nearer = ladder.folded(rows, new Set([folds[0].key]), { ...ladder.LIMITS, rows: 200 });
    assert.ok(nearer.length <= 200 && nearer.length > shown.length, String(nearer.length));
    assert.equal(total(nearer), events.length + 3);
    const whole = ladder.folded(rows, new Set(), { ...ladder.LIMITS, rows: 20 });
    assert.equal(whole.length, 20);
    assert.equal(whole.filter(({ isWhole }) => isWhole).length, 1);
    assert.equal(total(whole), events.length + 3);
    const short = rows.slice(0, 4 + ladder.LIMITS.run);
    assert.deepEqual(ladder.folded(short, new Set()), short);
  },
  a_filter_knows_connection_port_and_target() {
    const connection = modelOf(pair()).connections.get(1);
    for (const filter of ["", "c1", "40001", ":8080", "127.0", "/2", "get /1 c1"])
      assert.ok(stream.fits(connection, filter), filter);
    for (const filter of ["c2", "c11", "40002", "/3", "c1 /3"])
      assert.ok(!stream.fits(connection, filter), filter);
  },
  both_tongues_have_all_words() {
    const [en, pt] = ["en", "pt"].map((tongue) => TONGUE_WORDS[tongue]);
    assert.deepEqual(Object.keys(pt), Object.keys(en));
    for (const key of Object.keys(en)) {
      const holes = (text) => [...String(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      if (typeof en[key] === "string")
        assert.deepEqual(holes(pt[key]), holes(en[key]), key);
    }
    for (const name of fs.readdirSync(folder).filter((each) => /\.(js|html)$/.test(each)))
      for (const [, key] of fs.readFileSync(path.join(folder, name), "utf8")
        .matchAll(/(?:\bt\(|data-(?:t|label|title)=)"([^"]+)"/g))
        assert.ok(Object.hasOwn(en, key), `${name}: ${key}`);
  },
};

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
