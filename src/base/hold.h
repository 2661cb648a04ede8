/* hold.h -- a counted reference to the owner of bytes that are being sent
 *
 * A body that is being sent to a slow peer must outlive its place in the file
 * cache. Its queue has a reference, and releases it when the last byte was
 * sent. The count is not atomic: all references are on one thread. */
#ifndef BASE_HOLD_H
#define BASE_HOLD_H

#include <assert.h>
#include <stddef.h>

struct hold {
    unsigned count;
    void (*free)(struct hold *); /* called when the count reaches 0 */
};

/* Starts with one reference, the caller's. */
static inline void hold_init(struct hold *hold, void (*free)(struct hold *))
{
    hold->count = 1;
    hold->free = free;
}

static inline struct hold *hold_get(struct hold *hold)
{
    if (hold == NULL)
        return NULL;
    assert(hold->count > 0);
    hold->count++;
    return hold;
}

static inline void hold_release(struct hold *hold)
{
    if (hold == NULL)
        return;
    assert(hold->count > 0);
    if (--hold->count == 0)
        hold->free(hold);
}

#endif
