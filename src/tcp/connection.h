/* connection.h -- one connection: a stream, its state, its pending input
 *
 * A connection belongs to one worker for life. It is made by the acceptor's
 * thread (connection_new), handed over by adding its socket to the worker's
 * epoll, and from then on touched by that worker's thread alone.
 *
 *     state     waits for           deadline     leaves when
 *     --------  ------------------  -----------  --------------------------
 *     ACCEPTED  its worker          none         its first event arrives
 *     FIRST     the first byte      FIRST_BYTE   bytes came (as from PENDING)
 *     IDLE      the next message    IDLE         bytes came (as from PENDING)
 *     MESSAGE   the message's rest  MESSAGE      it is whole (as from PENDING),
 *                                                or never will be (SEND,
 *                                                PAUSE, LINGER)
 *     PENDING   its next turn, with MESSAGE      it had it (PENDING, IDLE,
 *               more messages, or                MESSAGE, SEND, NEWS, LINGER,
 *               more of a response               PAUSE, CUT)
 *     NEWS      news to send        NEWS         it was sent (NEWS, PENDING,
 *                                                SEND, PAUSE), or the last
 *                                                (LINGER)
 *     SEND      room in the kernel  SEND         the queue is empty (IDLE,
 *                                                MESSAGE, PENDING, NEWS,
 *                                                LINGER); or as its shape says
 *                                                (PAUSE, CUT, LINGER)
 *     PAUSE     the time of its     PAUSE        it came (SEND, or as from
 *               next write                       SEND)
 *     CUT       acknowledgement of  PAUSE        it came, or CUT_WAIT_US have
 *               what was sent                    passed: closed
 *     LINGER    the end of the      LINGER       it came: closed
 *               peer's stream;
 *               drops its bytes
 *
 * While the server drains, MESSAGE has LINGER's deadline.
 *
 * Where a newer connection has no place, one in LINGER is closed for it, or
 * else one in FIRST or IDLE: see connection_make_room.
 *
 * SEND's deadline starts anew each time the peer has taken something: some of
 * the queue has gone to the kernel, or the kernel holds less than before. With
 * megabytes in its buffer, the kernel may take long to report room for more
 * although the peer reads.
 *
 * PENDING: a turn ends after a number of messages or some time, so that other
 * connections have theirs. If the deadline expires meanwhile, the connection
 * has its turn: the peer is not late.
 *
 * PAUSE and CUT are of streams that have a shape (shape.h). CUT: the shape ends
 * the stream with a reset. Bytes that are in the kernel or on their way would
 * be lost with that, so first the peer's kernel has to acknowledge them: looked
 * at each CUT_LOOK_MS, for at most CUT_WAIT_US. Whether the peer's program gets
 * them is up to its kernel: Linux lets it read them before the error. While the
 * server drains there is no pause.
 *
 * In every state a reset by the peer ends the connection; in FIRST, IDLE,
 * MESSAGE and NEWS so does the end of the peer's stream. When a deadline
 * expires, FIRST, IDLE, MESSAGE and SEND have a last turn, as the process may
 * have been paused while what they wait for came in time. If it has not come,
 * FIRST and IDLE close silently; MESSAGE lets the protocol respond; SEND
 * resets, so that the kernel does not keep the unsent bytes; LINGER closes.
 *
 * LINGER: if a socket is closed while the peer still sends, the kernel replies
 * with a reset, which can destroy a response that the peer has not read yet
 * (RFC 9112, 9.6). So we end our direction, and read until the peer ends its
 * own. A peer that has announced its last message, and got a short response, is
 * closed at once.
 *
 * The socket is registered once, edge-triggered, for both directions. So a
 * worker reads until the kernel has no more, and makes no further epoll_ctl.
 * Between turns a connection that is idle holds this struct and no buffer. */
#ifndef TCP_CONNECTION_H
#define TCP_CONNECTION_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/log_pace.h"
#include "tcp/address.h"
#include "tcp/deadline.h"
#include "tcp/pending.h"
#include "tcp/protocol.h"

