#include "files/folder_map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct folder_map_entry {
    struct folder_map_entry *next;
    int watch;
    char path[];
};

/* Where the pointer to the entry of `watch` is, or would be. */
static struct folder_map_entry **place_of(struct folder_map *map, int watch)
{
    struct folder_map_entry **at =
        &map->buckets[(unsigned)watch % FOLDER_MAP_BUCKETS];

    while (*at != NULL && (*at)->watch != watch)
        at = &(*at)->next;
    return at;
}

void folder_map_init(struct folder_map *map)
{
    memset(map, 0, sizeof(*map));
}

void folder_map_fini(struct folder_map *map)
{
    for (size_t i = 0; i < FOLDER_MAP_BUCKETS; i++)
        while (map->buckets[i] != NULL)
            folder_map_remove(map, map->buckets[i]->watch);
}

int folder_map_put(struct folder_map *map, int watch, const char *path)
{
    size_t size = strlen(path) + 1;
    struct folder_map_entry *entry = malloc(sizeof(*entry) + size);
    struct folder_map_entry **at;

    if (entry == NULL)
        return -ENOMEM;
    folder_map_remove(map, watch);
    at = place_of(map, watch);
    entry->next = NULL;
    entry->watch = watch;
    memcpy(entry->path, path, size);
    *at = entry;
    map->count++;
    return 0;
}

const char *folder_map_find(const struct folder_map *map, int watch)
{
    const struct folder_map_entry *at =
        map->buckets[(unsigned)watch % FOLDER_MAP_BUCKETS];

    while (at != NULL && at->watch != watch)
        at = at->next;
    return at == NULL ? NULL : at->path;
}

void folder_map_remove(struct folder_map *map, int watch)
{
    struct folder_map_entry **at = place_of(map, watch);
    struct folder_map_entry *entry = *at;

    if (entry == NULL)
        return;
    *at = entry->next;
    map->count--;
    free(entry);
}
