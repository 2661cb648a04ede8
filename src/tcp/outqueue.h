/* outqueue.h -- bytes to send, in order: copied, borrowed or still in a file
 *
 * The bytes of a queue leave in the order in which they were put in. There are
 * three ways to put them in:
 *
 *     reserve, commit   written by the caller into the queue's own memory
 *     view              in memory that a hold keeps alive
 *     file              a range of an open file that a hold keeps alive
 *
 * A worker owns one queue with room for many responses and lends it to a
 * connection for one turn. What the kernel does not take within the turn is
 * moved into a queue of exactly its size, which the connection owns until it is
 * empty. Pure memory: no system call here; socket_io.h sends. One thread. */
#ifndef TCP_OUTQUEUE_H
#define TCP_OUTQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hold.h"

enum out_kind {
    OUT_BYTES, /* offset: into the queue's own memory */
    OUT_VIEW,  /* at */
    OUT_FILE,  /* fd, offset: into the file */
};

struct out_item {
    enum out_kind kind;
    int fd;
    const char *at;
    uint64_t offset;
    uint64_t left; /* bytes still to send; never 0 */
    struct hold *hold;
};

struct outqueue {
    size_t first, count, items_max; /* items[first .. first + count) are left */
    size_t bytes_len, bytes_max;
    int file_error;    /* errno of the first item's file, which could not be
                          read; 0: none. The sender sets it, turn.c clears */
    uint64_t borrowed; /* bytes of views and files since it was last empty */
    uint64_t sent;     /* all bytes that outqueue_sent has removed */
    char *bytes;       /* behind the items */
    struct out_item items[];
};

/* An empty queue in one allocation. NULL: no memory. */
struct outqueue *outqueue_new(size_t items_max, size_t bytes_max);
void outqueue_free(struct outqueue *queue); /* or NULL; releases all holds */

static inline bool outqueue_is_empty(const struct outqueue *queue)
{
    return queue->count == 0;
}

/* How many bytes are left to send. Looks at each item. */
uint64_t outqueue_len(const struct outqueue *queue);

/* What a peer that reads nothing can make us hold for it is bounded: once this
 * many bytes were borrowed, the queue has no room. */
enum { OUTQUEUE_BORROWED_MAX = 131072 };

/* Whether `items` more items and `bytes` more bytes of the queue's own memory
 * fit, and not too much is borrowed. */
static inline bool outqueue_has_room(const struct outqueue *queue, size_t items,
                                     size_t bytes)
{
    return queue->borrowed < OUTQUEUE_BORROWED_MAX &&
           queue->items_max - queue->first - queue->count >= items &&
           queue->bytes_max - queue->bytes_len >= bytes;
}

/* Room for `size` bytes in the queue's own memory: write there, then commit as
 * many as were written. The caller has asked outqueue_has_room. */
char *outqueue_reserve(struct outqueue *queue, size_t size);
void outqueue_commit(struct outqueue *queue, size_t len);

/* Puts in a copy. The caller has asked outqueue_has_room. */
void outqueue_copy(struct outqueue *queue, const char *at, size_t len);

/* Put in bytes that stay where they are. The queue takes a reference of its
 * own to `hold` (NULL: they outlive everything) and releases it when they were
 * sent. With `len` 0 nothing is put in. */
void outqueue_view(struct outqueue *queue, const char *at, size_t len,
                   struct hold *hold);
void outqueue_file(struct outqueue *queue, int fd, uint64_t offset,
                   uint64_t len, struct hold *hold);

/* Removes `len` bytes from the front: they have been sent. */
void outqueue_sent(struct outqueue *queue, uint64_t len);

/* Empties the queue and releases all holds. */
void outqueue_clear(struct outqueue *queue);

/* Moves what is left into a new queue of that size and empties this one. NULL:
 * no memory, and nothing was moved. */
struct outqueue *outqueue_move(struct outqueue *queue);

#endif
