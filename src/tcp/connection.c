#include "tcp/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp/info.h"
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
                                  const struct stream *stream)
{
    struct connection *c = calloc(1, sizeof(*c) + protocol->session_size);

    if (c == NULL) {
        close(fd);
        ledger_free(stream->ledger);
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
    close(c->fd);
    ledger_free(c->stream.ledger);
    free(c);
}

/* Why it is going to end, for its ledger: the first word holds. */
static void because(const struct connection *c, enum ledger_cause cause)
{
    if (c->stream.ledger != NULL)
        ledger_ends(c->stream.ledger, cause);
}

static void open_ledger(const struct connection_env *env,
                        const struct connection *c)
{
    struct observer *observer = env->observer;
    char local[ADDRESS_TEXT_MAX], peer[ADDRESS_TEXT_MAX];
    struct ledger_info info;

    if (observer != NULL && observer->event == NULL)
        observer = NULL;
    if (observer != NULL)
        ledger_open(c->stream.ledger, observer, info_format_local(c->fd, local),
                    peer_format(&c->stream.peer, peer),
                    info_read(c->fd, &info) ? &info : NULL);
}

static void close_ledger(const struct connection_env *env, struct connection *c)
{
    struct ledger_info info;

    because(c, env->draining ? LEDGER_BY_DRAINING : LEDGER_BY_FAILURE);
    ledger_close(c->stream.ledger, info_read(c->fd, &info) ? &info : NULL);
    ledger_free(c->stream.ledger);
}

void connection_close(struct connection_env *env, struct connection *c)
{
    env->protocol->closed(env->protocol_worker, c->session);
    if (c->stream.ledger != NULL)
        close_ledger(env, c);
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

/* One recv, and the ledger's word on it. */
static enum io_result receive(const struct connection *c, char *at, size_t size,
                              size_t *len)
{
    enum io_result result = socket_recv(c->fd, at, size, len);

    if (result == IO_END)
        because(c, LEDGER_BY_PEER);
    else if (result == IO_GONE)
        because(c, LEDGER_BY_RESET);
    else if (result == IO_DONE && c->stream.ledger != NULL)
        ledger_recv(c->stream.ledger, *len);
    return result;
}

static enum after_turn linger_turn(struct connection_env *env,
                                   struct connection *c)
{
    for (int i = 0; i < TURN_RECVS_MAX; i++) {
        size_t dropped;

        switch (receive(c, env->in, TURN_IN_MAX, &dropped)) {
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

static enum io_result send_queue(struct connection_env *env,
                                 const struct connection *c,
                                 struct outqueue *queue)
{
    return socket_send(c->fd, queue, &env->budget, c->stream.ledger);
}

static enum after_turn end_stream(struct connection_env *env,
                                  struct connection *c)
{
    because(c, env->draining ? LEDGER_BY_DRAINING : LEDGER_BY_ANSWER);
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
    } else if (wants == PROTOCOL_TICK) {
        if (c->state != CONN_TICK || answered)
            enter(env, c, CONN_TICK, DEADLINE_TICK);
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
    if (result == IO_GONE)
        because(c, LEDGER_BY_RESET);
    else
        c->unsent = outqueue_move(env->out);
    outqueue_clear(env->out);
    if (c->unsent == NULL)
        return TURN_CLOSE;
    c->wants = wants;
    enter_send(env, c);
    return result == IO_BUDGET ? TURN_AGAIN : TURN_WAIT;
}

/* An answer that is told bit by bit: lets the protocol go on, and sends. */
static enum after_turn tick_turn(struct connection_env *env,
                                 struct connection *c)
{
    enum protocol_wants wants;
    enum io_result result;

    do {
        struct turn turn = {.out = env->out, .draining = env->draining};

        wants = env->protocol->ticked(env->protocol_worker, c->session, &turn);
        result = send_queue(env, c, env->out);
    } while (wants == PROTOCOL_ROOM && result == IO_DONE);
    return after_send(env, c, wants, result, true);
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

        if (c->stream.ledger != NULL)
            ledger_offer(c->stream.ledger, turn.in_len);
        wants =
            env->protocol->received(env->protocol_worker, c->session, &turn);
        used += turn.in_used;
        answered |= !outqueue_is_empty(env->out);
        result = send_queue(env, c, env->out);
    } while (wants == PROTOCOL_ROOM && result == IO_DONE);

    if (wants == PROTOCOL_END)
        used = len;
    if (len - used == TURN_IN_MAX || !keep(env, c, used, len)) {
        because(c, LEDGER_BY_FAILURE);
        result = IO_GONE;
    }
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
        enum io_result result = receive(c, env->in + kept_len, size, &len);
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
    enum io_result result = send_queue(env, c, c->unsent);
    enum after_turn after;

    if (result == IO_GONE) {
        because(c, LEDGER_BY_RESET);
        return TURN_CLOSE;
    }
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
        if (c->stream.ledger != NULL)
            open_ledger(env, c);
        env->protocol->opened(env->protocol_worker, c->session, &c->stream);
        enter(env, c, CONN_FIRST, DEADLINE_FIRST_BYTE);
        return receive_turn(env, c);
    case CONN_FIRST:
    case CONN_IDLE:
    case CONN_MESSAGE:
    case CONN_TICK:
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

    if (after == TURN_WAIT && awaits_message && env->draining) {
        because(c, LEDGER_BY_DRAINING);
        after = TURN_CLOSE;
    }
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

static enum ledger_cause timeout_in(enum connection_state state)
{
    switch (state) {
    case CONN_ACCEPTED:
    case CONN_FIRST:
        return LEDGER_BY_FIRST_BYTE_TIMEOUT;
    case CONN_IDLE:
        return LEDGER_BY_IDLE_TIMEOUT;
    case CONN_MESSAGE:
        return LEDGER_BY_REQUEST_TIMEOUT;
    case CONN_SEND:
        return LEDGER_BY_SEND_TIMEOUT;
    case CONN_TICK:
    case CONN_LINGER:
        return LEDGER_BY_LINGER_TIMEOUT;
    }
    return LEDGER_BY_FAILURE;
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
        because(c, timeout_in(c->state));
        if (c->stream.ledger != NULL)
            ledger_offer(c->stream.ledger, c->kept_len);
        env->protocol->expired(env->protocol_worker, c->session, &turn);
        finish_turn(env, c,
                    after_send(env, c, PROTOCOL_END,
                               send_queue(env, c, env->out), true));
        break;
    case CONN_TICK:
        env->budget = TURN_SEND_MAX;
        finish_turn(env, c, tick_turn(env, c));
        break;
    case CONN_SEND:
        if (socket_unacknowledged(c->fd) < c->unacknowledged) {
            enter_send(env, c);
            break;
        }
        because(c, timeout_in(c->state));
        connection_abort(env, c);
        break;
    case CONN_ACCEPTED:
    case CONN_FIRST:
    case CONN_IDLE:
    case CONN_LINGER:
        because(c, timeout_in(c->state));
        connection_close(env, c);
        break;
    }
}

void connection_drain(struct connection_env *env, struct connection *c)
{
    if (c->state == CONN_FIRST || c->state == CONN_IDLE)
        connection_resume(env, c);
    else if (c->state == CONN_TICK) /* the answer ends */
        connection_expired(env, c);
    else if (c->state == CONN_MESSAGE) /* its rest, soon or never */
        deadline_arm(&env->deadlines, DEADLINE_LINGER, &c->deadline,
                     env->now_ms);
}
