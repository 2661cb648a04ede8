/* trace.h -- the story of each connection, printed as it happens
 *
 * An observer that writes a line for each event: for people (event_text.h) or
 * for programs (event_json.h). A worker's lines are gathered, and written when
 * it is about to wait: what one turn of the worker did comes at once, and
 * nothing is held back longer. Lines of one worker are in order; those of
 * several may be out of step by a turn.
 *
 * The server does not wait for the file or its reader: see line_writer.h. Where
 * events were lost, the next line says how many, and so does the log. */
#ifndef WIRE_TRACE_H
#define WIRE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/observer.h"
#include "base/sink.h"

enum trace_form { TRACE_TEXT, TRACE_JSON };

struct trace {
    struct sink *sink; /* lent */
    enum trace_form form;
    bool colour;      /* text alone */
    int64_t start_us; /* since 1970; times in text count from here */
};

/* `sink` is lent. Colours are for a terminal, unless it is dumb or NO_COLOR is
 * set. Main thread, before workers start. */
void trace_init(struct trace *trace, struct sink *sink, enum trace_form form);

/* Makes one worker's observer; `trace` (a struct trace, read-only from then on)
 * must outlive it. NULL: no memory. */
struct observer *trace_observer_new(void *trace);

#endif
