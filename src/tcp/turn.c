#include "tcp/turn.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/put.h"
#include "tcp/connection_ledger.h"
#include "tcp/socket_io.h"
#include "tcp/turn_end.h"
#include "tcp/turn_shape.h"

enum {
    TURN_RECVS_MAX = 4,
    LAST_LEN_MAX = 14600, /* bytes that TCP sends before the first
                             acknowledgement: RFC 6928's initial window */
};

void turn_enter_send(struct connection_env *env, struct connection *c)
{
    c->unacknowledged = (uint32_t)socket_unacknowledged(c->fd);
    turn_enter(env, c, CONN_SEND, DEADLINE_SEND);
}

/* Sets what one turn may do. Its time runs from after its first message. */
static void begin_turn(struct connection_env *env)
{
    assert(outqueue_is_empty(env->out));
    env->budget = TURN_SEND_MAX;
    env->messages = 0;
    env->ends_us = 0;
}

/* The turn has offered a message. May it offer another? */
static bool may_go_on(struct connection_env *env)
{
    if (++env->messages >= TURN_MESSAGES_MAX)
        return false;
    if (env->messages == 1)
        env->ends_us = clock_now_us() + TURN_US;
    return env->messages < TURN_MESSAGES_SURE || clock_now_us() < env->ends_us;
}

/* One recv, which the ledger counts. */
static enum io_result receive(const struct connection *c, char *at, size_t size,
                              size_t *len)
{
    return c->stream.ledger == NULL ? socket_recv(c->fd, at, size, len, NULL)
                                    : connection_ledger_recv(c, at, size, len);
}

/* Why the connection ends after this result of socket_recv or socket_send. */
static enum ledger_cause cause_of(enum io_result result)
{
    switch (result) {
    case IO_END:
        return LEDGER_BY_PEER;
    case IO_GONE:
        return LEDGER_BY_RESET;
    case IO_DONE:
    case IO_BLOCKED:
    case IO_BUDGET:
    case IO_PAUSED:
    case IO_CUT:
    case IO_FAILED:
        break;
    }
    return LEDGER_BY_FAILURE;
}

/* What follows a recv that brought nothing. */
static struct after_turn after_recv(const struct connection *c,
                                    enum io_result result)
{
    if (result == IO_END)
        ledger_eof(c->stream.ledger);
    return result == IO_BLOCKED ? turn_wait : turn_close(cause_of(result));
}

static struct after_turn linger_turn(struct connection_env *env,
                                     struct connection *c)
{
    for (int i = 0; i < TURN_RECVS_MAX; i++) {
        size_t dropped;
        enum io_result result = receive(c, env->in, TURN_IN_MAX, &dropped);

        if (result != IO_DONE)
            return after_recv(c, result);
    }
    return turn_again;
}

/* A response was cut short by a file that cannot be read. The queue has its
 * descriptor, and the kernel its name. */
static void log_file_error(struct connection_env *env, struct outqueue *queue)
{
    char link[64], name[PATH_MAX], quoted[256];
    ssize_t len;

    snprintf(link, sizeof(link), "/proc/self/fd/%d",
             queue->items[queue->first].fd);
    len = readlink(link, name, sizeof(name));
    log_error_paced(&env->pace, "cannot send all of %s: %s",
                    len == -1 ? "a file"
                              : log_quote(quoted, sizeof(quoted),
                                          (struct bytes){name, (size_t)len}),
                    strerror(queue->file_error));
    queue->file_error = 0;
}

/* Closes; what the turn has not sent is lost. */
static struct after_turn abandon(struct connection_env *env,
                                 enum ledger_cause cause)
{
    outqueue_clear(env->out);
    return turn_close(cause);
}

static struct after_turn abandon_for_memory(struct connection_env *env)
{
    log_error_paced(&env->pace, "a connection was closed: no memory");
    return abandon(env, LEDGER_BY_FAILURE);
}

/* Sends, and reports to the protocol how much the kernel accepted. */
static enum io_result send_queue(struct connection_env *env,
                                 struct connection *c, struct outqueue *queue)
{
    uint64_t before = queue->sent;
    enum io_result result =
        c->stream.shape == NULL
            ? socket_send(c->fd, queue, &env->budget, c->stream.ledger)
            : turn_send_shaped(env, c, queue);

    env->protocol->sent(env->protocol_worker, c->session, queue->sent - before);
    if (queue->file_error != 0)
        log_file_error(env, queue);
    return result;
}

/* All responses have been sent: enters the state that follows from `wants`.
 * Bytes that complete no message do not restart a running deadline, or a byte
 * now and then would keep a connection for ever. */
