/* outgoing.h -- responses on their way out, until the kernel has accepted them
 *
 * tcp knows how many bytes the kernel has accepted; this is where it is known
 * whose they were. Each response is reported to the worker's observer once, in
 * the order of a stream's responses: as soon as its last byte was accepted, or
 * when its connection has ended before, with as much as was accepted by then.
 *
 *     queued     head 200, content 1000 | head 180 | head 200, content ...
 *     accepted   700 bytes                           not yet
 *     reported   nothing yet: 500 of 1000, should the connection end now
 *
 * Most responses leave in the turn in which they were planned. A worker has one
 * list for these, of views into the requests where they lie: nothing is copied
 * and nothing allocated. What is left of it after the turn's send, and of which
 * the requests are about to go, moves into a list that its session owns. That
 * is one allocation, of not more than OUTGOING_MAX responses and the text of
 * what one turn was offered. Where there is no memory for it, these responses
 * are reported at once, with what was accepted so far.
 *
 * The worker's thread. */
#ifndef HTTP_OUTGOING_H
#define HTTP_OUTGOING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/observer.h"

enum { OUTGOING_MAX = 16 }; /* as many as tcp has of a pipeline in one turn */

/* Positions count from the first byte of the first response. */
struct outgoing_response {
    struct observed_response observed; /* but its body_len */
    uint64_t head_to;                  /* its content begins there ... */
    uint64_t to; /* ... and ends there; UINT64_MAX: with its connection */
};

struct outgoing {
    struct observer *observer; /* lent */
    uint64_t queued;           /* position: the end of the last response */
    uint64_t sent;             /* position up to which bytes were accepted */
    struct outgoing_response *next, *end; /* [next, end) are to be reported */
    char *head; /* that a request of the list lies in, where it is in none of
                   the bytes offered; or NULL */
    struct outgoing_response responses[];
};

/* A worker's list, empty. NULL: no memory. */
struct outgoing *outgoing_new(struct observer *observer);
void outgoing_free(struct outgoing *list);

static inline bool outgoing_is_empty(const struct outgoing *list)
{
    return list->next == list->end;
}

/* A worker's list has room for no more. */
static inline bool outgoing_is_full(const struct outgoing *list)
{
    return list->end == list->responses + OUTGOING_MAX;
}

/* A response was queued behind those of the worker's list, which is not full.
 * content_len UINT64_MAX: its content ends with the connection, so it is the
 * last. Returns what is to be filled in: all but body_len, as views that are
 * good until outgoing_sent. */
struct observed_response *outgoing_add(struct outgoing *list, uint64_t head_len,
                                       uint64_t content_len);

/* Takes over the memory (NULL: none) in which the views of the response that
 * was added last lie: for one response of a list. */
void outgoing_lend_head(struct outgoing *list, char *head);

/* The kernel has accepted `len` bytes more of what a session has queued: all is
 * on its own list `unsent`, or, where that is NULL, on the worker's. Reports
 * what is whole with them, and empties the worker's list. Returns the session's
 * list of what is left; NULL: nothing is. */
struct outgoing *outgoing_sent(struct outgoing *list, struct outgoing *unsent,
                               uint64_t len);

/* The connection has ended: reports what is left. Takes over a session's list.
 */
void outgoing_end(struct outgoing *unsent);

#endif
