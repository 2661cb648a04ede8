#include "base/waker.h"

#include <stdint.h>
#include <unistd.h>

void waker_wake(struct waker *waker)
{
    uint64_t one = 1;
    ssize_t written;

    if (atomic_exchange(&waker->is_due, true))
        return;
    written = write(waker->fd, &one, sizeof(one));
    (void)written; /* it fails only where the count is full: woken already */
}
