#include "tcp/shape.h"

#include <assert.h>
#include <stdlib.h>

enum { SECOND_US = 1000000 };

uint64_t shape_wish_write_len(const struct shape_wish *wish)
{
    uint64_t len = wish->pace / SHAPE_WRITES_A_SECOND;

    if (wish->write_max > 0)
        return wish->write_max;
    if (wish->pace == 0)
        return wish->delay_us > 0 ? SHAPE_WRITE_MAX : UINT64_MAX;
    if (len > SHAPE_WRITE_MAX)
        return SHAPE_WRITE_MAX;
    return len > 0 ? len : 1;
}

struct shape *shape_new(const struct shape_base *base)
{
    struct shape *shape = calloc(1, sizeof(*shape));

    if (shape == NULL)
        return NULL;
    shape->base = *base;
    shape->kernel_pace = base->pace; /* inherited from the listener */
    return shape;
}

void shape_free(struct shape *shape)
{
    free(shape);
}

void shape_begin(struct shape *shape, const struct shape_wish *wish,
                 uint64_t ahead, uint64_t head_len)
{
    assert(shape->left == 0 && !shape_is_over(shape));
    assert(head_len > 0 && (wish->pace == 0 || wish->delay_us == 0));
    shape->wish = *wish;
    shape->ahead = ahead;
    shape->left = head_len + wish->len;
    shape->due_us = 0;
}

/* Whether the next byte is one that the wish holds for. */
static bool is_wished(const struct shape *shape)
{
    return shape->ahead == 0 && shape->left > 0;
}

uint64_t shape_pace(const struct shape *shape)
{
    return is_wished(shape) && shape->wish.pace > 0 ? shape->wish.pace
                                                    : shape->base.pace;
}

bool shape_ends_record(const struct shape *shape)
{
    return is_wished(shape) && shape->wish.ends_records;
}

/* Without regard to where the wish begins and ends. */
static uint64_t write_len(const struct shape *shape)
{
    struct shape_wish wish = {.pace = 0};

    if (is_wished(shape))
        wish = shape->wish;
    wish.pace = shape_pace(shape);
    return shape_wish_write_len(&wish);
}

uint64_t shape_write_max(const struct shape *shape)
{
    uint64_t len = write_len(shape);

    assert(!shape_is_over(shape));
    if (shape->ahead > 0)
        return shape->ahead < len ? shape->ahead : len;
    return shape->left > 0 && shape->left < len ? shape->left : len;
}

/* A pace goes on from when the write was due, so that it holds on average. */
static int64_t next_due_us(const struct shape *shape, uint64_t len,
                           int64_t now_us)
{
    uint64_t pace = shape_pace(shape);
    int64_t from_us = shape->due_us;

    if (is_wished(shape) && shape->wish.delay_us > 0)
        return now_us + shape->wish.delay_us;
    if (pace == 0)
        return 0;
    if (from_us == 0)
        from_us = now_us;
    else if (from_us < now_us - SHAPE_LATE_US)
        from_us = now_us - SHAPE_LATE_US;
    return from_us + (int64_t)((len * SECOND_US + pace - 1) / pace);
}

void shape_wrote(struct shape *shape, uint64_t len, int64_t now_us)
{
    uint64_t *counted = shape->ahead > 0 ? &shape->ahead : &shape->left;

    assert(len > 0 && len <= shape_write_max(shape));
    shape->due_us = next_due_us(shape, len, now_us);
    if (*counted > 0)
        *counted -= len;
    if (!is_wished(shape) && shape->base.pace == 0)
        shape->due_us = 0; /* what follows was not asked to wait */
}

void shape_hurry(struct shape *shape)
{
    shape->base.pace = shape->wish.pace = 0;
    shape->wish.delay_us = 0;
    shape->due_us = 0;
}

size_t shape_recv_max(const struct shape *shape, bool is_first,
                      size_t begun_len, size_t room)
{
    size_t max = room;

    assert(room > 0);
    if (shape->recv_max > 0)
        max = shape->recv_max;
    else if ((is_first || begun_len > 0) &&
             begun_len < shape->base.first_recv_max)
        max = shape->base.first_recv_max - begun_len;
    return max < room ? max : room;
}
