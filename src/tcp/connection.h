/* connection.h -- one connection: a stream, its state, its pending input
 *
 * A connection belongs to one worker for life. It is made by the acceptor's
 * thread (connection_new), handed over by adding its socket to the worker's
 * epoll, and from then on touched by that worker's thread alone.
 *
 *     state     waits for           deadline     leaves when
 *     --------  ------------------  -----------  --------------------------
 *     ACCEPTED  its worker          none         its worker is told of it
 *     FIRST     the first byte      FIRST_BYTE   bytes came (MESSAGE, IDLE)
 *     IDLE      the next message    IDLE         bytes came (MESSAGE)
 *     MESSAGE   the message's rest  MESSAGE      it is whole (IDLE), or never
 *                                                will be (LINGER)
 *     PENDING   its next turn, with MESSAGE      it had one (PENDING, IDLE,
 *               more messages                    MESSAGE, SEND, TICK, LINGER)
 *     SEND      room at the peer    SEND         the queue is empty (IDLE,
 *                                                MESSAGE, PENDING, TICK,
 *                                                LINGER)
 *     TICK      news to tell        TICK         the protocol has told them
 *                                                (TICK), or the last (LINGER)
 *     LINGER    the peer's last     LINGER       it came: closed
 *               byte; drops others
 *
 * Where a newer connection has no place, one in LINGER is closed for it, or
 * else one in FIRST or IDLE: see connection_make_room.
 *
 * SEND's clock starts anew each time the peer has taken something: some of the
 * queue has gone to the kernel, or the kernel holds less than it did. A kernel
 * that has megabytes in its buffer tells of room late, and the peer may be
 * slow.
 *
 * PENDING: a turn ends when it has responded to so many messages, or taken so
 * much time, and others have theirs before it goes on. Nobody is late
 * meanwhile: should the deadline expire, the connection has its turn.
 *
 * In every state the peer's reset, and in FIRST, IDLE, MESSAGE and TICK its
 * last byte, ends the connection. When a deadline expires, FIRST, IDLE, MESSAGE
 * and SEND have a last turn: what they wait for may have come in time, and the
 * process been paused. If it has not, FIRST and IDLE close without a word;
 * MESSAGE lets the protocol say something; SEND resets, so that the kernel does
 * not keep the unsent bytes; LINGER closes.
 *
 * LINGER: closing a socket while the peer still sends makes the kernel answer
 * with a reset, which can destroy an answer that the peer has not read yet
 * (RFC 9112, 9.6). So we end our direction, and read on until the peer has. A
 * peer that has said that this was its last message, and got a short answer, is
 * closed without that.
 *
 * The socket is registered once, edge-triggered, for both directions. So a
 * worker reads until the kernel has no more, and needs no epoll_ctl ever after.
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
    CONN_SEND,
    CONN_TICK,
    CONN_LINGER,
};

struct connection {
    struct deadline deadline; /* first: see connection_of */
    struct list ready;        /* in env->ready while its turn was cut short */
    struct outqueue *unsent;  /* SEND only: what the peer did not take yet */
    struct pending pending;
    int fd;
    enum connection_state state;
    enum protocol_wants wants; /* SEND only: what follows when all is sent */
    uint32_t
        unacknowledged; /* SEND only: by the peer, when the clock started */
    bool reads_on; /* a short recv is not the last: the kernel has the peer's
                      end, or urgent data, where a recv stops */
    struct stream stream; /* its ledger is ours; see base/ledger.h */
    alignas(max_align_t) char session[]; /* the protocol's */
};

/* What a worker lends to a connection for its turn. */
struct connection_env {
    const struct protocol *protocol;
    void *protocol_worker;
    struct observer *observer; /* or NULL */
    struct deadlines deadlines;
    struct list ready;    /* connections that could go on at once */
    struct outqueue *out; /* empty between turns */
    char *in;             /* TURN_IN_MAX bytes */
    int64_t now_ms;
    uint64_t budget;       /* bytes that this turn may still send */
    unsigned messages;     /* that it has looked at */
    int64_t ends_us;       /* when it is to end; 0: its clock does not run */
    struct log_pace pace;  /* of what this worker logs */
    unsigned closed_count; /* connections closed since the worker last looked */
    bool draining;
};

/* Takes over `fd` and the stream's ledger. NULL: no memory, and both are gone.
 * Any thread. */
struct connection *connection_new(const struct protocol *protocol, int fd,
                                  const struct stream *stream);

/* Undoes connection_new for one that no worker has seen. Any thread. */
void connection_discard(struct connection *connection);

/* The kernel reported the socket: `events` are epoll's, of the batch that has
 * begun. Afterwards the connection may be gone. */
void connection_event(struct connection_env *env, struct connection *connection,
                      uint32_t events);

/* Its turn was cut short, and comes again. Afterwards it may be gone. */
void connection_resume(struct connection_env *env,
                       struct connection *connection);

/* Its deadline has expired. Afterwards it may be gone. */
void connection_expired(struct connection_env *env,
                        struct connection *connection);

/* Since when the connection is idle that makes room first; INT64_MAX where none
 * is. One in LINGER is before those in FIRST and IDLE, whose times are 0 and
 * more: its time is less than 0. Of two that are alike, the one that has waited
 * longer is first. */
int64_t connection_idle_since_ms(const struct connection_env *env);

/* A newer connection needs a place: closes the one that
 * connection_idle_since_ms stands for, after a last look at its socket. One
 * whose message has come has its turn instead, and the next is looked at. Where
 * none waits, none is closed.
 *
 * One that lingers has had its response, and gives way to those that wait for
 * theirs. Should its peer send more all the same, it may lose what it has not
 * read of that response: the longer it has lingered, the less likely. */
void connection_make_room(struct connection_env *env);

/* The server ends: env->draining was set. One that waits for a message is
 * closed after a last look at its socket; others finish what they are at. */
void connection_drain(struct connection_env *env,
                      struct connection *connection);

/* Closes at once, whatever is under way. The ledger shows `cause`, unless it
 * was given an earlier one. */
void connection_close(struct connection_env *env, struct connection *connection,
                      enum ledger_cause cause);

/* The connection that a deadline in env->deadlines belongs to. */
static inline struct connection *connection_of(struct deadline *deadline)
{
    return (struct connection *)(void *)deadline;
}

#endif
