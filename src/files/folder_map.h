/* folder_map.h -- the folders that are watched, by the kernel's number
 *
 * inotify reports a change in a folder by the number of its watch; this map has
 * the folder's path. It holds about a hundred bytes for each folder, and
 * nothing for a file. Numbers are never used twice while a map lives. One
 * thread. */
#ifndef FILES_FOLDER_MAP_H
#define FILES_FOLDER_MAP_H

#include <stdbool.h>
#include <stddef.h>

enum { FOLDER_MAP_BUCKETS = 4096 };

struct folder_map {
    size_t count;
    struct folder_map_entry *buckets[FOLDER_MAP_BUCKETS];
};

void folder_map_init(struct folder_map *map);
void folder_map_fini(struct folder_map *map);

/* Notes that `watch` is the folder `path`, whatever it was before. Returns 0 or
 * -ENOMEM. */
int folder_map_put(struct folder_map *map, int watch, const char *path);

/* The path; NULL: there is no such watch. Valid until it is put again or
 * removed. */
const char *folder_map_find(const struct folder_map *map, int watch);
void folder_map_remove(struct folder_map *map, int watch);

#endif
