#include "site/rule_arena.h"

#include <stdlib.h>

enum { CHUNK_SIZE = 16384, ALIGNMENT = 16 };

struct rule_chunk {
    struct rule_chunk *next;
    _Alignas(ALIGNMENT) char memory[];
};

static bool add_chunk(struct rule_arena *arena, size_t size)
{
    struct rule_chunk *chunk = malloc(sizeof(*chunk) + size);

    if (chunk == NULL)
        return false;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used = 0;
    arena->size = size;
    return true;
}

void *rule_arena_get(struct rule_arena *arena, size_t size)
{
    const size_t whole = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    void *memory;

    if (arena->size - arena->used < whole &&
        !add_chunk(arena, whole > CHUNK_SIZE ? whole : CHUNK_SIZE))
        return NULL;
    memory = arena->chunks->memory + arena->used;
    arena->used += whole;
    assert(arena->used <= arena->size);
    return memory;
}

struct bytes rule_arena_copy(struct rule_arena *arena, struct bytes text)
{
    char *copy = rule_arena_get(arena, text.len > 0 ? text.len : 1);

    if (copy != NULL && text.len > 0)
        memcpy(copy, text.at, text.len);
    return (struct bytes){copy, text.len};
}

void rule_arena_free(struct rule_arena *arena)
{
    while (arena->chunks != NULL) {
        struct rule_chunk *chunk = arena->chunks;

        arena->chunks = chunk->next;
        free(chunk);
    }
    *arena = (struct rule_arena){.chunks = NULL};
}