static struct after_turn settle(struct connection_env *env,
                                struct connection *c, enum protocol_wants wants,
                                bool responded)
{
    /* Should the peer still send, the kernel resets, and the peer loses what it
     * has not read of the response: see may_end_at_once. */
    if (wants == PROTOCOL_LAST)
        return turn_close(LEDGER_BY_RESPONSE);
    if (wants == PROTOCOL_END || (wants == PROTOCOL_NEXT && env->draining))
        return turn_linger(
            env, c, env->draining ? LEDGER_BY_DRAINING : LEDGER_BY_RESPONSE);
    if (wants == PROTOCOL_ROOM || wants == PROTOCOL_AGAIN) {
        turn_enter(env, c, CONN_PENDING, DEADLINE_MESSAGE);
        return turn_again;
    }
    if (wants == PROTOCOL_MORE) {
        if (c->state != CONN_MESSAGE || responded)
            turn_enter(env, c, CONN_MESSAGE,
                       env->draining ? DEADLINE_LINGER : DEADLINE_MESSAGE);
    } else if (wants == PROTOCOL_NEWS) {
        if (c->state != CONN_NEWS || responded)
            turn_enter(env, c, CONN_NEWS, DEADLINE_NEWS);
    } else if (responded || (c->state != CONN_IDLE && c->state != CONN_FIRST)) {
        turn_enter(env, c, CONN_IDLE, DEADLINE_IDLE);
    }
    return turn_wait;
}

/* The turn's queue was sent, with this result. What the kernel did not take
 * moves to the connection, which then waits to send. */
static struct after_turn after_send(struct connection_env *env,
                                    struct connection *c,
                                    enum protocol_wants wants,
                                    enum io_result result, bool responded)
{
    if (result == IO_DONE)
        return settle(env, c, wants, responded);
    if (result == IO_GONE || result == IO_FAILED)
        return abandon(env, cause_of(result));
    if (result == IO_CUT)
        return turn_cut(env, c);
    assert(c->unsent == NULL); /* SEND sends that first */
    c->unsent = outqueue_move(env->out);
    if (c->unsent == NULL)
        return abandon_for_memory(env);
    c->wants = wants;
    if (result == IO_PAUSED)
        return turn_pause(env, c);
    turn_enter_send(env, c);
    return result == IO_BUDGET ? turn_again : turn_wait;
}

/* A peer that has announced its last message is trusted only where the whole
 * response is already in flight, so that little can be lost. */
static bool may_end_at_once(const struct connection_env *env)
{
    return TURN_SEND_MAX - env->budget <= LAST_LEN_MAX;
}

/* Offers `in` to the protocol and sends its responses, as far as the turn may
 * go and the kernel takes them; what was not used becomes pending. If the
 * kernel has reported the input before the batch began, its first message is of
 * that batch. Others may have come since, and are of a new one. */
static struct after_turn offer(struct connection_env *env, struct connection *c,
                               struct bytes in, bool is_reported)
{
    enum protocol_wants wants;
    enum io_result result = IO_DONE;
    bool responded = false, goes_on, is_of_batch = is_reported;
    size_t used = 0;

    do {
        struct turn turn = {.in = in.at + used,
                            .in_len = in.len - used,
                            .out = env->out,
                            .draining = env->draining};

        if (!is_of_batch || (is_reported && used > 0)) {
            env->protocol->batch(env->protocol_worker);
            is_of_batch = true;
            is_reported = false;
        }
        ledger_offer(c->stream.ledger, turn.in_len);
        wants =
            env->protocol->received(env->protocol_worker, c->session, &turn);
        assert(turn.in_used <= turn.in_len);
        used += turn.in_used;
        responded |= !outqueue_is_empty(env->out);
        if (wants == PROTOCOL_ROOM) {
            assert(!outqueue_is_empty(env->out));
            result = send_queue(env, c, env->out);
        } else if (wants == PROTOCOL_NEXT && turn.in_used > 0 &&
                   used < in.len) {
            wants = PROTOCOL_ROOM; /* in the turn, not in the queue */
        }
        goes_on = wants == PROTOCOL_ROOM && result == IO_DONE && may_go_on(env);
    } while (goes_on);
    if (result == IO_DONE)
        result = send_queue(env, c, env->out);

    if (wants == PROTOCOL_LAST &&
        !(used == in.len && result == IO_DONE && may_end_at_once(env)))
        wants = PROTOCOL_END;
    if (wants == PROTOCOL_END)
        used = in.len;
    if (in.len - used == TURN_IN_MAX)
        return abandon(env, LEDGER_BY_FAILURE);
    if (!pending_keep(&c->pending, in, used))
        return abandon_for_memory(env);
    return after_send(env, c, wants, result, responded);
}

static bool receives(const struct connection *c)
{
    return c->state < CONN_SEND;
}

