#include "wire/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
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
    time_t stamp_s; /* what `stamp` was rendered for */
    char stamp[32]; /* "[06/Nov/1994:08:49:37 +0000]" */
    char buffer[BUFFER_SIZE];
};

int access_log_open(struct access_log *log, const char *file, bool is_combined)
{
    log->is_combined = is_combined;
    if (strcmp(file, "-") == 0)
        log->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    else
        log->fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    return log->fd == -1 ? -errno : 0;
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
    char digits[20];
    size_t from = sizeof(digits);

    do {
        digits[--from] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    put(o, digits + from, sizeof(digits) - from);
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

static void write_out(struct observer *observer)
{
    struct access_log_observer *o = (struct access_log_observer *)observer;
    size_t from = 0;

    while (from < o->len) {
        ssize_t written = write(o->log->fd, o->buffer + from, o->len - from);

        if (written == -1 && errno == EINTR)
            continue;
        if (written == -1)
            break;
        from += (size_t)written;
    }
    o->len = 0;
}

static void answered(struct observer *observer,
                     const struct observed_answer *answer)
{
    struct access_log_observer *o = (struct access_log_observer *)observer;
    char host[INET6_ADDRSTRLEN] = "";
    size_t host_len = peer_format_host((const union peer *)answer->peer, host);

    if (BUFFER_SIZE - o->len < LINE_MAX_LEN)
        write_out(observer);
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
    write_out(observer);
    free(observer);
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
    o->stamp_s = -1;
    return &o->observer;
}
