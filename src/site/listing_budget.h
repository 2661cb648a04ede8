/* listing_budget.h -- how much all listings of the process may hold together
 *
 * A listing holds a descriptor and the names that it sorts until its last byte
 * is queued, and a client that reads slowly makes that take long. Shared by the
 * workers: both counts are atomic. */
#ifndef SITE_LISTING_BUDGET_H
#define SITE_LISTING_BUDGET_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    LISTINGS_OPEN_MAX = 64,               /* past it: 503 */
    LISTINGS_BYTES_MAX = 8 * 1024 * 1024, /* past it, a listing is not sorted */
};

struct listing_budget {
    unsigned open_max;
    atomic_uint open;
    atomic_size_t bytes;
};

static inline void listing_budget_init(struct listing_budget *budget,
                                       unsigned open_max)
{
    assert(open_max > 0 && open_max <= LISTINGS_OPEN_MAX);
    budget->open_max = open_max;
    atomic_init(&budget->open, 0);
    atomic_init(&budget->bytes, 0);
}

/* A listing is opened. False: too many are open. */
static inline bool listing_budget_enter(struct listing_budget *budget)
{
    if (atomic_fetch_add(&budget->open, 1) < budget->open_max)
        return true;
    atomic_fetch_sub(&budget->open, 1);
    return false;
}

static inline void listing_budget_leave(struct listing_budget *budget)
{
    unsigned open = atomic_fetch_sub(&budget->open, 1);

    assert(open > 0);
    (void)open;
}

/* A listing needs `len` bytes more. False: too many are in use. */
static inline bool listing_budget_take(struct listing_budget *budget,
                                       size_t len)
{
    if (atomic_fetch_add(&budget->bytes, len) + len <= LISTINGS_BYTES_MAX)
        return true;
    atomic_fetch_sub(&budget->bytes, len);
    return false;
}

static inline void listing_budget_give(struct listing_budget *budget,
                                       size_t len)
{
    size_t bytes = atomic_fetch_sub(&budget->bytes, len);

    assert(bytes >= len);
    (void)bytes;
}

#endif
