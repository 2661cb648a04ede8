/* trail.h -- the root and the folders on the way to files, as last looked at
 *
 * To confirm what a path names as confined as it was opened takes openat2,
 * fstat and close. One fstatat, which follows links on the way and so could
 * lead outside, does as well while these have not changed: the root, and each
 * folder on the way but the last. For "a/b/f" they are the root and "a":
 *
 *     root unchanged     "a" is the folder that it was, and no link
 *     "a" unchanged      so is "a/b"
 *     f unchanged        it is where it was: moving it would set its ctime
 *
 * Unchanged means that the version is the same as at the last confined look: to
 * put something else under a name sets the mtime and ctime of the folder that
 * the name is in. A version that is not settled (file_version.h) proves
 * nothing, and what was reached through a link is always looked at with
 * openat2.
 *
 * A folder that has not changed has the same names, too. That is believed of
 * file systems that are known for it (docroot.h), and not of one that is
 * mounted below the root.
 *
 * So a batch of requests for files in many folders takes one system call for
 * each file, and one for each folder that has folders.
 *
 * One thread, its owner's. Calls may block on the disk, never on a peer. */
#ifndef FILES_TRAIL_H
#define FILES_TRAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "files/docroot.h"
#include "files/file_version.h"

enum {
    TRAIL_FOLDERS = 64,  /* that are remembered, one for each hash */
    TRAIL_PATH_MAX = 87, /* bytes; a longer path is never unchanged */
};

struct trail_folder {
    struct file_version version;
    uint64_t looked_at; /* the last batch */
    uint64_t serial;    /* since when it is this version; 0: not settled */
    char path[TRAIL_PATH_MAX + 1];
};

struct trail {
    struct docroot root;
    uint64_t batch;          /* see file_cache_batch */
    uint64_t serial;         /* counts the versions that were settled */
    struct trail_folder top; /* the root itself */
    struct trail_folder folders[TRAIL_FOLDERS];
};

/* A trail of its own root, in the folder of `root`. Returns 0 or -ENOMEM. */
int trail_open(struct trail *trail, const struct docroot *root);
void trail_close(struct trail *trail);

/* Whether trail_refresh has succeeded in this batch. */
static inline bool trail_is_fresh(const struct trail *trail)
{
    return trail->top.looked_at == trail->batch && trail->root.fd != -1;
}

/* docroot_refresh, once in each batch. Must have succeeded in this batch before
 * trail_is_unchanged is called. */
int trail_refresh(struct trail *trail, bool *has_changed);

/* Whether the folders on the way to `target` have not changed since a confined
 * look, which began when trail->serial was `serial` and met no link. Looks at
 * those that were not looked at in this batch. */
bool trail_is_unchanged(struct trail *trail, const char *target,
                        uint64_t serial);

/* Whether no name was added, removed or replaced in the folder that the first
 * `folder_len` bytes of `target` name (0: the root) since a look that began
 * when trail->serial was `serial`. Looks at that folder alone, if it was not
 * looked at in this batch: whichever way leads there, it is the same folder
 * with the same names. */
bool trail_has_same_names(struct trail *trail, const char *target,
                          size_t folder_len, uint64_t serial);

/* A number that stays the same while no name was added, removed or replaced in
 * the root itself. 0: unknown, so look. */
uint64_t trail_root_serial(const struct trail *trail);

#endif
