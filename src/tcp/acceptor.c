#include "tcp/acceptor.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum {
    ROOM_WAIT_MS = 20, /* then tries again: a connection may have become idle,
                          or a descriptor free, which nothing reports */
    FAILURE_WAIT_MS = 100, /* between two attempts at what fails for good */
    FAILURES_MAX = 16,     /* in a row: more are not due to one connection */
    LOG_INTERVAL_MS = 5000,
    EVENTS_MAX = 64
};

enum accept_result { ACCEPT_DONE, ACCEPT_NONE, ACCEPT_NO_ROOM, ACCEPT_FAILS };

void acceptor_init(struct acceptor *acceptor)
{
    memset(acceptor, 0, sizeof(*acceptor));
    acceptor->epoll_fd = acceptor->wake_fd = -1;
    atomic_init(&acceptor->room_fd, -1);
    acceptor->pace.interval_ms = LOG_INTERVAL_MS;
}

static struct worker *least_loaded(struct acceptor *acceptor, unsigned *total)
{
    struct worker *least = &acceptor->workers[0];
    unsigned least_load = atomic_load(&least->load);

    *total = least_load;
    for (size_t i = 1; i < acceptor->worker_count; i++) {
        unsigned load = atomic_load(&acceptor->workers[i].load);

        *total += load;
        if (load < least_load) {
            least = &acceptor->workers[i];
            least_load = load;
        }
    }
    return least;
}

/* Hands over what was accepted since the last time. A worker that is woken for
 * each connection takes the processor from the acceptor each time, where they
 * share it; woken for several, it also looks at its files once for all of them.
 */
static void hand_over(struct acceptor *acceptor)
{
    for (unsigned i = 0; i < acceptor->handover_count; i++) {
        const struct handover *handover = &acceptor->handovers[i];
        int error = worker_hand_over(handover->worker, handover->connection);

        if (error != 0) {
            log_error_paced(&acceptor->pace, "a connection was refused: %s",
                            strerror(-error));
            connection_discard(handover->connection);
        }
    }
    acceptor->handover_count = 0;
}

/* Makes a connection of what was accepted, to be handed over soon. */
static void put_connection(struct acceptor *acceptor, struct worker *worker,
                           int fd, struct stream *stream)
{
    struct connection *connection;

    acceptor->accepted++;
    if (acceptor->keeps_ledgers)
        stream->ledger = ledger_new(acceptor->accepted,
                                    (unsigned)(worker - acceptor->workers) + 1);
    connection = connection_new(acceptor->protocol, fd, stream);
    if (connection == NULL) {
        log_error_paced(&acceptor->pace, "a connection was refused: no memory");
        return;
    }
    worker_expect(worker);
    acceptor->handovers[acceptor->handover_count++] =
        (struct handover){worker, connection};
    if (acceptor->handover_count == HANDOVERS_MAX)
        hand_over(acceptor);
}

/* accept4 failed with `error` while `open` connections are open. Closing one of
 * them helps only against our own limit (EMFILE); where the system is short of
 * something, another process may take what we free. Most other errors concern
 * one connection that died in the backlog: accept(2) returns them once, and the
 * next call takes the next connection. Errors that repeat do not. */
static enum accept_result judge(struct acceptor *acceptor,
                                const struct listener *listener, int error,
                                unsigned open)
{
    char text[ADDRESS_TEXT_MAX];

    switch (error) {
    case EAGAIN:
        return ACCEPT_NONE;
    case EINTR:
        return ACCEPT_DONE;
    case EMFILE:
        log_error_paced(&acceptor->pace,
                        "out of file descriptors with %u connections open: "
                        "raise the limit (ulimit -n), or lower "
                        "--max-connections",
                        open);
        return ACCEPT_NO_ROOM;
    case ENFILE:
        log_error_paced(&acceptor->pace,
                        "the system is out of file descriptors, with %u "
                        "connections open here: raise fs.file-max",
                        open);
        return ACCEPT_FAILS;
    case ENOMEM:
    case ENOBUFS:
        log_error_paced(&acceptor->pace,
                        "no memory for more than %u connections: raise the "
                        "limit of memory, or lower --max-connections",
                        open);
        return ACCEPT_FAILS;
    }
    if (++acceptor->failures < FAILURES_MAX)
        return ACCEPT_DONE;
    log_error_paced(&acceptor->pace,
                    "cannot accept connections at %s: %s; trying again",
                    address_format(&listener->address, text), strerror(error));
    return ACCEPT_FAILS;
}

