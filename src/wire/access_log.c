#include "wire/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log.h"
#include "tcp/address.h"

enum {
    BUFFER_SIZE = 65536,
    QUOTED_MAX =
        4096, /* bytes that one part of a peer's may take; more is cut */
    LINE_MAX_LEN = 4 * QUOTED_MAX + 256,
};

struct access_log_observer {
    struct observer observer; /* first: the two share their address */
    const struct access_log *log;
    size_t len;
    uint64_t lost;     /* lines */
    bool line_is_open; /* what was written last is the start of a line */
    time_t stamp_s;    /* what `stamp` was rendered for */
    char stamp[32];    /* "[06/Nov/1994:08:49:37 +0000]" */
    char buffer[BUFFER_SIZE];
};

int access_log_open(struct access_log *log, const char *file, bool is_combined)
{
    struct stat status;

    log->is_combined = is_combined;
    if (strcmp(file, "-") == 0)
        log->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    else
        log->fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log->fd == -1)
        return -errno;
    log->may_block = fstat(log->fd, &status) == -1 || !S_ISREG(status.st_mode);
    return 0;
}

void access_log_close(struct access_log *log)
{
    if (log->fd != -1)
        close(log->fd);
    log->fd = -1;
}

static void put(struct access_log_observer *o, const char *at, size_t len)
{
    memcpy(o->buffer + o->len, at, len);
    o->len += len;
}

static void put_char(struct access_log_observer *o, char c)
{
    o->buffer[o->len++] = c;
}

static void put_number(struct access_log_observer *o, uint64_t value)
{
    o->len += bytes_from_u64(value, o->buffer + o->len);
}

static void put_escaped(struct access_log_observer *o, struct bytes text)
{
    static const char hex[] = "0123456789abcdef";
    size_t end = o->len + QUOTED_MAX - 4;

    for (size_t i = 0; i < text.len && o->len < end; i++) {
        unsigned char byte = (unsigned char)text.at[i];

        if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') {
            put_char(o, (char)byte);
            continue;
        }
        put(o, "\\x", 2);
        put_char(o, hex[byte >> 4]);
        put_char(o, hex[byte & 15]);
    }
}

static void put_quoted(struct access_log_observer *o, struct bytes text)
{
    put_char(o, '"');
    if (text.at == NULL)
        put_char(o, '-');
    else
        put_escaped(o, text);
    put_char(o, '"');
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" becomes "[06/Nov/1994:08:49:37 +0000] ". */
static void put_stamp(struct access_log_observer *o, time_t when)
{
    static const size_t len = sizeof("[06/Nov/1994:08:49:37 +0000] ") - 1;
    char date[DATE_LEN];

    if (when != o->stamp_s) {
        o->stamp_s = when;
        date_format(when, date);
        memcpy(o->stamp, "[dd/mmm/yyyy:hh:mm:ss +0000] ", len);
        memcpy(o->stamp + 1, date + 5, 2);
        memcpy(o->stamp + 4, date + 8, 3);
        memcpy(o->stamp + 8, date + 12, 4);
        memcpy(o->stamp + 13, date + 17, 8);
    }
    put(o, o->stamp, len);
}

static void put_request_line(struct access_log_observer *o,
                             const struct observed_answer *answer)
{
    put_char(o, '"');
    if (answer->method.len == 0) {
        put_char(o, '-'); /* what came was no request */
    } else {
        put_escaped(o, answer->method);
        put_char(o, ' ');
        put_escaped(o, answer->target);
        put(o, answer->is_1_1 ? " HTTP/1.1" : " HTTP/1.0", 9);
    }
    put_char(o, '"');
}

/* How many of the first bytes may be written without waiting: all to a file; to
 * a pipe that has room, the whole lines within what it surely takes at once;
 * one long line goes as it is. */
static size_t writable_len(const struct access_log_observer *o)
{
    struct pollfd room = {.fd = o->log->fd, .events = POLLOUT};
    const char *end;

    if (!o->log->may_block || o->len == 0)
        return o->len;
    if (poll(&room, 1, 0) < 1)
        return 0;
    if (o->len <= PIPE_BUF)
        return o->len;
    end = memrchr(o->buffer, '\n', PIPE_BUF);
    return end != NULL ? (size_t)(end - o->buffer) + 1 : PIPE_BUF;
}

/* The first `len` bytes are out of the way. */
static void drop_front(struct access_log_observer *o, size_t len)
{
    o->len -= len;
    memmove(o->buffer, o->buffer + len, o->len);
}

static uint64_t count_lines(const char *at, size_t len)
{
    uint64_t count = 0;

    for (size_t i = 0; i < len; i++)
        count += at[i] == '\n';
    return count;
}

/* The log takes no more bytes, now or ever: what is there is lost, and the line
 * that was begun is ended, so that the next one stands alone. */
static void lose_all(struct access_log_observer *o)
{
    o->lost += count_lines(o->buffer, o->len);
    o->len = 0;
    if (o->line_is_open)
        put_char(o, '\n');
}

static void write_out(struct observer *observer)
{
    struct access_log_observer *o = (struct access_log_observer *)observer;
    size_t len;

    while ((len = writable_len(o)) > 0) {
        ssize_t written = write(o->log->fd, o->buffer, len);

        if (written > 0) {
            o->line_is_open = o->buffer[written - 1] != '\n';
            drop_front(o, (size_t)written);
        } else if (errno == EAGAIN) {
            return; /* somebody has made the pipe non-blocking */
        } else if (errno != EINTR) {
            lose_all(o);
            return;
        }
    }
}

static void answered(struct observer *observer,
                     const struct observed_answer *answer)
{
    struct access_log_observer *o = (struct access_log_observer *)observer;
    char host[INET6_ADDRSTRLEN] = "";
    size_t host_len = peer_format_host((const union peer *)answer->peer, host);

    if (BUFFER_SIZE - o->len < LINE_MAX_LEN)
        write_out(observer);
    if (BUFFER_SIZE - o->len < LINE_MAX_LEN) {
        o->lost++;
        return;
    }
    put(o, host, host_len);
    put(o, " - - ", 5);
    put_stamp(o, answer->when);
    put_request_line(o, answer);
    put_char(o, ' ');
    put_number(o, answer->status);
    put_char(o, ' ');
    put_number(o, answer->body_len);
    if (o->log->is_combined) {
        put_char(o, ' ');
        put_quoted(o, answer->referer);
        put_char(o, ' ');
        put_quoted(o, answer->user_agent);
    }
    put_char(o, '\n');
}

static void observer_close(struct observer *observer)
{
    struct access_log_observer *o = (struct access_log_observer *)observer;

    write_out(observer);
    o->lost += count_lines(o->buffer, o->len);
    if (o->lost > 0)
        log_error("%llu lines of the access log were lost: it could not be "
                  "written",
                  (unsigned long long)o->lost);
    free(o);
}

struct observer *access_log_observer_new(void *log)
{
    struct access_log_observer *o = malloc(sizeof(*o));

    if (o == NULL)
        return NULL;
    o->observer = (struct observer){
        .answered = answered, .waiting = write_out, .close = observer_close};
    o->log = log;
    o->len = 0;
    o->lost = 0;
    o->line_is_open = false;
    o->stamp_s = -1;
    return &o->observer;
}
