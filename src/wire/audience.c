#include "wire/audience.h"

#include <assert.h>
#include <stdlib.h>

struct audience_row {
    _Atomic(struct waker *) waker; /* of that worker; NULL: it had none yet */
    atomic_uint viewers;
};

struct audience {
    unsigned workers;
    struct audience_row rows[]; /* one for each worker, in any order */
};

struct audience *audience_new(unsigned workers)
{
    struct audience *audience =
        calloc(1, sizeof(*audience) + workers * sizeof(struct audience_row));

    if (audience != NULL)
        audience->workers = workers;
    return audience;
}

void audience_free(struct audience *audience)
{
    if (audience == NULL)
        return;
    for (unsigned i = 0; i < audience->workers; i++)
        assert(atomic_load(&audience->rows[i].viewers) == 0);
    free(audience);
}

/* The row of the worker with this waker. */
static struct audience_row *row_of(struct audience *audience,
                                   struct waker *waker)
{
    for (unsigned i = 0; i < audience->workers; i++) {
        struct waker *found = NULL;

        if (atomic_compare_exchange_strong(&audience->rows[i].waker, &found,
                                           waker) ||
            found == waker)
            return &audience->rows[i];
    }
    assert(false); /* there are no more workers than rows */
    return NULL;
}

struct audience_row *audience_join(struct audience *audience,
                                   struct waker *waker)
{
    struct audience_row *row = row_of(audience, waker);

    atomic_fetch_add(&row->viewers, 1);
    return row;
}

void audience_leave(struct audience_row *row)
{
    unsigned viewers = atomic_fetch_sub(&row->viewers, 1);

    assert(viewers > 0);
    (void)viewers;
}

/* A viewer that is not counted here yet finds the event when it looks: the two
 * changes of the count are in order, and this one comes after the event. */
void audience_wake(struct audience *audience)
{
    for (unsigned i = 0; i < audience->workers; i++)
        if (atomic_fetch_add(&audience->rows[i].viewers, 0) > 0)
            waker_wake(atomic_load(&audience->rows[i].waker));
}
