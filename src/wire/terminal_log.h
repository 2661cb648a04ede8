/* terminal_log.h -- a line for each response, to be read at a terminal
 *
 *     14:09:25 200 GET /index.html 1.2 KiB 0.4 ms
 *     14:09:26 404 GET /nope 14 B 0.2 ms  no such file
 *
 * The local time of the request, the status in colour, method and target, bytes
 * of content that the kernel accepted, and how long that took from the last
 * byte of the request on. The line of a 403, 404 or 5xx ends with the reason
 * for it. Nothing is aligned to a width, which nobody knows: a terminal breaks
 * lines where it must.
 *
 * An observer; its lines are published as those of the access log are
 * (access_log.h). In text from the peer, '\' and everything but printable ASCII
 * is escaped as \xNN, so that nothing in it reaches the terminal as a control.
 */
#ifndef WIRE_TERMINAL_LOG_H
#define WIRE_TERMINAL_LOG_H

#include <stdbool.h>

#include "base/observer.h"
#include "base/sink.h"

struct terminal_log {
    struct sink *sink; /* lent */
    bool has_colour;
};

/* Makes one worker's observer; `log` (a struct terminal_log, read-only from
 * then on) must outlive it. NULL: no memory. */
struct observer *terminal_log_observer_new(void *log);

#endif
