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
 * Unchanged means the same version as ever since a confined look; to put
 * something else under a name sets the mtime and ctime of the folder that the
 * name is in. A version that is not settled (file_version.h) tells nothing, and
 * what was reached through a link is always looked at with openat2.
 *
 * So files in a hundred folders are confirmed by one system call each, and one
 * for each folder that has folders, in as many requests as were there.
 *
 * One thread, its owner's. Calls may block on the disk, never on a peer. */
#ifndef FILES_TRAIL_H
#define FILES_TRAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "files/docroot.h"
#include "files/file_version.h"

enum {
    TRAIL_FOLDERS = 64,  /* that are remembered, one for each hash of a path */
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

/* Looks for the root's folder, unless that was done in this batch; else
 * as docroot_refresh. To be called, with success, before what follows. */
int trail_refresh(struct trail *trail, bool *has_changed);

/* Whether the folders on the way to `target` are those that a confined look
 * went through, which began when trail->serial was `serial` and met no link.
 * They were looked at in this batch. */
bool trail_is_unchanged(struct trail *trail, const char *target,
                        uint64_t serial);

#endif
