#include "tcp/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp/socket_io.h"

/* A turn is bounded, so that a connection that always has something to do (a
 * download, a flood) lets the others have theirs. */
enum {
    TURN_RECVS_MAX = 4,
    TURN_SEND_MAX = 1024 * 1024,
};

enum after_turn {
    TURN_WAIT,  /* the kernel will tell when there is more to do */
    TURN_AGAIN, /* more could be done now, but others come first */
    TURN_CLOSE,
};

struct connection *connection_new(const struct protocol *protocol, int fd,
                                  const union peer *peer)
{
    struct connection *c = calloc(1, sizeof(*c) + protocol->session_size);

    if (c == NULL) {
        close(fd);
        return NULL;
    }
    list_init(&c->deadline.node);
    list_init(&c->ready);
    c->fd = fd;
    c->peer = *peer;
    c->state = CONN_ACCEPTED;
    return c;
}

void connection_discard(struct connection *c)
{
    close(c->fd);
    free(c);
}

void connection_close(struct connection_env *env, struct connection *c)
{
    env->protocol->closed(env->protocol_worker, c->session);
    list_unlink(&c->deadline.node);
    list_unlink(&c->ready);
    outqueue_free(c->unsent);
    free(c->kept);
    close(c->fd);
    free(c);
    env->closed_count++;
}

/* Closes with a reset: what is unsent is lost, and the kernel forgets it. */
static void connection_abort(struct connection_env *env, struct connection *c)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    connection_close(env, c);
}

/* Enters `state` and starts its clock. */
static void enter(struct connection_env *env, struct connection *c,
                  enum connection_state state, enum deadline_kind kind)
{
    c->state = state;
    deadline_arm(&env->deadlines, kind, &c->deadline, env->now_ms);
}

static void enter_send(struct connection_env *env, struct connection *c)
{
    c->unacknowledged = (uint32_t)socket_unacknowledged(c->fd);
    enter(env, c, CONN_SEND, DEADLINE_SEND);
}

/* Copies what was kept to the front of the worker's buffer. Returns how much.
 */
static size_t take_kept(struct connection_env *env, const struct connection *c)
{
    if (c->kept_len > 0)
        memcpy(env->in, c->kept, c->kept_len);
    return c->kept_len;
}

/* Keeps env->in[from..to) until the next turn. False: no memory. */
static bool keep(struct connection_env *env, struct connection *c, size_t from,
                 size_t to)
{
    size_t len = to - from;

    if (len == 0 && c->kept == NULL)
        return true;
    if (len == 0) {
        free(c->kept);
        c->kept = NULL;
    } else {
        char *kept = realloc(c->kept, len);

        if (kept == NULL)
            return false;
        memcpy(kept, env->in + from, len);
        c->kept = kept;
    }
    c->kept_len = (uint32_t)len;
    return true;
}

static enum after_turn linger_turn(struct connection_env *env,
                                   struct connection *c)
{
    for (int i = 0; i < TURN_RECVS_MAX; i++) {
        size_t dropped;

        switch (socket_recv(c->fd, env->in, TURN_IN_MAX, &dropped)) {
        case IO_DONE:
            continue;
        case IO_BLOCKED:
            return TURN_WAIT;
        case IO_BUDGET:
        case IO_END:
        case IO_GONE:
            return TURN_CLOSE;
        }
    }
    return TURN_AGAIN;
}

static enum after_turn end_stream(struct connection_env *env,
                                  struct connection *c)
{
    if (shutdown(c->fd, SHUT_WR) == -1)
        return TURN_CLOSE; /* the peer has reset it meanwhile */
    enter(env, c, CONN_LINGER, DEADLINE_LINGER);
    return linger_turn(env, c);
}

/* All answers have been sent: goes into the state that the protocol's wish
 * stands for. A clock that runs is not wound up again by bytes that finished
 * nothing, or one byte now and then would hold a connection for ever. */
static enum after_turn settle(struct connection_env *env, struct connection *c,
                              enum protocol_wants wants, bool answered)
{
    if (wants == PROTOCOL_END || (wants == PROTOCOL_NEXT && env->draining))
        return end_stream(env, c);
    if (wants == PROTOCOL_MORE) {
        if (c->state != CONN_MESSAGE || answered)
            enter(env, c, CONN_MESSAGE, DEADLINE_MESSAGE);
    } else if (answered || (c->state != CONN_IDLE && c->state != CONN_FIRST)) {
        enter(env, c, CONN_IDLE, DEADLINE_IDLE);
    }
    return TURN_WAIT;
}

/* The turn's queue was sent as far as `result` says. What the peer did not take
 * moves to the connection, which then waits to send. */
static enum after_turn after_send(struct connection_env *env,
                                  struct connection *c,
                                  enum protocol_wants wants,
                                  enum io_result result, bool answered)
{
    if (result == IO_DONE)
        return settle(env, c, wants, answered);
    if (result != IO_GONE)
        c->unsent = outqueue_move(env->out);
    outqueue_clear(env->out);
    if (c->unsent == NULL)
        return TURN_CLOSE;
    c->wants = wants;
    enter_send(env, c);
    return result == IO_BUDGET ? TURN_AGAIN : TURN_WAIT;
}

/* Offers env->in[0..len) to the protocol and sends its answers, until it wants
 * no more room or there is none; keeps what it did not use. */
