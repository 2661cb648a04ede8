/* rule_arena.h -- memory for compiled rules, freed all at once
 *
 * Rules are many small things that live and die together: those of one version
 * of a file. One thread, its owner's. */
#ifndef SITE_RULE_ARENA_H
#define SITE_RULE_ARENA_H

#include "base/bytes.h"

struct rule_chunk;

/* All zeros is an empty arena. */
struct rule_arena {
    struct rule_chunk *chunks;
    size_t used, size; /* of the newest chunk */
};

/* Memory for `size` bytes, aligned for any object. NULL: there is none. */
void *rule_arena_get(struct rule_arena *arena, size_t size);

/* A copy of `text`; .at NULL: no memory. */
struct bytes rule_arena_copy(struct rule_arena *arena, struct bytes text);

void rule_arena_free(struct rule_arena *arena);

#endif
