/* event_text.h -- one event as lines for people
 *
 *     0.000137 c7  tcp  recv     in  [25,79)        recv() = 54  1 segment
 *     0.000190 c7  http request  in  [36,72)        #2 GET /b.css  whole ...
 *
 * Columns: seconds since the trace began, with microseconds, since much happens
 * in a millisecond; the connection; the layer; the event; its range in the
 * stream, with the ranges of both layers below each other; and details, of tcp
 * the system call and what it returned. A line that would be longer than
 * TEXT_FOLD_WIDTH (text_fold.h) goes on in the next one; close has a table.
 * Where nothing happened on a connection for EVENT_TEXT_GAP_US, a line before
 * the event says so, and what was waited for.
 *
 * Text from a peer is escaped (put.h) and cut if it is long; types are shown
 * without parameters. With colours, each layer has one, and each connection has
 * one of a few that are used in turn; retransmissions are highlighted. Pure;
 * any thread. */
#ifndef WIRE_EVENT_TEXT_H
#define WIRE_EVENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ledger.h"

enum { EVENT_TEXT_MAX = 2048, EVENT_TEXT_GAP_US = 100000 };

struct event_style {
    int64_t start_us; /* when the trace began, since 1970 */
    bool colour;      /* by the escape sequences of ECMA-48 (ANSI) */
};

/* Without a newline at the end, and without a NUL. Both return how many bytes
 * they wrote. */
size_t event_text_write(const struct ledger_event *event,
                        const struct event_style *style,
                        char out[EVENT_TEXT_MAX]);

/* In place of `count` events that were lost. */
size_t event_text_lost(uint64_t count, char out[EVENT_TEXT_MAX]);

#endif
