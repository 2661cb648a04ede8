/* event_source.h -- what feeds an answer that has no end
 *
 * An interface that a higher floor implements: HTTP frames what it writes as an
 * event stream (text/event-stream; WHATWG HTML, 9.2, Server-sent events) in
 * chunks (RFC 9112, 7.1), and knows nothing of what is told.
 *
 * All functions are called on the thread of the worker that has the viewer's
 * connection, and none may block. */
#ifndef HTTP_EVENT_SOURCE_H
#define HTTP_EVENT_SOURCE_H

#include <stddef.h>

struct ledger;

enum { EVENT_SOURCE_READ_MAX = 65504 }; /* bytes: room for any one event */

struct event_source {
    /* A viewer has come; `ledger` is of the connection that it came by (lent
     * until close; NULL: none is kept). NULL: no memory, or there are too many
     * viewers already, and it is answered with 503. */
    void *(*open)(struct event_source *, const struct ledger *ledger);

    /* Writes the next events, whole ones, at most `size` bytes (at least
     * EVENT_SOURCE_READ_MAX). Returns how many; 0: there are none now. */
    size_t (*read)(void *viewer, char *out, size_t size);

    void (*close)(void *viewer);
};

#endif
