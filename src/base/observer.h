/* observer.h -- reports of what the server does
 *
 * The floors that serve report facts to an observer, which makes a log, a trace
 * or a page of them. Where the observer is NULL, nothing is reported, at the
 * cost of one test of a pointer. There are two kinds of reports, and an
 * observer may want only one: responses, as in a log, and each connection's
 * events, as its ledger counts them.
 *
 * An observer belongs to one worker and is called on its thread, in the order
 * of the events. What an event points to is lent until the call returns. It
 * must not block for long, since the worker waits for it. */
#ifndef BASE_OBSERVER_H
#define BASE_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "base/ledger.h"

struct sockaddr; /* <sys/socket.h>; here it is only passed on */

/* A response has ended: the kernel has accepted its last byte, or its
 * connection ended before that. */
struct observed_response {
    const struct sockaddr *peer; /* AF_UNIX: no more than the family */
    time_t when;                 /* its request was complete, or was refused */
    struct bytes method;         /* empty where the request could not be read */
    struct bytes target;  /* as it was sent: the peer's bytes, trust nothing */
    struct bytes version; /* as it was sent: three bytes, 1.0 to 1.9 */
    struct bytes referer; /* .at NULL: absent, or no observer wants it */
    struct bytes user_agent;
    unsigned status;
    const char *why;   /* the reason for it, static */
    uint64_t body_len; /* bytes behind its head that the kernel has accepted,
                          with the framing of chunks */
    int64_t began_us;  /* of clock_now_us: its request was complete; 0: no
                          observer wants it */
    int64_t took_us;   /* from then to now; likewise */
};

struct observer {
    /* NULL: it does not want these. */
    void (*responded)(struct observer *, const struct observed_response *);
    bool
        wants_origin; /* it wants referer and user_agent, which cost a search */
    bool wants_duration; /* it wants took_us, which costs two clock readings */

    /* NULL: it does not want these, and needs no ledgers. */
    void (*event)(struct observer *, const struct ledger_event *);

    /* The worker has time: write out what is buffered. NULL: nothing is. */
    void (*waiting)(struct observer *);
    void (*close)(struct observer *); /* the last call, when the worker's thread
                                         has ended; frees it */
};

#endif
