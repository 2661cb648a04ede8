/* file_cache.h -- what the paths of a site name, remembered between requests
 *
 * One cache a worker, used by that worker's thread alone: no lock. An entry is
 * what one path named when it was last looked at: a file (its size, validators,
 * rendered field lines, and either its bytes or an open descriptor), a folder,
 * or nothing. Entries, bytes and descriptors are bounded; those that were
 * looked at longest ago go first. An entry that is still being sent lives on,
 * by its hold, until the last byte has left.
 *
 * The bounds hold for all that was loaded and not yet freed, so also for what
 * clients that do not read keep from being freed. Where that leaves no room:
 *
 *     a small file           is sent from its descriptor
 *     a file, no descriptor  is FILE_UNREADABLE, until there is room again
 *     anything else          is looked at for each request, and no entry is
 * made
 *
 * A load itself takes one descriptor more, for as long as it lasts.
 *
 * Freshness. An edited, replaced, deleted or created file is seen by the next
 * request, without a window: what is told of a path was looked at, beneath
 * the root, after the request's first byte had come. One look does for all
 * requests that had begun to come before it: those of many connections that the
 * kernel tells of together, and those behind the first of a pipeline. What is
 * compared: device, inode, size, mtime and ctime. A file system's clock ticks
 * in steps; a file that changed within the last tick could change again and
 * look the same, so such an entry is not believed and is loaded anew until its
 * ctime is old enough (file_version.h). What is not seen: writing through a
 * shared mapping, for as long as the kernel itself does not stamp it.
 *
 * The root is looked for by its name in the same way (docroot.h). Where it is
 * another folder all entries are forgotten; while there is none, all paths are
 * FILE_UNREADABLE, and a line now and then says so.
 *
 * A file that is there and cannot be read (FILE_UNREADABLE) is logged with the
 * reason, once a second at most.
 *
 * Calls may block on the disk, never on a peer. */
#ifndef FILES_FILE_CACHE_H
#define FILES_FILE_CACHE_H

#include <stddef.h>

#include "base/bytes.h"
#include "files/docroot.h"
#include "files/file.h"
#include "files/mime.h"

struct file_cache_config {
    const struct docroot *root; /* which folder it opens for itself */
    const struct mime_table *types;
    struct mime_sniffer *sniffer; /* NULL: names alone tell types */
    file_rider *ride;             /* NULL: nothing rides along */
    size_t entries_max;           /* at least 1 */
    size_t body_max_bytes;        /* a file up to this size is held in memory */
    size_t bytes_max;       /* of memory, all that entries hold together */
    size_t plain_bytes_max; /* of that, entries of names that do not exist, of
                               folders, and of what may not be read */
    size_t descriptors_max; /* open descriptors held, at least 1 */
};

struct file_cache;

/* NULL: no memory. The config is copied; what it points to must outlive the
 * cache. */
struct file_cache *file_cache_new(const struct file_cache_config *config);
void file_cache_free(struct file_cache *cache);

/* A batch of requests begins: all that are looked up until the next one had
 * begun to come before. One look at a path holds for all of a batch. */
void file_cache_batch(struct file_cache *cache);

/* Closes descriptors that nobody sends from and nobody has asked for lately, so
 * that a deleted file's space is free, and a file system can be unmounted, 2 *
 * FILE_CACHE_TIDY_MS after the last use. To be called whenever there is time;
 * times are clock_now_ms's. Returns when to call again at the latest: INT64_MAX
 * where no descriptor is held, until the next file_cache_get. */
enum { FILE_CACHE_TIDY_MS = 2000 };
int64_t file_cache_tidy(struct file_cache *cache, int64_t now_ms);

/* What `path` names: decoded, without a slash at either end, without "." and
 * ".." segments. Never NULL; lent until the next call on this cache: take a
 * hold (hold_get(file_hold(file))) to keep it longer. */
const struct file *file_cache_get(struct file_cache *cache, struct bytes path);

#endif
