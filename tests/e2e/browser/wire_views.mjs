/* wire_views.mjs -- the plot over time, the SYN and the ladder, held to examples
 *
 *     node wire_views.mjs FOLDER
 *
 * FOLDER holds the page's scripts as modules. Prints a JSON object: for each
 * case "ok", or what went wrong. */
import assert from "node:assert/strict";
import { acked, again, event, left, load, modelOf, opened, recv, request, response, runCases,
         send } from "./wire_events.mjs";

const time = await load("timeline.js");
const { fieldsOf, optionsOf } = await load("syn.js");
const ladder = await load("ladder.js");

/* The SYN of a connection over loopback: the headers of IP and TCP. */
const SYN = "4500003c1c464000400620747f0000017f0000019c461f9049961d8300000000" +
  "a002ffd7fe3000000204ffd70402080a3ade68b10000000001030307";

const cases = {
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
    const model = modelOf([opened(1), { ...send(1, 0, 10), time_us: 2_000_000 },
                           { ...left(1, 0, 5), time_us: 1_999_000 },
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
    assert.deepEqual(time.heightOf({ read: [{ us: 5, at: 36 }] }, { from: 0, to: 9 }),
                     { from: 0, to: 36, windowAbove: null });
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
    const shown = (text) => fieldsOf(text).map(({ at, key, value }) => [at, key, value]);
    assert.deepEqual(shown(SYN), [
      [0, "version", "4, 20 B"], [1, "service", "0x00"], [2, "total", "60"], [4, "id", "0x1c46"],
      [6, "fragment", "DF, 0"], [8, "ttl", "64"], [9, "protocol", "6"], [10, "ipSum", "0x2074"],
      [12, "from", "127.0.0.1"], [16, "to", "127.0.0.1"], [20, "fromPort", "40006"], [22, "toPort", "8080"],
      [24, "sequence", "1234574723"], [28, "ack", "0"], [32, "offset", "40 B"], [33, "flags", "SYN"],
      [34, "window", "65,495"], [36, "sum", "0xfe30"], [38, "urgent", "0"], [40, "mss", "65,495"],
      [44, "sack", ""], [46, "stamps", "987654321, 0"], [56, "nop", ""], [57, "scale", "7 (× 128)"]]);
    assert.equal(optionsOf({ bytes: SYN }), "MSS 65,495, SACK, TS, WScale 7 (× 128)");
    const addresses = `${"0".repeat(30)}01fe80${"0".repeat(24)}0002`;
    const six = `6000000000180640${addresses}${SYN.slice(40, 64)}60c2ffd7fe3000000204ffd7`;
    assert.deepEqual(shown(six).slice(3, 6), [[7, "ttl", "64"], [8, "from", "::1"], [24, "to", "fe80::2"]]);
    assert.deepEqual(shown(six).slice(-5).map(([, key, value]) => [key, value]),
                     [["flags", "SYN ECE CWR"], ["window", "65,495"], ["sum", "0xfe30"], ["urgent", "0"],
                      ["mss", "65,495"]]);
  },
  a_syn_of_any_bytes_can_be_read() {
    assert.deepEqual(fieldsOf("4500003c1c").map(({ key, value }) => [key, value]).slice(2),
                     [["total", "60"], ["rest", ""]]);
    const texts = [SYN.slice(0, 80) + "ff00", SYN.slice(0, 80) + "0814aabb", SYN + "cafe", "00", "ffffffff",
                   `4f${"01".repeat(80)}`,
                   ...Array.from({ length: 59 }, (_, i) => SYN.slice(0, 2 * i + 2)),
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
                           at(2090, left(1, 0, 60)), at(2195, left(1, 60, 120)), at(2150, acked(1, 0, 60)),
                           at(9000, acked(1, 60, 120)), at(5000, again(1, 120)),
                           at(9500, event(1, "tcp", "eof", { at: 36 })),
                           at(9600, event(1, "tcp", "close", { cause: "peer", age_us: 9 }))]);
    const connection = model.connections.get(1);
    const rows = ladder.rowsOf(connection, model.last);
    assert.deepEqual(rows.map(({ kind, dir }) => `${kind} ${dir ?? ""}`.trim()),
                     ["syn in", "synack out", "hand in", "accept", "data in", "send", "left out", "ack in", "send",
                      "left out", "again out", "ack in", "fin in", "fin out"]);
    assert.deepEqual(rows.filter(({ isGuess }) => isGuess).map(({ key }) => key),
                     ["syn0", "synack0", "hand0", "fin12c"]);
    assert.deepEqual(rows.map(({ http }) => http.map(({ event }) => event.event)).flat(), ["request", "response"]);
    assert.deepEqual(rows.flatMap(({ call }) => call ?? []),
                     ["accept4()", "recv() = 36", "send() = 60", "send() = 60", "recv() = 0", "close()"]);
    assert.equal(ladder.rowsOf(connection, 3).at(-1).http.length, 1);
  },
  a_ladder_ends_as_the_connection_did() {
    const ends = (...events) => ladder.rowsOf(modelOf([opened(1), recv(1, 0, 9), ...events]
      .map((each, i) => ({ ...each, time_us: i }))).connections.get(1), 99).slice(5)
      .map(({ kind, dir, isGuess }) => [kind, dir, isGuess === true]);
    const close = (more) => event(1, "tcp", "close", { cause: "peer", age_us: 9, ...more });
    assert.deepEqual(ends(event(1, "tcp", "shutdown", { at: 0 }), event(1, "tcp", "eof", { at: 9 }), close()),
                     [["fin", "out", false], ["fin", "in", false], ["close", undefined, false]]);
    assert.deepEqual(ends(close({ cause: "reset" })), [["rst", "in", false], ["close", undefined, false]]);
    assert.deepEqual(ends(close({ cause: "draining", unread: 7 })), [["rst", "out", true]]);
    assert.deepEqual(ends(close({ cause: "cut by a reset", unread: 0 })), [["rst", "out", true]]);
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
};

runCases(cases);
