/* turn.h -- what a connection does when it is its turn
 *
 * In each state (connection.h) a turn receives, offers to the protocol and
 * sends, as far as the kernel goes along and within bounds: one that always has
 * something to do, a download or a flood, lets the others have theirs.
 *
 * A turn leaves the connection alive: what it says is to be done by its caller.
 * The worker's thread; blocks on no peer. */
#ifndef TCP_TURN_H
#define TCP_TURN_H

#include "tcp/connection.h"

enum {
    TURN_SEND_MAX = 1024 * 1024, /* bytes that one turn may send */

    /* Of a pipeline, one turn looks at no more messages than these, and after
     * so long at no further one; but at so many whatever time they take, so
     * that a short pipeline is one turn on a busy machine, too. */
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

/* ACCEPTED: the worker has it now, and waits for its first byte. */
void turn_begin(struct connection_env *env, struct connection *c);

/* A turn as its state has it. `is_told`: the kernel has reported, before the
 * batch began, that there is something to receive. */
struct after_turn turn_take(struct connection_env *env, struct connection *c,
                            bool is_told);

/* TICK: it is time to tell news. */
struct after_turn turn_tick(struct connection_env *env, struct connection *c);

/* MESSAGE: its rest did not come in time. */
struct after_turn turn_expire(struct connection_env *env, struct connection *c);

/* Enters SEND, or starts its clock anew. */
void turn_enter_send(struct connection_env *env, struct connection *c);

#endif
