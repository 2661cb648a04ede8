/* acceptor.h -- the thread that takes connections from the kernel
 *
 * One thread, one epoll over all listeners. It takes a connection from each
 * that has one, for the worker with the fewest, and asks the epoll for more.
 * When there are no more, or HANDOVERS_MAX were taken, it hands them over.
 *
 * When no more can be taken (connections_max is reached, or our descriptors run
 * out), the connection of all workers that has been idle longest is closed.
 * Where none is idle, the acceptor waits until a worker reports a closed
 * connection, or for 20 ms, and tries again. New connections wait in the
 * kernel's backlog meanwhile. Where accept4 fails for a reason that lasts, or
 * the system has run out of something, the acceptor stops watching that
 * listener and tries again ten times a second. Failures and shortages are
 * logged, at most once in five seconds. */
#ifndef TCP_ACCEPTOR_H
#define TCP_ACCEPTOR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/log_pace.h"
#include "tcp/listener.h"
#include "tcp/worker.h"

enum { HANDOVERS_MAX = 16 };

struct acceptor {
    const struct listener *listeners;
    size_t listener_count;
    struct worker *workers;
    size_t worker_count;
    const struct protocol *protocol;
    unsigned connections_max;
    bool keeps_ledgers; /* each connection gets one */

    /* Its thread alone: */
    uint64_t accepted; /* connections so far: the last one's id */
    unsigned failures; /* of accept4, since the last success */
    int64_t
        retry_ms; /* when to watch all listeners again; 0: all are watched */
    struct log_pace pace; /* of what is logged */
    unsigned handover_count;
    struct handover {
        struct worker *worker;
        struct connection *connection;
    } handovers[HANDOVERS_MAX]; /* accepted, and not yet handed over */

    int epoll_fd;
    int wake_fd;        /* eventfd: there is room again, or the end */
    atomic_int room_fd; /* wake_fd while it waits for room, else -1 */
    atomic_bool ended;  /* the main thread writes */
    pthread_t thread;
};

/* Sets what workers may read before the start (room_fd), and clears the rest.
 */
void acceptor_init(struct acceptor *acceptor);

/* Starts the thread. The caller has set the first part of the struct. Returns 0
 * or a negative errno. */
int acceptor_start(struct acceptor *acceptor);

/* Ends the thread. Connections in the backlog stay there. */
void acceptor_stop(struct acceptor *acceptor);

/* Takes the connections in each listener's backlog, as far as there is room:
 * their handshakes are complete. After acceptor_stop, on its caller's thread.
 */
void acceptor_take_backlog(struct acceptor *acceptor);

/* Closes its descriptors. No worker may be left that could write to room_fd. */
void acceptor_fini(struct acceptor *acceptor);

#endif
