#include "files/file_siblings.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

/* Whether something has this path. What cannot be told counts as there. */
static bool is_there(const struct trail *trail, const char *path)
{
    struct stat status;
    int error = docroot_glance(&trail->root, path, &status);

    return error != -ENOENT && error != -ENAMETOOLONG;
}

static unsigned look(const struct file_entry *entry, const struct trail *trail,
                     const char *const suffixes[])
{
    char path[PATH_MAX + FILE_SUFFIX_MAX];
    unsigned found = 0;

    assert(entry->path_len < PATH_MAX);
    memcpy(path, entry->path, entry->path_len);
    for (unsigned i = 0; suffixes[i] != NULL; i++) {
        size_t size = strlen(suffixes[i]) + 1;

        assert(i < FILE_SUFFIXES_MAX && size <= FILE_SUFFIX_MAX);
        memcpy(path + entry->path_len, suffixes[i], size);
        if (is_there(trail, path))
            found |= 1U << i;
    }
    return found;
}

static bool has_same_names(const struct file_entry *entry, struct trail *trail,
                           uint64_t serial)
{
    return trail_has_same_names(trail, entry->path, entry->folder_len, serial);
}

unsigned file_siblings_find(struct file_entry *entry, struct trail *trail,
                            const char *const suffixes[])
{
    bool is_settled;

    assert(entry->file.kind == FILE_REGULAR);
    assert(entry->looked_at == trail->batch);
    if (entry->siblings_batch == trail->batch ||
        has_same_names(entry, trail, entry->siblings_serial))
        return entry->siblings;
    /* The folder is looked at first: what is added later changes it. */
    is_settled = has_same_names(entry, trail, UINT64_MAX);
    entry->siblings = (uint8_t)look(entry, trail, suffixes);
    entry->siblings_batch = trail->batch;
    entry->siblings_serial = is_settled ? trail->serial : 0;
    return entry->siblings;
}
