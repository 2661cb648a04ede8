/* wire_model.mjs -- the arithmetic of the live page, held to examples
 *
 *     node wire_model.mjs FOLDER
 *
 * FOLDER holds the page's scripts as modules. Prints a JSON object: for each
 * case "ok", or what went wrong. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { acked, again, content, event, folder, info, left, load, lost, modelOf, opened, pass, recv,
         request, response, runCases, send } from "./wire_events.mjs";

const { Model, fromLines, isEvent, toLines } = await load("model.js");
const stream = await load("stream.js");
const { tonesOf } = await load("tones.js");
const { axisOf, windowOf, zoomed } = await load("axis.js");
const { TONGUE_WORDS } = await load("words.js");

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
                           content(1, 1, 90, 300), send(1, 200, 300), response(1, 2, 300, 390, 400),
                           send(1, 300, 400)]);
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
    pass(200);
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
    const far = (seq) => {
      const { acked, left, moved } = stream.reached(connection, seq);
      return [acked, left, moved];
    };
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
  a_reset_of_the_server_loses_bytes_too() {
    const cut = event(1, "tcp", "close", { cause: "cut by a reset", age_us: 9, sent: 9, acked: 4 });
    const connection = modelOf([opened(1), send(1, 0, 9), cut]).connections.get(1);
    const tones = tonesOf(stream.describe(connection, 99));
    assert.deepEqual(tones.map(({ kind, isLost }) => [kind, isLost === true]), [["acked", false], ["flight", true]]);
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

runCases(cases);
