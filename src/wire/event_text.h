/* event_text.h -- one event as a line for people
 *
 *     0.000137 c7  tcp  recv    in  [25,79)        54 B
 *     0.000190 c7  http request in  [36,72)        #2 GET /b.css  whole ...
 *
 * Columns: seconds since the trace began, to the microsecond, as tools that
 * capture packets have them (what a server does in a millisecond is the story
 * here); the connection; the layer; the event; where in the stream, so that the
 * ranges of both layers stand below each other; and what there is to say.
 *
 * What a peer sent is escaped (put.h), and cut where it is long; a type stands
 * without its parameters. With colours, each layer has one, and so has each
 * connection, from a few that are used in turn; segments that were sent again
 * stand out. Pure; any thread. */
#ifndef WIRE_EVENT_TEXT_H
#define WIRE_EVENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ledger.h"

enum { EVENT_TEXT_MAX = 1024 };

struct event_style {
    int64_t start_us; /* when the trace began, since 1970 */
    bool colour;      /* by the escape sequences of ECMA-48 (ANSI) */
};

/* Without a newline, without a NUL. Both return how many bytes were written. */
size_t event_text_write(const struct ledger_event *event,
                        const struct event_style *style,
                        char out[EVENT_TEXT_MAX]);

/* In the place of `count` events that could not be written. */
size_t event_text_lost(uint64_t count, char out[EVENT_TEXT_MAX]);

#endif
