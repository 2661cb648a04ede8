#include "wire/trace.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/put.h"
#include "wire/event_json.h"
#include "wire/event_text.h"
#include "wire/line_writer.h"

/* Bytes of an event after one for lost events, with their newlines. */
enum {
    JSON_MAX = EVENT_JSON_WIRE_MAX + 1 + EVENT_JSON_MAX + 1,
    TEXT_MAX = EVENT_TEXT_MAX + 1 + EVENT_TEXT_MAX + 1,
};

struct trace_observer {
    struct observer observer; /* first: the two share their address */
    const struct trace *trace;
    uint64_t lost_shown; /* lost lines that the trace has shown */
    struct line_writer writer;
};

/* no-color.org: the variable counts if it is not empty. */
static bool wants_colour(int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return isatty(fd) && (no_color == NULL || no_color[0] == '\0') &&
           term != NULL && strcmp(term, "dumb") != 0;
}

void trace_init(struct trace *trace, struct sink *sink, enum trace_form form)
{
    *trace = (struct trace){
        .sink = sink,
        .form = form,
        .colour = form == TRACE_TEXT && wants_colour(sink_fd(sink)),
        .start_us = clock_wall_us(),
    };
}

/* A trace with missing events must show that they are missing: puts a line for
 * them before the next event. */
static char *put_lost(char *to, struct trace_observer *o, int64_t time_us)
{
    uint64_t lost = line_writer_lost(&o->writer);
    uint64_t count = lost - o->lost_shown;

    assert(lost > o->lost_shown);
    o->lost_shown = lost;
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
    char *at = line_writer_begin(&o->writer);

    if (at == NULL)
        return;
    if (line_writer_lost(&o->writer) != o->lost_shown)
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
    waiting(observer);
    free(observer);
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
    o->lost_shown = 0;
    if (!line_writer_init(&o->writer, shared->sink,
                          shared->form == TRACE_JSON ? JSON_MAX : TEXT_MAX)) {
        free(o);
        return NULL;
    }
    return &o->observer;
}
