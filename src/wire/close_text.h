/* close_text.h -- the end of a connection, for people: cause and sums
 *
 * Pure; any thread. */
#ifndef WIRE_CLOSE_TEXT_H
#define WIRE_CLOSE_TEXT_H

#include "wire/event_text.h"

/* Writes what follows the word close. Returns where it ended. */
char *close_text_put(char *to, const struct ledger_event *event,
                     const struct event_style *style);

#endif
