/* body_source.h -- content without a known length, read piece by piece
 *
 * An interface that a higher floor implements and a plan hands over (plan.h):
 * HTTP frames what it reads, in chunks (RFC 9112, 7.1), and knows nothing of
 * what is in it.
 *
 * All functions are called on the thread of the worker that has the connection,
 * and none may block. */
#ifndef HTTP_BODY_SOURCE_H
#define HTTP_BODY_SOURCE_H

#include <stddef.h>

struct ledger;

enum { BODY_SOURCE_READ_MAX = 65504 }; /* bytes of one read */

struct body_source {
    /* Writes what comes next, at most `size` bytes (at least
     * BODY_SOURCE_READ_MAX). Returns how many; 0: there is nothing now. */
    size_t (*read)(struct body_source *, char *out, size_t size);

    /* The last call; frees it. */
    void (*close)(struct body_source *);
};

/* What has a source for each who asks. */
struct body_opener {
    /* `ledger` is of the connection that it is for (lent until close; NULL:
     * none is kept). NULL: no memory, or there are too many already. */
    struct body_source *(*open)(struct body_opener *,
                                const struct ledger *ledger);
};

#endif
