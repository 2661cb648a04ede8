/* trace.h -- the story of each connection, printed as it happens
 *
 * An observer that writes a line for each event: for people (event_text.h) or
 * for programs (event_json.h). A worker's lines are gathered, and written when
 * it is about to wait: what one turn of the worker did comes at once, and
 * nothing is held back longer. Lines of one worker are in order; those of
 * several may be out of step by a turn.
 *
 * The server does not wait for who reads: see line_writer.h. Where events were
 * lost, the next line says how many; and so does the log, in the end. */
#ifndef WIRE_TRACE_H
#define WIRE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/observer.h"

enum trace_form { TRACE_TEXT, TRACE_JSON };

struct trace {
    int fd;         /* -1: closed */
    bool may_block; /* it is no regular file */
    enum trace_form form;
    bool colour;      /* text alone */
    int64_t start_us; /* since 1970; times in text count from here */
};

/* Opens `file` ("-": standard error) for appending. Colours are for a terminal,
 * unless it is dumb or NO_COLOR is set. Returns 0 or a negative errno. Main
 * thread, before workers start. */
int trace_open(struct trace *trace, const char *file, enum trace_form form);
void trace_close(struct trace *trace);

/* Makes one worker's observer; `trace` (a struct trace, read-only from then on)
 * must outlive it. NULL: no memory. */
struct observer *trace_observer_new(void *trace);

#endif
