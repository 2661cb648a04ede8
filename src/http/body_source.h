/* body_source.h -- content that is read piece by piece
 *
 * An interface that a higher floor implements; a plan passes it to the session
 * (plan.h). HTTP sends what it reads, without knowing what it is: in chunks
 * (RFC 9112, 7.1) where its length is not known.
 *
 * All functions are called on the thread of the connection's worker. They may
 * block on a disk, never on a peer. */
#ifndef HTTP_BODY_SOURCE_H
#define HTTP_BODY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct ledger;
struct waker;

enum { BODY_SOURCE_READ_MAX = 65504 }; /* bytes of one read */

/* What follows the bytes of a read. */
enum body_next {
    BODY_WAITS,   /* news: it is read again when the waker was woken, and
                     about once a second */
    BODY_GOES_ON, /* more: it is read again when other connections have had
                     their turn */
    BODY_ENDS,    /* nothing: the content is complete */
    BODY_FAILS,   /* nothing, although the content is not complete: the
                     connection ends so that the client can see that */
};

struct body_source {
    /* Writes the next bytes of the content, at most `size` (which is at least
     * BODY_SOURCE_READ_MAX), and sets *len to how many. It may be none, so that
     * a source which has much to do before it can write divides that among
     * several reads. One whose length the plan has writes so many bytes, and
     * some with BODY_ENDS. Not called again after BODY_ENDS or BODY_FAILS. */
    enum body_next (*read)(struct body_source *, char *out, size_t size,
                           size_t *len);

    /* The last call; frees it. */
    void (*close)(struct body_source *);

    /* It waits for news and never ends by itself: its content ends when the
     * server drains, or with the connection. Other sources never wait. */
    bool is_endless;
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
