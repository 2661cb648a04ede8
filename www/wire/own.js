// own.js -- whose connection it is: the live page's own, this browser's, or
// another client's. Pure.

const PAGE_FILE = /^get \S*\/-\/wire\/(events|[\w-]+\.(css|js|html))?$/;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|\[::ffff:127\.[\d.]+\])$/;

// Does it carry the live page itself and nothing else: its files, or its event
// stream, in this browser or another? What the buttons request has a query.
export const isOwn = (connection) => connection.isViewer ||
  connection.targets.size > 0 && [...connection.targets].every((target) => PAGE_FILE.test(target));

// The address of an end without its port. All loopback addresses are one.
export function hostOf(end) {
  const host = end.startsWith("unix:") ? "unix:" : end.slice(0, end.lastIndexOf(":"));
  return LOOPBACK.test(host) ? "loopback" : host;
}

// The address of the client that looks at this page; null before it is known.
export function viewerHost(model) {
  const viewer = [...model.connections.values()].findLast(({ isViewer, open }) => isViewer && open);
  return viewer ? hostOf(viewer.open.event.peer) : null;
}

// Does the connection come from this address? One whose beginning is not known
// does not count as such.
export const isFrom = (connection, host) =>
  connection.open !== null && hostOf(connection.open.event.peer) === host;
