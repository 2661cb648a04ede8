#include "wire/ring.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORD = sizeof(uint64_t),
    AT_NUMBER = 0, /* the words before a record's bytes */
    AT_TIME,
    AT_LEN,
    HEADER_WORDS,
    TRIES_MAX = 8, /* of a reader whose records are overwritten */
};

struct ring {
    uint64_t mask;   /* position & mask is the index of a word */
    uint64_t number; /* of the next record; the writer's alone */
    _Atomic uint64_t tail, head;
    _Atomic uint64_t words[];
};

struct ring *ring_new(size_t size)
{
    struct ring *ring;

    assert(size >= RING_SIZE_MIN && (size & (size - 1)) == 0);
    ring = malloc(sizeof(*ring) + size);
    if (ring == NULL)
        return NULL;
    ring->mask = size / WORD - 1;
    ring->number = 0;
    atomic_init(&ring->tail, 0);
    atomic_init(&ring->head, 0);
    return ring;
}

void ring_free(struct ring *ring)
{
    free(ring);
}

static uint64_t load(const struct ring *ring, uint64_t position)
{
    return atomic_load_explicit(&ring->words[position & ring->mask],
                                memory_order_acquire);
}

static void store(struct ring *ring, uint64_t position, uint64_t word)
{
    atomic_store_explicit(&ring->words[position & ring->mask], word,
                          memory_order_release);
}

/* Where the record that begins at `position` ends. */
static uint64_t end_of(uint64_t position, uint64_t len)
{
    return position + HEADER_WORDS + (len + WORD - 1) / WORD;
}

/* Gives up the oldest records until there is room for all words before `end`.
 */
static void make_room(struct ring *ring, uint64_t end)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

    while (end - tail > ring->mask + 1)
        tail = end_of(tail, load(ring, tail + AT_LEN));
    atomic_store_explicit(&ring->tail, tail, memory_order_release);
}

void ring_write(struct ring *ring, int64_t time_us, const char *at, size_t len)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint64_t end = end_of(head, len), word = 0;
    size_t i;

    assert(len <= RING_RECORD_MAX);
    make_room(ring, end);
    store(ring, head + AT_NUMBER, ring->number++);
    store(ring, head + AT_TIME, (uint64_t)time_us);
    store(ring, head + AT_LEN, len);
    for (i = 0; i < len / WORD; i++) {
        memcpy(&word, at + i * WORD, WORD);
        store(ring, head + HEADER_WORDS + i, word);
    }
    if (len % WORD > 0) {
        memcpy(&word, at + i * WORD, len % WORD);
        store(ring, head + HEADER_WORDS + i, word);
    }
    atomic_store_explicit(&ring->head, end, memory_order_release);
}

/* Whether the record at `position` was overwritten, or is about to be. If not,
 * what was loaded before this call is valid. With acquire, so that a reader
 * that continues at `tail` finds no `head` before it. */
static bool is_overrun(const struct ring *ring, uint64_t position,
                       uint64_t *tail)
{
    *tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    return *tail > position;
}

static bool peek(struct ring_reader *reader, struct ring_record *record)
{
    const struct ring *ring = reader->ring;
    uint64_t tail;

    for (int i = 0; i < TRIES_MAX; i++) {
        if (atomic_load_explicit(&ring->head, memory_order_acquire) ==
            reader->at)
            return false;
        record->number = load(ring, reader->at + AT_NUMBER);
        record->time_us = (int64_t)load(ring, reader->at + AT_TIME);
        record->len = load(ring, reader->at + AT_LEN);
        if (!is_overrun(ring, reader->at, &tail))
            return true;
        reader->at = tail;
    }
    return false;
}

void ring_reader_init(struct ring_reader *reader, const struct ring *ring)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    struct ring_record oldest;

    *reader = (struct ring_reader){.ring = ring};
    reader->at = atomic_load_explicit(&ring->tail, memory_order_acquire);
    reader->has_begun = head == 0; /* the ring is empty: none was missed */
    ring_peek(reader, &oldest);
    reader->missed = 0;
}

bool ring_peek(struct ring_reader *reader, struct ring_record *record)
{
    if (!peek(reader, record))
        return false;
    assert(record->len <= RING_RECORD_MAX);
    assert(!reader->has_begun || record->number >= reader->next);
    if (reader->has_begun)
        reader->missed += record->number - reader->next;
    reader->has_begun = true;
    reader->next = record->number;
    return true;
}

bool ring_take(struct ring_reader *reader, const struct ring_record *record,
               char *out)
{
    uint64_t from = reader->at + HEADER_WORDS, word, tail;
    size_t i;

    assert(record->number == reader->next); /* ring_peek has returned it */
    for (i = 0; i < record->len / WORD; i++) {
        word = load(reader->ring, from + i);
        memcpy(out + i * WORD, &word, WORD);
    }
    if (record->len % WORD > 0) {
        word = load(reader->ring, from + i);
        memcpy(out + i * WORD, &word, record->len % WORD);
    }
    if (is_overrun(reader->ring, reader->at, &tail)) {
        reader->at = tail;
        return false;
    }
    reader->at = end_of(reader->at, record->len);
    reader->next++;
    return true;
}
