// model.js -- events in, connections out: what stood where in which stream, and
// when. Pure: no page, no clock, no network.
//
// Every event gets a number, its seq. Lists grow at their end only, in order of
// seq, so the picture of any moment is the front part of each list: stepping
// back searches, and nothing is computed anew.

const VERSION = 2; // of the schema: conf/trace.schema.json

export const LIMITS = { events: 100_000, us: 5 * 60 * 1_000_000 };

// How many entries of a list had happened at this moment.
export function upTo(list, seq) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].seq <= seq)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// The first entry whose range ends behind this position.
export function firstBehind(list, count, position, endOf = (entry) => entry.to) {
  let low = 0, high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(list[middle]) > position)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

// Has a response no end yet at this moment?
export const isOpenAt = (part, seq) => part.endless && !(part.endSeq <= seq);

// Did the connection end with a reset, of the peer or of the server?
export const isReset = (close) => ["reset", "cut by a reset"].includes(close?.cause);

// One direction of one connection: what TCP moved, and what HTTP found in it.
class Stream {
  constructor(direction) {
    this.direction = direction;
    this.chunks = [];
    this.parts = [];
    this.chunksCut = 0;
    // Below send: what the kernel said of these bytes. Its times may be earlier
    // than that of the event before, for it is asked late.
    this.left = [];    // handed to the device: from, to
    this.again = [];   // handed to it once more: to
    this.acked = [];   // acknowledged by the peer's kernel: from, to
    this.blocked = []; // refused: at
    this.end = null;   // of the stream: an eof, or a shutdown
  }

  // Forgets what happened before; a response without an end stays.
  cut(seq) {
    const gone = upTo(this.chunks, seq - 1);
    this.chunks.splice(0, gone);
    this.chunksCut += gone;
    for (const list of [this.left, this.again, this.acked, this.blocked])
      list.splice(0, upTo(list, seq - 1));
    const endless = this.parts.filter((part) => part.seq < seq && isOpenAt(part, seq));
    this.parts.splice(0, upTo(this.parts, seq - 1), ...endless);
  }
}

class Connection {
  constructor(number, seq) {
    this.number = number;
    this.firstSeq = seq;
    this.lastSeq = seq;
    this.open = null;
    this.close = null;
    this.in = new Stream("in");
    this.out = new Stream("out");
    this.infos = [];
    this.log = [];  // every event of it: seq, us, event
    this.targets = new Set();
    this.isViewer = false;
    this.isStream = false; // it carries a response without an end
  }
}

const TARGETS_MAX = 200;

// What each event means; the names are the schema's.
const SKIPS = ["empty line", "unfinished", "after the last answer", "not read"];

const TAKE = {
  open(connection, entry, event) {
    connection.open = { seq: entry.seq, event };
  },
  recv(connection, entry, event) {
    const { from, to, segments, waited_us } = event;
    connection.in.chunks.push({ ...entry, from, to, call: "recv", segments, waited_us });
  },
  send(connection, entry, event) {
    connection.out.chunks.push({ ...entry, from: event.from, to: event.to, call: event.call });
  },
  request(connection, entry, event) {
    const kind = event.refused ? "refused" : "request";
    connection.in.parts.push({ ...entry, kind, ...message(event), event });
    if (event.target && connection.targets.size < TARGETS_MAX)
      connection.targets.add(`${event.method} ${event.target}`.toLowerCase());
  },
  skip(connection, entry, event) {
    const { from, to, why } = event;
    connection.in.parts.push({ ...entry, kind: "skip", from, headTo: from, to, why, event });
  },
  response(connection, entry, event) {
    const part = { ...entry, kind: "response", ...message(event), event };
    part.endless = event.endless === true;
    connection.out.parts.push(part);
    connection.isStream ||= part.endless;
  },
  content(connection, entry, event) {
    const part = connection.out.parts.findLast((part) => part.endless);
    if (part?.number !== event.request)
      return;
    part.to = event.to;
    part.endSeq = entry.seq;
    connection.isStream = false;
  },
  left(connection, entry, { from, to, again }) {
    const { out } = connection;
    (again ? out.again : out.left).push({ ...entry, from: from ?? to, to });
  },
  acked(connection, entry, { from, to }) {
    connection.out.acked.push({ ...entry, from, to });
  },
  blocked(connection, entry, event) {
    connection.out.blocked.push({ ...entry, at: event.at, event });
  },
  eof(connection, entry, event) {
    connection.in.end = { ...entry, at: event.at };
  },
  shutdown(connection, entry, event) {
    connection.out.end = { ...entry, at: event.at };
  },
  close(connection, entry, event) {
    connection.close = { seq: entry.seq, event };
  },
  viewer(connection) {
    connection.isViewer = true;
  },
};

