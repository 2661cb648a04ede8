/* docroot.h -- the folder that is served, and the one way to open a file in it
 *
 * This is openat2's door. Every path is opened with RESOLVE_BENEATH: the kernel
 * itself refuses what would lead outside, through "..", a link, or a race with
 * somebody who moves folders. Links that stay inside are followed. What is
 * neither a regular file nor a folder (a FIFO, socket, device) is opened
 * O_NONBLOCK, looked at and closed again: it never blocks, and is ENOENT.
 *
 * A docroot is read-only once open; any thread may use it. Calls may block on
 * the disk, never on a peer. */
#ifndef FILES_DOCROOT_H
#define FILES_DOCROOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct docroot {
    int fd; /* O_PATH */
};

/* Opens `folder` as the root. Returns 0 or a negative errno (-ENOTDIR where it
 * is no folder; -ENOSYS on a kernel without openat2, before Linux 5.6). */
int docroot_open(struct docroot *root, const char *folder);
void docroot_close(struct docroot *root);

/* Opens `path`, relative to the root, without a leading slash, for reading; ""
 * is the root itself. *status tells what was opened: a regular file or a
 * folder. Returns the descriptor, which the caller closes, or a negative
 * errno: -ENOENT, -ENOTDIR, -ENAMETOOLONG, -ELOOP, -EXDEV for an escape,
 * -EACCES for what may not be read, -EMFILE or -ENFILE when descriptors run
 * out, -EAGAIN where folders move on the way faster than it can be walked. */
int docroot_open_file(const struct docroot *root, const char *path,
                      struct stat *status);

/* Looks at what `path` names now, following links, without opening it. One
 * system call. Not confined: use it only to ask whether what was opened
 * before is still there. Returns 0 or a negative errno. */
int docroot_look(const struct docroot *root, const char *path,
                 struct stat *status);

#endif
