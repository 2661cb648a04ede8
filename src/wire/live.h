/* live.h -- the events of all connections, as the live page's stream
 *
 * Each worker has an observer that renders an event once, as JSON in an event
 * stream (WHATWG HTML, 9.2: "data: {...}", an empty line), and writes it to a
 * bounded ring. A viewer copies from all rings into its own response. It never
 * slows a worker: a slow viewer loses the oldest events, and gets their number.
 * The rings are written even while there is no viewer, so that a page that is
 * opened later shows earlier events. That cost a worker some 0.15 us for each
 * event, and a viewer 0.04 us, when it was measured.
 *
 * A viewer gets the events of one worker in order, and those of several workers
 * by time, as far as they are there when it reads. (An `open` has the time at
 * which the connection was accepted, and may follow later events; `left` and
 * `acked` have the kernel's.) The first event is `viewer`. If
 * there is none for LIVE_COMMENT_MS a comment is sent, so that a viewer that
 * has vanished is noticed.
 *
 * Each send on a viewer's connection would be an event and thus cause another
 * send. So neither sends, refused ones included, nor what became of the bytes
 * go to the rings from a connection with an endless response. Its own viewer
 * gets them merged into one `send`, together with other events; if there are
 * none, once after LIVE_OWN_SEND_MS, and then no more. So the ranges of this
 * connection stay contiguous, and an idle server sends nothing. The price:
 * other viewers see no sends of a viewer, only the sum in its `close`.
 *
 * Threads: a worker writes its observer and its ring; a viewer is read by the
 * worker of its connection. They share the rings (ring.h), the number of
 * viewers, which is atomic, and the audience (audience.h). */
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

/* Makes the next worker's observer, which wants only events; at most one for
 * each of `workers`. `live` (a struct live) must outlive it. NULL: no memory.
 * The thread that starts the workers. */
struct observer *live_observer_new(void *live);

/* Opens viewers; lent, as long as `live`. A viewer takes some hundred bytes. */
struct body_opener *live_opener(struct live *live);

#endif
