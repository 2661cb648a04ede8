/* changes.h -- the paths that changed, as one set for each burst
 *
 * An editor that saves a file causes several events, and a build thousands. So
 * changes are collected until none was added for CHANGES_SILENCE_MS, but not
 * for longer than CHANGES_MAX_MS after the first:
 *
 *     save         x xx                     due 30 ms after the last
 *     build        xxxxxxxxxxxxxxxxxxxxxxx  due 200 ms after the first, and
 *                                           again until it ends
 *
 * A set has each path once. One with more than CHANGES_PATHS_MAX paths, or more
 * bytes than CHANGES_BYTES_MAX, has none, and stands for all paths. Pure; one
 * thread. */
#ifndef FILES_CHANGES_H
#define FILES_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CHANGES_SILENCE_MS = 30,
    CHANGES_MAX_MS = 200,
    CHANGES_PATHS_MAX = 32,
    CHANGES_BYTES_MAX = 8192,
};

/* Empty where all is zero. */
struct changes {
    bool is_all; /* any path may have changed */
    size_t count;
    size_t len;
    char text[CHANGES_BYTES_MAX]; /* the paths, each with its NUL */
    int64_t first_ms, last_ms;    /* of clock_now_ms */
};

static inline bool changes_are_none(const struct changes *changes)
{
    return changes->count == 0 && !changes->is_all;
}

/* Adds a path, relative to the root. */
void changes_add(struct changes *changes, const char *path, int64_t now_ms);
void changes_add_all(struct changes *changes, int64_t now_ms);

/* When the set is complete; INT64_MAX: it is empty. */
int64_t changes_due_ms(const struct changes *changes);

/* The path after `path` (NULL: the first). NULL: there is none. */
const char *changes_next(const struct changes *changes, const char *path);

void changes_clear(struct changes *changes);

#endif
