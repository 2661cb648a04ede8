/* live.h -- what happens on all connections, for whoever looks at it now
 *
 * Both ends of the live page's stream. Each worker has an observer that renders
 * an event once, as JSON in the framing of an event stream (WHATWG HTML, 9.2:
 * "data: {...}", an empty line), and writes it to a bounded ring. A viewer
 * copies from all rings into its own answer. It never slows a worker: when it
 * is too slow it loses the oldest events, and is told how many. The rings are
 * written whether or not somebody looks, so that a page that is opened later
 * sees what went before: that costs a worker some 0.6 us for the four events of
 * a small request, and a viewer's copy 0.04 us an event.
 *
 * The events of one worker come in their order, those of several in order of
 * time as far as they are there when they are asked for. (An `open` is as old
 * as its handshake, and may be told behind what is younger.) The first of all
 * is `viewer`, and where none came for LIVE_COMMENT_MS a comment does, so that
 * a viewer that has vanished is noticed.
 *
 * The stream must not feed itself: each send on it would be an event, and would
 * cause the next. So no send on a connection that carries an endless answer
 * goes to the rings. Its own viewer is told of what was sent on it as one send,
 * among events that it gets anyway; and, where none come, once more after
 * LIVE_OWN_SEND_MS and then no more. That lane stays contiguous, and a server
 * where nothing happens is silent. The price: other viewers see no sends of a
 * viewer, and its `close` is the first that tells them how much it got.
 *
 * Threads: an observer and its ring are written by one worker; a viewer is read
 * on the worker that has its connection, whichever that is. They share the
 * rings (ring.h), and the number of viewers, which is atomic. */
#ifndef WIRE_LIVE_H
#define WIRE_LIVE_H

#include "base/observer.h"
#include "http/body_source.h"

enum {
    LIVE_VIEWERS_MAX = 32,
    LIVE_RING_SIZE = 512 * 1024, /* bytes, of each worker */
    LIVE_COMMENT_MS = 15000,
    LIVE_OWN_SEND_MS = 1000,
};

struct live;

/* NULL: no memory. Main thread, before workers start and after they have ended:
 * no observer and no viewer may be left when it is freed. */
struct live *live_new(unsigned workers);
void live_free(struct live *live);

/* Makes the next worker's observer, which wants events alone; at most once for
 * each of `workers`. `live` (a struct live) must outlive it. NULL: no memory.
 * The thread that starts the workers. */
struct observer *live_observer_new(void *live);

/* Lent; as long as `live`. A viewer takes some hundred bytes of memory. */
struct body_opener *live_opener(struct live *live);

#endif
