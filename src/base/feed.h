/* feed.h -- lines on their way from one thread to another
 *
 * A ring of bytes with one writer and one reader, each a thread of its own.
 * Neither ever waits for the other: where there is no room the writer's newest
 * line is lost, and counted. The writer puts in whole lines and publishes them
 * many at a time; the reader sees what was published, in order, as bytes.
 *
 *              tail: the reader's        head: published    end: the writer's
 *              |                         |                  |
 *     ........[line line line line line][line line line.....]...........
 *
 * Positions count bytes since the feed was made. A line never runs across the
 * ring's end: where the longest might, the rest of the lap is left out. When
 * all was read the writer begins a new lap, so that no more memory is touched
 * than the reader's delay takes.
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
    struct feed *next; /* in its list of feeds; set once */

    /* Shared: */
    _Atomic uint64_t head, tail;
    _Atomic uint64_t gap; /* where the last lap that was left early ends */
    _Atomic uint64_t lost;
    char bytes[];
};

/* For lines of at most `line_max` bytes, with their newline. NULL: no memory.
 * Memory that was never written is not taken. */
struct feed *feed_new(size_t line_max);
void feed_free(struct feed *feed);

/* Where the next line goes: room for line_max bytes. NULL: there is none, and
 * the line is lost. The writer. */
char *feed_begin(struct feed *feed);

/* The line that was begun ends before `to`; its newline is put here. The
 * writer. */
void feed_end(struct feed *feed, char *to);

/* Shows the reader all lines. Returns whether there are new ones. The writer.
 */
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

/* How many published lines were not taken yet. Any thread, where the writer
 * has ended. */
uint64_t feed_count_lines(const struct feed *feed);

/* The next bytes, as many as stand in one piece; none: all was read. They stay
 * until they are taken. The reader. */
struct bytes feed_peek(const struct feed *feed);
void feed_take(struct feed *feed, size_t len);

#endif
