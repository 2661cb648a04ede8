/* protocol.h -- the interface of a protocol on top of a stream
 *
 * TCP carries bytes and knows nothing of messages. A protocol finds its own
 * messages in them. This is all that either knows of the other: tcp offers the
 * bytes that have arrived and not yet been used, the protocol uses what it can,
 * puts its responses into a queue, and returns what it waits for next.
 *
 * All functions are called on the worker's thread (but worker_open and
 * worker_close: on the main thread, while the worker's does not run), and must
 * not block on a peer. A turn is lent until the call returns, and the bytes at
 * turn->in until `sent` has returned. */
#ifndef TCP_PROTOCOL_H
#define TCP_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ledger.h"
#include "base/observer.h"
#include "base/waker.h"
#include "tcp/address.h"
#include "tcp/outqueue.h"
#include "tcp/shape.h"

/* What a session waits for. tcp chooses the state and its deadline by it. */
enum protocol_wants {
    PROTOCOL_NEXT, /* the next message; the stream may be idle. Where it has
                      used some of the bytes and left others, they may be the
                      next message: call again, now or in a later turn */
    PROTOCOL_MORE, /* the rest of a message, which must come in time */
    PROTOCOL_ROOM, /* room for a response in the queue, which is not empty: send
                      some, call again */
    PROTOCOL_AGAIN, /* its next turn: send the queue, which may be empty, let
                       other streams have their turn, call again */
    PROTOCOL_NEWS,  /* news that the session sends: call `received` again, with
                       nothing offered, when the waker was woken, and about
                       once a second */
    PROTOCOL_END,   /* nothing: send the queue, then end the stream */
    PROTOCOL_LAST,  /* the same, and the peer has announced that it sends no
                       more: the stream need not linger, where the response is
                       short */
};

/* One look at a stream. */
struct turn {
    const char *in; /* the stream's bytes from the first that is unused */
    size_t in_len;
    size_t in_used; /* set by the protocol: how much it is done with. The
                       rest is offered again, with what follows it */
    struct outqueue
        *out;      /* for responses; when empty it has room for TURN_OUT_* */
    bool draining; /* the server ends: this response is to be the last */
};

enum {
    TURN_IN_MAX =
        65536, /* a session that uses none of so many bytes is ended */
    TURN_OUT_ITEMS = 128, /* room in a turn's empty queue */
    TURN_OUT_BYTES = 65536
};

/* What a protocol knows of its stream; valid until it is closed. */
struct stream {
    union peer peer;
    uint8_t role;          /* of the listener that accepted it */
    struct ledger *ledger; /* the protocol reports messages to it; or NULL */
    struct shape *shape;   /* for responses that ask for one (shape_begin), and
                              messages (recv_max); NULL: it has none */
};

struct protocol {
    size_t session_size; /* bytes of one connection's state, given zeroed */

    /* Once for each worker, before its first stream and after its last. `arg`
     * is what the server was started with; the observer (NULL: none) is the
     * worker's and outlives the protocol. NULL: no memory. */
    void *(*worker_open)(void *arg, struct observer *observer,
                         struct waker *waker);
    void (*worker_close)(void *worker);

    /* The worker is about to wait for the kernel: for periodic work, whether or
     * not anything arrives. Returns when to call it again at the latest (of
     * clock_now_ms, as now_ms is; INT64_MAX: only after an event). Called
     * often, so it must be cheap. NULL: there is no such work. */
    int64_t (*waiting)(void *worker, int64_t now_ms);

    /* A batch begins: messages that are offered to `received` from now on had
     * begun to arrive before this call. So what is looked up for one message of
     * a batch is fresh enough for all. Called when the kernel has reported
     * events, and again before bytes are offered that may have come after that.
     * Called often, so it must be cheap. */
    void (*batch)(void *worker);

    /* A stream was opened. */
    void (*opened)(void *worker, void *session, const struct stream *stream);

    /* Bytes have arrived, there is room again, or it is time to look for news.
     * Called at least once after each recv, also where the session could use
     * nothing the time before. It responds to one message and returns: tcp
     * decides how many messages of a pipeline it offers before other streams
     * have their turn. If the server is draining, a session must not wait for
     * news. */
    enum protocol_wants (*received)(void *worker, void *session,
                                    struct turn *turn);

    /* The rest of a message did not come in time. The session may put a
     * response into turn->out; the stream ends after that. turn->in has what
     * was offered of the message and not used. */
    void (*expired)(void *worker, void *session, struct turn *turn);

    /* The kernel has accepted the next `len` bytes of what the session has put
     * into its queues. Called once for each attempt to send, also where `len`
     * is 0: after `expired`, after one or more `received`, and whenever there
     * is room again. What was not accepted is sent in later turns, before any
     * other call. */
    void (*sent)(void *worker, void *session, uint64_t len);

    /* The stream is closed, for whatever reason: the session's last call. */
    void (*closed)(void *worker, void *session);
};

#endif
