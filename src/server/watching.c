#include "server/watching.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static enum access_log_format log_format(const struct options *options)
{
    if (options->access_log != ACCESS_LOG_AUTO)
        return options->access_log;
    return options->trace == TRACE_WISH_OFF && !options->quiet
               ? ACCESS_LOG_COMMON
               : ACCESS_LOG_OFF;
}

/* Logs `error`, if not 0, of opening `file` for `what`; `option` names the
 * file. Returns `error`. */
static int check_opened(const char *what, const char *option, const char *file,
                        int error)
{
    if (error != 0)
        log_error("cannot open the %s %s: %s; name another file with --%s",
                  what, file, strerror(-error), option);
    return error;
}

static int open_log(struct watching *watching, const struct options *options)
{
    enum access_log_format format = log_format(options);
    int error;

    if (format == ACCESS_LOG_OFF)
        return 0;
    error = sinks_open(watching->sinks, options->access_log_file, STDOUT_FILENO,
                       &watching->log.sink);
    watching->log.is_combined = format == ACCESS_LOG_COMBINED;
    watching->log.shows_why = strcmp(options->access_log_file, "-") == 0 &&
                              isatty(STDOUT_FILENO) == 1;
    if (error == 0)
        watch_add(&watching->watch, access_log_observer_new, &watching->log);
    return check_opened("access log", "access-log-file",
                        options->access_log_file, error);
}

static int open_trace(struct watching *watching, const struct options *options)
{
    struct sink *sink;
    int error;

    if (options->trace == TRACE_WISH_OFF) {
        if (strcmp(options->trace_file, "-") != 0)
            log_error(
                "--trace-file has no effect without a trace; add --trace or "
                "--trace=json");
        return 0;
    }
    error =
        sinks_open(watching->sinks, options->trace_file, STDERR_FILENO, &sink);
    if (check_opened("trace", "trace-file", options->trace_file, error) != 0)
        return error;
    trace_init(&watching->trace, sink,
               options->trace == TRACE_WISH_JSON ? TRACE_JSON : TRACE_TEXT);
    watch_add(&watching->watch, trace_observer_new, &watching->trace);
    return 0;
}

static int open_live(struct watching *watching, const struct options *options,
                     unsigned workers)
{
    if (options->wire == WIRE_OFF)
        return 0;
    watching->live = live_new(workers);
    if (watching->live == NULL) {
        log_error("cannot open the live page: out of memory");
        return -ENOMEM;
    }
    watch_add(&watching->watch, live_observer_new, watching->live);
    return 0;
}

int watching_test(const struct options *options)
{
    int error = 0, trace_error = 0;

    if (log_format(options) != ACCESS_LOG_OFF)
        error = check_opened("access log", "access-log-file",
                             options->access_log_file,
                             sink_test_file(options->access_log_file));
    if (options->trace != TRACE_WISH_OFF)
        trace_error = check_opened("trace", "trace-file", options->trace_file,
                                   sink_test_file(options->trace_file));
    return error != 0 ? error : trace_error;
}

int watching_open(struct watching *watching, struct sinks *sinks,
                  const struct options *options, unsigned workers)
{
    int error;

    assert(workers > 0);
    *watching = (struct watching){.sinks = sinks};
    error = open_log(watching, options);
    if (error == 0)
        error = open_trace(watching, options);
    if (error == 0)
        error = open_live(watching, options, workers);
    if (error != 0)
        watching_close(watching);
    assert(error != 0 ||
           (watching->live != NULL) == (options->wire != WIRE_OFF));
    watching->wants_ledgers = options->trace != TRACE_WISH_OFF ||
                              options->wire != WIRE_OFF ||
                              options->server_timing;
    return error;
}

void watching_close(struct watching *watching)
{
    live_free(watching->live);
    watching->live = NULL;
}