enum connection_state {
    CONN_ACCEPTED,
    CONN_FIRST,
    CONN_IDLE,
    CONN_MESSAGE,
    CONN_PENDING,
    CONN_NEWS,
    CONN_SEND, /* from here on, no input is offered to the protocol */
    CONN_PAUSE,
    CONN_CUT,
    CONN_LINGER,
};

struct connection {
    struct deadline deadline; /* first: see connection_of */
    struct list ready;        /* in env->ready while its turn was cut short */
    struct outqueue *unsent; /* SEND, PAUSE: what the kernel did not take yet */
    struct pending pending;
    int fd;
    enum connection_state state;
    enum protocol_wants wants; /* SEND, PAUSE: what follows when all is sent */
    uint32_t unacknowledged;   /* SEND only: bytes, when its deadline began */
    bool reads_on; /* a short recv is not the last: the end of the stream or
                      urgent data, where a recv stops, may follow */
    struct stream stream;                /* its ledger and its shape are ours */
    alignas(max_align_t) char session[]; /* the protocol's */
};

/* What a worker lends to a connection for its turn. */
struct connection_env {
    const struct protocol *protocol;
    void *protocol_worker;
    struct observer *observer; /* or NULL */
    struct deadlines deadlines;
    struct list ready;    /* connections whose turn was cut short */
    struct outqueue *out; /* empty between turns */
    char *in;             /* TURN_IN_MAX bytes */
    int64_t now_ms;
    uint64_t budget;   /* bytes that this turn may still send */
    unsigned messages; /* that it has offered */
    int64_t ends_us;   /* when it is to end; 0: not before its first message */
    struct log_pace pace;  /* of what this worker logs */
    unsigned closed_count; /* connections closed since the worker last looked */
    bool draining;
};

/* Takes over `fd`, and the stream's ledger and shape. NULL: no memory; they are
 * closed and freed. Any thread. */
struct connection *connection_new(const struct protocol *protocol, int fd,
                                  const struct stream *stream);

/* Undoes connection_new, for one that was not handed over. Any thread. */
void connection_discard(struct connection *connection);

/* The kernel has reported `events` (of epoll) in the batch that has begun. May
 * close the connection. */
void connection_event(struct connection_env *env, struct connection *connection,
                      uint32_t events);

/* Takes its next turn, after one that was cut short. May close the
 * connection. */
void connection_resume(struct connection_env *env,
                       struct connection *connection);

/* Its deadline has expired. May close the connection. */
void connection_expired(struct connection_env *env,
                        struct connection *connection);

/* Since when the connection that would make room first has been idle; INT64_MAX
 * where there is none. One in LINGER is before those in FIRST and IDLE: its
 * time is less than 0, and theirs are 0 or more. Of two that are alike, the one
 * that has waited longer is first. */
int64_t connection_idle_since_ms(const struct connection_env *env);

/* A newer connection needs a place: closes the one of connection_idle_since_ms,
 * after a last look at its socket. If its message has come, it has its turn
 * instead, and the next one is tried. Where none is idle, none is closed.
 *
 * One that lingers has had its response, and gives way to those that wait for
 * theirs. Should its peer still send, the peer may lose what it has not read of
 * that response: the longer it has lingered, the less likely. */
void connection_make_room(struct connection_env *env);

/* The server drains: env->draining was set. A connection that waits for a
 * message is closed after a last look at its socket; others finish theirs. */
void connection_drain(struct connection_env *env,
                      struct connection *connection);

/* Closes at once, in any state. `cause` goes to the ledger, where the first one
 * holds. */
void connection_close(struct connection_env *env, struct connection *connection,
                      enum ledger_cause cause);

/* The connection that a deadline in env->deadlines belongs to. */
static inline struct connection *connection_of(struct deadline *deadline)
{
    return (struct connection *)(void *)deadline;
}

#endif
