/* echo.h -- a protocol that sends each line back
 *
 * It shows that tcp knows nothing of the protocol on it.
 *
 *     a line            comes back, `times` times
 *     #a line           is used, and gets no response
 *     end               comes back, and nothing after it is read
 *     last              the same, and the peer has announced its last message
 *     news              comes back, then "tock" at each look, "end" when
 *                       draining
 *     again             comes back in the turn after ECHO_TURNS others
 *     too late a line   gets "late"
 *
 * Any thread may read the counts; news_fd is readable when one has changed. */
#ifndef UNIT_ECHO_H
#define UNIT_ECHO_H

#include <check.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "pair.h"
#include "tcp/protocol.h"

enum { ECHO_WORKERS_MAX = 8, ECHO_TURNS = 3 };

struct echo {
    unsigned times;
    unsigned workers_max; /* the next one has no memory; 0: no bound */
    int news_fd;
    struct waker *waker; /* of the last worker */
    atomic_uint workers, workers_closed;
    atomic_uint opened, closed, most_open, offered;
    atomic_uint late_len;            /* of the last message that was late */
    atomic_uint last_port;           /* of a peer, as `opened` got it */
    atomic_ullong sent;              /* bytes, as `sent` got them */
    atomic_ullong batch, last_batch; /* now, and when it was offered a line */
    atomic_uint open_at[ECHO_WORKERS_MAX]; /* each worker's share */
};

struct echo_worker {
    struct echo *echo;
    unsigned number;
};

/* Given zeroed; `is_open` detects use before `opened` and after
 * `closed`. */
struct echo_session {
    bool is_open, wants_news;
    unsigned turns; /* that the line has had */
    uint64_t queued, sent;
    const char *lent; /* offered since `sent` was called last; or NULL ... */
    char first;       /* ... and its first byte */
};

static inline void echo_init(struct echo *echo, unsigned times)
{
    memset(echo, 0, sizeof(*echo));
    echo->times = times;
    echo->news_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    ck_assert_int_ne(echo->news_fd, -1);
}

static inline void echo_fini(struct echo *echo)
{
    close(echo->news_fd);
}

static inline void echo_notify(struct echo *echo)
{
    uint64_t one = 1;
    ssize_t written = write(echo->news_fd, &one, sizeof(one));

    (void)written; /* it fails only where the count is full */
}

/* Waits until `count`, one of echo's, is `least` or more. */
static inline void echo_await(struct echo *echo, atomic_uint *count,
                              unsigned least)
{
    uint64_t count_read;

    while (atomic_load(count) < least) {
        await(echo->news_fd, POLLIN);
        ck_assert_int_eq(read(echo->news_fd, &count_read, sizeof(count_read)),
                         sizeof(count_read));
    }
}

static inline void *echo_worker_open(void *arg, struct observer *observer,
                                     struct waker *waker)
{
    struct echo *echo = arg;
    struct echo_worker *worker;

    (void)observer;
    echo->waker = waker;
    if (echo->workers_max > 0 && echo->workers == echo->workers_max)
        return NULL;
    worker = malloc(sizeof(*worker));
    ck_assert_ptr_nonnull(worker);
    worker->echo = echo;
    worker->number = atomic_fetch_add(&echo->workers, 1) % ECHO_WORKERS_MAX;
    return worker;
}

static inline void echo_worker_close(void *worker)
{
    atomic_fetch_add(&((struct echo_worker *)worker)->echo->workers_closed, 1);
    free(worker);
}

static inline void echo_batch(void *worker)
{
    ((struct echo_worker *)worker)->echo->batch++;
}

static inline void echo_opened(void *worker, void *session,
                               const struct stream *stream)
{
    struct echo_worker *w = worker;
    struct echo_session *s = session;
    unsigned open = w->echo->opened - w->echo->closed + 1;

    ck_assert(!s->is_open);
    s->is_open = true;
    if (stream->peer.any.sa_family == AF_INET)
        w->echo->last_port = ntohs(stream->peer.in4.sin_port);
    if (open > w->echo->most_open)
        w->echo->most_open = open;
    w->echo->open_at[w->number]++;
    w->echo->opened++;
    echo_notify(w->echo);
}

