/* feed.h -- lines that one thread passes to another
 *
 * A ring of bytes with one writer and one reader, each a thread of its own.
 * Neither ever waits for the other: where there is no room, the writer's new
 * line is lost and counted. The writer puts in whole lines and publishes them
 * many at a time; the reader sees what was published, in order, as bytes.
 *
 *              tail: the reader's        head: published    end: the writer's
 *              |                         |                  |
 *     ........[line line line line line][line line line.....]...........
 *
 * Positions count bytes since the feed was made. A line never runs across the
 * ring's end: where the longest line might, the rest of the lap is skipped, and
 * leaves a gap. When all was read, the writer starts a new lap at the front of
 * the memory, so that a reader that keeps up lets it touch little memory.
 *
 * Shared between the two threads: the atomics and the bytes between tail and
 * head. */
#ifndef BASE_FEED_H
#define BASE_FEED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { FEED_LAP = 1024 * 1024 }; /* bytes; a line begins before the last */

struct feed {
    /* The writer's: */
    uint64_t end;
    size_t line_max;

    /* The reader's: */
    struct feed *next; /* in the reader's list of feeds; set once */

    /* Shared: */
    _Atomic uint64_t head, tail;
    _Atomic uint64_t gap; /* where the last lap that was cut short ends */
    _Atomic uint64_t lost;
    char bytes[];
};

/* For lines of at most `line_max` bytes, with their newline. NULL: no memory.
 * The kernel provides pages of it only as they are written. */
struct feed *feed_new(size_t line_max);
void feed_free(struct feed *feed);

/* Where to write the next line: room for line_max bytes. NULL: there is no
 * room, and the line is lost. The writer. */
char *feed_begin(struct feed *feed);

/* Ends the line before `to` and adds its newline. After feed_begin; the
 * writer. */
void feed_end(struct feed *feed, char *to);

/* Publishes all lines. Returns whether there were new ones. The writer. */
bool feed_publish(struct feed *feed);

/* How many bytes the reader cannot see yet. The writer. */
static inline size_t feed_unpublished(const struct feed *feed)
{
    return (size_t)(feed->end -
                    atomic_load_explicit(&feed->head, memory_order_relaxed));
}

/* Bytes between the reader and the last published line. Any thread. */
size_t feed_pending(const struct feed *feed);

/* How many lines were lost so far. Any thread. */
uint64_t feed_lost(const struct feed *feed);

/* How many published lines were not taken yet. Any thread, once the writer has
 * ended. */
uint64_t feed_count_lines(const struct feed *feed);

/* The next bytes that are contiguous; empty: all was read. They are valid until
 * feed_take removes them, or the first `len` of them. The reader. */
struct bytes feed_peek(const struct feed *feed);
void feed_take(struct feed *feed, size_t len);

#endif
