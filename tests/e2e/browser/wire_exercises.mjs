/* wire_exercises.mjs -- the exercises of the live page: solved by what solves them,
 * refused by what comes near
 *
 *     node wire_exercises.mjs FOLDER
 *
 * FOLDER holds the page's scripts as modules. Prints a JSON object: for each
 * case "ok", or what went wrong. */
import assert from "node:assert/strict";
import { load, runCases } from "./wire_events.mjs";

const { Model, isEvent } = await load("model.js");
const { EXERCISES, subjectOf } = await load("exercises.js");
const { lossy } = await load("lossy.js");
const { hostOf, isFrom, isOwn, viewerHost } = await load("own.js");
const { parseFigure } = await load("course.js");
const { TONGUE_WORDS } = await load("words.js");

const HEAD = "x".repeat(36);
const SYN = { bytes: "45", ttl: 64, sequence: 1000, window: 65535, window_scale: 7, sack: true,
              timestamps: true, ecn: false };
const infoOf = (rtt_us) => ({ rtt_us, cwnd: 10, retransmitted: 0 });

/* The events of connections, each at its own time. */
class Story {
  constructor() {
    this.model = new Model();
    this.us = 1_000_000;
  }
  add(conn, layer, event, more = {}) {
    const made = { v: 2, time_us: this.us++, conn, layer, event, ...more };
    assert.ok(isEvent(made), `no event: ${JSON.stringify(made)}`);
    this.model.add(made);
    return this;
  }
  open(conn, peer = `127.0.0.1:${40000 + conn}`, more = { syn: SYN, info: infoOf(47) }) {
    return this.add(conn, "tcp", "open", { local: "127.0.0.1:8081", peer, worker: 1, ...more });
  }
  recv(conn, from, to, more) { return this.add(conn, "tcp", "recv", { from, to, ...more }); }
  request(conn, request, from, to, recvs = 1, target = "/a.html") {
    return this.add(conn, "http", "request", { request, from, to, head_to: to, recvs, method: "GET", target,
                                               version: "1.1", head: HEAD });
  }
  response(conn, request, from, to) {
    return this.add(conn, "http", "response", { request, from, head_to: from + 20, to, status: 200, head: HEAD });
  }
  send(conn, from, to, more) { return this.add(conn, "tcp", "send", { from, to, call: "send", ...more }); }
  acked(conn, from, to, us = this.us) { return this.add(conn, "tcp", "acked", { from, to, time_us: us }); }
  blocked(conn, at) { return this.add(conn, "tcp", "blocked", { at, call: "send" }); }
  close(conn, cause, more) { return this.add(conn, "tcp", "close", { cause, age_us: 5, ...more }); }
}

const one = (id) => EXERCISES.find((each) => each.id === id);
const check = (id, story, since = -1) => one(id).check(story.model, since);
const judge = (id, model, value, subject) => one(id).judge(model, value, subject);

const inReads = (count) => {
  const story = new Story().open(1);
  for (let i = 0; i < count; i++)
    story.recv(1, i * 10, (i + 1) * 10);
  return story.request(1, 1, 0, count * 10, count);
};

const inOneRead = (count, more = 0) => {
  const story = new Story().open(1).recv(1, 0, count * 36 + more);
  for (let i = 0; i < count; i++)
    story.request(1, i + 1, i * 36, (i + 1) * 36);
  return story;
};

/* A response, and a request that arrives so long after it was acknowledged. */
function nextAfter(us, more) {
  const story = new Story().open(1).recv(1, 0, 36).request(1, 1, 0, 36).response(1, 1, 0, 200).send(1, 0, 200);
  const at = story.us + 1000;
  story.us = at + us;
  return story.recv(1, 36, 72, more).request(1, 2, 36, 72).acked(1, 0, 200, at);
}

const stalled = () => new Story().open(1).recv(1, 0, 36).request(1, 1, 0, 36).response(1, 1, 0, 9000)
  .send(1, 0, 5000).blocked(1, 5000);

const large = (from = 0) => {
  const story = new Story().open(1).recv(1, 0, 36).request(1, 1, 0, 36).response(1, 1, from, from + (2 << 20));
  const at = story.us;
  story.send(1, from, from + (2 << 20));
  return story.acked(1, from, from + (2 << 20), at + 1_000_000); // 2.097152 MB/s
};

