/* sink.h -- a file that a thread of its own writes to
 *
 * The reader of a log may be slow or stop, and a disk may be busy or full. No
 * thread that serves waits for that: it puts lines into a feed of its own
 * (feed.h), and the sink's thread takes them out and waits for the file.
 *
 *     worker 1 --feed--\
 *     worker 2 --feed---> the sink's thread --write(2)--> file, pipe, terminal
 *     worker 3 --feed--/
 *
 * One thread writes, so lines of several workers never mix, however long they
 * are and whatever the file is. A write that fails (a full disk, a reader that
 * has closed) is tried again every SINK_RETRY_MS; meanwhile the feeds fill up,
 * and further lines are lost there, whole and counted.
 *
 * Lost lines and a file that cannot be written are reported to the log: for the
 * whole file, at most once in SINK_REPORT_MS, and once more after the last
 * loss. The sink's thread reports. While it is blocked in a write (standard
 * output may be a pipe that blocks), a writer that loses lines reports.
 *
 * A line that follows a pause is written at once; under load the thread looks
 * at the feeds every SINK_NAP_MS, or when one of them is filling up.
 *
 * Opened and closed by the main thread, with signals blocked, since the sink's
 * thread inherits the mask. */
#ifndef BASE_SINK_H
#define BASE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/feed.h"

enum { SINK_NAP_MS = 10, SINK_RETRY_MS = 250, SINK_REPORT_MS = 5000 };

struct sink;

/* Opens `file` for appending; "-" stands for a copy of the descriptor
 * `standard`. A FIFO need not have a reader yet. Never blocks. Returns the
 * descriptor or a negative errno. */
int sink_open_file(const char *file, int standard);

/* Whether sink_open_file would open it: 0 or a negative errno. Makes no file,
 * and does not disturb the reader of a FIFO. */
int sink_test_file(const char *file);

/* Takes over `fd` and starts the thread. `name` is the file's name in reports;
 * it must outlive the sink. Returns 0 and *sink, or a negative errno. */
int sink_new(struct sink **sink, int fd, const char *name);

/* Whether `fd` is open on the same file as the sink. */
bool sink_is_file(const struct sink *sink, int fd);

/* The sink's descriptor. Lent, to query it. */
int sink_fd(const struct sink *sink);

/* A feed for lines of at most `line_max` bytes, with their newline; freed with
 * the sink. NULL: no memory. The main thread; the sink's may run. */
struct feed *sink_add_feed(struct sink *sink, size_t line_max);

/* Publishes the feed's lines. Costs a few instructions where there are none,
 * and at most a write to an eventfd; never blocks. The feed's writer. */
void sink_flush(struct sink *sink, struct feed *feed);

/* Reports new losses and failures, unless the last report was less than
 * SINK_REPORT_MS ago or the sink is ending. Returns whether nothing is left to
 * report. Never blocks. Any thread. */
bool sink_report(struct sink *sink);

/* Why the last write failed, a negative errno; 0: it did not. Any thread. */
int sink_error(const struct sink *sink);

/* Writes what was published, and ends the thread. False: that was not done by
 * the deadline (of clock_now_ms). The thread still runs then, and the process
 * is to end. No thread may write to a feed any more. */
bool sink_end(struct sink *sink, int64_t deadline_ms);

/* How many lines of all feeds have not been written. After sink_end. */
uint64_t sink_lost(const struct sink *sink);

/* Closes the file and frees all. After a sink_end that returned true. */
void sink_free(struct sink *sink);

#endif