/* Takes one connection from the backlog of `listener`. The epoll reports
 * whether there is another: accept4(2) makes a socket before it looks, so that
 * its EAGAIN costs as much as several epoll_waits. */
static enum accept_result take_connection(struct acceptor *acceptor,
                                          const struct listener *listener)
{
    struct stream stream = {.peer.any.sa_family = AF_UNSPEC,
                            .role = listener->role};
    socklen_t len = sizeof(stream.peer);
    unsigned total;
    struct worker *worker = least_loaded(acceptor, &total);
    int fd;

    assert(acceptor->handover_count < HANDOVERS_MAX);
    if (total >= acceptor->connections_max)
        return ACCEPT_NO_ROOM;
    fd = accept4(listener->fd, &stream.peer.any, &len,
                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd == -1)
        return judge(acceptor, listener, errno, total);
    acceptor->failures = 0;
    if (shape_is_needed(&listener->shape))
        stream.shape = shape_new(&listener->shape);
    put_connection(acceptor, worker, fd, &stream);
    return ACCEPT_DONE;
}

static void drain_wake(const struct acceptor *acceptor)
{
    uint64_t count;
    ssize_t got = read(acceptor->wake_fd, &count, sizeof(count));

    (void)got; /* the count does not matter */
}

/* Accepts nothing until a worker or the main thread wakes it, for at most
 * `wait_ms`. */
static void rest(struct acceptor *acceptor, int wait_ms)
{
    struct pollfd wake = {.fd = acceptor->wake_fd, .events = POLLIN};

    hand_over(acceptor);
    poll(&wake, 1, wait_ms);
    drain_wake(acceptor);
}

/* Asks the worker whose connection has been idle longest to close it: see
 * connection_idle_since_ms. */
static void want_room(struct acceptor *acceptor)
{
    struct worker *longest = NULL;
    long long since_ms = INT64_MAX;

    for (size_t i = 0; i < acceptor->worker_count; i++) {
        struct worker *worker = &acceptor->workers[i];
        long long idle_since_ms =
            atomic_load_explicit(&worker->idle_since_ms, memory_order_relaxed);

        if (idle_since_ms < since_ms) {
            longest = worker;
            since_ms = idle_since_ms;
        }
    }
    if (longest != NULL)
        worker_want_room(longest);
}

/* There was no room for a connection in the backlog of `listener`. */
static void wait_for_room(struct acceptor *acceptor,
                          const struct listener *listener)
{
    assert(atomic_load(&acceptor->room_fd) == -1);
    /* First let workers know that we wait, then try again: a connection that
     * closes in between either wakes us or makes the second try succeed. */
    atomic_store(&acceptor->room_fd, acceptor->wake_fd);
    if (take_connection(acceptor, listener) == ACCEPT_NO_ROOM &&
        !atomic_load(&acceptor->ended)) {
        want_room(acceptor);
        rest(acceptor, ROOM_WAIT_MS);
    }
    atomic_store(&acceptor->room_fd, -1);
}

static int watch(const struct acceptor *acceptor, int fd,
                 const struct listener *listener)
{
    struct epoll_event event = {
        .events = EPOLLIN,
        .data.ptr = (void *)(uintptr_t)listener,
    };

    return epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1
               ? -errno
               : 0;
}

/* Stops watching this listener for a while, and serves the others. It is
 * removed from the epoll, which reports a socket's error whatever it is watched
 * for. */
static void unwatch(struct acceptor *acceptor, const struct listener *listener)
{
    if (epoll_ctl(acceptor->epoll_fd, EPOLL_CTL_DEL, listener->fd, NULL) == -1)
        rest(acceptor, FAILURE_WAIT_MS);
    else if (acceptor->retry_ms == 0)
        acceptor->retry_ms = clock_now_ms() + FAILURE_WAIT_MS;
}

