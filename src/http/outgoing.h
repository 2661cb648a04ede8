/* outgoing.h -- responses on their way out, until the kernel has accepted them
 *
 * tcp knows how many bytes the kernel has accepted; this list knows which
 * responses they belong to. Each response is reported to the worker's observer
 * once, in the order of the stream: when its last byte was accepted, or when
 * its connection ends before that, with the bytes that were accepted.
 *
 *     queued     head 200, content 1000 | head 180 | head 200, content ...
 *     accepted   700 bytes                           not yet
 *     reported   nothing yet; if the connection ended now, 500 of 1000
 *
 * Most responses are sent in the turn in which they were planned. A worker has
 * one list for these, with views into the requests: nothing is copied or
 * allocated. The requests are not valid after the turn, so what is left after
 * its send moves into a list that the session owns. That is one allocation, of
 * at most OUTGOING_MAX responses and the text of one turn's input. If there is
 * no memory for it, these responses are reported at once, with the bytes
 * accepted so far.
 *
 * The worker's thread. */
#ifndef HTTP_OUTGOING_H
#define HTTP_OUTGOING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/observer.h"

enum {
    OUTGOING_MAX = 16
}; /* as many of a pipeline as tcp offers in one turn */

/* Positions count from the first byte of the first response. */
struct outgoing_response {
    struct observed_response observed; /* all but body_len and took_us */
    uint64_t head_to;                  /* where its content begins ... */
    uint64_t to; /* ... and ends; UINT64_MAX: with its connection */
};

struct outgoing {
    struct observer *observer; /* lent */
    uint64_t queued;           /* position: the end of the last response */
    uint64_t sent;             /* position: the end of the accepted bytes */
    struct outgoing_response *next,
        *end;   /* [next, end) were not reported yet */
    char *head; /* memory of a request of the list that is not among the
                   bytes offered; or NULL */
    struct outgoing_response responses[];
};

/* A worker's list, empty. NULL: no memory. */
struct outgoing *outgoing_new(struct observer *observer);
void outgoing_free(struct outgoing *list);

static inline bool outgoing_is_empty(const struct outgoing *list)
{
    return list->next == list->end;
}

/* A worker's list has no room for another. */
static inline bool outgoing_is_full(const struct outgoing *list)
{
    return list->end == list->responses + OUTGOING_MAX;
}

/* Adds a response that was queued after those of the worker's list, which is
 * not full. content_len UINT64_MAX: its content ends with the connection, or
 * with outgoing_complete; until then it is the last. The caller fills in what
 * is returned, all but body_len and took_us, with views that are valid until
 * outgoing_sent. */
struct observed_response *outgoing_add(struct outgoing *list, uint64_t head_len,
                                       uint64_t content_len);

/* The content of the last response of a list, of which the length was not known
 * (UINT64_MAX), is complete: it has `content_len` bytes, all queued. */
void outgoing_complete(struct outgoing *list, uint64_t content_len);

/* Takes over the memory (NULL: none) that the views of the last response point
 * into. At most one response of a list has such memory. */
void outgoing_lend_head(struct outgoing *list, char *head);

/* The kernel has accepted `len` more bytes of what a session has queued. Its
 * responses are in its own list `unsent` or, if that is NULL, in the worker's.
 * Reports those that are complete and empties the worker's list. Returns the
 * session's list of the others; NULL: there are none. */
struct outgoing *outgoing_sent(struct outgoing *list, struct outgoing *unsent,
                               uint64_t len);

/* The connection has ended: reports the rest. Takes over a session's list. */
void outgoing_end(struct outgoing *unsent);

#endif
