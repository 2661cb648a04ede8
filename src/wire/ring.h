/* ring.h -- the last records of one writer, for whoever reads fast enough
 *
 * A record is a string of bytes with a time. One thread writes; any number of
 * readers, on any threads, each go at a pace of their own. Nobody waits for
 * anybody: the newest record takes the place of the oldest ones, and a reader
 * that was still before them goes on with the oldest that is left, and knows
 * how many it has missed, since records are numbered.
 *
 *              tail: the oldest record        head: where the next one goes
 *              |                              |
 *     ..xxxxxxx[number time len bytes..][number time len bytes..]xxxxx..
 *
 * Positions count words since the ring was made and never come round; a word's
 * place is its position modulo the ring's size.
 *
 * Why a reader never takes a torn record for a whole one: all words are atomic.
 * The writer first moves `tail` beyond what it is about to overwrite, then
 * stores the words, each with release, and then moves `head`. A reader copies
 * words, each with acquire, and looks at `tail` afterwards. Where one word of
 * its copy was newer than it should be, that word's store, and the move of
 * `tail` before it, happened before the look: it finds `tail` beyond its place
 * and throws the copy away. Older than it should be no word is: a reader copies
 * nothing behind a `head` that it has loaded with acquire.
 *
 * Shared between threads: a struct ring. A ring_reader is its owner's alone. */
#ifndef WIRE_RING_H
#define WIRE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RING_RECORD_MAX = 40 * 1024, /* bytes of one record */
    RING_SIZE_MIN = 65536,
};

struct ring;

/* `size` in bytes, a power of two, holds the records and 24 to 31 bytes more
 * for each. NULL: no memory. Memory that was never written is not taken. */
struct ring *ring_new(size_t size);

/* No reader may be left. */
void ring_free(struct ring *ring);

/* Never blocks, never fails. One thread alone. */
void ring_write(struct ring *ring, int64_t time_us, const char *at, size_t len);

struct ring_reader {
    const struct ring *ring; /* lent */
    uint64_t at;             /* position of the next record */
    uint64_t next;           /* the number that it should have */
    uint64_t missed;         /* records so far; set it to 0 as you like */
    bool has_begun;          /* `next` holds */
};

/* What comes next. */
struct ring_record {
    uint64_t number; /* from 0 */
    int64_t time_us;
    size_t len;
};

/* Starts at the oldest record that is there. */
void ring_reader_init(struct ring_reader *reader, const struct ring *ring);

/* Tells of the next record and leaves it where it is; records that were missed
 * before it are counted now. False: there is none now, or the writer is so
 * fast that none stands still. */
bool ring_peek(struct ring_reader *reader, struct ring_record *record);

/* Copies the record that ring_peek has just told of, `record->len` bytes, and
 * goes on behind it. False: it was overwritten meanwhile, `out` holds nothing
 * of worth, and the next ring_peek tells of another. */
bool ring_take(struct ring_reader *reader, const struct ring_record *record,
               char *out);

#endif
