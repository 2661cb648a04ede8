/* pending.h -- input that was received and that the protocol has not used
 *
 * It waits here between two turns, in memory of its own. A connection without
 * pending input holds no memory for it. One thread. */
#ifndef TCP_PENDING_H
#define TCP_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct pending {
    char *memory;  /* NULL: there is no pending input */
    uint32_t from; /* it begins here in that memory ... */
    uint32_t len;  /* ... and has so many bytes */
};

/* The pending input; valid until the next call that changes it. */
static inline struct bytes pending_bytes(const struct pending *pending)
{
    if (pending->memory == NULL)
        return (struct bytes){"", 0};
    return (struct bytes){pending->memory + pending->from, pending->len};
}

/* `in` was offered and its first `used` bytes were used: the rest becomes the
 * pending input. `in` is either pending_bytes itself, or other memory that
 * begins with a copy of them. False: no memory; the pending input is as before.
 */
bool pending_replace(struct pending *pending, struct bytes in, size_t used);

/* The same, without a call where nothing was or becomes pending: that is so for
 * most turns. */
static inline bool pending_keep(struct pending *pending, struct bytes in,
                                size_t used)
{
    if (used == in.len && pending->memory == NULL)
        return true;
    return pending_replace(pending, in, used);
}

void pending_free(struct pending *pending);

#endif
