/* ring.h -- the last records of one writer, for any number of readers
 *
 * A record is a string of bytes with a time. One thread writes; readers, on any
 * threads, each have a position of their own. No thread waits for another: the
 * newest record overwrites the oldest ones, and a reader that had not read them
 * continues with the oldest one left. Records are numbered, so it knows how
 * many it has missed.
 *
 *              tail: the oldest record        head: where the next one goes
 *              |                              |
 *     ..xxxxxxx[number time len bytes..][number time len bytes..]xxxxx..
 *
 * Positions count words since the ring was made and never wrap; the index of a
 * word is its position modulo the ring's size.
 *
 * Why a reader never returns a torn record: all words are atomic. The writer
 * first moves `tail` beyond what it will overwrite, then stores the words, each
 * with release, and then moves `head`. A reader copies the words, each with
 * acquire, and loads `tail` afterwards. If a word of its copy is too new, then
 * that word's store, and the move of `tail` before it, happened before this
 * load: the reader finds `tail` beyond its position and drops the copy. No word
 * is too old, since a reader copies nothing beyond a `head` that it has loaded
 * with acquire.
 *
 * Shared between threads: a struct ring. A ring_reader has one owner. */
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
 * for each. NULL: no memory. Pages that were never written take no memory. */
struct ring *ring_new(size_t size);

/* No reader may be left. */
void ring_free(struct ring *ring);

/* Never blocks, never fails. Always the same thread. */
void ring_write(struct ring *ring, int64_t time_us, const char *at, size_t len);

struct ring_reader {
    const struct ring *ring; /* lent */
    uint64_t at;             /* position of the next record */
    uint64_t next;           /* its number, if none is missed */
    uint64_t missed;         /* records so far; the owner may reset it */
    bool has_begun;          /* `next` is valid */
};

/* The next record. */
struct ring_record {
    uint64_t number; /* from 0 */
    int64_t time_us;
    size_t len;
};

/* Starts at the oldest record in the ring. */
void ring_reader_init(struct ring_reader *reader, const struct ring *ring);

/* Describes the next record without taking it, and counts the records that were
 * missed before it. False: there is none now, or the writer overwrites them too
 * fast. */
bool ring_peek(struct ring_reader *reader, struct ring_record *record);

/* Copies the record that ring_peek has just described, `record->len` bytes, and
 * moves past it. False: it was overwritten meanwhile, `out` is garbage, and the
 * next ring_peek describes another. */
bool ring_take(struct ring_reader *reader, const struct ring_record *record,
               char *out);

#endif
