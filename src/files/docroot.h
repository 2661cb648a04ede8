/* docroot.h -- the folder that is served, and the one way to open a file in it
 *
 * This is openat2's door. Every path is opened with RESOLVE_BENEATH: the kernel
 * itself refuses what would lead outside, through "..", a link, or a race with
 * somebody who moves folders. Links that stay inside are followed, but for
 * those that begin with a slash. What is neither a regular file nor a folder (a
 * FIFO, socket, device) is opened O_NONBLOCK, looked at and closed again: it
 * never blocks, and is ENODEV.
 *
 * Where the kernel or a sandbox has no openat2 (before Linux 5.6: ENOSYS;
 * gVisor; seccomp profiles of that time: EPERM), a path is walked folder by
 * folder, and no link in it is followed.
 *
 * The root is what its folder's name stands for, not the inode that this was at
 * the start: docroot_refresh sees a link that was swapped and a folder that was
 * made anew.
 *
 * A docroot that is not refreshed is read-only: any thread may use it. Calls
 * may block on the disk, never on a peer. */
#ifndef FILES_DOCROOT_H
#define FILES_DOCROOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "files/file_version.h"

struct docroot {
    int fd;       /* O_PATH; -1: the folder was gone when last looked for */
    char *folder; /* its name, as it was given */
    struct file_version version; /* of `fd`, when last looked for; no other
                                    folder has its inode meanwhile */
    bool counts_links; /* st_nlink of a folder that is there is not 0 here */
    bool walks;        /* there is no openat2: links are not followed */
};

/* Opens `folder` as the root. Returns 0 or a negative errno (-ENOTDIR where it
 * is no folder). */
int docroot_open(struct docroot *root, const char *folder);

/* Opens the folder of `other` once more, for another thread; it is a root that
 * is gone where this fails. Returns 0 or -ENOMEM. */
int docroot_open_again(struct docroot *root, const struct docroot *other);
void docroot_close(struct docroot *root);

/* Looks for the folder by its name, one system call, and opens it anew where it
 * is another one. Sets *has_changed where what was seen under this root before
 * need not be true any more. Returns 0, or a negative errno where there is no
 * such folder now (a deleted one, to which a bind mount or "." still leads, is
 * none) or it cannot be opened. */
int docroot_refresh(struct docroot *root, bool *has_changed);

/* Opens `path`, relative to the root, without a leading slash, for reading; ""
 * is the root itself. *status tells what was opened: a regular file or a
 * folder. Returns the descriptor, which the caller closes, or a negative
 * errno: -ENOENT, -ENODEV, -ENOTDIR, -ENAMETOOLONG, -ELOOP, -EXDEV for an
 * escape, -EACCES for what may not be read, -EMFILE or -ENFILE when descriptors
 * run out, -EAGAIN where folders move on the way faster than it can be walked.
 * *is_straight tells whether no link was followed, from its first to its last
 * name. */
int docroot_open_file(const struct docroot *root, const char *path,
                      struct stat *status, bool *is_straight);

/* Looks at what `path` names now, following links as docroot_open_file does and
 * as confined, but reading nothing and waking nobody. Three system calls.
 * Returns 0 or a negative errno. */
int docroot_look(const struct docroot *root, const char *path,
                 struct stat *status);

/* The same, but -ELOOP where there is a link on the way or at its end. */
int docroot_look_straight(const struct docroot *root, const char *path,
                          struct stat *status);

/* One system call, which follows links on the way, but not at its end, wherever
 * they lead: for what is known not to lead outside (trail.h), or where an error
 * is all that matters: a path that names nothing this way names nothing
 * confined either. Returns 0 or a negative errno. */
int docroot_glance(const struct docroot *root, const char *path,
                   struct stat *status);

#endif
