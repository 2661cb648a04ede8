#include "tcp/worker.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    EVENTS_MAX = 256,
    LOG_INTERVAL_MS = 5000,
    FAILURE_WAIT_MS = 100, /* between two attempts at what fails for good */
    NEWS_MS = 50,          /* between two looks for news */
    READY_US = 500, /* for connections whose turn was cut short, before the
                       kernel is asked for new events */
};

static void signal_event(int event_fd)
{
    uint64_t one = 1;
    ssize_t written = write(event_fd, &one, sizeof(one));

    (void)written; /* it fails only where the count is full */
}

/* The time of a batch. It never goes back, so that lists of deadlines stay in
 * order: see clock_now_ms. */
static void set_now(struct connection_env *env)
{
    int64_t now_ms = clock_now_ms();

    if (now_ms > env->now_ms)
        env->now_ms = now_ms;
}

/* Gives a turn to each connection whose last one was cut short, until READY_US
 * have passed. One that needs yet another turn goes behind all others. */
static void run_ready(struct connection_env *env)
{
    const struct list *last = env->ready.prev, *node;
    int64_t ends_us;

    if (list_is_empty(&env->ready))
        return;
    ends_us = clock_now_us() + READY_US;
    do {
        node = env->ready.next;
        connection_resume(
            env, LIST_ENTRY(env->ready.next, struct connection, ready));
    } while (node != last && clock_now_us() < ends_us);
}

/* Not inlined, as few batches have one that has expired. */
__attribute__((noinline)) static void run_expired(struct connection_env *env)
{
    for (int kind = 0; kind < DEADLINE_KINDS; kind++) {
        struct deadline *first;

        while ((first =
                    deadlines_expired(&env->deadlines, (enum deadline_kind)kind,
                                      env->now_ms)) != NULL)
            connection_expired(env, connection_of(first));
    }
}

/* Calls `visit` once for each connection whose deadline is of this kind; it may
 * close it. */
static void
for_each_of_kind(struct connection_env *env, enum deadline_kind kind,
                 void (*visit)(struct connection_env *, struct connection *))
{
    struct list *armed = &env->deadlines.armed[kind];
    struct list seen;

    if (list_is_empty(armed))
        return;
    seen = *armed;
    seen.next->prev = seen.prev->next = &seen;
    list_init(armed);
    while (!list_is_empty(&seen)) {
        struct list *node = seen.next;

        list_unlink(node);
        list_append(armed, node);
        visit(env, connection_of(LIST_ENTRY(node, struct deadline, node)));
    }
}

/* Calls `visit` for each connection that the worker has seen; it may close it.
 */
static void for_each_connection(struct connection_env *env,
                                void (*visit)(struct connection_env *,
                                              struct connection *))
{
    for (int kind = 0; kind < DEADLINE_KINDS; kind++)
        for_each_of_kind(env, (enum deadline_kind)kind, visit);
}

/* Lets connections look for news, if there is some. An event after a pause is
 * sent at once, events that follow each other closely are sent together. */
static void run_news(struct worker *worker)
{
    struct connection_env *env = &worker->env;

    if (!waker_is_due(&worker->waker) || env->now_ms < worker->news_ms)
        return;
    waker_reset(&worker->waker);
    worker->news_ms = env->now_ms + NEWS_MS;
    for_each_of_kind(env, DEADLINE_NEWS, connection_expired);
}

/* Reports to the acceptor how many connections were closed. */
static void report_closed(struct worker *worker)
{
    unsigned load;
    int room_fd;

    if (worker->env.closed_count == 0)
        return;
    load = atomic_fetch_sub(&worker->load, worker->env.closed_count);
    assert(load >= worker->env.closed_count);
    (void)load;
    worker->env.closed_count = 0;
    room_fd = atomic_load(worker->room_fd);
    if (room_fd != -1)
        signal_event(room_fd);
}

static void stop_connection(struct connection_env *env, struct connection *c)
{
    connection_close(env, c, LEDGER_BY_DRAINING);
}

/* Returns whether the thread is to go on. */
static bool obey(struct worker *worker)
{
    struct connection_env *env = &worker->env;

    switch ((enum worker_order)atomic_load(&worker->order)) {
    case WORKER_SERVE:
        return true;
    case WORKER_DRAIN:
        if (!env->draining) {
            env->draining = true;
            for_each_connection(env, connection_drain);
            report_closed(worker);
        }
        return atomic_load(&worker->load) > 0;
    case WORKER_STOP:
        for_each_connection(env, stop_connection);
        report_closed(worker);
        /* Those handed over and not yet seen come with the next events. */
        return atomic_load(&worker->load) > 0;
    }
    return false;
}

static void run_events(struct worker *worker, const struct epoll_event *events,
                       int count)
{
    for (int i = 0; i < count; i++) {
        struct connection *connection = events[i].data.ptr;
        uint64_t count_read;
        ssize_t got;

        if (connection != NULL) {
            connection_event(&worker->env, connection, events[i].events);
            continue;
        }
        got = read(worker->wake_fd, &count_read, sizeof(count_read));
        (void)got; /* the order itself is in worker->order */
    }
}

/* How long epoll_wait may take. */
static int wait_ms(const struct connection_env *env, int64_t next_ms)
{
    if (!list_is_empty(&env->ready) || next_ms <= env->now_ms)
        return 0;
    if (next_ms == INT64_MAX)
        return -1;
    return next_ms - env->now_ms > INT_MAX ? INT_MAX
                                           : (int)(next_ms - env->now_ms);
}

/* There is nothing more to do: the observer may write. */
static void report_waiting(struct observer *observer)
{
    if (observer != NULL && observer->waiting != NULL)
        observer->waiting(observer);
}

