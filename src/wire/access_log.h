/* access_log.h -- a line for each response, in the formats of other web servers
 *
 * An observer. A line is written when its response has ended, with the number
 * of bytes of content, with the framing of chunks, that the kernel accepted:
 * all, or those accepted before the connection ended. Its time is that of the
 * request, as in Apache's log, so the line of a long download may follow those
 * of later requests. If there is no memory to wait for the end, the line is
 * written at once, with the bytes so far.
 *
 * Lines are published when the worker is about to wait, and the thread of the
 * log's sink writes them (line_writer.h). A worker never waits for the file or
 * its reader; lines that are lost for that reason are counted and reported.
 *
 * common:   peer - - [day/month/year:time zone] "request line" status bytes
 * combined: the same, then "referer" and "user agent"
 *
 * For a terminal there is another form (terminal_log.h).
 *
 * Times are UTC. In text from the peer, '"', '\' and everything but printable
 * ASCII is escaped as \xNN. */
#ifndef WIRE_ACCESS_LOG_H
#define WIRE_ACCESS_LOG_H

#include <stdbool.h>

#include "base/observer.h"
#include "base/sink.h"

struct access_log {
    struct sink *sink; /* lent */
    bool is_combined;
};

/* Makes one worker's observer; `log` (a struct access_log, read-only from then
 * on) must outlive it. NULL: no memory. */
struct observer *access_log_observer_new(void *log);

#endif
