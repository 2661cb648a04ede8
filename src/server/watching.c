#include "server/watching.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

/* ACCESS_LOG_AUTO: the form depends on where the log goes. */
static enum access_log_format log_format(const struct options *options)
{
    if (options->access_log == ACCESS_LOG_AUTO &&
        (options->trace != TRACE_WISH_OFF || options->quiet))
        return ACCESS_LOG_OFF;
    return options->access_log;
}

/* Colours are for terminals that know them, and for users who want them
 * (no-color.org). */
static bool takes_colour(const struct sink *sink)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(sink_fd(sink)) == 1 &&
           (no_color == NULL || no_color[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
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

static void watch_responses(struct watching *watching,
                            enum access_log_format format, struct sink *sink)
{
    if (format == ACCESS_LOG_AUTO)
        format = isatty(sink_fd(sink)) == 1 ? ACCESS_LOG_TERMINAL
                                            : ACCESS_LOG_COMMON;
    if (format == ACCESS_LOG_TERMINAL) {
        tzset(); /* workers print local times */
        watching->terminal_log =
            (struct terminal_log){sink, takes_colour(sink)};
        watch_add(&watching->watch, terminal_log_observer_new,
                  &watching->terminal_log);
        return;
    }
    watching->log = (struct access_log){sink, format == ACCESS_LOG_COMBINED};
    watch_add(&watching->watch, access_log_observer_new, &watching->log);
}

static int open_log(struct watching *watching, const struct options *options)
{
    enum access_log_format format = log_format(options);
    struct sink *sink;
    int error;

    if (format == ACCESS_LOG_OFF)
        return 0;
    error = sinks_open(watching->sinks, options->access_log_file, STDOUT_FILENO,
                       &sink);
    if (error == 0)
        watch_responses(watching, format, sink);
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
    watching->wants_events =
        options->trace != TRACE_WISH_OFF || options->wire != WIRE_OFF;
    watching->wants_ledgers = watching->wants_events || options->server_timing;
    return error;
}

void watching_close(struct watching *watching)
{
    live_free(watching->live);
    watching->live = NULL;
}
