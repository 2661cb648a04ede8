/* folder_watch.h -- reports what changes in the folder that is served
 *
 * A thread of its own waits for the kernel's events (notifier.h), collects them
 * (changes.h) and reports each burst as one set. Where the kernel may miss some
 * (a network's file system, a folder that a virtual machine shares) it also
 * looks at every file (scanner.h), once in FOLDER_WATCH_SCAN_MS, or less often
 * where that would take more than a quarter of its time; where it refuses to
 * watch (its limit of watches), it only looks. Both are logged, in one line.
 *
 * Once in FOLDER_WATCH_ROOT_MS it checks that the root's name still leads to
 * the same folder, and at once where its own folder reports a change of the
 * name. A root that was replaced is reported as a change of all paths.
 *
 * It keeps about a hundred bytes for each folder, and nothing for a file unless
 * it looks at files. Started and ended by the main thread, with signals
 * blocked, since the thread inherits the mask. */
#ifndef FILES_FOLDER_WATCH_H
#define FILES_FOLDER_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "files/changes.h"
#include "files/docroot.h"

enum { FOLDER_WATCH_SCAN_MS = 1000, FOLDER_WATCH_ROOT_MS = 1000 };

struct folder_watch;

struct folder_watch_config {
    const struct docroot *root; /* lent until the start has returned */
    /* Called on the watch's thread with a set that is not empty. */
    void (*changed)(void *arg, const struct changes *changes);
    void *arg;
};

/* When it returns, changes are seen. Blocks on the disk while it visits all
 * folders. Returns 0 and *watch, or a negative errno. */
int folder_watch_start(struct folder_watch **watch,
                       const struct folder_watch_config *config);

/* Ends the thread and frees all; NULL: does nothing. False: that was not done
 * by the deadline (of clock_now_ms), since the thread waits for a disk, and the
 * process is to end. */
bool folder_watch_end(struct folder_watch *watch, int64_t deadline_ms);

#endif
