/* sink.h -- a file that a thread of its own writes to
 *
 * Who reads a log may be slow or stop, and a disk may be busy or full. No
 * thread that serves waits for that: it puts lines into a feed of its own
 * (feed.h), and the sink's thread takes them out and waits for the file.
 *
 *     worker 1 --feed--\
 *     worker 2 --feed---> the sink's thread --write(2)--> file, pipe, terminal
 *     worker 3 --feed--/
 *
 * One thread writes, so lines of several workers never mix, however long they
 * are and whatever the file is. What cannot be written now (a full disk, a
 * reader that is gone) is tried again every SINK_RETRY_MS; meanwhile the feeds
 * fill up, and what is lost is lost there, whole lines, counted.
 *
 * Lost lines, and a file that cannot be written, are reported to the log: for
 * the whole file, at most once in SINK_REPORT_MS, and once more after the last
 * loss. The sink's thread does that. Where it is held by a write (standard
 * output may be a pipe that blocks), a writer that loses lines does.
 *
 * A line that comes after a pause is written at once; under load the thread
 * looks at the feeds every SINK_NAP_MS, or when one of them is filling up.
 *
 * Opened and closed by the main thread, with signals blocked, since the thread
 * inherits the mask. */
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

/* Takes over `fd` and starts the thread. `name`, which is lent, is what reports
 * call the file. Returns 0 and *sink, or a negative errno. */
int sink_new(struct sink **sink, int fd, const char *name);

/* Whether `fd` is open on the very file that the sink writes to. */
bool sink_is_file(const struct sink *sink, int fd);

/* The sink's file. Lent, to ask about it. */
int sink_fd(const struct sink *sink);

/* A feed for lines of at most `line_max` bytes, with their newline; freed with
 * the sink. NULL: no memory. Main thread; the sink's thread may run. */
struct feed *sink_add_feed(struct sink *sink, size_t line_max);

/* Publishes the feed's lines. A few instructions where there are none, at most
 * a write to an eventfd; never blocks. The feed's writer. */
void sink_flush(struct sink *sink, struct feed *feed);

/* Reports what is lost and what fails, if that is news, and not too soon after
 * the last report. Returns whether no news is left. Never blocks. Any thread.
 */
bool sink_report(struct sink *sink);

/* Why the last write failed, a negative errno; 0: it did not. Any thread. */
int sink_error(const struct sink *sink);

/* Writes what was published, and ends the thread. Returns false where that is
 * not done by the deadline (clock_now_ms's): the thread goes on as it is, and
 * the process is to end. No feed is written to any more. */
bool sink_end(struct sink *sink, int64_t deadline_ms);

/* How many lines of all feeds have not been written. After sink_end. */
uint64_t sink_lost(const struct sink *sink);

/* Closes the file and frees all. After a sink_end that returned true. */
void sink_free(struct sink *sink);

#endif
