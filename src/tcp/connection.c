#include "tcp/connection.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp/connection_ledger.h"
#include "tcp/socket_io.h"
#include "tcp/turn.h"
#include "tcp/turn_end.h"

enum { LOOKS_MAX = 64 }; /* for one place: each may find a new message */

struct connection *connection_new(const struct protocol *protocol, int fd,
                                  const struct stream *stream)
{
    struct connection *c = calloc(1, sizeof(*c) + protocol->session_size);

    if (c == NULL) {
        close(fd);
        ledger_free(stream->ledger);
        shape_free(stream->shape);
        return NULL;
    }
    list_init(&c->deadline.node);
    list_init(&c->ready);
    c->fd = fd;
    c->stream = *stream;
    c->state = CONN_ACCEPTED;
    return c;
}

void connection_discard(struct connection *c)
{
    assert(c->state == CONN_ACCEPTED);
    assert(list_is_empty(&c->deadline.node) && list_is_empty(&c->ready));
    close(c->fd);
    ledger_free(c->stream.ledger);
    shape_free(c->stream.shape);
    free(c);
}

void connection_close(struct connection_env *env, struct connection *c,
                      enum ledger_cause cause)
{
    env->protocol->closed(env->protocol_worker, c->session);
    connection_ledger_close(c, cause);
    list_unlink(&c->deadline.node);
    list_unlink(&c->ready);
    outqueue_free(c->unsent);
    pending_free(&c->pending);
    shape_free(c->stream.shape);
    close(c->fd);
    free(c);
    env->closed_count++;
}

static bool awaits_message(const struct connection *c)
{
    return c->state == CONN_FIRST || c->state == CONN_IDLE;
}

static void finish_turn(struct connection_env *env, struct connection *c,
                        struct after_turn after)
{
    if (after.next == TURN_WAIT && awaits_message(c) && env->draining)
        after = turn_close(LEDGER_BY_DRAINING);
    assert(after.next == TURN_CLOSE ||
           (c->state == CONN_SEND || c->state == CONN_PAUSE) ==
               (c->unsent != NULL));
    if (after.next == TURN_CLOSE)
        connection_close(env, c, after.cause);
    else if (after.next == TURN_AGAIN && list_is_empty(&c->ready))
        list_append(&env->ready, &c->ready);
}

static void take_turn(struct connection_env *env, struct connection *c,
                      bool is_reported)
{
    list_unlink(&c->ready);
    finish_turn(env, c, turn_take(env, c, is_reported));
}

void connection_resume(struct connection_env *env, struct connection *c)
{
    take_turn(env, c, false);
}

/* The peer has ended or broken its stream, or urgent data came. */
static void note_unusual(struct connection *c, uint32_t events)
{
    c->reads_on = true;
    if ((events & EPOLLHUP) != 0 && c->stream.shape != NULL)
        shape_hurry(c->stream.shape); /* its next write finds the reset */
}

void connection_event(struct connection_env *env, struct connection *c,
                      uint32_t events)
{
    bool is_reported = (events & EPOLLIN) != 0;

    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLPRI))
        note_unusual(c, events);
    if (c->state == CONN_ACCEPTED)
        turn_begin(env, c);
    if (events & EPOLLERR) /* a connection that died has EPOLLHUP, too */
        connection_ledger_stamps(c);
    if (!list_is_empty(&c->ready))
        return; /* its turn will come; others are before it */
    if ((c->state == CONN_SEND && (events & EPOLLOUT)) || is_reported ||
        c->reads_on || env->draining)
        take_turn(env, c, is_reported);
    /* Else there is only room to send, and nothing to send. */
}

/* Ends a connection whose deadline has expired and whose last turn, if it had
 * one, found nothing. */
static void give_up(struct connection_env *env, struct connection *c)
{
    switch (c->state) {
    case CONN_MESSAGE:
        finish_turn(env, c, turn_expire(env, c));
        break;
    case CONN_SEND:
        if (socket_unacknowledged(c->fd) < c->unacknowledged) {
            turn_enter_send(env, c);
            break;
        }
        turn_reset_on_close(c); /* so that the kernel drops what is unsent */
        connection_close(env, c, connection_timeout_cause(c->state));
        break;
    case CONN_ACCEPTED:
    case CONN_FIRST:
    case CONN_IDLE:
    case CONN_PENDING:
    case CONN_NEWS:
    case CONN_PAUSE:
    case CONN_CUT:
    case CONN_LINGER:
        connection_close(env, c, connection_timeout_cause(c->state));
        break;
    }
}