const message = (event) =>
  ({ number: event.request, from: event.from, headTo: event.head_to, to: event.to });

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

// Is it an event that we can take? Of a later kind it may be one that we cannot.
const isText = (value) => typeof value === "string";

const isRange = ({ from, to }) => isCount(from) && isCount(to) && from <= to;

const isPlace = ({ at }) => isCount(at);

const isMessage = (event) =>
  isRange(event) && isCount(event.head_to) && isText(event.head) && isCount(event.request);

// Are all of these counts, and those that may be absent counts where they are there?
const hasCounts = (thing, wanted, optional = []) =>
  thing !== null && typeof thing === "object" && wanted.every((name) => isCount(thing[name])) &&
  optional.every((name) => thing[name] === undefined || isCount(thing[name]));

const isInfo = (info) => hasCounts(info, ["rtt_us", "cwnd", "retransmitted"],
  ["delivery_rate", "peer_window", "bytes_acked", "bytes_unacked", "rwnd_limited_us"]);

const SYN_BYTES = /^([0-9a-f]{2}){1,256}$/;

const isSyn = (syn) => hasCounts(syn, ["sequence", "window", "ttl"], ["mss", "window_scale"]) &&
  isText(syn.bytes) && SYN_BYTES.test(syn.bytes);

// What became of the bytes; a connection that has none (a Unix socket) has no word of it.
const ACCOUNT = ["sent", "acked", "in_flight", "unsent", "unread"];

const isClose = (event) => isText(event.cause) && isCount(event.age_us) &&
  hasCounts(event, [], ["in", "out", ...ACCOUNT]);

// What an event of each kind must bear, or the page could not draw it: a file
// may come from anywhere.
const MEANS = {
  open: ({ local, peer, syn }) => isText(local) && isText(peer) && (syn === undefined || isSyn(syn)),
  recv: (event) => isRange(event) && hasCounts(event, [], ["segments", "waited_us"]),
  send: isRange,
  request: (event) => isMessage(event) &&
    (isCount(event.refused) || isText(event.method) && isText(event.target)),
  skip: (event) => isRange(event) && SKIPS.includes(event.why),
  response: (event) => isMessage(event) && isCount(event.status),
  content: (event) => isRange(event) && isCount(event.request),
  left: (event) => event.again === true ? isCount(event.to) : event.again === undefined && isRange(event),
  acked: isRange,
  blocked: (event) => isPlace(event) && isText(event.call) && hasCounts(event, [], ["queued", "unsent"]),
  eof: isPlace,
  shutdown: isPlace,
  close: isClose,
  viewer: () => true,
};

export function isEvent(event) {
  if (event === null || typeof event !== "object" || event.v !== VERSION || !isCount(event.time_us))
    return false;
  if (event.event === "lost")
    return isCount(event.count);
  if (!Object.hasOwn(TAKE, event.event) || !isCount(event.conn))
    return false;
  if (event.info !== undefined && !isInfo(event.info))
    return false;
  return MEANS[event.event](event);
}

export class Model {
  constructor(limits = LIMITS) {
    this.limits = limits;
    this.connections = new Map();
    this.events = [];  // the last of them, in order
    this.times = [];   // when each was, never running back
    this.first = 0;    // the seq of events[0]
    this.losses = [];  // what was not told to us: seq and count
    this.forgotten = 0;
  }

