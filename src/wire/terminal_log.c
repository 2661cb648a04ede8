#include "wire/terminal_log.h"

#include <stdlib.h>

#include "base/put.h"
#include "wire/line_writer.h"

enum {
    PART_MAX = 4096, /* bytes of the method or the target; more is cut */
    LINE_MAX_LEN = 2 * PART_MAX + 512,
    CLOCK_LEN = 8, /* "14:09:25" */
};

struct terminal_log_observer {
    struct observer observer; /* first: the two share their address */
    bool has_colour;
    time_t clock_s; /* the time that `clock` shows */
    char clock[CLOCK_LEN];
    struct line_writer writer;
};

/* Two digits. */
static char *put_two(char *to, unsigned value)
{
    to = put_char(to, (char)('0' + value / 10 % 10));
    return put_char(to, (char)('0' + value % 10));
}

/* Local time, which takes a lock of the C library: once a second. */
static char *put_clock(char *to, struct terminal_log_observer *o, time_t when)
{
    struct tm local;
    char *at = o->clock;

    if (when != o->clock_s && localtime_r(&when, &local) != NULL) {
        o->clock_s = when;
        at = put_char(put_two(at, (unsigned)local.tm_hour), ':');
        at = put_char(put_two(at, (unsigned)local.tm_min), ':');
        put_two(at, (unsigned)local.tm_sec);
    }
    return put_bytes(to, (struct bytes){o->clock, CLOCK_LEN});
}

static const char *colour_of(unsigned status)
{
    static const char *const colours[] = {
        "\x1b[32m", /* 1xx and 2xx: green */
        "\x1b[36m", /* 3xx: cyan */
        "\x1b[33m", /* 4xx: yellow */
        "\x1b[31m", /* 5xx: red */
    };

    if (status < 300)
        return colours[0];
    return colours[status < 400 ? 1 : status < 500 ? 2 : 3];
}

static char *put_status(char *to, const struct terminal_log_observer *o,
                        unsigned status)
{
    if (!o->has_colour)
        return put_number(to, status);
    to = put_number(put_text(to, colour_of(status)), status);
    return put_text(to, "\x1b[0m");
}

/* A number of tenths: "1.5" for 15, but "15" for 150. */
static char *put_tenths(char *to, uint64_t tenths)
{
    to = put_number(to, tenths / 10);
    if (tenths >= 100)
        return to;
    return put_char(put_char(to, '.'), (char)('0' + tenths % 10));
}

static char *put_size(char *to, uint64_t bytes)
{
    static const char *const units[] = {" KiB", " MiB", " GiB", " TiB"};
    size_t unit = 0;

    if (bytes < 1024)
        return put_text(put_number(to, bytes), " B");
    while (bytes >= 1024 * 1024 && unit < 3) {
        bytes /= 1024;
        unit++;
    }
    to = put_tenths(to, bytes / 1024 * 10 + bytes % 1024 * 10 / 1024);
    return put_text(to, units[unit]);
}

static char *put_duration(char *to, int64_t took_us)
{
    uint64_t us = took_us > 0 ? (uint64_t)took_us : 0;

    if (us < 1000000)
        return put_text(put_tenths(to, us / 100), " ms");
    return put_text(put_tenths(to, us / 100000), " s");
}

static char *put_request(char *to, const struct observed_response *response)
{
    struct bytes method = response->method, target = response->target;

    if (method.len == 0)
        return put_char(to, '-'); /* there was no readable request */
    to = put_char(put_printable(to, PART_MAX, &method), ' ');
    return put_printable(to, PART_MAX, &target);
}

/* Whether the reason is worth showing. */
static bool needs_reason(unsigned status)
{
    return status == 403 || status == 404 || status >= 500;
}

static void responded(struct observer *observer,
                      const struct observed_response *response)
{
    struct terminal_log_observer *o = (struct terminal_log_observer *)observer;
    char *at = line_writer_begin(&o->writer);

    if (at == NULL)
        return;
    at = put_char(put_clock(at, o, response->when), ' ');
    at = put_char(put_status(at, o, response->status), ' ');
    at = put_char(put_request(at, response), ' ');
    at = put_char(put_size(at, response->body_len), ' ');
    at = put_duration(at, response->took_us);
    if (needs_reason(response->status))
        at = put_text(put_text(at, "  "), response->why);
    line_writer_end(&o->writer, at);
}

static void waiting(struct observer *observer)
{
    line_writer_flush(&((struct terminal_log_observer *)observer)->writer);
}

static void observer_close(struct observer *observer)
{
    waiting(observer);
    free(observer);
}

struct observer *terminal_log_observer_new(void *log)
{
    const struct terminal_log *shared = log;
    struct terminal_log_observer *o = calloc(1, sizeof(*o));

    if (o == NULL)
        return NULL;
    o->observer = (struct observer){.responded = responded,
                                    .wants_duration = true,
                                    .waiting = waiting,
                                    .close = observer_close};
    o->has_colour = shared->has_colour;
    o->clock_s = -1;
    if (!line_writer_init(&o->writer, shared->sink, LINE_MAX_LEN)) {
        free(o);
        return NULL;
    }
    return &o->observer;
}
