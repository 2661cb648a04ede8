#include "base/feed.h"

#include <assert.h>
#include <stdlib.h>

struct feed *feed_new(size_t line_max)
{
    struct feed *feed = malloc(sizeof(*feed) + FEED_LAP + line_max);

    assert(line_max > 0 && line_max <= FEED_LAP);
    if (feed == NULL)
        return NULL;
    *feed = (struct feed){.line_max = line_max};
    atomic_init(&feed->gap, UINT64_MAX);
    return feed;
}

void feed_free(struct feed *feed)
{
    free(feed);
}

static uint64_t lap_len(const struct feed *feed)
{
    return FEED_LAP + feed->line_max;
}

/* Where the lap after that of `position` begins. */
static uint64_t next_lap(const struct feed *feed, uint64_t position)
{
    return position - position % lap_len(feed) + lap_len(feed);
}

/* The first byte that the reader has not taken. */
static uint64_t first_pending(const struct feed *feed)
{
    uint64_t tail = atomic_load_explicit(&feed->tail, memory_order_acquire);
    uint64_t gap = atomic_load_explicit(&feed->gap, memory_order_relaxed);

    return tail == gap ? next_lap(feed, tail) : tail;
}

char *feed_begin(struct feed *feed)
{
    uint64_t first = first_pending(feed), from = feed->end;
    uint64_t place = from % lap_len(feed);

    assert(first <= feed->end);
    if (place >= FEED_LAP || (first == feed->end && place > 0)) {
        from = next_lap(feed, from);
        first = first == feed->end ? from : first;
    }
    if (from + feed->line_max - first > lap_len(feed)) {
        atomic_fetch_add_explicit(&feed->lost, 1, memory_order_relaxed);
        return NULL;
    }
    if (from != feed->end) { /* the reader has passed the gap before */
        atomic_store_explicit(&feed->gap, feed->end, memory_order_relaxed);
        feed->end = from;
    }
    return feed->bytes + from % lap_len(feed);
}

void feed_end(struct feed *feed, char *to)
{
    const char *from = feed->bytes + feed->end % lap_len(feed);

    assert(to >= from && to < from + feed->line_max);
    *to++ = '\n';
    feed->end += (size_t)(to - from);
}

bool feed_publish(struct feed *feed)
{
    uint64_t head = atomic_load_explicit(&feed->head, memory_order_relaxed);

    assert(head <= feed->end);
    if (head == feed->end)
        return false;
    /* Sequentially consistent, not only released: the reader must see it before
     * it sleeps, or the writer see afterwards that the reader sleeps. */
    atomic_store(&feed->head, feed->end);
    return true;
}

size_t feed_pending(const struct feed *feed)
{
    uint64_t first = first_pending(feed); /* before a head that may be newer */
    uint64_t head = atomic_load(&feed->head);

    return head > first ? (size_t)(head - first) : 0;
}

uint64_t feed_lost(const struct feed *feed)
{
    return atomic_load_explicit(&feed->lost, memory_order_relaxed);
}

/* The contiguous bytes behind `tail`. *at is where they begin: behind the gap,
 * where `tail` is at one. */
static struct bytes piece_at(const struct feed *feed, uint64_t tail,
                             uint64_t *at)
{
    uint64_t head = atomic_load(&feed->head);
    uint64_t gap = atomic_load_explicit(&feed->gap, memory_order_relaxed);

    assert(tail <= head);
    *at = tail == gap && tail != head ? next_lap(feed, tail) : tail;
    if (gap > *at && gap < head)
        head = gap;
    return (struct bytes){feed->bytes + *at % lap_len(feed),
                          (size_t)(head - *at)};
}

static uint64_t tail_of(const struct feed *feed)
{
    return atomic_load_explicit(&feed->tail, memory_order_relaxed);
}

struct bytes feed_peek(const struct feed *feed)
{
    uint64_t at;

    return piece_at(feed, tail_of(feed), &at);
}

void feed_take(struct feed *feed, size_t len)
{
    uint64_t at;
    struct bytes piece = piece_at(feed, tail_of(feed), &at);

    assert(len <= piece.len);
    (void)piece;
    atomic_store_explicit(&feed->tail, at + len, memory_order_release);
}

uint64_t feed_count_lines(const struct feed *feed)
{
    uint64_t count = 0, at = atomic_load(&feed->tail);
    struct bytes piece;

    while ((piece = piece_at(feed, at, &at)).len > 0) {
        for (size_t i = 0; i < piece.len; i++)
            count += piece.at[i] == '\n';
        at += piece.len;
    }
    return count;
}
