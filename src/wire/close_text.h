/* close_text.h -- the end of a connection, for people: cause and sums
 *
 * Pure; any thread. */
#ifndef WIRE_CLOSE_TEXT_H
#define WIRE_CLOSE_TEXT_H

#include "wire/event_text.h"

/* Both write at `to`, where the caller has the room, and return where they
 * ended. The first is what follows the word close; the other begins with a
 * newline: lines of their own, of what came in, what went out, and what became
 * of that, and of the round trip and retransmissions, as far as the kernel
 * reports them. */
char *close_text_put(char *to, const struct ledger_event *event);
char *close_text_put_table(char *to, const struct ledger_event *event,
                           const struct event_style *style);

#endif
