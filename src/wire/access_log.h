/* access_log.h -- a line for each response, as web servers have always written
 * it
 *
 * An observer. A line is written when its response has ended, and says what was
 * sent: the bytes of content that the kernel has accepted, all of them or as
 * many as there were when the connection ended. Its time is that of the
 * request, as Apache's is; so a long download stands behind what began later.
 * Where there is no memory to wait for the end, the line is written at once,
 * with the bytes so far.
 *
 * Lines are published when the worker is about to wait, and written by a thread
 * of the file's own: see line_writer.h. A worker never waits for the file or
 * its reader; lines that were lost for that are counted and reported.
 *
 * common:   peer - - [day/month/year:time zone] "request line" status bytes
 * combined: the same, then "referer" and "user agent"
 *
 * On a terminal, where a person reads it, the line of a 403, 404 or 5xx ends in
 * the reason for it: "... 404 14  404: no such file".
 *
 * Times are UTC. What the peer sent is escaped: '"', '\' and all that is not
 * printable ASCII as \xNN. */
#ifndef WIRE_ACCESS_LOG_H
#define WIRE_ACCESS_LOG_H

#include <stdbool.h>

#include "base/observer.h"
#include "base/sink.h"

struct access_log {
    struct sink *sink; /* lent */
    bool is_combined;
    bool tells_why; /* it goes to a terminal */
};

/* Makes one worker's observer; `log` (a struct access_log, read-only from then
 * on) must outlive it. NULL: no memory. */
struct observer *access_log_observer_new(void *log);

#endif
