#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/put.h"

enum { LOG_LINE_MAX = 512 };

/* The settings, and what threads share: the feed's writer is the thread that
 * holds the lock. */
static struct {
    enum log_level most;
    struct sink *sink; /* NULL: the caller writes its lines */
    struct feed *feed;
    uint64_t lost_shown; /* of the feed's lost lines, those reported */
    pthread_mutex_t lock;
} log_state = {.most = LOG_INFO, .lock = PTHREAD_MUTEX_INITIALIZER};

void log_set_level(enum log_level most)
{
    log_state.most = most;
}

int log_to_sink(struct sink *sink)
{
    struct feed *feed = NULL;

    if (sink != NULL) {
        feed = sink_add_feed(sink, 2 * LOG_LINE_MAX);
        if (feed == NULL)
            return -ENOMEM;
    }
    log_state.sink = sink;
    log_state.feed = feed;
    log_state.lost_shown = 0;
    return 0;
}

/* While there is no sink. A line that would have to wait is lost. */
static void write_now(const char *line, size_t len)
{
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    ssize_t written;

    if (poll(&room, 1, 0) == 0)
        return;
    written = write(STDERR_FILENO, line, len);
    (void)written; /* nothing is left to report to */
}

/* Puts a line that reports lines lost since the last such line, if there are
 * any. Returns where the next line goes. */
static char *put_lost(char *to)
{
    uint64_t lost = feed_lost(log_state.feed);

    assert(lost >= log_state.lost_shown);
    if (lost != log_state.lost_shown)
        to += snprintf(to, LOG_LINE_MAX,
                       "soquete: %" PRIu64 " lines are missing here: standard "
                       "error was not read\n",
                       lost - log_state.lost_shown);
    log_state.lost_shown = lost;
    return to;
}

/* Passes a line with its newline to the sink. */
static void hand_over(const char *line, size_t len)
{
    char *to;

    assert(len > 0 && len <= LOG_LINE_MAX && line[len - 1] == '\n');
    pthread_mutex_lock(&log_state.lock);
    to = feed_begin(log_state.feed);
    if (to != NULL) {
        to = put_lost(to);
        memcpy(to, line, len);
        feed_end(log_state.feed, to + len - 1);
        sink_flush(log_state.sink, log_state.feed);
    }
    pthread_mutex_unlock(&log_state.lock);
}

__attribute__((format(printf, 1, 0))) static void write_line(const char *format,
                                                             va_list args)
{
    static const char prefix[] = "soquete: ";
    char line[LOG_LINE_MAX + 1];
    size_t len = sizeof(prefix) - 1;
    int wanted;

    memcpy(line, prefix, len);
    wanted = vsnprintf(line + len, sizeof(line) - len - 1, format, args);
    if (wanted > 0)
        len += (size_t)wanted;
    if (len > sizeof(line) - 2)
        len = sizeof(line) - 2;
    line[len++] = '\n';
    if (log_state.sink == NULL)
        write_now(line, len);
    else
        hand_over(line, len);
}

void log_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    write_line(format, args);
    va_end(args);
}

void log_info(const char *format, ...)
{
    va_list args;

    if (log_state.most < LOG_INFO)
        return;
    va_start(args, format);
    write_line(format, args);
    va_end(args);
}

const char *log_quote(char *out, size_t size, struct bytes text)
{
    static const char dots[] = "...";
    char *cut, *end;

    assert(size >= sizeof(dots));
    cut = put_printable(out, size - sizeof(dots), &text);
    end = put_printable(cut, (size_t)(out + size - 1 - cut), &text);
    if (text.len > 0)
        end = put_text(cut, dots);
    *end = '\0';
    return out;
}
