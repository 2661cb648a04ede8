/* trace.h -- the events of each connection, printed as they happen
 *
 * An observer that writes a line for each event: for people (event_text.h) or
 * for programs (event_json.h). A worker's lines are written when it is about to
 * wait. Those of one worker are in order; those of several are interleaved by
 * batches.
 *
 * The server does not wait for the file or its reader: see line_writer.h. If
 * events are lost, the next line shows how many, and so does the log. */
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
    bool colour;      /* text only */
    int64_t start_us; /* since 1970; times in text count from here */
};

/* `sink` is lent. Colours are for a terminal, unless it is dumb or NO_COLOR is
 * set. Main thread, before workers start. */
void trace_init(struct trace *trace, struct sink *sink, enum trace_form form);

/* Makes one worker's observer; `trace` (a struct trace, read-only from then on)
 * must outlive it. NULL: no memory. */
struct observer *trace_observer_new(void *trace);

#endif
