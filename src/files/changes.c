#include "files/changes.h"

#include <assert.h>
#include <string.h>

static void note_time(struct changes *changes, int64_t now_ms)
{
    if (changes_are_none(changes))
        changes->first_ms = now_ms;
    changes->last_ms = now_ms;
}

static bool has(const struct changes *changes, const char *path)
{
    const char *at = NULL;

    while ((at = changes_next(changes, at)) != NULL)
        if (strcmp(at, path) == 0)
            return true;
    return false;
}

void changes_add(struct changes *changes, const char *path, int64_t now_ms)
{
    size_t size = strlen(path) + 1;

    note_time(changes, now_ms);
    if (changes->is_all || has(changes, path))
        return;
    if (changes->count == CHANGES_PATHS_MAX ||
        size > sizeof(changes->text) - changes->len) {
        changes_add_all(changes, now_ms);
        return;
    }
    memcpy(changes->text + changes->len, path, size);
    changes->len += size;
    changes->count++;
}

void changes_add_all(struct changes *changes, int64_t now_ms)
{
    note_time(changes, now_ms);
    changes->is_all = true;
    changes->count = changes->len = 0;
}

int64_t changes_due_ms(const struct changes *changes)
{
    int64_t silent_ms = changes->last_ms + CHANGES_SILENCE_MS;
    int64_t most_ms = changes->first_ms + CHANGES_MAX_MS;

    if (changes_are_none(changes))
        return INT64_MAX;
    return silent_ms < most_ms ? silent_ms : most_ms;
}

const char *changes_next(const struct changes *changes, const char *path)
{
    const char *next = path == NULL ? changes->text : path + strlen(path) + 1;

    assert(next >= changes->text && next <= changes->text + changes->len);
    return next == changes->text + changes->len ? NULL : next;
}

void changes_clear(struct changes *changes)
{
    changes->is_all = false;
    changes->count = changes->len = 0;
}
