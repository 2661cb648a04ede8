// lossy.js -- a small recording of our own making for an exercise: one response in
// six writes, the third of which is lost on the way. Those after it arrive, and their
// acknowledgements name the gap: it is sent again as soon as the third of them is here.

const BEGAN_US = 1_790_000_000_000_000;
const HEAD = "GET /photo.png HTTP/1.1\r\nHost: localhost\r\n\r\n";
const RESPONSE = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 8622\r\n\r\n";
const WRITE = 1448, WRITES = 6, TO = WRITE * WRITES; // of the head, and the 8,622 bytes
const LOST = 3;

const SYN = {
  bytes: "4500003c1c464000400620747f0000017f0000019c461f9049961d8300000000a002ffd7fe300000" +
    "0204ffd70402080a3ade68b10000000001030307",
  ttl: 64, sequence: 0x49961d83, window: 65495, mss: 65495, window_scale: 7,
  sack: true, timestamps: true, ecn: false,
};

export function lossy() {
  const events = [];
  let acked = 0, retransmitted = 0;
  const add = (us, layer, event, more) =>
    events.push({ v: 2, time_us: BEGAN_US + us, conn: 1, layer, event, ...more });
  const info = () => ({ rtt_us: 40000, rttvar_us: 2000, mss: 1448, cwnd: retransmitted ? 7 : 10,
    segments_in: 3, segments_out: 3, data_segments_in: 1, data_segments_out: 2, bytes_acked: acked,
    bytes_unacked: 0, retransmitted, peer_window: 65536 });
  const ack = (us, to) => {
    add(us, "tcp", "acked", { from: acked, to });
    acked = to;
  };
  add(0, "tcp", "open", { local: "127.0.0.1:8080", peer: "127.0.0.1:40006", worker: 1, syn: SYN, info: info() });
  add(1000, "tcp", "recv", { from: 0, to: HEAD.length, segments: 1 });
  add(1020, "http", "request", { request: 1, from: 0, head_to: HEAD.length, to: HEAD.length, recvs: 1,
    method: "GET", target: "/photo.png", version: "1.1", head: HEAD });
  add(1200, "http", "response", { request: 1, from: 0, head_to: RESPONSE.length, to: TO, status: 200, head: RESPONSE });
  for (let i = 1; i <= WRITES; i++) {
    const range = { from: (i - 1) * WRITE, to: i * WRITE };
    add(1000 + 1000 * i, "tcp", "send", { ...range, call: "send", info: info() });
    add(1050 + 1000 * i, "tcp", "left", range);
  }
  for (let i = 1; i < LOST; i++)
    ack(41000 + 1000 * i, i * WRITE);
  retransmitted = 1;
  add(47100, "tcp", "left", { to: LOST * WRITE, again: true });
  ack(87100, TO);
  add(400000, "tcp", "eof", { at: HEAD.length });
  add(400300, "tcp", "close", { cause: "peer", age_us: 400300, in: HEAD.length, out: TO, sent: TO, acked: TO,
    in_flight: 0, unsent: 0, unread: 0, recvs: 1, sends: WRITES, requests: 1, answers: 1, pipeline_max: 1, info: info() });
  return events;
}
