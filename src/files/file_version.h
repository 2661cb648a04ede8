/* file_version.h -- which version of a file this is, by its inode and stamps
 *
 * Every change to a file's bytes sets its ctime, and nobody can set that back:
 * not touch, not rsync, not a build that gives all files one mtime. A file
 * system's clock ticks in steps, though. What changed within the last tick
 * could change once more and look the same, so a version is settled only when
 * its ctime lies FILE_SETTLE_MS behind the moment before it was looked at (or
 * FILE_SETTLE_COARSE_MS where stamps have no fraction of a second).
 *
 * A ctime in the future has no age: our clock was set back, or does not run
 * while the machine is off, or the file is on a server whose clock is ahead.
 * Such a version settles when it has been seen unchanged for
 * FILE_SETTLE_SEEN_MS of the monotonic clock. In that time the file system's
 * clock has ticked, so that a later change gets another stamp: a later one or,
 * if that clock was set back, an earlier one, unless it hits the very same
 * nanosecond. With stamps of whole seconds it well might, so they do not settle
 * like this.
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
    FILE_SETTLE_SEEN_MS = 50,     /* two ticks, and the monotonic clock's own */
};

struct file_version {
    dev_t device;
    ino_t inode;
    off_t size;
    int64_t mtime_s, ctime_s;
    uint32_t mtime_ns, ctime_ns; /* of that second */
};

struct file_version file_version_of(const struct stat *status);

bool file_version_equal(const struct file_version *a,
                        const struct file_version *b);

/* Whether a change after `now` would give another version. `now` was read from
 * clock_wall() before the file was looked at; the version was seen first
 * `seen_ms` before that (0: now). */
bool file_version_is_settled(const struct file_version *version,
                             struct timespec now, int64_t seen_ms);

#endif
