/* observer.h -- who watches what the server does
 *
 * The floors that serve tell an observer of what they did, in facts; what is
 * made of it (a log, a trace, a page) is the observer's. NULL means that nobody
 * watches, and costs one test of a pointer. There are two kinds of facts, and
 * an observer may want one of them alone: responses, as a log has them, and the
 * story of each connection, event by event, as its ledger counts it.
 *
 * An observer belongs to one worker and is called on its thread, in the order
 * of the events. What an event points to is lent until the call returns. It
 * must not block for long: it stands in the worker's way. */
#ifndef BASE_OBSERVER_H
#define BASE_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "base/ledger.h"

struct sockaddr; /* <sys/socket.h>; here it is only passed on */

/* A response has ended: the kernel has accepted its last byte, or its
 * connection has ended before that. */
struct observed_response {
    const struct sockaddr *peer; /* AF_UNIX: no more than the family */
    time_t when;                 /* its request was whole, or was refused */
    struct bytes method;         /* empty where the request could not be read */
    struct bytes target;  /* as it was sent: the peer's bytes, trust nothing */
    struct bytes version; /* as it was sent: three bytes, 1.0 to 1.9 */
    struct bytes referer; /* .at NULL: absent, or no observer wants it */
    struct bytes user_agent;
    unsigned status;
    const char *why;   /* the reason for it, static */
    uint64_t body_len; /* bytes behind its head that the kernel has accepted; of
                          chunks, all that they are made of */
};

struct observer {
    /* NULL: it does not want to know. */
    void (*responded)(struct observer *, const struct observed_response *);
    bool
        wants_origin; /* it wants referer and user_agent, which cost a search */

    /* NULL: likewise, and connections need no ledger for it. */
    void (*event)(struct observer *, const struct ledger_event *);

    /* The worker has time: write it out. NULL: there is nothing to write. */
    void (*waiting)(struct observer *);
    void (*close)(struct observer *); /* the last call, when the worker's thread
                                         has ended; frees it */
};

#endif