/* FIRST, IDLE, MESSAGE and NEWS: receives, and offers what came. If the kernel
 * has reported it, the first byte was there when the batch began. */
static struct after_turn receive_turn(struct connection_env *env,
                                      struct connection *c, bool is_reported)
{
    for (int i = 0; i < TURN_RECVS_MAX; i++) {
        char *at = put_bytes(env->in, pending_bytes(&c->pending));
        size_t room = TURN_IN_MAX - c->pending.len;
        size_t size = c->stream.shape == NULL ? room : turn_recv_max(c, room);
        size_t len;
        enum io_result result = receive(c, at, size, &len);
        struct after_turn after;

        if (result != IO_DONE)
            return after_recv(c, result);
        after = offer(env, c, (struct bytes){env->in, c->pending.len + len},
                      is_reported);
        is_reported = false; /* what comes now may have come later */
        if (after.next != TURN_WAIT || !receives(c))
            return after;
        if (len < size && !c->reads_on)
            return turn_wait; /* the kernel had no more: epoll(7), question 9 */
    }
    return turn_again;
}

/* PENDING, and SEND when all was sent: offers the pending input, and then what
 * came meanwhile: the kernel has reported it once, and was ignored. */
static struct after_turn pending_turn(struct connection_env *env,
                                      struct connection *c)
{
    struct after_turn after;

    after = offer(env, c, pending_bytes(&c->pending), false);
    return after.next == TURN_WAIT && receives(c) ? receive_turn(env, c, false)
                                                  : after;
}

/* SEND and PAUSE: sends, and when all was sent does what c->wants asks for. */
static struct after_turn send_turn(struct connection_env *env,
                                   struct connection *c)
{
    uint64_t budget = env->budget;
    enum io_result result = send_queue(env, c, c->unsent);
    struct after_turn after;

    if (result == IO_GONE || result == IO_FAILED)
        return turn_close(cause_of(result));
    if (result == IO_CUT)
        return turn_cut(env, c);
    if (result == IO_PAUSED)
        return turn_pause(env, c);
    if (env->budget < budget || c->state == CONN_PAUSE)
        turn_enter_send(env, c);
    if (result != IO_DONE)
        return result == IO_BUDGET ? turn_again : turn_wait;

    outqueue_free(c->unsent);
    c->unsent = NULL;
    if (c->wants == PROTOCOL_ROOM || c->wants == PROTOCOL_NEWS)
        return pending_turn(env, c);
    after = settle(env, c, c->wants, true);
    return after.next == TURN_WAIT && receives(c) ? receive_turn(env, c, false)
                                                  : after;
}

void turn_begin(struct connection_env *env, struct connection *c)
{
    assert(c->state == CONN_ACCEPTED && list_is_empty(&c->deadline.node));
    connection_ledger_open(env, c);
    env->protocol->opened(env->protocol_worker, c->session, &c->stream);
    turn_enter(env, c, CONN_FIRST, DEADLINE_FIRST_BYTE);
}

struct after_turn turn_take(struct connection_env *env, struct connection *c,
                            bool is_reported)
{
    begin_turn(env);
    switch (c->state) {
    case CONN_ACCEPTED:
        return turn_wait;
    case CONN_FIRST:
    case CONN_IDLE:
    case CONN_MESSAGE:
    case CONN_NEWS:
        return receive_turn(env, c, is_reported);
    case CONN_PENDING:
        return pending_turn(env, c);
    case CONN_SEND:
    case CONN_PAUSE:
        return send_turn(env, c);
    case CONN_CUT:
        return turn_await_cut(env, c);
    case CONN_LINGER:
        return linger_turn(env, c);
    }
    return turn_close(LEDGER_BY_FAILURE);
}

struct after_turn turn_news(struct connection_env *env, struct connection *c)
{
    assert(c->state == CONN_NEWS && c->unsent == NULL);
    begin_turn(env);
    turn_enter(env, c, CONN_NEWS, DEADLINE_NEWS); /* also where there is none */
    return offer(env, c, (struct bytes){env->in, 0}, false);
}

struct after_turn turn_expire(struct connection_env *env, struct connection *c)
{
    struct turn turn = {.in = pending_bytes(&c->pending).at,
                        .in_len = c->pending.len,
                        .out = env->out,
                        .draining = env->draining};

    assert(c->state == CONN_MESSAGE && c->unsent == NULL);
    begin_turn(env);
    /* The cause of the end, which comes when the response has been sent. */
    ledger_ends(c->stream.ledger, connection_timeout_cause(c->state));
    ledger_offer(c->stream.ledger, c->pending.len);
    env->protocol->expired(env->protocol_worker, c->session, &turn);
    return after_send(env, c, PROTOCOL_END, send_queue(env, c, env->out), true);
}
