#include "files/trail.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"

int trail_open(struct trail *trail, const struct docroot *root)
{
    *trail = (struct trail){.batch = 1};
    return docroot_open_again(&trail->root, root);
}

void trail_close(struct trail *trail)
{
    docroot_close(&trail->root);
}

/* The clock, for a look that may settle the folder's version. Where the version
 * is settled already, the clock is not read. */
static struct timespec clock_for(const struct trail_folder *folder)
{
    return folder->serial == 0 ? clock_wall() : (struct timespec){.tv_sec = 0};
}

/* Notes what a look at the folder found, which began at `before`. */
static void note(struct trail *trail, struct trail_folder *folder,
                 const struct file_version *version, struct timespec before)
{
    folder->looked_at = trail->batch;
    if (!file_version_equal(&folder->version, version)) {
        folder->version = *version;
        folder->serial = 0;
    }
    if (folder->serial == 0 && file_version_is_settled(version, before, 0))
        folder->serial = ++trail->serial;
}

int trail_refresh(struct trail *trail, bool *has_changed)
{
    struct timespec before;
    int error;

    *has_changed = false;
    if (trail_is_fresh(trail))
        return 0;
    before = clock_for(&trail->top);
    error = docroot_refresh(&trail->root, has_changed);
    if (*has_changed) {
        memset(&trail->top, 0, sizeof(trail->top));
        memset(trail->folders, 0, sizeof(trail->folders));
    }
    if (error == 0)
        note(trail, &trail->top, &trail->root.version, before);
    return error;
}

static struct trail_folder *place_of(struct trail *trail, const char *path,
                                     size_t len)
{
    uint32_t hash = 2166136261U; /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)path[i]) * 16777619U;
    return &trail->folders[hash % TRAIL_FOLDERS];
}

/* The folder that the first `len` bytes of `path` name, looked at in this
 * batch. NULL: it is no folder, or its path is too long. */
static const struct trail_folder *look_at(struct trail *trail, const char *path,
                                          size_t len)
{
    struct trail_folder *folder = place_of(trail, path, len);
    struct file_version version;
    struct timespec before;
    struct stat status;

    if (len > TRAIL_PATH_MAX)
        return NULL;
    if (strncmp(folder->path, path, len) != 0 || folder->path[len] != '\0') {
        *folder = (struct trail_folder){.serial = 0};
        memcpy(folder->path, path, len);
    } else if (folder->looked_at == trail->batch) {
        return folder;
    }
    before = clock_for(folder);
    if (docroot_glance(&trail->root, folder->path, &status) < 0 ||
        !S_ISDIR(status.st_mode)) {
        *folder = (struct trail_folder){.serial = 0};
        return NULL;
    }
    version = file_version_of(&status);
    note(trail, folder, &version, before);
    return folder;
}

static bool is_since(const struct trail_folder *folder, uint64_t serial)
{
    return folder != NULL && folder->serial != 0 && folder->serial <= serial;
}

bool trail_is_unchanged(struct trail *trail, const char *target,
                        uint64_t serial)
{
    const char *end = strchr(target, '/'), *next;

    if (end == NULL)
        return true;
    assert(trail->top.looked_at == trail->batch); /* trail_refresh was called */
    if (!is_since(&trail->top, serial))
        return false;
    while ((next = strchr(end + 1, '/')) != NULL) {
        if (!is_since(look_at(trail, target, (size_t)(end - target)), serial))
            return false;
        end = next;
    }
    return true;
}

bool trail_has_same_names(struct trail *trail, const char *target,
                          size_t folder_len, uint64_t serial)
{
    const struct trail_folder *folder = &trail->top;

    assert(trail->top.looked_at == trail->batch); /* trail_refresh was called */
    if (!trail->root.stamps_names)
        return false;
    if (folder_len > 0)
        folder = look_at(trail, target, folder_len);
    return is_since(folder, serial) &&
           folder->version.device == trail->top.version.device;
}

uint64_t trail_root_serial(const struct trail *trail)
{
    return trail->root.stamps_names ? trail->top.serial : 0;
}
