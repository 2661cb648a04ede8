#include "server/server.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/units.h"
#include "http/session.h"
#include "server/banner.h"
#include "server/cpus.h"
#include "server/listeners.h"
#include "server/live_reload.h"
#include "server/setup.h"
#include "server/shares.h"
#include "server/signals.h"
#include "server/sinks.h"
#include "server/watching.h"
#include "site/site.h"
#include "tcp/tcp_server.h"

enum {
    NEWS_MS = 1020, /* between two reads of a source without news: it may have
                       something to send by the time alone */
    STOP_MS = 500,  /* for threads to close their connections and end */
    QUIET_END_MS = 100 /* an end that takes longer is announced */
};

/* Everything that lives as long as the server. */
struct server {
    const struct options *options;
    struct shares shares;
    struct signals signals;
    struct sinks sinks;
    struct setup setup;
    struct watching watching;
    struct live_reload live;
    struct listeners listeners;
    struct site_config site;
    struct http_config http;
    struct squeezer *squeezer; /* NULL: nothing is compressed */
    struct tcp_server *tcp;
    bool is_stuck; /* a thread did not end */
};

/* Raises the limit of open files to the hard limit. Returns it. */
static size_t raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        return 256; /* any system allows as many */
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur < 1 << 30 ? (size_t)limit.rlim_cur : 1 << 30;
}

/* Divides descriptors and memory among the workers. Returns 0 or a negative
 * errno. */
static int share_out(struct server *server)
{
    const struct options *options = server->options;
    struct shares *shares = &server->shares;
    const struct shares_wish wish = {
        .descriptors = raise_descriptor_limit(),
        .listeners = listeners_most(options),
        .workers = options->workers > 0 ? options->workers : cpus_usable(),
        .connections_max = options->max_connections,
        .cache_bytes = options->cache_bytes,
    };

    if (!shares_make(&wish, shares)) {
        log_error("cannot start: the limit of open files (ulimit -n) is %zu; "
                  "raise it "
                  "to at least %zu",
                  wish.descriptors, shares_descriptors_least(wish.listeners));
        return -EMFILE;
    }
    if (shares->workers < wish.workers)
        log_info("ulimit -n %zu allows %u workers, not %u; raise it, or lower "
                 "--workers",
                 wish.descriptors, shares->workers, wish.workers);
    if (shares->connections_max < wish.connections_max)
        log_error("--max-connections %u: ulimit -n %zu allows %u; raise it, or "
                  "lower --max-connections",
                  wish.connections_max, wish.descriptors,
                  shares->connections_max);
    return 0;
}

static int open_signals(struct server *server)
{
    int error = signals_open(&server->signals);

    if (error != 0)
        log_error("cannot receive signals: %s", strerror(-error));
    return error;
}

/* Starts the thread that writes the log. */
static int open_log(struct server *server)
{
    struct sink *sink;
    int error = sinks_open(&server->sinks, "-", STDERR_FILENO, &sink);

    if (error == 0)
        error = log_to_sink(sink);
    if (error != 0)
        log_error("cannot start the log: %s", strerror(-error));
    return error;
}

/* Starts the thread that compresses, where there is something to do for it. */
static int start_squeezer(struct server *server)
{
    int error;

    if (server->site.compress == 0)
        return 0;
    error = squeezer_new(&server->squeezer);
    if (error != 0)
        log_error("cannot start the thread that compresses: %s",
                  strerror(-error));
    server->site.squeezer = server->squeezer;
    return error;
}

static int start_tcp(struct server *server)
{
    const struct options *options = server->options;
    struct tcp_server_config config = {
        .listeners = server->listeners.each,
        .listener_count = server->listeners.count,
        .protocol = &http_protocol,
        .protocol_arg = &server->http,
        .workers = server->shares.workers,
        .connections_max = server->shares.connections_max,
        .deadline_ms =
            {
                [DEADLINE_FIRST_BYTE] = options->first_byte_timeout_ms,
                [DEADLINE_MESSAGE] = options->request_timeout_ms,
                [DEADLINE_IDLE] = options->idle_timeout_ms,
                [DEADLINE_SEND] = options->send_timeout_ms,
                [DEADLINE_LINGER] = options->linger_timeout_ms,
                [DEADLINE_NEWS] = NEWS_MS,
            },
        .keeps_ledgers = server->watching.wants_ledgers,
    };
    int error;

    assert(server->listeners.count > 0 && server->shares.workers > 0);
    if (server->watching.wants_events)
        listeners_keep_syns(&server->listeners);
    server->site = setup_site(&server->setup, options, &server->shares);
    if (server->watching.live != NULL)
        server->site.live = live_opener(server->watching.live);
    if (server->live.reload != NULL)
        server->site.reload = reload_opener(server->live.reload);
    server->site.has_named_policy = &server->live.has_named_policy;
    error = start_squeezer(server);
    if (error != 0)
        return error;
    server->site.live_port = listeners_live_port(&server->listeners);
    server->http = (struct http_config){
        .handler = &site_handler,
        .handler_arg = &server->site,
        .limits = setup_limits(options),
        .adds_timing = options->server_timing,
    };
    if (server->watching.watch.count > 0) {
        config.observer_new = watch_observer_new;
        config.observer_arg = &server->watching.watch;
    }
    error = tcp_server_start(&server->tcp, &config);
    if (error != 0)
        log_error("cannot start: %s", strerror(-error));
    return error;
}

