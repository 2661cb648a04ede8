/* hold.h -- a counted reference to something that bytes still come from
 *
 * A body that is under way to a slow peer must outlive its place in the file
 * cache. Whoever queues it holds it, and lets go when the last byte has left.
 * The count is plain: a hold and all who share it stay on one thread. */
#ifndef BASE_HOLD_H
#define BASE_HOLD_H

#include <stddef.h>

struct hold {
    unsigned count;
    void (*free)(struct hold *); /* called when the last one lets go */
};

/* Starts with one reference, the caller's. */
static inline void hold_init(struct hold *hold, void (*free)(struct hold *))
{
    hold->count = 1;
    hold->free = free;
}

static inline struct hold *hold_get(struct hold *hold)
{
    if (hold != NULL)
        hold->count++;
    return hold;
}

static inline void hold_release(struct hold *hold)
{
    if (hold != NULL && --hold->count == 0)
        hold->free(hold);
}

#endif
