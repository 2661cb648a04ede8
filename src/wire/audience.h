/* audience.h -- the viewers of an event stream, by the worker that reads them
 *
 * A writer of events does not know its viewers: it wakes each worker that has
 * one. Any thread may call these functions at any time; what they share is
 * atomic. */
#ifndef WIRE_AUDIENCE_H
#define WIRE_AUDIENCE_H

#include "base/waker.h"

struct audience;
struct audience_row; /* the viewers of one worker */

/* NULL: no memory. */
struct audience *audience_new(unsigned workers);

/* All viewers have left. NULL: does nothing. */
void audience_free(struct audience *audience);

/* One more viewer is read by the worker with this waker, one of at most
 * `workers`. It counts before it looks for events: one that comes later wakes
 * its worker. The row is valid until it leaves. */
struct audience_row *audience_join(struct audience *audience,
                                   struct waker *waker);
void audience_leave(struct audience_row *row);

/* Wakes all workers that have viewers. The events were written before. */
void audience_wake(struct audience *audience);

#endif
