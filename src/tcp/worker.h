/* worker.h -- a thread that serves its share of the connections
 *
 * Shared with the acceptor's thread: `epoll_fd`, to which the acceptor adds the
 * sockets of new connections (that is the whole handoff: the kernel is the
 * queue); `load`, which it raises for each; its `room_fd`, by which a worker
 * reports closed ones; `idle_since_ms` and `room_wanted`, by which one is
 * closed for another; and `wake_fd`. Shared with the main thread: `order`,
 * `wake_fd` and `done_fd`. Shared with every thread that has news for its body
 * sources: `waker` and its `wake_fd`. Nothing else is shared. */
#ifndef TCP_WORKER_H
#define TCP_WORKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "tcp/connection.h"

enum worker_order {
    WORKER_SERVE,
    WORKER_DRAIN, /* finish responses, then end the thread */
    WORKER_STOP,  /* close all connections and end the thread */
};

struct worker {
    struct connection_env env; /* the worker's thread alone */
    void *protocol_arg;
    atomic_int *room_fd; /* the acceptor's: see acceptor.h */
    int done_fd;         /* eventfd: written when the thread ends */
    int wake_fd;         /* eventfd: written after an order or room_wanted */
    int epoll_fd;
    pthread_t thread;
    atomic_int order; /* enum worker_order */

    struct waker waker; /* by wake_fd: for those that have news for a source */
    int64_t news_ms;    /* when connections may next look for news */

    /* For a newer connection, the acceptor chooses the worker whose connection
     * has been idle longest (the least connection_idle_since_ms; INT64_MAX:
     * none), and orders it to close that one. */
    atomic_llong idle_since_ms;
    atomic_bool room_wanted;

    /* On a cache line of its own: two threads write it. */
    alignas(64) atomic_uint load; /* connections, handed over or served */
};

struct worker_config {
    const struct protocol *protocol;
    void *protocol_arg;
    struct observer *(*observer_new)(void *arg); /* see tcp_server.h */
    void *observer_arg;
    int64_t deadline_ms[DEADLINE_KINDS];
    atomic_int *room_fd;
    int done_fd;
};

/* Makes the worker and starts its thread. Returns 0 or a negative errno. */
int worker_start(struct worker *worker, const struct worker_config *config);

/* Gives an order; may be called again with a later one of the enum. The main
 * thread. Before WORKER_DRAIN and WORKER_STOP the acceptor must have ended: no
 * connection may be handed over after them. */
void worker_order(struct worker *worker, enum worker_order order);

/* Orders it to close the connection that has been idle longest, if one is. The
 * acceptor's thread. */
void worker_want_room(struct worker *worker);

/* Waits until the thread has ended. */
void worker_join(struct worker *worker);

/* Frees what it had. No other worker's thread may run: it might still wake this
 * one. */
void worker_fini(struct worker *worker);

/* Counts a connection that worker_hand_over will be called for. The acceptor's
 * thread, or after its end the main thread. */
void worker_expect(struct worker *worker);

/* Hands over a connection that was counted. Returns 0, or a negative errno: the
 * connection is still the caller's then, and counts no more. The same thread.
 */
int worker_hand_over(struct worker *worker, struct connection *connection);

#endif