/* The process itself may be late: after a pause of it, the kernel may hold
 * input that came in time, or have room to send. A turn that does not change
 * the deadline has found neither. */
static void take_last_turn(struct connection_env *env, struct connection *c)
{
    int64_t at_ms = c->deadline.at_ms;
    struct after_turn after;

    list_unlink(&c->ready);
    after = turn_take(env, c, false);
    if (after.next == TURN_CLOSE || c->deadline.at_ms != at_ms)
        finish_turn(env, c, after);
    else
        give_up(env, c);
}

void connection_expired(struct connection_env *env, struct connection *c)
{
    switch (c->state) {
    case CONN_FIRST:
    case CONN_IDLE:
    case CONN_MESSAGE:
    case CONN_PENDING:
    case CONN_SEND:
        take_last_turn(env, c);
        break;
    case CONN_NEWS:
        finish_turn(env, c, turn_news(env, c));
        break;
    case CONN_PAUSE:
    case CONN_CUT:
        take_turn(env, c, false);
        break;
    case CONN_ACCEPTED:
    case CONN_LINGER:
        give_up(env, c);
        break;
    }
}

/* The kind of deadline whose first connection makes room. *since_ms is when it
 * was armed, and less than 0 for one that lingers, so that it is before others;
 * other times are 0 or more. */
static enum deadline_kind idle_longest(const struct connection_env *env,
                                       int64_t *since_ms)
{
    int64_t linger_ms = deadlines_armed_ms(&env->deadlines, DEADLINE_LINGER);
    int64_t first_ms = deadlines_armed_ms(&env->deadlines, DEADLINE_FIRST_BYTE);
    int64_t idle_ms = deadlines_armed_ms(&env->deadlines, DEADLINE_IDLE);

    if (linger_ms != INT64_MAX) {
        *since_ms = INT64_MIN + linger_ms;
        return DEADLINE_LINGER;
    }
    *since_ms = first_ms < idle_ms ? first_ms : idle_ms;
    return first_ms < idle_ms ? DEADLINE_FIRST_BYTE : DEADLINE_IDLE;
}

int64_t connection_idle_since_ms(const struct connection_env *env)
{
    int64_t since_ms;

    idle_longest(env, &since_ms);
    return since_ms;
}

void connection_make_room(struct connection_env *env)
{
    unsigned closed_count = env->closed_count;

    for (int i = 0; i < LOOKS_MAX && env->closed_count == closed_count; i++) {
        int64_t since_ms, at_ms;
        enum deadline_kind kind = idle_longest(env, &since_ms);
        struct deadline *deadline =
            deadlines_expired(&env->deadlines, kind, INT64_MAX);
        struct connection *c;
        struct after_turn after;
        bool lingers;

        if (deadline == NULL)
            return;
        c = connection_of(deadline);
        at_ms = deadline->at_ms;
        lingers = c->state == CONN_LINGER;
        list_unlink(&c->ready);
        after = turn_take(env, c, false);
        if (lingers || (after.next == TURN_WAIT && c->deadline.at_ms == at_ms &&
                        awaits_message(c)))
            after = turn_close(LEDGER_BY_NEWCOMER);
        finish_turn(env, c, after);
    }
}

void connection_drain(struct connection_env *env, struct connection *c)
{
    assert(env->draining);
    assert(c->state != CONN_ACCEPTED); /* it has no deadline to be found by */
    if (awaits_message(c) || c->state == CONN_PAUSE)
        connection_resume(env, c);
    else if (c->state == CONN_NEWS) /* the response ends */
        connection_expired(env, c);
    else if (c->state == CONN_MESSAGE) /* its rest must come sooner */
        deadline_arm(&env->deadlines, DEADLINE_LINGER, &c->deadline,
                     env->now_ms);
}
