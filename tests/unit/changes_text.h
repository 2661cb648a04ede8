/* changes_text.h -- a set of changes as text, to compare: "a.css b/c.html" */
#ifndef UNIT_CHANGES_TEXT_H
#define UNIT_CHANGES_TEXT_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "files/changes.h"

enum { CHANGES_TEXT_MAX = 16384 };

static inline int changes_text_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In the order of the alphabet; "*" stands for all, "" for none. */
static inline const char *changes_text(const struct changes *changes,
                                       char out[CHANGES_TEXT_MAX])
{
    const char *paths[CHANGES_PATHS_MAX], *path = NULL;
    size_t count = 0;

    if (changes->is_all)
        return "*";
    while ((path = changes_next(changes, path)) != NULL)
        paths[count++] = path;
    ck_assert_uint_eq(count, changes->count);
    qsort(paths, count, sizeof(paths[0]), changes_text_order);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        strcat(strcat(out, i == 0 ? "" : " "), paths[i]);
    return out;
}

#endif
