#include "wire/trace.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/put.h"
#include "wire/event_json.h"
#include "wire/event_text.h"
#include "wire/line_writer.h"

/* Bytes of an event with the word of those that were lost before it. */
enum {
    JSON_MAX = EVENT_JSON_WIRE_MAX + 1 + EVENT_JSON_MAX,
    TEXT_MAX = EVENT_TEXT_MAX + 1 + EVENT_TEXT_MAX,
};

struct trace_observer {
    struct observer observer; /* first: the two share their address */
    const struct trace *trace;
    uint64_t lost_told; /* of writer.lost: what the trace itself has said */
    struct line_writer writer;
};

/* no-color.org: the variable counts where it is not empty. */
static bool wants_colour(int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return isatty(fd) && (no_color == NULL || no_color[0] == '\0') &&
           term != NULL && strcmp(term, "dumb") != 0;
}

int trace_open(struct trace *trace, const char *file, enum trace_form form)
{
    int fd = line_writer_open(file, STDERR_FILENO, &trace->may_block);

    trace->fd = fd >= 0 ? fd : -1;
    trace->form = form;
    trace->colour = fd >= 0 && form == TRACE_TEXT && wants_colour(fd);
    trace->start_us = clock_wall_us();
    return fd >= 0 ? 0 : fd;
}

void trace_close(struct trace *trace)
{
    if (trace->fd != -1)
        close(trace->fd);
    trace->fd = -1;
}

/* A story with a hole must say so, or it tells something else: puts a line of
 * its own in front of the next event. While the file is broken it would be lost
 * itself, and counted as an event. */
static char *put_lost(char *to, struct trace_observer *o, int64_t time_us)
{
    uint64_t count = o->writer.lost - o->lost_told;

    o->lost_told = o->writer.lost;
    if (o->trace->form == TRACE_JSON)
        to += event_json_lost(time_us, count, to);
    else
        to += event_text_lost(count, to);
    return put_char(to, '\n');
}

static void event(struct observer *observer, const struct ledger_event *event)
{
    struct trace_observer *o = (struct trace_observer *)observer;
    const struct event_style style = {o->trace->start_us, o->trace->colour};
    bool is_json = o->trace->form == TRACE_JSON;
    char *at = line_writer_begin(&o->writer, is_json ? JSON_MAX : TEXT_MAX);

    if (at == NULL)
        return;
    if (o->writer.lost != o->lost_told && !o->writer.is_broken)
        at = put_lost(at, o, event->time_us);
    at += is_json ? event_json_write(event, at)
                  : event_text_write(event, &style, at);
    line_writer_end(&o->writer, at);
}

static void waiting(struct observer *observer)
{
    line_writer_flush(&((struct trace_observer *)observer)->writer);
}

static void observer_close(struct observer *observer)
{
    struct trace_observer *o = (struct trace_observer *)observer;
    uint64_t lost = line_writer_fini(&o->writer);

    if (lost > 0)
        log_error("%llu lines of the trace were lost: it could not be written",
                  (unsigned long long)lost);
    free(o);
}

struct observer *trace_observer_new(void *trace)
{
    const struct trace *shared = trace;
    struct trace_observer *o = malloc(sizeof(*o));

    if (o == NULL)
        return NULL;
    o->observer = (struct observer){
        .event = event, .waiting = waiting, .close = observer_close};
    o->trace = shared;
    o->lost_told = 0;
    line_writer_init(&o->writer, shared->fd, shared->may_block);
    return &o->observer;
}
