#include "tcp/outqueue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct outqueue *outqueue_new(size_t items_max, size_t bytes_max)
{
    size_t items_size = items_max * sizeof(struct out_item);
    struct outqueue *queue = malloc(sizeof(*queue) + items_size + bytes_max);

    if (queue == NULL)
        return NULL;
    *queue = (struct outqueue){.items_max = items_max, .bytes_max = bytes_max};
    queue->bytes = (char *)queue->items + items_size;
    return queue;
}

void outqueue_free(struct outqueue *queue)
{
    if (queue == NULL)
        return;
    outqueue_clear(queue);
    free(queue);
}

static struct out_item *last_item(struct outqueue *queue)
{
    return queue->count == 0 ? NULL
                             : &queue->items[queue->first + queue->count - 1];
}

static void append(struct outqueue *queue, struct out_item item)
{
    assert(queue->first + queue->count < queue->items_max);
    queue->items[queue->first + queue->count++] = item;
    if (item.kind != OUT_BYTES)
        queue->borrowed += item.left;
}

char *outqueue_reserve(struct outqueue *queue, size_t size)
{
    assert(queue->bytes_max - queue->bytes_len >= size);
    (void)size;
    return queue->bytes + queue->bytes_len;
}

void outqueue_commit(struct outqueue *queue, size_t len)
{
    struct out_item *last = last_item(queue);

    if (len == 0)
        return;
    if (last != NULL && last->kind == OUT_BYTES) {
        last->left += len; /* it ends where the new bytes begin */
    } else {
        append(queue, (struct out_item){.kind = OUT_BYTES,
                                        .offset = queue->bytes_len,
                                        .left = len});
    }
    queue->bytes_len += len;
}

void outqueue_copy(struct outqueue *queue, const char *at, size_t len)
{
    memcpy(outqueue_reserve(queue, len), at, len);
    outqueue_commit(queue, len);
}

void outqueue_view(struct outqueue *queue, const char *at, size_t len,
                   struct hold *hold)
{
    if (len > 0)
        append(queue, (struct out_item){.kind = OUT_VIEW,
                                        .at = at,
                                        .left = len,
                                        .hold = hold_get(hold)});
}

void outqueue_file(struct outqueue *queue, int fd, uint64_t offset,
                   uint64_t len, struct hold *hold)
{
    if (len > 0)
        append(queue, (struct out_item){.kind = OUT_FILE,
                                        .fd = fd,
                                        .offset = offset,
                                        .left = len,
                                        .hold = hold_get(hold)});
}

static void drop_first(struct outqueue *queue)
{
    hold_release(queue->items[queue->first].hold);
    queue->first++;
    if (--queue->count == 0)
        queue->first = queue->bytes_len = queue->borrowed = 0;
}

void outqueue_sent(struct outqueue *queue, uint64_t len)
{
    queue->sent += len;
    while (len > 0) {
        struct out_item *item = &queue->items[queue->first];

        assert(queue->count > 0);
        if (len < item->left) {
            item->left -= len;
            item->offset += len;
            if (item->kind == OUT_VIEW)
                item->at += len;
            return;
        }
        len -= item->left;
        drop_first(queue);
    }
}

void outqueue_clear(struct outqueue *queue)
{
    while (queue->count > 0)
        drop_first(queue);
}

uint64_t outqueue_len(const struct outqueue *queue)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < queue->count; i++)
        sum += queue->items[queue->first + i].left;
    return sum;
}

static size_t own_bytes_left(const struct outqueue *queue)
{
    size_t sum = 0;

    for (size_t i = 0; i < queue->count; i++)
        if (queue->items[queue->first + i].kind == OUT_BYTES)
            sum += queue->items[queue->first + i].left;
    return sum;
}

struct outqueue *outqueue_move(struct outqueue *queue)
{
    struct outqueue *moved = outqueue_new(queue->count, own_bytes_left(queue));

    assert(queue->file_error == 0); /* of an item that is still first */
    if (moved == NULL)
        return NULL;
    for (size_t i = 0; i < queue->count; i++) {
        struct out_item *item = &queue->items[queue->first + i];

        if (item->kind == OUT_BYTES)
            outqueue_copy(moved, queue->bytes + item->offset, item->left);
        else
            append(moved, *item); /* the hold moves with it */
    }
    queue->first = queue->count = queue->bytes_len = queue->borrowed = 0;
    return moved;
}
