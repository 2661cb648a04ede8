/* tcp_server.h -- listeners, acceptor and workers as one thing
 *
 * Started, drained and stopped by one thread, the main one, which shares
 * nothing else with those it starts. */
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
    int64_t deadline_ms[DEADLINE_KINDS]; /* each at least 1 */

    /* Makes a worker's observer, on the main thread. NULL: nobody watches. It
     * may itself answer NULL where there is no memory, and the server does not
     * start. */
    struct observer *(*observer_new)(void *arg);
    void *observer_arg;
    bool
        keeps_ledgers; /* an observer wants events, or the protocol positions */
};

struct tcp_server;

/* Starts all threads; connections are served from now on. Returns 0 and
 * *server, or a negative errno. Signals should be blocked before, since threads
 * inherit the mask. */
int tcp_server_start(struct tcp_server **server,
                     const struct tcp_server_config *config);

/* Takes what is in the backlog, then accepts no more, closes what is idle, lets
 * answers under way finish. Returns at once; when the last connection has
 * ended, tcp_server_drained is true. */
void tcp_server_drain(struct tcp_server *server);

/* A descriptor for poll(2), readable when a worker has ended. Lent. */
int tcp_server_done_fd(const struct tcp_server *server);

/* After tcp_server_drain, and each time done_fd is readable: have all workers
 * ended? */
bool tcp_server_drained(struct tcp_server *server);

/* Ends whatever is still under way. Returns whether all threads have ended by
 * the deadline (clock_now_ms's). If not, one waits for a disk; then nothing may
 * be freed that threads share, and the process is to end. */
bool tcp_server_stop(struct tcp_server *server, int64_t deadline_ms);

/* Ends whatever is still under way, waits for the threads, however long that
 * takes, and frees all. */
void tcp_server_free(struct tcp_server *server);

#endif
