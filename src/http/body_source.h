/* body_source.h -- content without a known length, read piece by piece
 *
 * An interface that a higher floor implements; a plan passes it to the session
 * (plan.h). HTTP sends what it reads in chunks (RFC 9112, 7.1), without knowing
 * what it is.
 *
 * All functions are called on the thread of the connection's worker, and must
 * not block. */
#ifndef HTTP_BODY_SOURCE_H
#define HTTP_BODY_SOURCE_H

#include <stddef.h>

struct ledger;
struct waker;

enum {
    BODY_SOURCE_READ_MAX = 65504, /* bytes of one read */
    BODY_SOURCE_MORE = 16384,     /* that many, and it is read again at once */
};

struct body_source {
    /* Writes the next bytes of the content, at most `size` (which is at least
     * BODY_SOURCE_READ_MAX). Returns how many; 0: there are none now. */
    size_t (*read)(struct body_source *, char *out, size_t size);

    /* The last call; frees it. */
    void (*close)(struct body_source *);
};

/* Opens a source for each request that asks for one. */
struct body_opener {
    /* `ledger` is that of the request's connection (NULL: it has none), and
     * `waker` wakes its worker for news; both are lent until close. Returns
     * NULL: no memory, or too many are open. */
    struct body_source *(*open)(struct body_opener *,
                                const struct ledger *ledger,
                                struct waker *waker);
};

#endif