static enum after_turn offer(struct connection_env *env, struct connection *c,
                             size_t len)
{
    enum protocol_wants wants;
    enum io_result result;
    bool answered = false;
    size_t used = 0;

    do {
        struct turn turn = {.in = env->in + used,
                            .in_len = len - used,
                            .out = env->out,
                            .draining = env->draining};

        wants =
            env->protocol->received(env->protocol_worker, c->session, &turn);
        used += turn.in_used;
        answered |= !outqueue_is_empty(env->out);
        result = socket_send(c->fd, env->out, &env->budget);
    } while (wants == PROTOCOL_ROOM && result == IO_DONE);

    if (wants == PROTOCOL_END)
        used = len;
    if (len - used == TURN_IN_MAX || !keep(env, c, used, len))
        result = IO_GONE;
    return after_send(env, c, wants, result, answered);
}

/* FIRST, IDLE and MESSAGE: receives, and offers what came. */
static enum after_turn receive_turn(struct connection_env *env,
                                    struct connection *c)
{
    for (int i = 0; i < TURN_RECVS_MAX; i++) {
        size_t kept_len = take_kept(env, c);
        size_t size = TURN_IN_MAX - kept_len;
        size_t len;
        enum io_result result =
            socket_recv(c->fd, env->in + kept_len, size, &len);
        enum after_turn after;

        if (result == IO_BLOCKED)
            return TURN_WAIT;
        if (result != IO_DONE)
            return TURN_CLOSE;
        after = offer(env, c, kept_len + len);
        if (after != TURN_WAIT || c->state == CONN_SEND ||
            c->state == CONN_LINGER)
            return after;
        if (len < size && !c->peer_ends)
            return TURN_WAIT; /* the kernel had no more: epoll(7), question 9 */
    }
    return TURN_AGAIN;
}

/* SEND: sends, and when all has gone does what was to follow. */
static enum after_turn send_turn(struct connection_env *env,
                                 struct connection *c)
{
    uint64_t budget = env->budget;
    enum io_result result = socket_send(c->fd, c->unsent, &env->budget);
    enum after_turn after;

    if (result == IO_GONE)
        return TURN_CLOSE;
    if (env->budget < budget)
        enter_send(env, c);
    if (result != IO_DONE)
        return result == IO_BUDGET ? TURN_AGAIN : TURN_WAIT;

    outqueue_free(c->unsent);
    c->unsent = NULL;
    after = c->wants == PROTOCOL_ROOM ? offer(env, c, take_kept(env, c))
                                      : settle(env, c, c->wants, true);
    /* Bytes that came meanwhile were announced once, and that was let pass. */
    if (after == TURN_WAIT && c->state != CONN_SEND && c->state != CONN_LINGER)
        return receive_turn(env, c);
    return after;
}

static enum after_turn take_turn(struct connection_env *env,
                                 struct connection *c)
{
    switch (c->state) {
    case CONN_ACCEPTED:
        env->protocol->opened(env->protocol_worker, c->session, &c->peer);
        enter(env, c, CONN_FIRST, DEADLINE_FIRST_BYTE);
        return receive_turn(env, c);
    case CONN_FIRST:
    case CONN_IDLE:
    case CONN_MESSAGE:
        return receive_turn(env, c);
    case CONN_SEND:
        return send_turn(env, c);
    case CONN_LINGER:
        return linger_turn(env, c);
    }
    return TURN_CLOSE;
}

static void finish_turn(struct connection_env *env, struct connection *c,
                        enum after_turn after)
{
    bool awaits_message = c->state == CONN_FIRST || c->state == CONN_IDLE;

    if (after == TURN_WAIT && awaits_message && env->draining)
        after = TURN_CLOSE;
    if (after == TURN_CLOSE)
        connection_close(env, c);
    else if (after == TURN_AGAIN && list_is_empty(&c->ready))
        list_append(&env->ready, &c->ready);
}

void connection_resume(struct connection_env *env, struct connection *c)
{
    list_unlink(&c->ready);
    env->budget = TURN_SEND_MAX;
    finish_turn(env, c, take_turn(env, c));
}

void connection_event(struct connection_env *env, struct connection *c,
                      uint32_t events)
{
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        c->peer_ends = true;
    connection_resume(env, c);
}

void connection_expired(struct connection_env *env, struct connection *c)
{
    struct turn turn = {.in = c->kept,
                        .in_len = c->kept_len,
                        .out = env->out,
                        .draining = env->draining};

    switch (c->state) {
    case CONN_MESSAGE:
        env->budget = TURN_SEND_MAX;
        env->protocol->expired(env->protocol_worker, c->session, &turn);
        finish_turn(env, c,
                    after_send(env, c, PROTOCOL_END,
                               socket_send(c->fd, env->out, &env->budget),
                               true));
        break;
    case CONN_SEND:
        if (socket_unacknowledged(c->fd) < c->unacknowledged)
            enter_send(env, c);
        else
            connection_abort(env, c);
        break;
    case CONN_ACCEPTED:
    case CONN_FIRST:
    case CONN_IDLE:
    case CONN_LINGER:
        connection_close(env, c);
        break;
    }
}

void connection_drain(struct connection_env *env, struct connection *c)
{
    if (c->state == CONN_FIRST || c->state == CONN_IDLE)
        connection_resume(env, c);
    else if (c->state == CONN_MESSAGE) /* its rest, soon or never */
        deadline_arm(&env->deadlines, DEADLINE_LINGER, &c->deadline,
                     env->now_ms);
}
