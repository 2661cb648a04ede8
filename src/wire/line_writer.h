/* line_writer.h -- a worker's lines for a file
 *
 * A worker never waits for a file: it puts its lines into a feed of its own,
 * and the file's sink writes them (base/sink.h). They are published when the
 * worker has time, many at once under load.
 *
 * If the file is so slow that the feed is full, the newest lines are lost and
 * counted, and the sink reports the loss.
 *
 * One thread. */
#ifndef WIRE_LINE_WRITER_H
#define WIRE_LINE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sink.h"

enum { LINE_UNPUBLISHED_MAX = 65536 }; /* bytes */

struct line_writer {
    struct sink *sink;
    struct feed *feed;
    uint64_t lost_reported; /* lost lines that the sink has reported */
};

/* For lines of at most `line_max` bytes, with their newline. The sink is
 * lent. Returns false: no memory. Main thread. */
bool line_writer_init(struct line_writer *writer, struct sink *sink,
                      size_t line_max);

/* Room for one line. NULL: there is none, and the line is lost. */
static inline char *line_writer_begin(struct line_writer *writer)
{
    return feed_begin(writer->feed);
}

/* Ends the line before `end`, and adds the newline. Publishes the lines if
 * there are many, since a busy worker may not flush for long. */
static inline void line_writer_end(struct line_writer *writer, char *end)
{
    feed_end(writer->feed, end);
    if (feed_unpublished(writer->feed) >= LINE_UNPUBLISHED_MAX)
        sink_flush(writer->sink, writer->feed);
}

/* How many lines have been lost. */
static inline uint64_t line_writer_lost(const struct line_writer *writer)
{
    return feed_lost(writer->feed);
}

/* Publishes the lines, and reports lost ones. Called when the worker has time.
 */
void line_writer_flush(struct line_writer *writer);

#endif