  get last() { return this.first + this.events.length - 1; }

  // Takes one event. Returns the connection that it is about, if any.
  add(event) {
    const seq = this.last + 1;
    const us = Math.max(event.time_us, this.times.at(-1) ?? 0);
    this.events.push(event);
    this.times.push(us);
    if (this.events.length > this.limits.events * 1.1)
      this.trim();
    if (event.event === "lost") {
      this.losses.push({ seq, count: event.count });
      return null;
    }
    const connection = this.connectionOf(event.conn, seq);
    connection.lastSeq = seq;
    TAKE[event.event](connection, { seq, us: event.time_us }, event);
    connection.log.push({ seq, us: event.time_us, event });
    if (event.info)
      connection.infos.push({ seq, us: event.time_us, info: event.info });
    return connection;
  }

  connectionOf(number, seq) {
    let connection = this.connections.get(number);
    if (!connection) {
      connection = new Connection(number, seq);
      this.connections.set(number, connection);
    }
    return connection;
  }

  // Holds the bounds: forgets the oldest events, and connections that are over.
  trim() {
    const oldest = (this.times.at(-1) ?? 0) - this.limits.us;
    let gone = Math.max(0, this.events.length - this.limits.events);
    while (gone < this.times.length && this.times[gone] < oldest)
      gone++;
    if (gone === 0)
      return;
    this.events.splice(0, gone);
    this.times.splice(0, gone);
    this.first += gone;
    this.forgotten += gone;
    for (const connection of this.connections.values()) {
      if (connection.close && connection.close.seq < this.first) {
        this.connections.delete(connection.number);
        continue;
      }
      connection.in.cut(this.first);
      connection.out.cut(this.first);
      for (const list of [connection.infos, connection.log])
        list.splice(0, upTo(list, this.first - 1));
    }
  }

  lostUntil(seq) {
    return this.losses.slice(0, upTo(this.losses, seq)).reduce((sum, loss) => sum + loss.count, 0);
  }

  eventAt(seq) { return this.events[seq - this.first] ?? null; }

  // The next event, or the one before, that is about something wanted.
  step(seq, by, isWanted) {
    for (let at = seq + by; at >= this.first && at <= this.last; at += by)
      if (isWanted(this.eventAt(at)))
        return at;
    return seq;
  }

  // What is to be written to a file. A connection that is still there is told
  // from its beginning, though much of what it did may be forgotten.
  saved() {
    const kept = [];
    for (const { open, out, isViewer, number } of this.connections.values()) {
      const begun = open && open.seq < this.first ? [open] : [];
      const endless = out.parts.filter((part) => part.seq < this.first && isOpenAt(part, this.first));
      kept.push(...begun, ...endless);
      if (isViewer && !this.events.some((event) => event.event === "viewer" && event.conn === number))
        kept.push({ seq: -1, event: viewerEvent(number, this.times[0]) });
    }
    kept.sort((a, b) => a.seq - b.seq);
    return [...kept.map((entry) => entry.event), ...this.events];
  }
}

const viewerEvent = (conn, time_us) =>
  ({ v: VERSION, time_us: time_us ?? 0, conn, layer: "wire", event: "viewer" });

export const toLines = (events) => events.map((event) => `${JSON.stringify(event)}\n`).join("");

// An event of version 1, as one of version 2. A response was called answer.
const upgraded = (event) => event?.v !== 1 ? event :
  { ...event, v: VERSION, event: event.event === "answer" ? "response" : event.event };

// Reads what toLines, or the server's --trace=json, wrote, now or in version 1. A line that is no
// event is counted; a file that was cut short still tells what it has.
export function fromLines(text) {
  const events = [];
  let strange = 0;
  for (const line of text.split("\n")) {
    if (line.trim() === "")
      continue;
    try {
      const event = upgraded(JSON.parse(line));
      if (isEvent(event))
        events.push(event);
      else
        strange++;
    } catch {
      strange++;
    }
  }
  return { events, strange };
}