/* Waits for a signal to end, for `other_fd` (-1: none) to become readable, or
 * for the deadline (-1: none). Returns whether there was a signal. */
static bool await_signal(struct server *server, int other_fd,
                         int64_t deadline_ms)
{
    struct pollfd fds[2] = {{.fd = server->signals.fd, .events = POLLIN},
                            {.fd = other_fd, .events = POLLIN}};
    int64_t left = -1;

    if (deadline_ms != -1) {
        left = deadline_ms - clock_now_ms();
        left = left < 0 ? 0 : left;
    }
    poll(fds, 2, (int)left);
    return signals_ask_to_end(&server->signals);
}

enum waited { WAITED_DRAINED, WAITED_SIGNAL, WAITED_TOO_LONG };

static enum waited await_drained(struct server *server, int64_t deadline_ms)
{
    while (!tcp_server_drained(server->tcp)) {
        if (await_signal(server, tcp_server_done_fd(server->tcp), deadline_ms))
            return WAITED_SIGNAL;
        if (clock_now_ms() >= deadline_ms)
            return WAITED_TOO_LONG;
    }
    return WAITED_DRAINED;
}

/* Returns the exit status. */
static int drain(struct server *server)
{
    int64_t timeout_ms = server->options->drain_timeout_ms;
    int64_t start_ms = clock_now_ms();
    enum waited waited = WAITED_TOO_LONG;
    char most[UNITS_TEXT_MAX];

    listeners_close(&server->listeners);
    units_format((uint64_t)timeout_ms, UNIT_TIME, most);
    if (timeout_ms > QUIET_END_MS)
        waited = await_drained(server, start_ms + QUIET_END_MS);
    if (waited == WAITED_TOO_LONG) {
        log_info("finishing the responses under way, for at most %s; Ctrl-C or "
                 "another signal stops at once",
                 most);
        waited = await_drained(server, start_ms + timeout_ms);
    }
    if (waited == WAITED_SIGNAL)
        log_info("a second signal: stopping at once");
    if (waited == WAITED_TOO_LONG)
        log_info("stopping: some responses were still under way after %s",
                 most);
    return waited == WAITED_SIGNAL ? 1 : 0;
}

/* Ends all threads but those of the logs. */
static void stop(struct server *server)
{
    int64_t deadline_ms = clock_now_ms() + STOP_MS;

    server->is_stuck = !live_reload_stop(&server->live, deadline_ms);
    if (server->squeezer != NULL &&
        !squeezer_end(server->squeezer, deadline_ms))
        server->is_stuck = true;
    if (server->tcp != NULL && !tcp_server_stop(server->tcp, deadline_ms))
        server->is_stuck = true;
    if (server->is_stuck)
        return;
    if (server->tcp != NULL)
        tcp_server_free(server->tcp);
    squeezer_free(server->squeezer); /* after the copies that were sent */
}

static int serve(struct server *server)
{
    int status;

    if (start_tcp(server) != 0) {
        stop(server);
        return 1;
    }
    banner_print(&server->listeners, server->options->folder,
                 server->setup.base.url);
    live_reload_explain(&server->live, &server->listeners);
    while (!await_signal(server, -1, -1))
        continue;
    tcp_server_drain(server->tcp);
    status = drain(server);
    /* From here on a signal ends the process at once. */
    signals_close(&server->signals);
    stop(server);
    return status;
}

/* Writes the pending lines of all logs, as far as their files accept them.
 * Returns whether all threads of the logs have ended. */
static bool close_log(struct server *server)
{
    bool has_ended;
    uint64_t lost = sinks_end(&server->sinks, &has_ended);

    if (server->is_stuck) /* a worker may still log */
        return false;
    log_to_sink(NULL);
    if (lost > 0)
        log_error(
            "%llu lines were never written: the log's file was full, or its "
            "reader had stopped reading",
            (unsigned long long)lost);
    return has_ended;
}

static void server_free(struct server *server)
{
    assert(!server->is_stuck && server->listeners.count == 0);
    live_reload_close(&server->live);
    watching_close(&server->watching);
    sinks_free(&server->sinks);
    setup_close(&server->setup);
    signals_close(&server->signals);
    free(server);
}

int server_run(const struct options *options, bool *is_stuck)
{
    struct server *server = calloc(1, sizeof(*server));
    int status = 1;

    *is_stuck = false;
    if (server == NULL)
        return status;
    server->options = options;
    server->setup.root.fd = server->signals.fd = -1;
    log_set_level(options->quiet ? LOG_ERROR : LOG_INFO);
    if (share_out(server) == 0 && open_signals(server) == 0 &&
        open_log(server) == 0 && setup_open(&server->setup, options) == 0 &&
        watching_open(&server->watching, &server->sinks, options,
                      server->shares.workers) == 0 &&
        listeners_open(&server->listeners, options) == 0 &&
        live_reload_open(&server->live, options, &server->setup,
                         server->shares.workers) == 0)
        status = serve(server);

    listeners_close(&server->listeners);
    *is_stuck = !close_log(server);
    if (!*is_stuck)
        server_free(server);
    return status;
}
