#include "tcp/tcp_server.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "tcp/acceptor.h"
#include "tcp/worker.h"

struct tcp_server {
    struct acceptor acceptor;
    bool accepting;
    int done_fd;
    unsigned done_count;
    unsigned worker_count; /* started */
    struct worker workers[];
};

static int start_workers(struct tcp_server *server,
                         const struct tcp_server_config *config)
{
    struct worker_config worker_config = {
        .protocol = config->protocol,
        .protocol_arg = config->protocol_arg,
        .observer_new = config->observer_new,
        .observer_arg = config->observer_arg,
        .room_fd = &server->acceptor.room_fd,
        .done_fd = server->done_fd,
    };

    memcpy(worker_config.deadline_ms, config->deadline_ms,
           sizeof(config->deadline_ms));
    while (server->worker_count < config->workers) {
        int error = worker_start(&server->workers[server->worker_count],
                                 &worker_config);

        if (error != 0)
            return error;
        server->worker_count++;
    }
    return 0;
}

static int start_acceptor(struct tcp_server *server,
                          const struct tcp_server_config *config)
{
    struct acceptor *acceptor = &server->acceptor;
    int error;

    acceptor->listeners = config->listeners;
    acceptor->listener_count = config->listener_count;
    acceptor->workers = server->workers;
    acceptor->worker_count = server->worker_count;
    acceptor->protocol = config->protocol;
    acceptor->connections_max = config->connections_max;
    acceptor->keeps_ledgers = config->keeps_ledgers;
    error = acceptor_start(acceptor);
    server->accepting = error == 0;
    return error;
}

int tcp_server_start(struct tcp_server **out,
                     const struct tcp_server_config *config)
{
    struct tcp_server *server;
    int error;

    assert(config->workers > 0);
    /* Workers have counters on cache lines of their own. */
    server = aligned_alloc(alignof(struct tcp_server),
                           sizeof(*server) +
                               config->workers * sizeof(struct worker));
    if (server == NULL)
        return -ENOMEM;
    memset(server, 0, sizeof(*server));
    acceptor_init(&server->acceptor);
    server->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    error = server->done_fd == -1 ? -errno : start_workers(server, config);
    if (error == 0)
        error = start_acceptor(server, config);
    if (error != 0) {
        tcp_server_free(server);
        return error;
    }
    *out = server;
    return 0;
}

static void stop_accepting(struct tcp_server *server)
{
    if (server->accepting)
        acceptor_stop(&server->acceptor);
    server->accepting = false;
}

static void order_all(struct tcp_server *server, enum worker_order order)
{
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_order(&server->workers[i], order);
}

void tcp_server_drain(struct tcp_server *server)
{
    if (server->accepting) {
        stop_accepting(server);
        acceptor_take_backlog(&server->acceptor);
    }
    order_all(server, WORKER_DRAIN);
}

int tcp_server_done_fd(const struct tcp_server *server)
{
    return server->done_fd;
}

bool tcp_server_drained(struct tcp_server *server)
{
    uint64_t ended;

    if (read(server->done_fd, &ended, sizeof(ended)) == sizeof(ended))
        server->done_count += (unsigned)ended;
    assert(server->done_count <= server->worker_count);
    return server->done_count == server->worker_count;
}

bool tcp_server_stop(struct tcp_server *server, int64_t deadline_ms)
{
    struct pollfd done = {.fd = server->done_fd, .events = POLLIN};

    stop_accepting(server);
    order_all(server, WORKER_STOP);
    while (!tcp_server_drained(server)) {
        int64_t left = deadline_ms - clock_now_ms();

        if (left <= 0)
            return false;
        poll(&done, 1, (int)left);
    }
    return true;
}

void tcp_server_free(struct tcp_server *server)
{
    stop_accepting(server);
    order_all(server, WORKER_STOP);
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_join(&server->workers[i]);
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_fini(&server->workers[i]);
    acceptor_fini(&server->acceptor);
    if (server->done_fd != -1)
        close(server->done_fd);
    free(server);
}
