/* acceptor.h -- the thread that takes connections from the kernel
 *
 * One thread, one epoll over all listeners. It takes a connection from each
 * that has one, hands it to the worker with the fewest, and asks the epoll for
 * more.
 *
 * When no more can be taken (connections_max is reached, or our descriptors run
 * out) the connection that has been idle longest, of all workers, makes
 * room. Where none is idle, the acceptor neither spins nor gives up: it looks
 * away from the listeners until a worker tells of a closed connection, or 20 ms
 * have passed, and asks again. What asks meanwhile waits in the kernel's
 * backlog. Where accept4 fails for a reason that lasts, or the system has run
 * out of something, it looks away from that listener alone, and tries again ten
 * times a second. What fails, and what is short, is logged now and then. */
#ifndef TCP_ACCEPTOR_H
#define TCP_ACCEPTOR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/log_pace.h"
#include "tcp/listener.h"
#include "tcp/worker.h"

struct acceptor {
    const struct listener *listeners;
    size_t listener_count;
    struct worker *workers;
    size_t worker_count;
    const struct protocol *protocol;
    unsigned connections_max;
    bool keeps_ledgers; /* somebody wants to know of each connection */

    /* Its thread alone: */
    uint64_t accepted;    /* connections: the last one's number */
    unsigned failures;    /* of accept4, since the last success */
    int64_t retry_ms;     /* when to watch all listeners again; 0: they are */
    struct log_pace pace; /* of what is logged */

    int epoll_fd;
    int wake_fd;        /* eventfd: room again, or the end */
    atomic_int room_fd; /* wake_fd while it waits for room, else -1 */
    atomic_bool ended;  /* the main thread writes */
    pthread_t thread;
};

/* Makes what the workers need to know of the acceptor (room_fd). */
void acceptor_init(struct acceptor *acceptor);

/* Starts the thread over listeners and workers, which the caller has set with
 * the rest of the struct's first part. Returns 0 or a negative errno. */
int acceptor_start(struct acceptor *acceptor);

/* Ends the thread. Connections in the backlog stay there. */
void acceptor_stop(struct acceptor *acceptor);

/* Takes what is in the backlog of each listener, as far as there is room: their
 * handshake was completed in time. After acceptor_stop, on its caller's thread.
 */
void acceptor_take_backlog(struct acceptor *acceptor);

/* Frees the rest, once no worker is left that could still write to room_fd. */
void acceptor_fini(struct acceptor *acceptor);

#endif
