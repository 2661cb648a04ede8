#include "tcp/pending.h"

#include <assert.h>
#include <stdlib.h>

/* The first `used` bytes were used, and others were not. Memory is given back
 * when they are the smaller part, so that a byte is moved once or twice,
 * however many turns it waits. */
static void use(struct pending *pending, size_t used)
{
    char *less;

    assert(used < pending->len);
    pending->from += (uint32_t)used;
    pending->len -= (uint32_t)used;
    if (pending->from <= pending->len)
        return;
    memmove(pending->memory, pending->memory + pending->from, pending->len);
    pending->from = 0;
    less = realloc(pending->memory, pending->len);
    if (less != NULL)
        pending->memory = less;
}

bool pending_replace(struct pending *pending, struct bytes in, size_t used)
{
    size_t left = in.len - used;
    char *memory;

    assert(used <= in.len);
    assert(in.len >= pending->len); /* all of it was offered */
    if (left == 0) {
        pending_free(pending);
        return true;
    }
    if (in.at == pending_bytes(pending).at) {
        use(pending, used);
        return true;
    }
    memory = realloc(pending->memory, left);
    if (memory == NULL)
        return false;
    memcpy(memory, in.at + used, left);
    *pending = (struct pending){.memory = memory, .len = (uint32_t)left};
    return true;
}

void pending_free(struct pending *pending)
{
    if (pending->memory == NULL)
        return;
    free(pending->memory);
    *pending = (struct pending){NULL, 0, 0};
}
