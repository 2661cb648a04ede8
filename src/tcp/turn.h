/* turn.h -- what a connection does in its turn
 *
 * By its state (connection.h) a turn receives, offers input to the protocol and
 * sends, as far as the kernel allows and within bounds, so that a connection
 * that always has more to do, a download or a flood, does not hold up others.
 *
 * A turn never frees the connection: it returns what its caller is to do. The
 * worker's thread; blocks on no peer. */
#ifndef TCP_TURN_H
#define TCP_TURN_H

#include "tcp/connection.h"

enum {
    TURN_SEND_MAX = 1024 * 1024, /* bytes that one turn may send */

    /* A turn offers at most TURN_MESSAGES_MAX messages of a pipeline, and after
     * TURN_US no further one; but TURN_MESSAGES_SURE whatever time they take,
     * so that a short pipeline is one turn on a busy machine, too. */
    TURN_MESSAGES_MAX = 16,
    TURN_MESSAGES_SURE = 8,
    TURN_US = 200,
};

/* What follows a turn. */
struct after_turn {
    enum {
        TURN_WAIT,  /* the kernel will report when there is more to do */
        TURN_AGAIN, /* more could be done now, but others come first */
        TURN_CLOSE,
    } next;
    enum ledger_cause cause; /* TURN_CLOSE only: why */
};

static const struct after_turn turn_wait = {.next = TURN_WAIT};
static const struct after_turn turn_again = {.next = TURN_AGAIN};

static inline struct after_turn turn_close(enum ledger_cause cause)
{
    return (struct after_turn){.next = TURN_CLOSE, .cause = cause};
}

/* ACCEPTED: the worker has the connection, and waits for its first byte. */
void turn_begin(struct connection_env *env, struct connection *c);

/* Takes a turn in the present state. `is_reported`: the kernel has reported,
 * before the batch began, that there is something to receive. */
struct after_turn turn_take(struct connection_env *env, struct connection *c,
                            bool is_reported);

/* NEWS: offers nothing, so that the protocol can go on. */
struct after_turn turn_news(struct connection_env *env, struct connection *c);

/* MESSAGE: its rest did not come in time. */
struct after_turn turn_expire(struct connection_env *env, struct connection *c);

/* Enters SEND, or arms its deadline anew. */
void turn_enter_send(struct connection_env *env, struct connection *c);

/* Enters `state` and arms its deadline; not PAUSE. */
static inline void turn_enter(struct connection_env *env, struct connection *c,
                              enum connection_state state,
                              enum deadline_kind kind)
{
    c->state = state;
    deadline_arm(&env->deadlines, kind, &c->deadline, env->now_ms);
}

#endif
