// live.js -- reloads the page when a file of the site changes (soquete --live)
//
// The server puts this script into each page and sends it the paths that have
// changed (src/wire/reload.h). A stylesheet is replaced where it is, so that
// the page keeps its place; anything else reloads the page.
(() => {
  'use strict';

  const STREAM = '/-/live/events';
  const SEEN = 'soquete-live';
  const AGAIN_MS = 5000; // after the server has refused the stream

  let stream = null;
  let server; // the name of this start of the server
  let next;   // the number of the first change that was not seen
  let isLeaving = false;
  const leaving = new WeakSet(); // stylesheets that are being replaced

  // What this tab has seen lasts longer than a page: the stream repeats the
  // changes of the last seconds, and one of them may be why the page is new.
  function recall() {
    try {
      return JSON.parse(sessionStorage.getItem(SEEN)) || {};
    } catch {
      return {};
    }
  }

  function remember() {
    try {
      sessionStorage.setItem(SEEN, JSON.stringify({ server, next }));
      return true;
    } catch {
      return false;
    }
  }

  function plain(path) {
    try {
      return decodeURIComponent(path);
    } catch {
      return path;
    }
  }

  function sheetsAt(path) {
    return [...document.querySelectorAll('link[rel~="stylesheet" i][href]')].filter((link) => {
      const url = new URL(link.href);
      return !leaving.has(link) && !link.integrity && url.origin === location.origin &&
        plain(url.pathname) === plain(path);
    });
  }

  // The old one goes when the new one has loaded, so that the page is never
  // shown without either.
  function replace(link) {
    const other = link.cloneNode();
    const url = new URL(link.href);
    url.searchParams.set('live', next);
    other.href = url;
    leaving.add(link);
    other.addEventListener('load', () => link.remove());
    other.addEventListener('error', () => {
      leaving.delete(link);
      other.remove();
    });
    link.after(other);
  }

  // Returns whether that shows all that has changed.
  function replaceSheets(paths) {
    const found = paths.map(sheetsAt);
    if (found.some((links) => links.length === 0)) return false;
    new Set(found.flat()).forEach(replace);
    return true;
  }

  // While a site is built anew, its page may be absent. An error in its place
  // would not have this script, so the page stays until there is one again.
  async function reload() {
    if (isLeaving) return;
    try {
      const response = await fetch(location.href, { method: 'HEAD', cache: 'no-store' });
      isLeaving = /^text\/html\b/i.test(response.headers.get('content-type') || '');
    } catch {
      return; // the server is away; its greeting follows when it is back
    }
    if (isLeaving) location.reload();
  }

  function greeted(greeting) {
    const isNew = server === undefined;
    const hasMissed = !isNew && (greeting.server !== server || greeting.next > next);
    if (isNew) {
      const seen = recall();
      next = seen.server === greeting.server ? Math.max(seen.next, greeting.next) : greeting.next;
    }
    if (hasMissed) next = greeting.now;
    server = greeting.server;
    if (!remember()) next = greeting.now;
    if (hasMissed) reload();
  }

  function changed({ number, paths }) {
    if (number < next) return;
    const hasMissed = number > next;
    next = number + 1;
    remember();
    if (hasMissed || !paths || !replaceSheets(paths)) reload();
  }

  // A browser opens few connections to a server, and each stream takes one: a
  // page has it only while it is shown, and then learns what it has missed.
  function stop() {
    if (stream) stream.close();
    stream = null;
  }

  function start() {
    if (stream || document.hidden) return;
    const mine = stream = new EventSource(STREAM);
    mine.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if ('server' in message) greeted(message);
      else changed(message);
    };
    mine.onerror = () => {
      if (mine.readyState !== EventSource.CLOSED || stream !== mine) return;
      stop();
      setTimeout(start, AGAIN_MS);
    };
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? stop() : start()));
  addEventListener('pagehide', stop);
  addEventListener('pageshow', start);
  start();
})();
