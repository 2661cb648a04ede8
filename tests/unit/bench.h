/* bench.h -- one connection without a worker's thread
 *
 * The test lends it what a worker would, its clock too, and reports the events
 * that the kernel would. Nothing here waits for time. */
#ifndef UNIT_BENCH_H
#define UNIT_BENCH_H

#include <errno.h>
#include <sys/epoll.h>

#include "echo.h"
#include "pair.h"
#include "tcp/connection.h"

enum { TIMES = 1000, NOW = 1000000, READABLE = EPOLLIN | EPOLLOUT };

static const int64_t lengths[DEADLINE_KINDS] = {
    [DEADLINE_FIRST_BYTE] = 1000, [DEADLINE_MESSAGE] = 2000,
    [DEADLINE_IDLE] = 3000,       [DEADLINE_SEND] = 4000,
    [DEADLINE_LINGER] = 5000,     [DEADLINE_NEWS] = 50,
};

struct bench {
    struct echo echo;
    struct connection_env env;
    struct connection *c; /* until is_closed */
    struct pair pair;     /* `ours` is the connection's */
    uint64_t batch;       /* that began with the last events */
};

static inline void bench_init(struct bench *bench,
                              void (*connect_pair)(struct pair *),
                              unsigned times)
{
    struct stream stream = {.peer.any.sa_family = AF_UNIX};

    memset(bench, 0, sizeof(*bench));
    echo_init(&bench->echo, times);
    bench->env.protocol = &echo_protocol;
    bench->env.protocol_worker = echo_worker_open(&bench->echo, NULL, NULL);
    deadlines_init(&bench->env.deadlines, lengths);
    list_init(&bench->env.ready);
    bench->env.out = outqueue_new(TURN_OUT_ITEMS, TURN_OUT_BYTES);
    bench->env.in = malloc(TURN_IN_MAX);
    bench->env.now_ms = NOW;
    connect_pair(&bench->pair);
    bench->c = connection_new(&echo_protocol, bench->pair.ours, &stream);
    ck_assert_ptr_nonnull(bench->c);
    ck_assert_int_eq(bench->c->state, CONN_ACCEPTED);
}

static inline bool is_closed(const struct bench *bench)
{
    return bench->env.closed_count > 0;
}

/* Closes the connection, and asserts that nothing is left of it. */
static inline void bench_fini(struct bench *bench)
{
    if (!is_closed(bench))
        connection_close(&bench->env, bench->c, LEDGER_BY_DRAINING);
    ck_assert_uint_eq(bench->env.closed_count, 1);
    ck_assert_uint_eq(bench->echo.opened, 1);
    ck_assert_uint_eq(bench->echo.closed, 1);
    ck_assert(list_is_empty(&bench->env.ready));
    ck_assert_int_eq(deadlines_next_ms(&bench->env.deadlines), INT64_MAX);
    ck_assert(outqueue_is_empty(bench->env.out));
    if (bench->pair.theirs != -1)
        close(bench->pair.theirs);
    outqueue_free(bench->env.out);
    free(bench->env.in);
    echo_worker_close(bench->env.protocol_worker);
    echo_fini(&bench->echo);
}

/* The kernel reports, and a batch begins. */
static inline void begin_batch(struct bench *bench)
{
    echo_batch(bench->env.protocol_worker);
    bench->batch = bench->echo.batch;
}

/* The kernel reports `events`, and all turns that follow are taken. */
static inline void happen(struct bench *bench, uint32_t events)
{
    begin_batch(bench);
    connection_event(&bench->env, bench->c, events);
    while (!list_is_empty(&bench->env.ready))
        connection_resume(&bench->env, LIST_ENTRY(bench->env.ready.next,
                                                  struct connection, ready));
}

static inline void send_bytes(struct bench *bench, const char *at, size_t len)
{
    ck_assert_int_eq(write(bench->pair.theirs, at, len), (ssize_t)len);
    await(bench->c->fd, POLLIN);
    happen(bench, READABLE);
}

static inline void send_text(struct bench *bench, const char *text)
{
    send_bytes(bench, text, strlen(text));
}

/* Asserts that the peer can read this and no more. On a socket pair only. */
static inline void check_received(struct bench *bench, const char *text)
{
    char received[1000] = "";
    ssize_t len = read(bench->pair.theirs, received, sizeof(received) - 1);

    ck_assert_int_eq(len, text[0] == '\0' ? -1 : (ssize_t)strlen(text));
    ck_assert_str_eq(received, text);
}

/* Reads all that the peer has received. Returns how much. */
static inline size_t read_all(const struct bench *bench)
{
    static char received[65536];
    size_t sum = 0;
    ssize_t len;

    while ((len = read(bench->pair.theirs, received, sizeof(received))) > 0)
        sum += (size_t)len;
    return sum;
}

/* Each of these brings a new connection into a state. */
static inline void to_first(struct bench *bench)
{
    happen(bench, EPOLLOUT);
}

static inline void to_idle(struct bench *bench)
{
    send_text(bench, "a\n");
}

static inline void to_message(struct bench *bench)
{
    send_text(bench, "a");
}

/* Small messages whose responses exceed the buffers of the kernel. */
static inline void to_send(struct bench *bench)
{
    static char lines[200 * 50];

    memset(lines, 'a', sizeof(lines));
    for (size_t i = 49; i < sizeof(lines); i += 50)
        lines[i] = '\n';
    send_bytes(bench, lines, sizeof(lines));
}

static inline void to_linger(struct bench *bench)
{
    send_text(bench, "end\n");
}

static inline void to_news(struct bench *bench)
{
    send_text(bench, "news\n");
}

static const struct reach {
    enum connection_state state;
    void (*reach)(struct bench *);
    enum deadline_kind deadline;
    bool ends_with_peer; /* the end of the peer's stream ends it */
} reaches[] = {
    {CONN_FIRST, to_first, DEADLINE_FIRST_BYTE, true},
    {CONN_IDLE, to_idle, DEADLINE_IDLE, true},
    {CONN_MESSAGE, to_message, DEADLINE_MESSAGE, true},
    {CONN_SEND, to_send, DEADLINE_SEND, false},
    {CONN_LINGER, to_linger, DEADLINE_LINGER, true},
    {CONN_NEWS, to_news, DEADLINE_NEWS, true},
};

enum { REACHES = sizeof(reaches) / sizeof(reaches[0]) };

static inline void bench_reach(struct bench *bench, const struct reach *reach,
                               void (*pair)(struct pair *))
{
    bench_init(bench, pair, reach->state == CONN_SEND ? TIMES : 1);
    reach->reach(bench);
    ck_assert(!is_closed(bench));
    ck_assert_int_eq(bench->c->state, reach->state);
}

/* Asserts that the connection waits for this, and until when. */
static inline void check_deadline(const struct bench *bench,
                                  enum deadline_kind kind, int64_t at_ms)
{
    const struct deadlines *deadlines = &bench->env.deadlines;

    ck_assert_ptr_null(deadlines_expired(deadlines, kind, at_ms - 1));
    ck_assert_ptr_eq(deadlines_expired(deadlines, kind, at_ms),
                     &bench->c->deadline);
}

#endif
