/* notifier.h -- what the kernel reports of changes in a tree of folders
 *
 * This is inotify's door. Each folder has a watch; files have none. Folders
 * that appear are watched from then on, and what is in them already counts as
 * changed. A watch reports by the folder's path at the time when it was made,
 * so the notifier is to be opened again when a folder has moved away, or when
 * the kernel's queue ran over: `is_stale` says so.
 *
 * A file counts as changed when a program that wrote it closes it, or when it
 * gets or loses its name: by a rename, a link, a deletion. One that was just
 * created is not complete and does not count yet.
 *
 * The folder above the root is watched too: the root may be deleted and made
 * again, or be a link that is replaced. Then `root_is_in_doubt` is set. Only
 * the last part of its path is seen that way.
 *
 * One thread. Never waits for events; may block on the disk. */
#ifndef FILES_NOTIFIER_H
#define FILES_NOTIFIER_H

#include <limits.h>
#include <stdbool.h>

#include "files/changes.h"
#include "files/folder_map.h"
#include "files/folder_walk.h"

struct notifier {
    struct folder_visitor visitor; /* first: the two share their address */
    int fd;                        /* readable: there are events; -1: closed */
    const char *folder;            /* the root's name; lent */
    char name[NAME_MAX + 1];       /* its last part; "": it has none */
    int parent_watch;              /* or -1 */
    struct folder_map map;
    bool is_stale;
    bool root_is_in_doubt; /* reset by the caller */

    /* While events are read: */
    struct changes *changes; /* NULL: nothing is reported */
    int64_t now_ms;
};

/* Watches the tree; there need be none now. `folder` must outlive it. Returns
 * 0, or a negative errno, and then it is closed: -ENOSPC or -EMFILE for the
 * system's limits (of watches, of instances), -E2BIG for too many folders. */
int notifier_open(struct notifier *notifier, const char *folder);

/* Does nothing if it is closed. */
void notifier_close(struct notifier *notifier);

/* Adds what changed since the last call. Returns 0, or a negative errno where
 * not all folders can be watched any more; they are to be looked at then. */
int notifier_read(struct notifier *notifier, struct changes *changes,
                  int64_t now_ms);

#endif