/* Watches all listeners again; most of them are watched already. */
static void rewatch_all(struct acceptor *acceptor)
{
    acceptor->retry_ms = 0;
    for (size_t i = 0; i < acceptor->listener_count; i++) {
        int error =
            watch(acceptor, acceptor->listeners[i].fd, &acceptor->listeners[i]);

        if (error != 0 && error != -EEXIST)
            acceptor->retry_ms = clock_now_ms() + FAILURE_WAIT_MS;
    }
}

static void serve_listener(struct acceptor *acceptor,
                           const struct listener *listener)
{
    switch (take_connection(acceptor, listener)) {
    case ACCEPT_DONE:
    case ACCEPT_NONE:
        break;
    case ACCEPT_NO_ROOM:
        wait_for_room(acceptor, listener);
        break;
    case ACCEPT_FAILS:
        unwatch(acceptor, listener);
        break;
    }
}

/* How long epoll_wait may take; -1: for ever. */
static int wait_ms(const struct acceptor *acceptor)
{
    int64_t left;

    if (acceptor->retry_ms == 0)
        return -1;
    left = acceptor->retry_ms - clock_now_ms();
    return left < 0 ? 0 : left < FAILURE_WAIT_MS ? (int)left : FAILURE_WAIT_MS;
}

static void *acceptor_main(void *arg)
{
    struct acceptor *acceptor = arg;
    struct epoll_event events[EVENTS_MAX];
    int timeout_ms = -1;

    while (!atomic_load(&acceptor->ended)) {
        int count =
            epoll_wait(acceptor->epoll_fd, events, EVENTS_MAX, timeout_ms);

        if (count == -1 && errno != EINTR) {
            log_error_paced(&acceptor->pace,
                            "cannot wait for connections: %s; trying again",
                            strerror(errno));
            rest(acceptor, FAILURE_WAIT_MS);
        }
        for (int i = 0; i < count; i++) {
            const struct listener *listener = events[i].data.ptr;

            if (listener == NULL)
                drain_wake(acceptor);
            else
                serve_listener(acceptor, listener);
        }
        if (acceptor->retry_ms != 0 && wait_ms(acceptor) == 0)
            rewatch_all(acceptor);
        if (count <= 0)
            hand_over(acceptor);
        /* All are taken. Workers that share our processor run first: what
         * arrives meanwhile is taken together, and we sleep less often. */
        if (count == 0)
            sched_yield();
        timeout_ms = count > 0 ? 0 : wait_ms(acceptor);
    }
    hand_over(acceptor);
    return NULL;
}

static int watch_all(struct acceptor *acceptor)
{
    int error;

    acceptor->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (acceptor->epoll_fd == -1)
        return -errno;
    acceptor->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (acceptor->wake_fd == -1)
        return -errno;
    error = watch(acceptor, acceptor->wake_fd, NULL);
    for (size_t i = 0; error == 0 && i < acceptor->listener_count; i++)
        error =
            watch(acceptor, acceptor->listeners[i].fd, &acceptor->listeners[i]);
    return error;
}

int acceptor_start(struct acceptor *acceptor)
{
    int error;

    assert(acceptor->worker_count > 0 && acceptor->connections_max > 0);
    assert(acceptor->epoll_fd == -1 && acceptor->accepted == 0);
    error = watch_all(acceptor);
    if (error != 0)
        return error;
    return -pthread_create(&acceptor->thread, NULL, acceptor_main, acceptor);
}

void acceptor_stop(struct acceptor *acceptor)
{
    uint64_t one = 1;
    ssize_t written;

    atomic_store(&acceptor->ended, true);
    written = write(acceptor->wake_fd, &one, sizeof(one));
    (void)written;
    pthread_join(acceptor->thread, NULL);
}

void acceptor_take_backlog(struct acceptor *acceptor)
{
    assert(atomic_load(&acceptor->ended));
    for (size_t i = 0; i < acceptor->listener_count; i++) {
        int taken = 0;

        while (taken < LISTENER_BACKLOG &&
               take_connection(acceptor, &acceptor->listeners[i]) ==
                   ACCEPT_DONE)
            taken++;
    }
    hand_over(acceptor);
}

void acceptor_fini(struct acceptor *acceptor)
{
    if (acceptor->wake_fd != -1)
        close(acceptor->wake_fd);
    if (acceptor->epoll_fd != -1)
        close(acceptor->epoll_fd);
}
