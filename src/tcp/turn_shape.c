#include "tcp/turn_shape.h"

#include <assert.h>

#include "base/clock.h"
#include "tcp/connection_ledger.h"
#include "tcp/turn_end.h"

enum { MS_US = 1000 };

/* Not inlined, since most streams have no shape. */
#define APART __attribute__((noinline))

APART size_t turn_recv_max(const struct connection *c, size_t room)
{
    struct shape *shape = c->stream.shape;
    bool is_first = c->state != CONN_MESSAGE;

    if (is_first)
        shape->recv_max = 0; /* it was for the message before */
    return shape_recv_max(shape, is_first, c->pending.len, room);
}

APART enum io_result turn_send_shaped(struct connection_env *env,
                                      const struct connection *c,
                                      struct outqueue *queue)
{
    enum io_result result;

    if (env->draining)
        shape_hurry(c->stream.shape);
    result = socket_send_shaped(c->fd, queue, &env->budget, c->stream.ledger,
                                c->stream.shape);
    /* Small writes are many, and the kernel has room for the stamps of some
     * hundred. */
    connection_ledger_stamps(c);
    return result;
}

/* The precise clock is never behind the one of deadlines, so that the time has
 * come when the deadline expires. */
APART struct after_turn turn_pause(struct connection_env *env,
                                   struct connection *c)
{
    int64_t at_ms = (c->stream.shape->due_us + MS_US - 1) / MS_US;

    assert(c->unsent != NULL && !env->draining);
    c->state = CONN_PAUSE;
    deadline_arm_at(&env->deadlines, &c->deadline,
                    at_ms > env->now_ms ? at_ms : env->now_ms + 1);
    return turn_wait;
}

APART struct after_turn turn_cut(struct connection_env *env,
                                 struct connection *c)
{
    struct shape *shape = c->stream.shape;

    assert(shape_is_over(shape));
    outqueue_clear(env->out);
    outqueue_free(c->unsent);
    c->unsent = NULL;
    pending_free(&c->pending);
    if (shape->wish.end == SHAPE_ENDS)
        return turn_linger(env, c, LEDGER_BY_CUT);
    ledger_ends(c->stream.ledger, LEDGER_BY_CUT_RESET);
    ledger_drop_rest(c->stream.ledger);
    shape->due_us = clock_now_us() + CUT_WAIT_US;
    c->state = CONN_CUT;
    return turn_await_cut(env, c);
}

APART struct after_turn turn_await_cut(struct connection_env *env,
                                       struct connection *c)
{
    assert(c->state == CONN_CUT && c->unsent == NULL);
    if (socket_unacknowledged(c->fd) > 0 &&
        clock_now_us() < c->stream.shape->due_us) {
        deadline_arm_at(&env->deadlines, &c->deadline,
                        env->now_ms + CUT_LOOK_MS);
        return turn_wait;
    }
    turn_reset_on_close(c);
    return turn_close(LEDGER_BY_CUT_RESET);
}
