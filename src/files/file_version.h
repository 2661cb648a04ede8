/* file_version.h -- which version of a file this is, told by its inode
 *
 * Every change to a file's bytes sets its ctime, and nobody can set that back:
 * not touch, not rsync, not a build that gives all files one mtime. A file
 * system's clock ticks in steps, though. What changed within the last tick
 * could change once more and look the same, so a version is settled only when
 * its ctime lies FILE_SETTLE_MS behind the moment before it was looked at (or
 * FILE_SETTLE_COARSE_MS where stamps have no fraction of a second). A ctime in
 * the future, by a clock that was set back or a server's that is ahead, is not
 * settled either.
 *
 * Deciding only: no system call. Any thread. */
#ifndef FILES_FILE_VERSION_H
#define FILES_FILE_VERSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

enum {
    FILE_SETTLE_MS = 20,          /* two ticks of the slowest kernel, 100 Hz */
    FILE_SETTLE_COARSE_MS = 2000, /* the steps of FAT */
    FILE_TAG_SIZE = 64,
};

struct file_version {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec mtime, ctime;
};

struct file_version file_version_of(const struct stat *status);

bool file_version_equal(const struct file_version *a,
                        const struct file_version *b);

/* Whether a change after `now` would show, where `now` was read from
 * clock_wall() before the file was. */
bool file_version_is_settled(const struct file_version *version,
                             struct timespec now);

/* Writes the opaque-tag (RFC 9110, 8.8.3) with its quotes and a NUL. It is made
 * of inode, size and ctime, so it is the same in each worker and after a
 * restart. `nonce`, where it is not 0, tells apart what these cannot: a version
 * that is not settled gets one that no other load has, and so its tag never
 * matches the bytes that may yet come with the same stamps. */
void file_version_tag(const struct file_version *version, uint32_t nonce,
                      char out[FILE_TAG_SIZE]);

#endif
