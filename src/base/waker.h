/* waker.h -- wakes a worker because there is news
 *
 * A body source (http/body_source.h) is read on its worker's thread, but what
 * it reports happens on other threads. They wake the worker, which then reads
 * all of its sources, and takes the copies that were compressed. A waker
 * belongs to the worker and outlives its sources. */
#ifndef BASE_WAKER_H
#define BASE_WAKER_H

#include <stdatomic.h>
#include <stdbool.h>

struct waker {
    int fd; /* eventfd that the worker waits for; lent */
    atomic_bool is_due;
};

/* Wakes the worker. What the caller has written before is seen by the reads
 * that follow. Makes a system call only if the worker has read since the last
 * call. Any thread. */
void waker_wake(struct waker *waker);

/* Whether the worker was woken since waker_reset. Its thread. */
static inline bool waker_is_due(const struct waker *waker)
{
    return atomic_load_explicit(&waker->is_due, memory_order_relaxed);
}

/* The worker is about to read: news after this call wakes it again. */
static inline void waker_reset(struct waker *waker)
{
    atomic_exchange(&waker->is_due, false);
}

#endif
