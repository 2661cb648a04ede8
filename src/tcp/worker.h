/* worker.h -- a thread that serves its share of the connections
 *
 * Shared with the acceptor's thread, and nothing else is: `epoll_fd`, to which
 * it adds the sockets of new connections (that is the whole handoff: the kernel
 * is the queue), `load`, which it raises for each, and its own `room_fd`, by
 * which it asks to be told of closed ones. `idle_since_ms` and
 * `room_wanted`, by which one is closed for another. Shared with the main
 * thread: `order`
 * and `wake_fd`. */
#ifndef TCP_WORKER_H
#define TCP_WORKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "tcp/connection.h"

enum worker_order {
    WORKER_SERVE,
    WORKER_DRAIN, /* finish what is under way, then end the thread */
    WORKER_STOP,  /* close everything and end the thread */
};

struct worker {
    struct connection_env env; /* the worker's thread alone */
    void *protocol_arg;
    atomic_int *room_fd; /* the acceptor's: see there */
    int done_fd;         /* eventfd: written when the thread ends */
    int wake_fd;         /* eventfd: written after a new order */
    int epoll_fd;
    pthread_t thread;
    atomic_int order; /* enum worker_order */

    /* For a newer connection, the acceptor chooses whose connection makes room
     * (the least connection_idle_since_ms; INT64_MAX: none), and orders it to
     * be closed. */
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

/* Gives an order; may be called again with a later one. Any thread. Before
 * WORKER_DRAIN and WORKER_STOP the acceptor must have ended: no connection may
 * be handed over after them. */
void worker_order(struct worker *worker, enum worker_order order);

/* Lets it close the connection that has been idle longest, if one is. The
 * acceptor's thread. */
void worker_want_room(struct worker *worker);

/* Waits until the thread has ended, and frees what it had. */
void worker_join(struct worker *worker);

/* Hands a connection over. Returns 0, or a negative errno, and then the
 * connection is still the caller's. The acceptor's thread. */
int worker_hand_over(struct worker *worker, struct connection *connection);

#endif