static inline enum protocol_wants echo_line(const struct echo *echo,
                                            struct turn *turn, size_t len)
{
    if (len == 0)
        return turn->in_len == 0 ? PROTOCOL_NEXT : PROTOCOL_MORE;
    if (!outqueue_has_room(turn->out, 1, len * echo->times))
        return PROTOCOL_ROOM;
    turn->in_used = len;
    for (unsigned i = 0; *turn->in != '#' && i < echo->times; i++)
        outqueue_copy(turn->out, turn->in, len);
    if (len == 4 && memcmp(turn->in, "end", 3) == 0)
        return PROTOCOL_END;
    if (len == 5 && memcmp(turn->in, "last", 4) == 0)
        return PROTOCOL_LAST;
    if (len == 5 && memcmp(turn->in, "news", 4) == 0)
        return PROTOCOL_NEWS;
    return PROTOCOL_NEXT;
}

/* It waits for news, and nothing was offered. */
static inline enum protocol_wants echo_news(struct turn *turn)
{
    outqueue_copy(turn->out, turn->draining ? "end\n" : "tock\n",
                  turn->draining ? 4 : 5);
    return turn->draining ? PROTOCOL_END : PROTOCOL_NEWS;
}

static inline enum protocol_wants echo_received(void *worker, void *session,
                                                struct turn *turn)
{
    struct echo *echo = ((struct echo_worker *)worker)->echo;
    const char *newline =
        turn->in_len == 0 ? NULL : memchr(turn->in, '\n', turn->in_len);
    size_t len = newline == NULL ? 0 : (size_t)(newline - turn->in) + 1;
    struct echo_session *s = session;
    uint64_t before = outqueue_len(turn->out);
    enum protocol_wants wants;

    ck_assert(s->is_open);
    if (turn->in_len > 0 && s->lent == NULL) {
        s->lent = turn->in;
        s->first = *turn->in;
    }
    if (len == 6 && memcmp(turn->in, "again", 5) == 0 &&
        s->turns++ % (ECHO_TURNS + 1) < ECHO_TURNS)
        wants = PROTOCOL_AGAIN;
    else if (s->wants_news && turn->in_len == 0)
        wants = echo_news(turn);
    else
        wants = echo_line(echo, turn, len);
    s->wants_news = wants == PROTOCOL_NEWS;
    s->queued += outqueue_len(turn->out) - before;
    echo->offered++;
    echo->last_batch = echo->batch;
    echo_notify(echo);
    return wants;
}

static inline void echo_expired(void *worker, void *session, struct turn *turn)
{
    struct echo_session *s = session;

    ck_assert(s->is_open);
    ((struct echo_worker *)worker)->echo->late_len = (unsigned)turn->in_len;
    outqueue_copy(turn->out, "late\n", 5);
    s->queued += 5;
}

/* What was offered is still there. */
static inline void echo_sent(void *worker, void *session, uint64_t len)
{
    struct echo_session *s = session;

    ck_assert(s->is_open);
    if (s->lent != NULL)
        ck_assert_int_eq(*s->lent, s->first);
    s->lent = NULL;
    s->sent += len;
    ck_assert_uint_le(s->sent, s->queued);
    ((struct echo_worker *)worker)->echo->sent += len;
}

static inline void echo_closed(void *worker, void *session)
{
    struct echo_worker *w = worker;
    struct echo_session *s = session;

    ck_assert(s->is_open);
    ck_assert_ptr_null(s->lent);
    s->is_open = false;
    w->echo->open_at[w->number]--;
    w->echo->closed++;
    echo_notify(w->echo);
}

static const struct protocol echo_protocol = {
    .session_size = sizeof(struct echo_session),
    .worker_open = echo_worker_open,
    .worker_close = echo_worker_close,
    .batch = echo_batch,
    .opened = echo_opened,
    .received = echo_received,
    .expired = echo_expired,
    .sent = echo_sent,
    .closed = echo_closed,
};

#endif
