#include "wire/access_log.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/put.h"
#include "tcp/address.h"
#include "wire/line_writer.h"

enum {
    QUOTED_MAX =
        4096, /* bytes that one part of a peer's may take; more is cut */
    LINE_MAX_LEN = 4 * QUOTED_MAX + 256,
};

struct access_log_observer {
    struct observer observer; /* first: the two share their address */
    const struct access_log *log;
    time_t stamp_s; /* what `stamp` was rendered for */
    char stamp[32]; /* "[06/Nov/1994:08:49:37 +0000]" */
    struct line_writer writer;
};

/* A part that is too long is cut. */
static char *put_part(char *to, struct bytes text)
{
    return put_escaped(to, QUOTED_MAX, &text);
}

static char *put_quoted(char *to, struct bytes text)
{
    to = put_char(to, '"');
    to = text.at == NULL ? put_char(to, '-') : put_part(to, text);
    return put_char(to, '"');
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" becomes "[06/Nov/1994:08:49:37 +0000] ". */
static char *put_stamp(char *to, struct access_log_observer *o, time_t when)
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
    return put_bytes(to, (struct bytes){o->stamp, len});
}

static char *put_request_line(char *to, const struct observed_answer *answer)
{
    to = put_char(to, '"');
    if (answer->method.len == 0) {
        to = put_char(to, '-'); /* what came was no request */
    } else {
        to = put_part(to, answer->method);
        to = put_char(to, ' ');
        to = put_part(to, answer->target);
        to = put_text(to, answer->is_1_1 ? " HTTP/1.1" : " HTTP/1.0");
    }
    return put_char(to, '"');
}

static void answered(struct observer *observer,
                     const struct observed_answer *answer)
{
    struct access_log_observer *o = (struct access_log_observer *)observer;
    char host[INET6_ADDRSTRLEN] = "";
    size_t host_len = peer_format_host((const union peer *)answer->peer, host);
    char *at = line_writer_begin(&o->writer);

    if (at == NULL)
        return;
    at = put_bytes(at, (struct bytes){host, host_len});
    at = put_text(at, " - - ");
    at = put_stamp(at, o, answer->when);
    at = put_request_line(at, answer);
    at = put_char(at, ' ');
    at = put_number(at, answer->status);
    at = put_char(at, ' ');
    at = put_number(at, answer->body_len);
    if (o->log->is_combined) {
        at = put_char(at, ' ');
        at = put_quoted(at, answer->referer);
        at = put_char(at, ' ');
        at = put_quoted(at, answer->user_agent);
    }
    line_writer_end(&o->writer, at);
}

static void waiting(struct observer *observer)
{
    line_writer_flush(&((struct access_log_observer *)observer)->writer);
}

static void observer_close(struct observer *observer)
{
    waiting(observer);
    free(observer);
}

struct observer *access_log_observer_new(void *log)
{
    const struct access_log *shared = log;
    struct access_log_observer *o = malloc(sizeof(*o));

    if (o == NULL)
        return NULL;
    o->observer = (struct observer){
        .answered = answered, .waiting = waiting, .close = observer_close};
    o->log = shared;
    o->stamp_s = -1;
    if (!line_writer_init(&o->writer, shared->sink, LINE_MAX_LEN,
                          "access log")) {
        free(o);
        return NULL;
    }
    return &o->observer;
}
