/* protocol.h -- what rides on a stream
 *
 * TCP carries bytes and knows nothing of messages. A protocol finds its own
 * messages in them. This is all that either knows of the other: tcp offers the
 * bytes that have arrived and not yet been used, the protocol uses what it can,
 * puts its answers into a queue, and says what it waits for next.
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
#include "tcp/address.h"
#include "tcp/outqueue.h"

/* What a session waits for; tcp chooses the deadline by it. */
enum protocol_wants {
    PROTOCOL_NEXT, /* it stands between two messages: idle is fine. Where it has
                      used some of the bytes and left others, they may be the
                      next message: call again, now or in a later turn */
    PROTOCOL_MORE, /* a message has begun: the rest must come in time */
    PROTOCOL_ROOM, /* no more answers fit in the queue, which is not empty:
                      send some, call again */
    PROTOCOL_TICK, /* it has more to say from time to time: call `ticked` soon,
                      and again and again */
    PROTOCOL_END,  /* it reads no more: send the queue, then end the stream */
    PROTOCOL_LAST, /* the same, and the peer has said that it sends no more: the
                      stream need not linger, where the answer is short */
};

/* One look at a stream. */
struct turn {
    const char *in; /* the stream's bytes from the first that is unused */
    size_t in_len;
    size_t in_used; /* set by the protocol: what it needs no more. The rest
                       is offered again, with what came after it */
    struct outqueue *out; /* answers; when empty it has room for TURN_OUT_* */
    bool draining;        /* the server ends: let this answer be the last */
};

enum {
    TURN_IN_MAX = 65536,  /* a session that uses nothing of so many is ended */
    TURN_OUT_ITEMS = 128, /* room in a turn's empty queue */
    TURN_OUT_BYTES = 65536
};

/* What a stream is to the protocol on it; valid until it is closed. */
struct stream {
    union peer peer;
    uint8_t role;          /* of the listener that accepted it */
    struct ledger *ledger; /* the protocol tells it of messages; NULL: nobody
                              wants to know */
};

struct protocol {
    size_t session_size; /* bytes of one connection's state, given zeroed */

    /* Once a worker, before its first stream and after its last. `arg` is the
     * one that the server was started with; the observer (NULL: none) is the
     * worker's and outlives the protocol. NULL: no memory. */
    void *(*worker_open)(void *arg, struct observer *observer);
    void (*worker_close)(void *worker);

    /* The worker is about to wait for the kernel: time for what is due now and
     * then, whether or not anything arrives. Returns when it is to be called
     * again at the latest (now_ms and this are clock_now_ms's; INT64_MAX: only
     * after something arrived). Called often, so cheap; NULL: nothing is due.
     */
    int64_t (*waiting)(void *worker, int64_t now_ms);

    /* A batch begins: what is offered to `received` from now on had begun to
     * come before. The kernel has reported events; or bytes are to be offered
     * that came after it did. What was looked up for one message of a batch
     * holds for all of them. Called often, so cheap. */
    void (*batch)(void *worker);

    /* A stream was opened. */
    void (*opened)(void *worker, void *session, const struct stream *stream);

    /* Bytes have arrived, or there is room again: called at least once for each
     * arrival, also where nothing of it could be used the time before. It
     * responds to one message and returns: tcp decides how many of a pipeline
     * have their responses before other streams have their turn. */
    enum protocol_wants (*received)(void *worker, void *session,
                                    struct turn *turn);

    /* After PROTOCOL_TICK: time has passed, and the queue is empty; nothing is
     * offered. Where the server is draining the answer must end now. */
    enum protocol_wants (*ticked)(void *worker, void *session,
                                  struct turn *turn);

    /* A message that has begun did not come to its end in time. The session may
     * say so to the peer through turn->out; the stream ends after that.
     * turn->in is what was offered of it and not used. */
    void (*expired)(void *worker, void *session, struct turn *turn);

    /* The kernel has accepted the next `len` bytes of what the session has put
     * into its queues. Called once for each attempt to send, also where nothing
     * went: behind `ticked` and `expired`, behind one or more `received`, and
     * whenever there is room again. What it has not accepted by then is sent in
     * later turns, before anything else is asked of the session. */
    void (*sent)(void *worker, void *session, uint64_t len);

    /* The stream is gone, for whatever reason: the session's last call. */
    void (*closed)(void *worker, void *session);
};

#endif
