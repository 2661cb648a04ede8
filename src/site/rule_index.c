#include "site/rule_index.h"

#include <stdlib.h>

/* FNV-1a */
static const uint32_t hash_seed = 2166136261U, hash_factor = 16777619U;

static inline uint32_t hash_byte(uint32_t hash, char c)
{
    return (hash ^ (unsigned char)c) * hash_factor;
}

bool rule_index_init(struct rule_index *index, size_t count)
{
    size_t size = 4;

    while (size < 2 * count)
        size *= 2;
    *index = (struct rule_index){
        .groups = malloc(size * sizeof(*index->groups)),
        .next = malloc((count > 0 ? count : 1) * sizeof(*index->next)),
        .group_max = size - 1,
    };
    if (index->groups == NULL || index->next == NULL) {
        rule_index_fini(index);
        return false;
    }
    for (size_t i = 0; i < size; i++)
        index->groups[i].first = RULE_NONE;
    return true;
}

void rule_index_fini(struct rule_index *index)
{
    free(index->groups);
    free(index->next);
    *index = (struct rule_index){.groups = NULL};
}

/* The place of the key, which may be empty. As many places as rules are always
 * empty, so the search ends. */
static struct rule_group *place_of(const struct rule_index *index,
                                   struct bytes key, uint32_t hash)
{
    for (size_t i = hash & index->group_max;; i = (i + 1) & index->group_max) {
        struct rule_group *group = &index->groups[i];

        if (group->first == RULE_NONE ||
            (group->hash == hash && bytes_equal(group->key, key)))
            return group;
    }
}

void rule_index_add(struct rule_index *index, uint32_t number,
                    const struct rule_pattern *pattern)
{
    struct rule_group *group;
    uint32_t hash = hash_seed;

    for (size_t i = 0; i < pattern->key.len; i++)
        hash = hash_byte(hash, pattern->key.at[i]);
    group = place_of(index, pattern->key, hash);
    index->next[number] = RULE_NONE;
    if (group->first == RULE_NONE) {
        *group = (struct rule_group){pattern->key, hash, number, number};
        if (pattern->key.len > index->key_len_max)
            index->key_len_max = pattern->key.len;
        return;
    }
    assert(group->last < number);
    index->next[group->last] = number;
    group->last = number;
}

struct rule_search rule_search_begin(const struct rule_index *index,
                                     struct bytes path)
{
    if (path.len > 0 && path.at[path.len - 1] == '/')
        path.len--;
    return (struct rule_search){
        .index = index, .path = path, .hash = hash_seed};
}

/* Moves on to the end of the next folder, or of the path, or past the longest
 * key. */
static void move_on(struct rule_search *search)
{
    const struct bytes path = search->path;
    const size_t most = search->index->key_len_max;
    uint32_t hash = search->hash;
    size_t at = search->at;

    if (at > 0 && at < path.len)
        hash = hash_byte(hash, path.at[at++]); /* its slash */
    while (at < path.len && path.at[at] != '/' && at <= most)
        hash = hash_byte(hash, path.at[at++]);
    search->hash = hash;
    search->at = at;
}

uint32_t rule_search_next(struct rule_search *search, bool *is_whole)
{
    while (!search->is_done) {
        const struct bytes key = {search->path.at, search->at};
        const struct rule_group *group =
            place_of(search->index, key, search->hash);

        *is_whole = key.len == search->path.len;
        if (*is_whole || key.len >= search->index->key_len_max)
            search->is_done = true;
        else
            move_on(search);
        if (group->first != RULE_NONE)
            return group->first;
    }
    return RULE_NONE;
}
