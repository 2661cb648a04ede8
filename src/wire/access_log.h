/* access_log.h -- a line for each answer, as web servers have always written it
 *
 * An observer. Lines are gathered and written as line_writer.h tells: when the
 * worker is about to wait, or the buffer is full. A worker never waits for who
 * reads the log; how many lines were lost for that is said when it ends.
 *
 * common:   peer - - [day/month/year:time zone] "request line" status bytes
 * combined: the same, then "referer" and "user agent"
 *
 * Times are UTC. What the peer sent is escaped: '"', '\' and all that is not
 * printable ASCII as \xNN. If the log cannot be written (a full disk), lines
 * are lost, and the server goes on. */
#ifndef WIRE_ACCESS_LOG_H
#define WIRE_ACCESS_LOG_H

#include <stdbool.h>

#include "base/observer.h"

struct access_log {
    int fd;         /* -1: closed */
    bool may_block; /* it is no regular file */
    bool is_combined;
};

/* Opens `file` ("-": standard output) for appending. Returns 0 or a negative
 * errno. Main thread, before workers start. */
int access_log_open(struct access_log *log, const char *file, bool is_combined);
void access_log_close(struct access_log *log);

/* Makes one worker's observer; `log` (a struct access_log, read-only from then
 * on) must outlive it. NULL: no memory. */
struct observer *access_log_observer_new(void *log);

#endif