/* epoll_wait failed, and may fail for good: waits before the next attempt. */
static void rest(struct worker *worker, int error)
{
    struct pollfd wake = {.fd = worker->wake_fd, .events = POLLIN};
    uint64_t count;
    ssize_t got;

    log_error_paced(&worker->env.pace,
                    "cannot wait for requests: %s; trying again",
                    strerror(error));
    if (poll(&wake, 1, FAILURE_WAIT_MS) == 1) {
        got = read(worker->wake_fd, &count, sizeof(count));
        (void)got; /* the order itself is in worker->order */
    }
}

/* When there is something to do, even if nothing arrives. */
static int64_t next_due_ms(const struct worker *worker)
{
    const struct connection_env *env = &worker->env;
    int64_t next_ms = deadlines_next_ms(&env->deadlines), due_ms;

    if (waker_is_due(&worker->waker) && worker->news_ms < next_ms)
        next_ms = worker->news_ms;
    if (env->protocol->waiting == NULL)
        return next_ms;
    due_ms = env->protocol->waiting(env->protocol_worker, env->now_ms);
    return due_ms < next_ms ? due_ms : next_ms;
}

static void serve(struct worker *worker)
{
    struct connection_env *env = &worker->env;
    struct epoll_event events[EVENTS_MAX];

    while (obey(worker)) {
        int64_t next_ms = next_due_ms(worker);
        int count;

        report_waiting(env->observer);
        atomic_store_explicit(&worker->idle_since_ms,
                              connection_idle_since_ms(env),
                              memory_order_relaxed);
        count = epoll_wait(worker->epoll_fd, events, EVENTS_MAX,
                           wait_ms(env, next_ms));
        if (count == -1 && errno != EINTR)
            rest(worker, errno);
        set_now(env);
        env->protocol->batch(env->protocol_worker);
        run_events(worker, events, count);
        run_ready(env);
        run_news(worker);
        if (env->now_ms >= next_ms) /* what was armed since is later */
            run_expired(env);
        if (atomic_load_explicit(&worker->room_wanted, memory_order_relaxed)) {
            atomic_store(&worker->room_wanted, false);
            connection_make_room(env);
        }
        report_closed(worker);
    }
    report_waiting(env->observer);
}

static void *worker_main(void *arg)
{
    struct worker *worker = arg;

    set_now(&worker->env);
    serve(worker);
    signal_event(worker->done_fd);
    return NULL;
}

static int watch_orders(struct worker *worker)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};

    worker->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (worker->wake_fd == -1)
        return -errno;
    worker->waker.fd = worker->wake_fd;
    if (epoll_ctl(worker->epoll_fd, EPOLL_CTL_ADD, worker->wake_fd, &event) ==
        -1)
        return -errno;
    return 0;
}

void worker_fini(struct worker *worker)
{
    struct connection_env *env = &worker->env;

    if (env->protocol_worker != NULL)
        env->protocol->worker_close(env->protocol_worker);
    if (env->observer != NULL)
        env->observer->close(env->observer);
    outqueue_free(env->out);
    free(env->in);
    if (worker->wake_fd != -1)
        close(worker->wake_fd);
    if (worker->epoll_fd != -1)
        close(worker->epoll_fd);
}

static int worker_init(struct worker *worker,
                       const struct worker_config *config)
{
    struct connection_env *env = &worker->env;

    memset(worker, 0, sizeof(*worker));
    worker->protocol_arg = config->protocol_arg;
    worker->room_fd = config->room_fd;
    worker->done_fd = config->done_fd;
    worker->wake_fd = worker->epoll_fd = -1;
    atomic_init(&worker->idle_since_ms, INT64_MAX);
    env->protocol = config->protocol;
    env->pace.interval_ms = LOG_INTERVAL_MS;
    list_init(&env->ready);
    deadlines_init(&env->deadlines, config->deadline_ms);

    env->out = outqueue_new(TURN_OUT_ITEMS, TURN_OUT_BYTES);
    env->in = malloc(TURN_IN_MAX);
    if (config->observer_new != NULL) {
        env->observer = config->observer_new(config->observer_arg);
        if (env->observer == NULL)
            return -ENOMEM;
    }
    env->protocol_worker = env->protocol->worker_open(
        config->protocol_arg, env->observer, &worker->waker);
    if (env->out == NULL || env->in == NULL || env->protocol_worker == NULL)
        return -ENOMEM;
    worker->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (worker->epoll_fd == -1)
        return -errno;
    return watch_orders(worker);
}

int worker_start(struct worker *worker, const struct worker_config *config)
{
    int error = worker_init(worker, config);

    if (error == 0)
        error = -pthread_create(&worker->thread, NULL, worker_main, worker);
    if (error != 0)
        worker_fini(worker);
    return error;
}

void worker_order(struct worker *worker, enum worker_order order)
{
    assert((int)order >= atomic_load(&worker->order));
    atomic_store(&worker->order, (int)order);
    signal_event(worker->wake_fd);
}

void worker_want_room(struct worker *worker)
{
    atomic_store(&worker->room_wanted, true);
    signal_event(worker->wake_fd);
}

void worker_join(struct worker *worker)
{
    pthread_join(worker->thread, NULL);
}

void worker_expect(struct worker *worker)
{
    atomic_fetch_add(&worker->load, 1);
}

int worker_hand_over(struct worker *worker, struct connection *connection)
{
    struct epoll_event event = {
        .events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET,
        .data.ptr = connection,
    };

    if (epoll_ctl(worker->epoll_fd, EPOLL_CTL_ADD, connection->fd, &event) == 0)
        return 0;
    atomic_fetch_sub(&worker->load, 1);
    return -errno;
}