const cases = {
  three_reads() {
    assert.equal(check("threeReads", inReads(3)).state, "solved");
    assert.deepEqual(check("threeReads", inReads(3)).where.from, 0);
    for (const count of [1, 2, 4]) {
      const { state, values } = check("threeReads", inReads(count));
      assert.deepEqual([state, values.count], ["wrong", count]);
    }
    assert.equal(check("threeReads", new Story().open(1).recv(1, 0, 10)).state, "open");
  },
  what_happened_before_does_not_count() {
    const story = inReads(3);
    assert.equal(check("threeReads", story, story.model.last).state, "open");
    assert.equal(check("threeReads", story.recv(1, 30, 40).request(1, 2, 30, 40), 4).state, "wrong");
  },
  the_page_itself_does_not_count() {
    const story = new Story().open(1).recv(1, 0, 36).request(1, 1, 0, 36, 3, "/-/wire/main.js");
    assert.equal(check("threeReads", story).state, "open");
    assert.ok(isOwn(story.request(1, 2, 36, 72, 1, "/-/wire/events").model.connections.get(1)));
    assert.ok(!isOwn(new Story().open(1).request(1, 1, 0, 36, 1, "/-/wire/large").model.connections.get(1)));
    story.request(1, 3, 72, 108, 3, "/-/wire/lab?read=16");
    assert.equal(check("threeReads", story).state, "solved");
  },
  five_in_one_read() {
    assert.equal(check("fiveInOne", inOneRead(5)).state, "solved");
    assert.equal(check("fiveInOne", inOneRead(5, 7)).state, "solved");
    for (const count of [1, 4, 6])
      assert.equal(check("fiveInOne", inOneRead(count)).state, "wrong");
    const cut = new Story().open(1).recv(1, 0, 170).recv(1, 170, 180);
    for (let i = 0; i < 5; i++)
      cut.request(1, i + 1, i * 36, (i + 1) * 36);
    assert.equal(check("fiveInOne", cut).state, "wrong");
  },
  acknowledged_before_the_next() {
    assert.equal(check("ackedFirst", nextAfter(50)).state, "solved");
    assert.equal(check("ackedFirst", nextAfter(50)).values.us, 50);
    assert.equal(check("ackedFirst", nextAfter(50, { waited_us: 60 })).state, "wrong");
    assert.equal(check("ackedFirst", nextAfter(-20)).state, "wrong");
    assert.equal(check("ackedFirst", inOneRead(1)).state, "open");
  },
  accepted_and_never_acknowledged() {
    const account = { in: 36, out: 5000, sent: 3000, acked: 2000, in_flight: 1000, unsent: 2000, unread: 0 };
    assert.deepEqual(check("lostBytes", stalled().close(1, "reset", account)).values, { accepted: 5000, acked: 2000 });
    assert.equal(check("lostBytes", stalled().close(1, "reset", { ...account, acked: 5000 })).state, "wrong");
    assert.equal(check("lostBytes", stalled().close(1, "reset", {})).state, "open");
  },
  the_retransmission_of_the_recording() {
    const model = new Model();
    for (const event of lossy()) {
      assert.ok(isEvent(event));
      model.add(event);
    }
    assert.deepEqual([4344, 4343].map((value) => judge("retransmission", model, value).state), ["solved", "solved"]);
    assert.deepEqual([2896, 5792, 0].map((value) => judge("retransmission", model, value).state),
                     ["wrong", "wrong", "wrong"]);
    assert.equal(judge("retransmission", new Model(), 4344).state, "open");
    const [{ out }] = [...model.connections.values()];
    assert.equal(out.acked.at(-1).to, out.chunks.at(-1).to);
    const [again] = out.again;
    assert.equal(out.acked.findLast(({ seq }) => seq < again.seq).to, again.to - 1448);
    assert.equal(out.parts[0].to, out.chunks.at(-1).to);
    assert.match(out.parts[0].event.head, /Content-Length: 8622\r/);
    assert.equal(out.parts[0].to - out.parts[0].headTo, 8622);
  },
  figures_of_ones_own_connection() {
    const { model } = inReads(1).send(1, 0, 20, { info: infoOf(99) });
    const subject = subjectOf(model);
    assert.equal(subject.number, 1);
    const whys = (id, values) => values.map((value) => judge(id, model, value, subject).why);
    assert.deepEqual(whys("sequence", [1000, 1001, 7]), ["right", "firstByte", "no"]);
    assert.deepEqual(whys("windowScale", [128, 7, 64]), ["right", "shift", "no"]);
    assert.deepEqual(whys("firstRtt", [47, 99, 5]), ["right", "laterRtt", "no"]);
    for (const id of ["sequence", "windowScale", "firstRtt"])
      assert.equal(judge(id, model, 1, null).why, "noSubject");
  },
  a_throughput() {
    const { model } = large();
    assert.deepEqual([2.1, 2, 15, 3].map((value) => judge("throughput", model, value).why),
                     ["right", "right", "bits", "no"]);
    assert.equal(judge("throughput", inReads(1).model, 2.1).why, "noLarge");
  },
  one_browser_among_many() {
    const { model } = new Story().open(1, "10.0.0.7:5000").open(2, "10.0.0.8:5000").open(3, "10.0.0.7:5001")
      .add(3, "wire", "viewer");
    const host = viewerHost(model);
    assert.equal(host, "10.0.0.7");
    assert.deepEqual([...model.connections.values()].map((each) => isFrom(each, host)), [true, false, true]);
    assert.equal(hostOf("[::1]:80"), hostOf("127.0.0.1:9"));
    assert.equal(hostOf("[2001:db8::1]:80"), "[2001:db8::1]");
    assert.equal(viewerHost(new Model()), null);
  },
  figures_as_people_write_them() {
    const parsed = (...texts) => texts.map((text) => parseFigure(text, "."));
    assert.deepEqual(parsed("1,234", "1234", "1.5", " 12 345 "), [1234, 1234, 1.5, 12345]);
    assert.deepEqual(["1.234", "1,5"].map((text) => parseFigure(text, ",")), [1234, 1.5]);
    assert.deepEqual(parsed("", "x", "1.2.3", "-4", "0x10"), [null, null, null, null, null]);
  },
  every_exercise_has_its_words() {
    for (const { id, right, check: does, judge: asks } of EXERCISES) {
      assert.ok(!does !== !asks, `${id} has one way to be solved`);
      for (const words of Object.values(TONGUE_WORDS)) {
        for (const part of ["", " do", " ask", " a0", " a1", " a2", " why"])
          assert.ok(Object.hasOwn(words, id + part), `no ${id}${part}`);
        assert.ok(Object.hasOwn(words, `${id} a${right}`));
      }
    }
  },
};

runCases(cases);
