/* event_columns.h -- the columns that each line of an event begins with
 *
 * See event_text.h. Each writes at `to` and returns where it ended; the caller
 * has the room. Pure; any thread. */
#ifndef WIRE_EVENT_COLUMNS_H
#define WIRE_EVENT_COLUMNS_H

#include <stdbool.h>

#include "base/ledger.h"
#include "wire/event_text.h"

enum { COLUMN_DETAILS = 49 }; /* where details begin, if no column is wider */

/* The time, the connection and the layer. */
char *column_begin(char *to, const struct event_style *style,
                   const struct ledger_event *event, bool is_http);

/* The same in a line that belongs to another one, with no time and no event. */
char *column_go_on(char *to, const struct event_style *style,
                   const struct ledger_event *event);

char *column_put_event(char *to, const char *name);

/* Bytes of one direction: "in  ", "out ". */
char *column_put_range(char *to, const char *direction,
                       const struct ledger_event *event);

/* A position alone: nothing moved. */
char *column_put_place(char *to, const char *direction,
                       const struct ledger_event *event);

#endif
