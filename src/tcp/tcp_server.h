/* tcp_server.h -- listeners, acceptor and workers as one thing
 *
 * Started, drained and stopped by the main thread, which shares nothing else
 * with the threads it starts. */
#ifndef TCP_TCP_SERVER_H
#define TCP_TCP_SERVER_H

#include <stdint.h>

#include "tcp/deadline.h"
#include "tcp/listener.h"
#include "tcp/protocol.h"

struct tcp_server_config {
    const struct listener *listeners; /* lent until drain or free */
    size_t listener_count;
    const struct protocol *protocol;
    void *protocol_arg;
    unsigned workers;                    /* at least 1 */
    unsigned connections_max;            /* at least 1 */
    int64_t deadline_ms[DEADLINE_KINDS]; /* each at least 1; DEADLINE_PAUSE has
                                            no length of its own */

    /* Makes a worker's observer, on the main thread. NULL: workers have none.
     * If it returns NULL there was no memory, and the server does not start. */
    struct observer *(*observer_new)(void *arg);
    void *observer_arg;
    bool
        keeps_ledgers; /* an observer wants events, or the protocol positions */
};

struct tcp_server;

/* Starts all threads; connections are served from now on. Returns 0 and
 * *server, or a negative errno. Signals should be blocked before, since the
 * threads inherit the mask. */
int tcp_server_start(struct tcp_server **server,
                     const struct tcp_server_config *config);

/* Accepts what is in the backlog, then no more; closes idle connections, and
 * lets others finish their responses. Returns at once; when the last connection
 * has ended, tcp_server_drained is true. */
void tcp_server_drain(struct tcp_server *server);

/* A descriptor for poll(2), readable when a worker has ended. Lent. */
int tcp_server_done_fd(const struct tcp_server *server);

/* Whether all workers have ended. To be called after tcp_server_drain, and each
 * time done_fd is readable. */
bool tcp_server_drained(struct tcp_server *server);

/* Closes all connections. Returns whether all threads have ended by the
 * deadline (of clock_now_ms). If not, one of them waits for a disk; then
 * nothing that threads share may be freed, and the process is to end. */
bool tcp_server_stop(struct tcp_server *server, int64_t deadline_ms);

/* Closes all connections, waits for the threads, however long that takes, and
 * frees all. */
void tcp_server_free(struct tcp_server *server);

#endif
