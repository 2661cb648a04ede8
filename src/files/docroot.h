/* docroot.h -- the folder that is served, and the one way to open a file in it
 *
 * This is openat2's door. Every path is opened with RESOLVE_BENEATH: the kernel
 * itself refuses what would lead outside, through "..", a link, or a folder
 * that is moved meanwhile. Links that stay inside are followed, except those
 * that begin with a slash. What is neither a regular file nor a folder (a FIFO,
 * socket, device) is opened O_NONBLOCK, looked at and closed again: it never
 * blocks, and is ENODEV.
 *
 * Where the kernel or a sandbox has no openat2 (before Linux 5.6: ENOSYS;
 * gVisor; seccomp profiles of that time: EPERM), a path is walked folder by
 * folder, and no link in it is followed.
 *
 * The root is whatever its folder's name leads to now, not the inode that it
 * was at the start: docroot_refresh notices a link that was swapped and a
 * folder that was replaced.
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
    int fd;       /* O_PATH; -1: there was no such folder at the last look */
    char *folder; /* its name, as it was given */
    struct file_version version; /* of `fd`, at the last look; its inode is
                                    not reused while `fd` is open */
    bool counts_links;           /* st_nlink is 0 for deleted folders only */
    bool walks;        /* there is no openat2: links are not followed */
    bool stamps_names; /* a folder gets new stamps with each name that is added,
                          removed or replaced in it: true of the usual local
                          file systems, false of any other */
};

/* Opens `folder` as the root. Returns 0 or a negative errno (-ENOTDIR where it
 * is no folder). */
int docroot_open(struct docroot *root, const char *folder);

/* Opens the folder of `other` once more, for another thread. Where that fails,
 * fd is -1 until docroot_refresh succeeds. Returns 0 or -ENOMEM. */
int docroot_open_again(struct docroot *root, const struct docroot *other);
void docroot_close(struct docroot *root);

/* Looks the folder up by its name, with one system call, and opens it again if
 * it is another one. Sets *has_changed if what was found under this root before
 * may no longer be true. Returns 0, or a negative errno where there is no such
 * folder (a deleted one counts as none, even if a bind mount or "." still leads
 * to it) or it cannot be opened. */
int docroot_refresh(struct docroot *root, bool *has_changed);

/* Opens `path`, relative to the root, without a leading slash, for reading; ""
 * is the root itself. *status tells what was opened: a regular file or a
 * folder. Returns the descriptor, which the caller closes, or a negative
 * errno: -ENOENT, -ENODEV, -ENOTDIR, -ENAMETOOLONG, -ELOOP, -EXDEV for an
 * escape, -EACCES for what may not be read, -EMFILE or -ENFILE when descriptors
 * run out, -EAGAIN where folders on the way keep being moved. *is_straight is
 * set where no part of the path is a link. */
int docroot_open_file(const struct docroot *root, const char *path,
                      struct stat *status, bool *is_straight);

/* Looks at what `path` names, following links as docroot_open_file does and as
 * confined, but without opening a device or a FIFO. Three system calls. Returns
 * 0 or a negative errno. */
int docroot_look(const struct docroot *root, const char *path,
                 struct stat *status);

/* The same, but -ELOOP where there is a link on the way or at its end. */
int docroot_look_straight(const struct docroot *root, const char *path,
                          struct stat *status);

/* One system call, which follows links on the way wherever they lead, but not a
 * link at the end. Use it for paths that are known not to lead outside
 * (trail.h), or to confirm that a path names nothing: what is not found this
 * way is not found by a confined look either. Returns 0 or a negative errno. */
int docroot_glance(const struct docroot *root, const char *path,
                   struct stat *status);

#endif
